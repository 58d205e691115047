package bot

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"promostack/bot/bottest"
	"promostack/store"
)

// The child is this test binary run again: a real hub on a real folder, which kills itself with SIGKILL at a step.
const (
	childDir   = "PROMOSTACK_TEST_CHILD_DIR"
	childAPI   = "PROMOSTACK_TEST_CHILD_API"
	childPoint = "PROMOSTACK_TEST_CHILD_POINT" // "step:n" = the n-th time at the step; "" = live
	childHook  = "PROMOSTACK_TEST_CHILD_HOOK"  // "1" = webhook mode
)

func TestMain(m *testing.M) {
	if os.Getenv(childDir) != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func child() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	clock := bottest.FastClock(20)
	st, err := store.Open(ctx, store.Options{Dir: os.Getenv(childDir), Clock: clock})
	if err != nil {
		return err
	}
	o := Options{
		Store: st, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), APIBase: os.Getenv(childAPI),
		Bots: []Config{{Product: &echo{}, Token: testToken}},
	}
	if os.Getenv(childHook) != "" {
		o.PublicURL = publicURL
	}
	hub, err := NewHub(ctx, o)
	if err != nil {
		return err
	}
	hub.fault = killer(os.Getenv(childPoint))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(hub.Webhook)}
	go func() { _ = server.Serve(listener) }()
	fmt.Println(listener.Addr())
	err = hub.Run(ctx)
	_ = server.Shutdown(context.WithoutCancel(ctx))
	if err == nil {
		err = st.Close()
	}
	return err
}

// killer ends this process, as the kernel would, at the n-th passing of a point.
func killer(spec string) func(string) {
	point, count, _ := strings.Cut(spec, ":")
	n, _ := strconv.Atoi(count)
	var passed atomic.Int64
	return func(at string) {
		if at == point && passed.Add(1) == int64(n) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
}

// start runs a child and gives it back once it serves.
func startChild(t *testing.T, srv *bottest.Server, dir, point string, hook bool) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childDir+"="+dir, childAPI+"="+srv.URL(), childPoint+"="+point)
	if hook {
		c.Env = append(c.Env, childHook+"=1")
	}
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the child says nothing: %v", err)
	}
	srv.Route(publicURL, "http://"+strings.TrimSpace(line))
	return c
}

func TestKillBetweenAnyTwoStepsLosesNothingAndRepeatsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills many processes")
	}
	points := []string{"before store:2", "after store:2", "before handle:2", "before send:2", "after send:2", "before done:2", "after done:2"}
	for _, hook := range []bool{true, false} {
		for _, point := range points {
			t.Run(fmt.Sprintf("webhook=%v/%s", hook, point), func(t *testing.T) {
				t.Parallel()
				killOnce(t, point, hook)
			})
		}
	}
}

// killOnce sends four people's messages to a child that dies at a point, and to its successor.
func killOnce(t *testing.T, point string, hook bool) {
	srv := bottest.New(t, bottest.Options{Clock: bottest.FastClock(20), Limits: bottest.NoLimits})
	b := srv.AddBot(testToken, "echo_bot")
	dir := t.TempDir()
	first := startChild(t, srv, dir, point, hook)
	var people []*bottest.Person
	for i := range int64(4) {
		p := srv.Person(i+1, "P", "")
		people = append(people, p)
		p.Says(b, "a")
		p.Says(b, "b")
	}
	if err := first.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the first child was not killed: %v", err)
	}
	second := startChild(t, srv, dir, "", hook)
	defer func() {
		_ = second.Process.Signal(syscall.SIGTERM)
		if err := second.Wait(); err != nil {
			t.Errorf("the second child: %v", err)
		}
	}()
	for _, p := range people {
		p.Says(b, "c")
	}
	answered := func(p *bottest.Person) bool { return strings.Contains(texts(p.Chat), "c") }
	waitFor(t, func() bool {
		for _, p := range people {
			if !answered(p) {
				return false
			}
		}
		return b.Pending() == 0
	})
	twice := 0
	for _, p := range people {
		got := texts(p.Chat)
		single := strings.NewReplacer("a a", "a", "b b", "b").Replace(got)
		if single != "a b c" {
			t.Errorf("person %d got %q", p.ID, got)
		}
		twice += len(p.Messages()) - 3
	}
	allowed := 0
	if point == "after send:2" {
		allowed = 1 // Telegram has it, and nobody wrote it down: the one moment that cannot be told
	}
	if point != "before store:2" && point != "after store:2" { // others may be in the air just then
		allowed += len(people)
	}
	if twice > allowed {
		t.Errorf("%d messages came twice, at most %d may", twice, allowed)
	}
}

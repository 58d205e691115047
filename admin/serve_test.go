package admin

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"promostack/store"
)

// serving runs s on a port of this machine; stop ends it and waits.
func serving(t *testing.T, s *Server) (address string, stop func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	stop = func() error { cancel(); return <-done }
	return l.Addr().String(), stop
}

// talk opens a connection, says something, and reads until the server hangs up or answers.
func talk(t *testing.T, address, say string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(store.SystemClock().Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, say); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if isTimeout(err) {
		t.Errorf("the server lets %q wait for ever", say)
	}
	if err != nil {
		return "hung up"
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if isTimeout(err) {
		t.Errorf("the server lets %q wait for ever", say)
	}
	// What the server did not read is answered with a reset, which may cut the end of the body off.
	return fmt.Sprintf("%d %s", res.StatusCode, body)
}

func TestSlowClientsAreNotWaitedFor(t *testing.T) {
	s := testServer(t)
	s.patience = patience{header: 300 * time.Millisecond, read: 600 * time.Millisecond, write: 5 * time.Second, idle: time.Second, drain: 5 * time.Second}
	address, stop := serving(t, s)
	const host = "Host: 127.0.0.1\r\n"
	for say, want := range map[string]string{
		"GET / HTTP/1.1\r\n" + host: "hung up", // the head never ends
		"POST /api/validate-coupon HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nContent-Length: 30\r\n\r\n{\"coupon": "too slowly",
		"POST /api/validate-coupon HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{":   "413 ",
		"GET /healthz HTTP/1.1\r\n" + host + "X-Large: " + strings.Repeat("x", 80<<10) + "\r\n\r\n":                               "431 ",
		"GET /healthz HTTP/1.1\r\n" + host + "\r\n": `200 {"status":"ok"}`,
		"RUBBISH\r\n\r\n": "400 ",
	} {
		if got := talk(t, address, say); !strings.Contains(got, want) {
			t.Errorf("%.60q: %q, want %q", say, got, want)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestStoppingFinishesWhatRunsAndTakesNothingNew(t *testing.T) {
	s := testServer(t)
	began, finish := make(chan struct{}), make(chan struct{})
	s.handler = s.middleware(s.router([]route{
		{method: get, pattern: "/slow", access: public, handle: func(w http.ResponseWriter, r *http.Request) error {
			close(began)
			<-finish
			return s.ok(w, r)
		}},
		{method: get, pattern: "/readyz", access: public, handle: s.readyz},
	}))
	address, stop := serving(t, s)
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + address + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		answer <- res.Status
	}()
	<-began
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	// The port closes while the slow answer is still being made.
	for {
		c, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		_ = c.Close()
	}
	select {
	case err := <-stopped:
		t.Fatalf("stopped before the answer was made: %v", err)
	default:
	}
	close(finish)
	if got := <-answer; got != "200 OK" {
		t.Errorf("the slow request: %s", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestStoppingCutsOffWhatNeverEnds(t *testing.T) {
	s := testServer(t)
	s.patience.drain = 50 * time.Millisecond
	began := make(chan struct{})
	s.handler = s.middleware(s.router([]route{{method: get, pattern: "/endless", access: public, handle: func(_ http.ResponseWriter, r *http.Request) error {
		close(began)
		<-r.Context().Done()
		return r.Context().Err()
	}}}))
	address, stop := serving(t, s)
	go func() {
		res, err := http.Get("http://" + address + "/endless")
		if err == nil {
			res.Body.Close()
		}
	}()
	<-began
	if err := stop(); err != nil {
		t.Error(err)
	}
}

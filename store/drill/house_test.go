// Package drill holds the disaster drills: the real program against a real S3 server, killed, starved and lied to. The
// rounds are few, so that every check can afford them; PROMOSTACK_DRILL=full runs as many as were promised.
package drill

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"promostack/store/storetest"
)

// rounds is how often a drill is done: few in a check, full by hand.
func rounds(few, full int) int {
	if os.Getenv("PROMOSTACK_DRILL") == "full" {
		return full
	}
	return few
}

var built struct {
	once sync.Once
	dir  string
	err  error
}

// repository is where the sources are.
var repository string

func TestMain(m *testing.M) {
	here, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	repository = filepath.Dir(filepath.Dir(here))
	code := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// program builds the product once.
func program(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("drills with the real program take their time")
	}
	if runtime.GOOS == "windows" {
		t.Skip("drills need signals")
	}
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "promostack-drill-*"); built.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-o", filepath.Join(built.dir, "promostack"), "promostack").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("build: %w: %s", err, out)
		}
	})
	fatal(t, built.err)
	return filepath.Join(built.dir, "promostack")
}

func fatal(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const adminPassword = "correct horse battery staple"

// house is one running program.
type house struct {
	t       *testing.T
	cmd     *exec.Cmd
	url     string // "" until it is ready
	client  *http.Client
	ended   chan struct{}
	exit    error
	ready   chan struct{}
	mu      sync.Mutex
	stderr  bytes.Buffer
	started time.Time
	readyAt time.Time
}

// settings are what a program on dir needs to keep everything on the server.
func settings(dir string, s3 *storetest.S3) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "PORT=0", "HOST=127.0.0.1", "DATA_DIR=" + dir, "ADMIN_PASSWORD=" + adminPassword, "LOG_FORMAT=text"}
	if s3 == nil {
		return env
	}
	return append(env, "LITESTREAM_CONFIG="+filepath.Join(repository, "litestream.yml"), "SPACES_ACCESS_KEY="+storetest.S3Access, "SPACES_SECRET_KEY="+storetest.S3Secret,
		"SPACES_REGION=us-east-1", "SPACES_BUCKET="+s3.Bucket, "SPACES_ENDPOINT=http://"+s3.Proxy.Address)
}

// launch starts the program without waiting until it is ready.
func launch(t *testing.T, env []string, args ...string) *house {
	t.Helper()
	h := &house{t: t, ended: make(chan struct{}), ready: make(chan struct{})}
	h.cmd = exec.Command(program(t), args...)
	h.cmd.Env, h.cmd.Dir = env, t.TempDir()
	h.cmd.Stderr = lockedWriter{h}
	out, err := h.cmd.StdoutPipe()
	fatal(t, err)
	h.started = time.Now()
	fatal(t, h.cmd.Start())
	t.Cleanup(h.kill)
	go h.listen(out)
	return h
}

var address = regexp.MustCompile(`http://localhost:[0-9]+`)

// listen reads what the program prints until it ends.
func (h *house) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := address.FindString(lines.Text()); found != "" && h.url == "" {
			h.url, h.readyAt = strings.Replace(found, "localhost", "127.0.0.1", 1), time.Now()
			close(h.ready)
		}
	}
	h.exit = h.cmd.Wait()
	close(h.ended)
}

type lockedWriter struct{ h *house }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.h.mu.Lock()
	defer w.h.mu.Unlock()
	return w.h.stderr.Write(b)
}

func (h *house) log() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stderr.String()
}

// await waits until the program answers.
func (h *house) await() *house {
	h.t.Helper()
	select {
	case <-h.ready:
	case <-h.ended:
		h.t.Fatalf("it ended (%v) before it was ready: %s", h.exit, h.log())
	case <-time.After(2 * time.Minute):
		h.t.Fatalf("not ready: %s", h.log())
	}
	return h
}

// open starts the program, waits until it is ready and signs in.
func open(t *testing.T, env []string, args ...string) *house {
	t.Helper()
	h := launch(t, env, args...).await()
	h.signIn()
	return h
}

func (h *house) signIn() {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	fatal(h.t, err)
	h.client = &http.Client{Jar: jar, Timeout: 30 * time.Second}
	if code, body, err := h.post("/api/login", map[string]string{"password": adminPassword}); err != nil || code != http.StatusOK {
		h.t.Fatalf("sign in: %d %s %v; %s", code, body, err, h.log())
	}
}

// kill ends the program as a power cut does.
func (h *house) kill() {
	_ = h.cmd.Process.Kill()
	<-h.ended
}

// stop ends it as a platform does, and fails when it complains.
func (h *house) stop() {
	h.t.Helper()
	fatal(h.t, h.cmd.Process.Signal(syscall.SIGTERM))
	<-h.ended
	if h.exit != nil {
		h.t.Fatalf("stop: %v; %s", h.exit, h.log())
	}
}

// post sends JSON and gives status and answer.
func (h *house) post(path string, v any) (int, string, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return 0, "", err
	}
	return h.send(http.MethodPost, path, "application/json", bytes.NewReader(body))
}

func (h *house) get(path string) (int, string, error) { return h.send(http.MethodGet, path, "", nil) }

func (h *house) send(method, path, kind string, body io.Reader) (int, string, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, h.url+path, body)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", kind)
	res, err := h.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, string(answer), errors.Join(err, res.Body.Close())
}

// form sends a form with files: names that begin with @ are files.
func (h *house) form(path string, fields map[string]string) (int, string, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, text := range fields {
		file, isFile := strings.CutPrefix(name, "@")
		if !isFile {
			if err := w.WriteField(name, text); err != nil {
				return 0, "", err
			}
			continue
		}
		part, err := w.CreateFormFile(file, file+".png")
		if err == nil {
			_, err = io.WriteString(part, text)
		}
		if err != nil {
			return 0, "", err
		}
	}
	if err := w.Close(); err != nil {
		return 0, "", err
	}
	return h.send(http.MethodPost, path, w.FormDataContentType(), &body)
}

// write is a write that was acknowledged.
type write struct {
	code string
	at   time.Time
}

// writeCoupons adds coupons at a rate until the program is gone or ctx ends, and gives those it acknowledged.
func (h *house) writeCoupons(ctx context.Context, prefix string, perSecond int) []write {
	var acked []write
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return acked
		case <-h.ended:
			return acked
		case <-tick.C:
		}
		code := fmt.Sprintf("%s%06d", prefix, i)
		status, _, err := h.post("/api/panel/coupons", map[string]any{"code": code})
		if err == nil && status == http.StatusCreated {
			acked = append(acked, write{code, time.Now()})
		}
	}
}

// codes are the coupons that the program knows.
func (h *house) codes() map[string]bool {
	h.t.Helper()
	status, body, err := h.get("/api/panel/coupons.csv")
	if err != nil || status != http.StatusOK {
		h.t.Fatalf("list: %d %v; %s", status, err, h.log())
	}
	found := map[string]bool{}
	for line := range strings.Lines(body) {
		code, _, _ := strings.Cut(strings.TrimSpace(line), ",")
		found[strings.Trim(code, `"`)] = true
	}
	return found
}

// lost is how many of the acknowledged writes are missing, and how long before the end the first of them was. A write
// that is there although an earlier one is not is a hole, which fails the test.
func lost(t *testing.T, acked []write, have map[string]bool, end time.Time) (n int, window time.Duration) {
	t.Helper()
	for _, w := range acked {
		switch {
		case !have[w.code] && n == 0:
			n, window = 1, end.Sub(w.at)
		case !have[w.code]:
			n++
		case n > 0:
			t.Errorf("a hole: %s is there, an earlier one is not", w.code)
			return n, window
		}
	}
	return n, window
}

package storetest

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
	"path/filepath"
	"sync"
	"testing"
	"time"

	"promostack/store"
)

// S3 is a real S3 server (versitygw) for a test, reached through a proxy that can fail.
type S3 struct {
	Proxy  *Proxy
	Bucket string
	dir    string
}

// The keys of the test's server.
const (
	S3Access = "testkey"
	S3Secret = "testsecret"
)

// StartS3 starts a server in a folder of the test with one bucket, or skips: it needs the program versitygw on the PATH
// or named by PROMOSTACK_VERSITYGW.
func StartS3(t testing.TB) *S3 {
	t.Helper()
	program := os.Getenv("PROMOSTACK_VERSITYGW")
	if program == "" {
		program, _ = exec.LookPath("versitygw")
	}
	if program == "" {
		Missing(t, "s3", "the program versitygw is neither on the PATH nor named by PROMOSTACK_VERSITYGW")
	}
	s := &S3{Bucket: "promostack", dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(s.dir, s.Bucket), 0o700); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	cmd := exec.Command(program, "--access", S3Access, "--secret", S3Secret, "--port", address, "--quiet", "posix", "--sidecar", t.TempDir(), s.dir)
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	awaitHTTP(t, "http://"+address)
	s.Proxy = NewProxy(t, address)
	return s
}

// Options reach the server through the proxy; dir is the DATA_DIR.
func (s *S3) Options(dir string) store.SpacesOptions {
	return store.SpacesOptions{
		Endpoint: "http://" + s.Proxy.Address, Region: "us-east-1", Bucket: s.Bucket, AccessKey: S3Access, SecretKey: S3Secret,
		Dir: dir, Log: slog.New(slog.DiscardHandler),
	}
}

// Folder is where the server keeps the bucket's objects, as files of their keys.
func (s *S3) Folder() string { return filepath.Join(s.dir, s.Bucket) }

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// awaitHTTP waits until somebody answers; it polls because a process has no other way to say that it is ready.
func awaitHTTP(t testing.TB, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s did not come up: %v", address, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Proxy passes connections on, until it is told to fail.
type Proxy struct {
	Address string
	target  string
	mu      sync.Mutex
	mode    Trouble
	conns   map[net.Conn]bool
}

// Trouble is how a proxy fails.
type Trouble int

// The ways to fail: pass everything on, refuse and cut connections, accept but never answer, cut in the middle of a
// request, answer each request a second late, deny everything, know no conditional writes.
const (
	Fine Trouble = iota
	Down
	Silent
	Torn
	Slow
	Denied
	Unconditional // conditional writes are not implemented, as at Backblaze B2
)

// slowness is how late a slow storage answers.
const slowness = time.Second

// NewProxy listens on a free port and passes on to target.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Address: l.Addr().String(), target: target, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		_ = l.Close()
		p.Set(Down)
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.pass(c)
		}
	}()
	return p
}

// Set changes how the proxy behaves; connections that are open are cut.
func (p *Proxy) Set(mode Trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = mode
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *Proxy) pass(c net.Conn) {
	p.mu.Lock()
	mode := p.mode
	p.conns[c] = true
	p.mu.Unlock()
	defer func() {
		_ = c.Close()
		p.mu.Lock()
		delete(p.conns, c)
		p.mu.Unlock()
	}()
	switch mode {
	case Down:
		return
	case Silent:
		_, _ = io.Copy(io.Discard, c)
		return
	case Torn:
		_, _ = io.CopyN(io.Discard, c, 600)
		return
	case Denied:
		deny(c)
		return
	}
	up, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer up.Close()
	if mode == Unconditional {
		unconditional(c, up)
		return
	}
	go func() {
		_, _ = io.Copy(up, c)
		_ = up.Close()
	}()
	if mode == Slow {
		pour(c, up)
		return
	}
	_, _ = io.Copy(c, up)
}

// pour copies what a server says, each piece late.
func pour(to io.Writer, from io.Reader) {
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		time.Sleep(slowness)
		if _, failed := to.Write(piece[:n]); err != nil || failed != nil {
			return
		}
	}
}

// deny answers every request with 403, as a storage does whose key was taken back.
func deny(c net.Conn) {
	in := bufio.NewReader(c)
	const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>`
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		if _, err := fmt.Fprintf(c, "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
			return
		}
	}
}

// unconditional passes requests on one by one, but for writes with a condition.
func unconditional(c, up net.Conn) {
	in, back := bufio.NewReader(c), bufio.NewReader(up)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if req.Method == http.MethodPut && (req.Header.Get("If-Match") != "" || req.Header.Get("If-None-Match") != "") {
			_, _ = io.Copy(io.Discard, req.Body)
			const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>NotImplemented</Code><Message>no</Message></Error>`
			if _, err := fmt.Fprintf(c, "HTTP/1.1 501 Not Implemented\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
				return
			}
			continue
		}
		if req.Write(up) != nil {
			return
		}
		res, err := http.ReadResponse(back, req)
		if err != nil || res.Write(c) != nil {
			return
		}
	}
}

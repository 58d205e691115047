// Package crmtest is a strict fake of FunderPro's discount service for tests. It answers as it is told, writes down
// every request, and fails the test when a request is not exactly what the real service is sent.
package crmtest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Answer is what the server does with one request. The zero Answer is 404.
type Answer struct {
	Status int               // 0 = 404
	Header map[string]string // sent along
	Body   string            // sent when Size is 0
	Size   int               // bytes of filler sent as the body
	Hold   <-chan struct{}   // answered only when this is closed
	Hang   bool              // never answered
	Reset  bool              // the connection is reset without an answer
	Stall  bool              // the head is sent, the body never ends
}

// Status answers with a status and a small body.
func Status(code int) Answer { return Answer{Status: code, Body: `{"code":"x"}`} }

// Call is one request that came.
type Call struct {
	Code   string
	Query  string // as it came, still encoded
	Header http.Header
}

// Server is the fake. It is safe for concurrent use.
type Server struct {
	URL     string
	Arrived chan string // each code as its request comes, before it is answered

	product string
	closing chan struct{}

	mu      sync.Mutex
	scripts map[string][]Answer
	calls   []Call
	strange []string
}

// New starts a server that knows one product. The test's end stops it, and fails the test for any strange request.
func New(t testing.TB, product string) *Server {
	t.Helper()
	s := &Server{product: product, closing: make(chan struct{}), scripts: map[string][]Answer{}, Arrived: make(chan string, 4096)}
	server := httptest.NewServer(s)
	s.URL = server.URL
	t.Cleanup(func() {
		close(s.closing)
		server.Close()
		for _, what := range s.Strange() {
			t.Errorf("crm was asked strangely: %s", what)
		}
	})
	return s
}

// On sets what is answered about a code: one answer after the other, the last again and again. The code "" stands
// for every code without answers of its own; unless it is set those are 404.
func (s *Server) On(code string, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[code] = answers
}

// Calls are the requests that came and were in order.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Strange are the requests that were not in order, each with what was wrong.
func (s *Server) Strange() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.strange...)
}

var canonical = regexp.MustCompile(`^[A-Z0-9_-]{1,64}$`)

// read checks a request to the last byte and finds its code.
func (s *Server) read(r *http.Request) (string, error) {
	code, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.RawQuery, "coupons%5B%5D="), "&")
	switch {
	case r.Method != http.MethodGet:
		return "", fmt.Errorf("method %s", r.Method)
	case r.RequestURI != "/discount?"+r.URL.RawQuery:
		return "", fmt.Errorf("path of %s", r.RequestURI)
	case r.URL.RawQuery != "coupons%5B%5D="+code+"&"+rest || rest != "productIds="+url.QueryEscape(s.product):
		return "", fmt.Errorf("query %s", r.URL.RawQuery)
	case !canonical.MatchString(code):
		return "", fmt.Errorf("code %q", code)
	case r.ContentLength != 0 || len(r.TransferEncoding) > 0:
		return "", fmt.Errorf("a body with a GET")
	case r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "":
		return "", fmt.Errorf("credentials in %v", r.Header)
	}
	return code, nil
}

// ServeHTTP answers one request as it was told.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	code, err := s.read(r)
	if err != nil {
		s.mu.Lock()
		s.strange = append(s.strange, err.Error())
		s.mu.Unlock()
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	a := s.take(code, r)
	s.Arrived <- code
	if a.Hold != nil {
		select {
		case <-a.Hold:
		case <-s.closing:
		case <-r.Context().Done():
		}
	}
	switch {
	case a.Hang:
		s.wait(r)
	case a.Reset:
		reset(w)
	default:
		s.answer(w, r, a)
	}
}

func (s *Server) take(code string, r *http.Request) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{Code: code, Query: r.URL.RawQuery, Header: r.Header.Clone()})
	script, ok := s.scripts[code]
	if !ok {
		code, script = "", s.scripts[""]
	}
	if len(script) == 0 {
		return Answer{}
	}
	if len(script) > 1 {
		s.scripts[code] = script[1:]
	}
	return script[0]
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, a Answer) {
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	if a.Status == 0 {
		a.Status = http.StatusNotFound
	}
	w.WriteHeader(a.Status)
	filler := strings.Repeat("x", 64<<10)
	for sent := 0; sent < a.Size; sent += len(filler) {
		if _, err := w.Write([]byte(filler[:min(len(filler), a.Size-sent)])); err != nil {
			return
		}
	}
	if a.Size == 0 && a.Status >= 200 && a.Status != http.StatusNoContent && a.Status != http.StatusNotModified {
		_, _ = w.Write([]byte(a.Body)) // a client that left is its own loss
	}
	if a.Stall {
		_ = http.NewResponseController(w).Flush()
		s.wait(r)
	}
}

func (s *Server) wait(r *http.Request) {
	select {
	case <-s.closing:
	case <-r.Context().Done():
	}
}

// reset ends the connection with RST.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

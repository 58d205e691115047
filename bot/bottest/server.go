// Package bottest is a strict stand-in for api.telegram.org, for tests only. It refuses every request that the
// real server would refuse (and a few more: an unescaped & is a mistake here), keeps files, chats and messages,
// enforces the limits with real 429 answers, fails on demand, and delivers updates by webhook or long polling.
package bottest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"promostack/store"
)

// Options says how a Server behaves; the zero value is the strictest.
type Options struct {
	Clock   store.Clock // nil: the system's
	Limits  Limits      // zero: DefaultLimits
	Lenient bool        // a malformed request is only answered with 400; otherwise it also fails the test
}

// Server is the stand-in. It is safe for concurrent use.
type Server struct {
	t       testing.TB
	clock   store.Clock
	spec    *spec
	limits  Limits
	lenient bool
	http    *httptest.Server
	closing chan struct{}
	work    sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	bots     map[string]*Bot
	chats    map[int64]*Chat
	routes   map[string]string
	mistakes []string
}

// New starts a server that ends with the test.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	sp, err := loadSpec()
	if err != nil {
		t.Fatal(err)
	}
	if o.Clock == nil {
		o.Clock = store.SystemClock()
	}
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits
	}
	s := &Server{
		t: t, clock: o.Clock, spec: sp, limits: o.Limits, lenient: o.Lenient, closing: make(chan struct{}),
		bots: map[string]*Bot{}, chats: map[int64]*Chat{}, routes: map[string]string{},
	}
	s.http = httptest.NewServer(s)
	t.Cleanup(s.close)
	return s
}

func (s *Server) close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	s.mu.Unlock()
	close(s.closing)
	s.http.CloseClientConnections()
	s.http.Close()
	s.work.Wait()
}

// URL is the API base to configure: what stands before /bot<token>/.
func (s *Server) URL() string { return s.http.URL }

// Route makes webhook deliveries for an https origin go to a local server.
func (s *Server) Route(origin, local string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.routes[origin] = local
}

// Mistakes are the malformed requests seen so far, one sentence each.
func (s *Server) Mistakes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mistakes)
}

// AddBot makes a bot known to the server. The token is "<id>:<secret>".
func (s *Server) AddBot(token, username string) *Bot {
	id, err := strconv.ParseInt(strings.SplitN(token, ":", 2)[0], 10, 64)
	if err != nil {
		s.t.Fatalf("bottest: %q is no token", token)
	}
	b := newBot(s, id, token, username)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bots[token] = b
	return b
}

// apiError is a refusal as the Bot API words it.
type apiError struct {
	code        int
	description string
	retryAfter  int
	migrateTo   int64
	mistake     bool // the request itself was malformed: our fault, not the world's
}

func (e *apiError) Error() string { return e.description }

func badRequest(format string, args ...any) *apiError {
	return &apiError{code: 400, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func mistake(format string, args ...any) *apiError {
	e := badRequest(format, args...)
	e.mistake = true
	return e
}

// ServeHTTP answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.serveFile(w, r, rest)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || !strings.Contains(token, ":") {
		writeError(w, &apiError{code: 404, description: "Not Found"})
		return
	}
	b := s.known(token)
	if b == nil {
		writeError(w, &apiError{code: 401, description: "Unauthorized"})
		return
	}
	if s.spec.Methods[method] == nil {
		s.note(mistake("method %s is not in the list", method))
		writeError(w, &apiError{code: 404, description: "Not Found: method not found"})
		return
	}
	b.serve(w, r, method)
}

func (s *Server) known(token string) *Bot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bots[token]; b != nil && !b.revoked {
		return b
	}
	return nil
}

// note keeps a mistake and fails the test for it.
func (s *Server) note(e *apiError) {
	if !e.mistake || strings.HasSuffix(e.description, io.ErrUnexpectedEOF.Error()) {
		return // a client that was killed in the middle of its request made no mistake in it
	}
	s.mu.Lock()
	s.mistakes = append(s.mistakes, e.description)
	closed := s.closed
	s.mu.Unlock()
	if !s.lenient && !closed {
		s.t.Errorf("bottest: %s", e.description)
	}
}

func writeResult(w http.ResponseWriter, result any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": result})
}

func writeError(w http.ResponseWriter, e *apiError) {
	body := map[string]any{"ok": false, "error_code": e.code, "description": e.description}
	parameters := map[string]any{}
	if e.retryAfter > 0 {
		parameters["retry_after"] = e.retryAfter
		w.Header().Set("Retry-After", strconv.Itoa(e.retryAfter))
	}
	if e.migrateTo != 0 {
		parameters["migrate_to_chat_id"] = e.migrateTo
	}
	if len(parameters) > 0 {
		body["parameters"] = parameters
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.code)
	_ = json.NewEncoder(w).Encode(body)
}

package admin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"testing"

	"promostack/admin/setup"
	"promostack/render"
	"promostack/render/coupon"
	"promostack/store"
	"promostack/store/storetest"

	"golang.org/x/crypto/argon2"
)

// testServer is a server on a real store whose clock the test drives, with every well-formed code valid.
func testServer(t *testing.T, change ...func(*Options)) *Server {
	t.Helper()
	clock := store.NewManualClock(storetest.Noon())
	st := storetest.OpenAt(t, clock)
	desks := setup.NewDesks(st, setup.Config{Coupons: setup.Coupons{Provider: "open", Outage: "deny"}}, slog.New(slog.DiscardHandler))
	studio, err := render.New(render.Options{Store: st, Coupons: desks.For})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Store: st, Studio: studio, Desks: desks, Tickets: coupon.NewTicketer([]byte("a key for tests"), clock),
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Version: "test", CookieKey: []byte("another key for tests")}
	for _, c := range change {
		c(&o)
	}
	if o.Password == nil {
		o.Password = password(t, st)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rightPassword signs in to a testServer.
const rightPassword = "correct horse battery"

// cheapHash is rightPassword at the least cost, so that tests need not pay for a real one.
const cheapHash = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$"

func password(t *testing.T, st *store.Store) *setup.Password {
	t.Helper()
	sum := argon2.IDKey([]byte(rightPassword), []byte("somesaltsome"), 1, 8, 1, 32)
	hash := cheapHash + base64.RawStdEncoding.EncodeToString(sum)
	p, _, err := setup.OpenPassword(t.Context(), st, setup.Admin{PasswordHash: hash})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// signIn is the Cookie header of an admin.
func signIn(t *testing.T, s *Server) string {
	t.Helper()
	res := ask{path: "/api/login", body: `{"password":"` + rightPassword + `"}`, status: 200}.of(t, s)
	var pairs []string
	for _, c := range res.Cookies() {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

// manual is the clock of a testServer.
func manual(t *testing.T, s *Server) *store.ManualClock {
	t.Helper()
	clock, ok := s.clock.(*store.ManualClock)
	if !ok {
		t.Fatal("not a manual clock")
	}
	return clock
}

// ask is one request and what must come back.
type ask struct {
	name   string
	method string // "" = GET, or POST when there is a body
	path   string
	body   string
	header map[string]string
	from   string // remote address; "" = 192.0.2.1:1234

	status int
	has    []string          // texts in the body
	hasNot []string          // texts that must not be there
	sets   map[string]string // headers; "" = must be missing
}

func (a ask) request(t *testing.T) *http.Request {
	t.Helper()
	method := a.method
	if method == "" {
		method = http.MethodGet
		if a.body != "" {
			method = http.MethodPost
		}
	}
	r := httptest.NewRequest(method, a.path, strings.NewReader(a.body))
	if !strings.HasPrefix(a.path, "http") {
		r.Host = "localhost:8080"
	}
	if a.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range a.header {
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	if a.from != "" {
		r.RemoteAddr = a.from
	}
	return r
}

func (a ask) of(t *testing.T, h http.Handler) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, a.request(t))
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := a.name
	if name == "" {
		name = a.method + " " + a.path
	}
	if a.status != 0 && res.StatusCode != a.status {
		t.Errorf("%s: status %d, want %d: %s", name, res.StatusCode, a.status, body)
	}
	for _, text := range a.has {
		if !strings.Contains(string(body), text) {
			t.Errorf("%s: %q is missing in %s", name, text, body)
		}
	}
	for _, text := range a.hasNot {
		if strings.Contains(string(body), text) {
			t.Errorf("%s: %q must not be in %s", name, text, body)
		}
	}
	for key, value := range a.sets {
		if got := res.Header.Get(key); got != value {
			t.Errorf("%s: %s is %q, want %q", name, key, got, value)
		}
	}
	res.Body = io.NopCloser(strings.NewReader(string(body)))
	return res
}

func asks(t *testing.T, h http.Handler, list ...ask) {
	t.Helper()
	for _, a := range list {
		a.of(t, h)
	}
}

// read is the JSON of an answer.
func read[T any](t *testing.T, res *http.Response) T {
	t.Helper()
	var v T
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil {
		t.Fatalf("answer is not JSON: %v", err)
	}
	return v
}

func origin(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestErrorsBecomeTheRightAnswer(t *testing.T) {
	s := testServer(t)
	for _, c := range []struct {
		err    error
		status int
		has    string
	}{
		{store.Invalid{Field: "slug", Sentence: "This name is taken."}, 422, "This name is taken."},
		{fmt.Errorf("save: %w", store.Invalid{Sentence: "No."}), 422, `"No."`},
		{fmt.Errorf("find: %w", store.ErrNotFound), 404, "There is nothing here"},
		{store.ErrConflict, 409, "Somebody else changed this"},
		{fmt.Errorf("write: %w", store.ErrBusy), 503, "Try again"},
		{render.ErrBusy, 503, "Try again"},
		{context.DeadlineExceeded, 503, "took too long"},
		{&http.MaxBytesError{Limit: 12 << 20}, 413, "12 MB"},
		{tooMany(1500), 429, "one second"},
		{unauthorized, 401, "Unauthorized"},
		{errors.New("pq: password of table users"), 500, "number of this request"},
	} {
		h := s.middleware(s.answer(func(http.ResponseWriter, *http.Request) error { return c.err }))
		res := ask{name: c.err.Error(), path: "/api/x", status: c.status, has: []string{c.has, `"success":false`, `"id":"`},
			hasNot: []string{"password"}, sets: map[string]string{"Cache-Control": "no-store"}}.of(t, h)
		if wait := res.Header.Get("Retry-After"); (c.status == 503 || c.status == 429) != (wait != "") {
			t.Errorf("%v: Retry-After %q", c.err, wait)
		}
	}
}

// slowBody is the body of a client that stops in the middle, as the connection's deadline ends it.
type slowBody struct{ io.Reader }

func (b slowBody) Read(p []byte) (int, error) {
	if n, err := b.Reader.Read(p); err == nil {
		return n, nil
	}
	return 0, os.ErrDeadlineExceeded
}

func TestABodyThatDoesNotArriveIsToldAsSlow(t *testing.T) {
	s := testServer(t)
	r := httptest.NewRequest("POST", "http://localhost:8080/api/validate-coupon", slowBody{strings.NewReader(`{"coupon_`)})
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != 408 || !strings.Contains(w.Body.String(), "too slowly") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAPanicHurtsOnlyItsOwnRequest(t *testing.T) {
	s := testServer(t)
	h := s.middleware(s.router([]route{
		{method: get, pattern: "/api/boom", access: public, handle: func(http.ResponseWriter, *http.Request) error { panic("secret") }},
		{method: get, pattern: "/api/half", access: public, handle: func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(http.StatusOK)
			return errors.New("too late")
		}},
	}))
	ask{path: "/api/boom", status: 500, has: []string{"number of this request"}, hasNot: []string{"secret"}}.of(t, h)
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("an answer that fails half way must be broken off, got %v", v)
		}
	}()
	ask{path: "/api/half"}.of(t, h)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	s := testServer(t)
	for _, path := range []string{"/", "/admin", "/api/templates", "/nothing", "/robots.txt", "/assets/x"} {
		res := ask{path: path}.of(t, s)
		for name, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
			"X-Content-Type-Options":       "nosniff",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Strict-Transport-Security":    "",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if res.Header.Get("X-Request-Id") == "" || res.Header.Get("Permissions-Policy") == "" || res.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: headers missing: %v", path, res.Header)
		}
	}
	ask{path: "/admin", sets: map[string]string{"Referrer-Policy": "no-referrer"}}.of(t, s)
}

func TestHSTSOnlyWhenTheRequestReallyCameByTLS(t *testing.T) {
	proxied := testServer(t, func(o *Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	said := map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
	for _, c := range []struct {
		name, from string
		header     map[string]string
		want       bool
	}{
		{"trusted proxy says https", "10.1.2.3:5", said, true},
		{"stranger says https", "192.0.2.1:5", said, false},
		{"trusted proxy says http", "10.1.2.3:5", map[string]string{"X-Forwarded-Proto": "http"}, false},
		{"trusted proxy says nothing", "10.1.2.3:5", nil, false},
	} {
		res := ask{name: c.name, path: "/robots.txt", from: c.from, header: c.header, status: 200}.of(t, proxied)
		if got := res.Header.Get("Strict-Transport-Security") != ""; got != c.want {
			t.Errorf("%s: HSTS %v, want %v", c.name, got, c.want)
		}
	}
}

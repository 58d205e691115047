package admin

import (
	"encoding/base64"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"promostack/store"
)

// probe is a route that needs a session.
const probe = "/api/panel/state"

func cookies(text string) map[string]string { return map[string]string{"Cookie": text} }

func TestSigningInOpensThePanelAndSigningOutClosesItForGood(t *testing.T) {
	s := testServer(t)
	asks(t, s,
		ask{path: probe, status: 401, has: []string{`"error":"Unauthorized"`}},
		ask{path: "/api/check-auth", status: 200, has: []string{`{"authenticated":false}`}},
		ask{path: "/api/login", body: `{"password":"wrong"}`, status: 401, has: []string{`"success":false`, "not the password"}, sets: map[string]string{"Set-Cookie": ""}},
		ask{path: "/api/login", body: `{"password":""}`, status: 401},
		ask{path: "/api/login", body: `{"password":"` + strings.Repeat("x", 50_000) + `"}`, status: 401},
		ask{path: "/api/login", body: `{}`, status: 401},
		ask{path: "/api/login", body: `{"password":5}`, status: 400})
	res := ask{path: "/api/login", body: `{"password":"` + rightPassword + `"}`, status: 200, has: []string{`{"success":true}`}}.of(t, s)
	for _, c := range res.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Secure || strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("cookie over plain http: %v", c)
		}
	}
	cookie := signIn(t, s)
	asks(t, s,
		ask{path: probe, header: cookies(cookie), status: 200},
		ask{path: "/api/check-auth", header: cookies(cookie), status: 200, has: []string{`{"authenticated":true}`}})
	other := signIn(t, s)
	ask{path: "/api/logout", body: "{}", header: cookies(cookie), status: 200}.of(t, s)
	asks(t, s,
		ask{name: "replayed after sign-out", path: probe, header: cookies(cookie), status: 401},
		ask{name: "the other session", path: probe, header: cookies(other), status: 200},
		ask{name: "signing out twice", path: "/api/logout", body: "{}", header: cookies(cookie), status: 200},
		ask{name: "signing out without a body", method: "POST", path: "/api/logout", status: 200})
}

func TestCookiesOverTLSAreBoundToTheHost(t *testing.T) {
	public := testServer(t, func(o *Options) { o.PublicURL = origin(t, "https://promo.example.com") })
	proxied := testServer(t, func(o *Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	for name, res := range map[string]*http.Response{
		"https origin": ask{path: "/api/login", body: `{"password":"` + rightPassword + `"}`, header: map[string]string{"Host": "promo.example.com"}, status: 200}.of(t, public),
		"trusted proxy": ask{path: "/api/login", body: `{"password":"` + rightPassword + `"}`, from: "10.1.1.1:1",
			header: map[string]string{"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.1"}, status: 200}.of(t, proxied),
	} {
		if len(res.Cookies()) != 2 {
			t.Fatalf("%s: %v", name, res.Cookies())
		}
		for _, c := range res.Cookies() {
			if !c.Secure || !strings.HasPrefix(c.Name, "__Host-admin_") || c.Domain != "" {
				t.Errorf("%s: %v", name, c)
			}
		}
	}
}

func TestSessionsEndByTime(t *testing.T) {
	s := testServer(t)
	idle := signIn(t, s)
	manual(t, s).Advance(store.SessionIdle + time.Minute)
	ask{name: "idle", path: probe, header: cookies(idle), status: 401}.of(t, s)
	used := signIn(t, s)
	for range 23 {
		manual(t, s).Advance(time.Hour)
		ask{name: "in use", path: probe, header: cookies(used), status: 200}.of(t, s)
	}
	manual(t, s).Advance(time.Hour + 2*leeway)
	ask{name: "a day old", path: probe, header: cookies(used), status: 401}.of(t, s)
}

func TestASessionEndsWithEveryOther(t *testing.T) {
	s := testServer(t)
	cookie := signIn(t, s)
	if err := s.Store.RevokeAllSessions(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask{path: probe, header: cookies(cookie), status: 401}.of(t, s)
	ask{path: probe, header: cookies(signIn(t, s)), status: 200}.of(t, s)
}

func TestForgedCookiesAreRefused(t *testing.T) {
	s := testServer(t)
	now := manual(t, s).Now()
	real, err := s.Store.CreateSession(t.Context(), "192.0.2.1", "test")
	if err != nil {
		t.Fatal(err)
	}
	good := s.sessions.sign(real.ID, real.Expires)
	ask{name: "the real one", path: probe, header: cookies("admin_session=" + good), status: 200}.of(t, s)
	parts := strings.Split(good, ".")
	with := func(i int, text string) string {
		p := append([]string(nil), parts...)
		p[i] = text
		return strings.Join(p, ".")
	}
	otherKey := newSigner([]byte("a stranger's key"), "admin session", s.clock)
	otherPurpose := newSigner(s.CookieKey, "admin device", s.clock)
	later := strconv.FormatInt(real.Expires.Add(time.Hour).Unix(), 10)
	unpadded := base64.RawURLEncoding.EncodeToString
	forged := map[string]string{
		"nothing":                     "",
		"rubbish":                     "rubbish",
		"dots":                        "....",
		"the previous product's":      "1764000000.164263cc4473e4e35f72197db05c8bc0d990de263ae6e59debc17bfe372f247f",
		"session id alone":            real.ID,
		"without a MAC":               strings.Join(parts[:4], "."),
		"empty MAC":                   with(4, ""),
		"MAC of zeros":                with(4, unpadded(make([]byte, 32))),
		"half a MAC":                  with(4, parts[4][:20]),
		"longer MAC":                  with(4, parts[4]+"AA"),
		"MAC with another last bit":   with(4, parts[4][:42]+flip(parts[4][42:])),
		"another version":             with(0, "v2"),
		"another key's id":            with(1, "00000000"),
		"another session":             with(2, strings.Repeat("a", 64)),
		"a later end":                 with(3, later),
		"no end":                      with(3, ""),
		"end that is no number":       with(3, "never"),
		"signed with another key":     otherKey.sign(real.ID, real.Expires),
		"signed for another purpose":  otherPurpose.sign(real.ID, real.Expires),
		"signed but over":             s.sessions.sign(real.ID, now.Add(-time.Hour)),
		"signed, no such session":     s.sessions.sign(strings.Repeat("b", 64), real.Expires),
		"signed, session is SQL":      s.sessions.sign("' OR 1=1 --", real.Expires),
		"upper case":                  strings.ToUpper(good),
		"with spaces":                 " " + strings.ReplaceAll(good, ".", " . "),
		"far too long":                good + strings.Repeat("A", 4000),
		"another part before the end": with(3, parts[3]+".9"),
	}
	for name, value := range forged {
		ask{name: name, path: probe, header: cookies("admin_session=" + value), status: 401}.of(t, s)
	}
	asks(t, s,
		ask{name: "twice", path: probe, header: cookies("admin_session=" + good + "; admin_session=" + good), status: 401},
		ask{name: "under the name for TLS", path: probe, header: cookies("__Host-admin_session=" + good), status: 401},
		ask{name: "as a header", path: probe, header: map[string]string{"Authorization": "Bearer " + good}, status: 401})
	if err := s.Store.RevokeSession(t.Context(), real.ID); err != nil {
		t.Fatal(err)
	}
	ask{name: "revoked", path: probe, header: cookies("admin_session=" + good), status: 401}.of(t, s)
}

func flip(text string) string {
	if text == "A" {
		return "E"
	}
	return "A"
}

func TestGuessingIsSlowedButTheOwnerGetsIn(t *testing.T) {
	s := testServer(t)
	owner := signIn(t, s) // brings the cookie of a browser that signed in before
	guess := func(from string) int {
		return ask{path: "/api/login", body: `{"password":"guess"}`, from: from}.of(t, s).StatusCode
	}
	for i := range loginPerAddress {
		if got := guess("198.51.100.1:1"); got != 401 {
			t.Fatalf("guess %d: %d", i, got)
		}
	}
	res := ask{path: "/api/login", body: `{"password":"guess"}`, from: "198.51.100.1:1", status: 429, has: []string{`"retry_after":`}}.of(t, s)
	if res.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	ask{name: "the right password is no way around", path: "/api/login", body: `{"password":"` + rightPassword + `"}`, from: "198.51.100.1:1", status: 429}.of(t, s)
	for i := range 2 * loginForAll {
		guess("203.0." + strconv.Itoa(i/250) + "." + strconv.Itoa(i%250) + ":1")
	}
	ask{name: "a stranger while everybody guesses", path: "/api/login", body: `{"password":"` + rightPassword + `"}`, from: "192.0.2.77:1", status: 429}.of(t, s)
	asks(t, s,
		ask{name: "the owner's session", path: probe, header: cookies(owner), status: 200},
		ask{name: "the owner's browser signs in again", path: "/api/login", body: `{"password":"` + rightPassword + `"}`, header: cookies(owner), from: "198.51.100.1:1", status: 200})
	for range loginPerAddress {
		ask{path: "/api/login", body: `{"password":"guess"}`, header: cookies(owner)}.of(t, s)
	}
	ask{name: "a stolen browser cookie is no way to guess", path: "/api/login", body: `{"password":"guess"}`, header: cookies(owner), status: 429}.of(t, s)
}

func TestManySignInsAtOnceAreAllAnswered(t *testing.T) {
	s := testServer(t)
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			ask{path: "/api/login", body: `{"password":"` + rightPassword + `"}`, from: "203.0.113." + strconv.Itoa(i) + ":1", status: 200}.of(t, s)
		})
	}
	group.Wait()
	if n := len(s.gate.hashing); n != 0 {
		t.Errorf("%d hashes still counted", n)
	}
}

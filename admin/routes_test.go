package admin

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// address makes a path of a pattern.
func address(pattern string) string {
	return regexp.MustCompile(`[:*][a-z_]+`).ReplaceAllString(pattern, "1")
}

// sixShapes are the ways in which another site's page can make a browser send a change.
var sixShapes = []struct {
	name   string
	header map[string]string
}{
	{"fetch of another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example", "Content-Type": "application/json"}},
	{"page of a sibling name", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://evil.localhost:8080", "Content-Type": "application/json"}},
	{"older browser that sends Origin only", map[string]string{"Origin": "https://evil.example", "Content-Type": "application/json"}},
	{"sandboxed frame", map[string]string{"Origin": "null", "Content-Type": "application/json"}},
	{"form with a text body and no word on where it comes from", map[string]string{"Content-Type": "text/plain", "User-Agent": "Mozilla/5.0"}},
	{"form with files and no word on where it comes from", map[string]string{"Content-Type": "multipart/form-data; boundary=x", "User-Agent": "Mozilla/5.0"}},
}

// furtherShapes are refused as well.
var furtherShapes = []struct {
	name   string
	header map[string]string
}{
	{"the same host on another port", map[string]string{"Origin": "http://localhost:9999", "Content-Type": "application/json"}},
	{"same-origin claimed beside a foreign Origin", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example", "Content-Type": "application/json"}},
	{"foreign Referer and nothing else", map[string]string{"Referer": "https://evil.example/page", "Content-Type": "application/json"}},
	{"form body of our own page", map[string]string{"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}},
	{"text body of a program", map[string]string{"Content-Type": "text/plain"}},
	{"body without a type", map[string]string{"Content-Type": ""}},
}

func TestEveryRouteIsGuarded(t *testing.T) {
	s := testServer(t)
	for _, rt := range s.routes() {
		path := address(rt.pattern)
		if rt.access < public || rt.access > token || rt.handle == nil {
			t.Errorf("%s %s: no access class or no handler", rt.method, rt.pattern)
		}
		if rt.access == session {
			ask{name: "without a session: " + rt.method + " " + path, method: rt.method, path: path, body: bodyFor(rt.method), status: 401,
				has: []string{`"error":"Unauthorized"`}}.of(t, s)
		}
		if isSafe(rt.method) {
			continue
		}
		if rt.access == webhook {
			continue
		}
		for _, shape := range append(sixShapes, furtherShapes...) {
			res := ask{method: rt.method, path: path, body: `{"a":1}`, header: shape.header}.of(t, s)
			if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusUnsupportedMediaType {
				t.Errorf("%s %s: %s came through with %d", rt.method, rt.pattern, shape.name, res.StatusCode)
			}
		}
		ask{name: "foreign name: " + path, method: rt.method, path: path, body: "{}", status: 403, header: map[string]string{"Host": "evil.example",
			"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}}.of(t, s)
	}
}

func bodyFor(method string) string {
	if isSafe(method) {
		return ""
	}
	return "{}"
}

func TestOurOwnRequestsComeThrough(t *testing.T) {
	s := testServer(t)
	for name, header := range map[string]map[string]string{
		"our page":                 {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8080"},
		"our page, older browser":  {"Origin": "http://localhost:8080"},
		"typed by the person":      {"Sec-Fetch-Site": "none"},
		"a program":                {},
		"a program with a referer": {"Referer": "http://localhost:8080/admin"},
	} {
		ask{name: name, path: "/api/validate-coupon", body: `{"coupon_code":"SAVE20"}`, header: header, status: 200}.of(t, s)
	}
	public := testServer(t, func(o *Options) { o.PublicURL = origin(t, "https://promo.example.com") })
	asks(t, public,
		ask{name: "behind a proxy that keeps the name", path: "/api/validate-coupon", body: `{"coupon_code":"SAVE20"}`, status: 200,
			header: map[string]string{"Host": "promo.example.com", "Origin": "https://promo.example.com"}},
		ask{name: "page of the same name without TLS", path: "/api/validate-coupon", body: `{"coupon_code":"SAVE20"}`, status: 403,
			header: map[string]string{"Host": "promo.example.com", "Origin": "http://promo.example.com"}})
}

func TestHeadAnswersLikeGet(t *testing.T) {
	s := testServer(t)
	for _, rt := range s.routes() {
		if rt.method != get {
			continue
		}
		path := address(rt.pattern)
		g := ask{path: path}.of(t, s)
		h := httptest.NewRecorder()
		s.ServeHTTP(h, ask{method: http.MethodHead, path: path}.request(t))
		if g.StatusCode != h.Code {
			t.Errorf("%s: GET %d, HEAD %d", path, g.StatusCode, h.Code)
		}
		for _, name := range []string{"Content-Type", "ETag", "Cache-Control", "Content-Length"} {
			if g.Header.Get(name) != h.Header().Get(name) && !strings.HasPrefix(path, "/metrics") && g.StatusCode == 200 {
				t.Errorf("%s: %s is %q for GET, %q for HEAD", path, name, g.Header.Get(name), h.Header().Get(name))
			}
		}
	}
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	s := testServer(t)
	asks(t, s,
		ask{path: "/api/nothing", status: 404, has: []string{`"success":false`}},
		ask{path: "/nothing", header: map[string]string{"Accept": "text/html"}, status: 404, has: []string{"<html", "Page not found"}},
		ask{path: "/nothing", status: 404, has: []string{`"success":false`}},
		ask{method: "DELETE", path: "/api/templates", status: 405, has: []string{"does not take DELETE"}},
		ask{method: "BREW", path: "/api/templates", header: map[string]string{"Sec-Fetch-Site": "none"}, status: 405},
		ask{method: "PUT", path: "/", body: "{}", header: map[string]string{"Accept": "text/html"}, status: 405, has: []string{"<html"}},
		ask{path: "/assets/../main.go", status: 404},
		ask{path: "/.env", status: 404},
		ask{path: "/media/..%2f..%2fetc%2fpasswd", status: 404},
		ask{path: "/media/exports/secret.json", status: 404},
		ask{path: "/media/art/x.svg", status: 404},
	)
}

func TestBodiesHaveALimit(t *testing.T) {
	s := testServer(t)
	large := `{"coupon_code":"` + strings.Repeat("A", 70<<10) + `"}`
	res := ask{path: "/api/validate-coupon", body: large, status: 413, has: []string{"64 KB", `"valid":false`}}.of(t, s)
	_ = res
	r := ask{path: "/api/validate-coupon", body: large}.request(t)
	r.ContentLength = -1 // a chunked body does not say how long it is
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("chunked body: %d", w.Code)
	}
}

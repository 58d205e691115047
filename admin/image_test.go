package admin

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"promostack/store"
)

// withTemplate is a server with a published template "sale" and the codes GOOD, OLD and USED on the list.
func withTemplate(t *testing.T) (*Server, owner) {
	t.Helper()
	s := testServer(t)
	o := signedInTo(t, s)
	art := text(t, o.form("/api/panel/pictures", 201, "for", "art", "file", drawing(t, 500, 500)), "art")
	o.do("POST", "/api/panel/templates", map[string]any{"name": "sale", "variants": []any{variant("square", art)}}, 201)
	o.do("POST", "/api/panel/template/sale/publish", map[string]any{"base": 0, "rev": 1}, 200)
	o.do("PUT", "/api/panel/coupons/provider", `{"name":"list"}`, 200)
	for _, body := range []string{`{"code":"GOOD","percent":20,"ends":"2026-12-31T00:00:00Z"}`, `{"code":"OLD","ends":"2026-01-01T00:00:00Z"}`} {
		o.do("POST", "/api/panel/coupons", body, 201)
	}
	return s, o
}

func TestAnAddressIsAPicture(t *testing.T) {
	s, _ := withTemplate(t)
	picture := func(path string, status int, decode func(io.Reader) (image.Image, error)) *http.Response {
		t.Helper()
		res := ask{path: path, status: status, sets: map[string]string{"Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff"}}.of(t, s)
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		m, err := decode(bytes.NewReader(body))
		if err != nil || m.Bounds().Dx() != 500 {
			t.Errorf("%s: no picture: %v", path, err)
		}
		return res
	}
	res := picture("/i/sale/square/GOOD.png", 200, png.Decode)
	if res.Header.Get("Content-Type") != "image/png" || res.Header.Get("Cache-Control") != madeCaching {
		t.Errorf("headers: %v", res.Header)
	}
	ask{path: "/i/sale/square/GOOD.png", header: map[string]string{"If-None-Match": res.Header.Get("ETag")}, status: 304}.of(t, s)
	picture("/i/sale/square/good.jpg", 200, jpeg.Decode)
	picture("/i/sale/square/OLD.png", 410, png.Decode)
	picture("/i/sale/square/NOBODY.png", 404, png.Decode)
	asks(t, s,
		ask{path: "/i/sale/square/GOOD.gif", status: 404},
		ask{path: "/i/sale/square/GOOD", status: 404},
		ask{path: "/i/sale/story/GOOD.png", status: 404},
		ask{path: "/i/nothing/square/GOOD.png", status: 404},
		ask{path: "/i/sale/square/%3Cb%3E.png", status: 422})
	usage, err := s.Store.Workspace(store.DefaultWorkspace).UsageHours(t.Context(), store.UsageFilter{Source: "image"})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	for _, u := range usage {
		counts[u.Outcome] += u.Count
	}
	if counts["made"] != 2 || counts["expired"] != 1 || counts["invalid"] != 2 {
		t.Errorf("counted: %v", counts)
	}
}

func TestAShareLinkHasAPreviewAndTellsTheTruth(t *testing.T) {
	s, o := withTemplate(t)
	asks(t, s,
		ask{path: "/p/sale/good", status: 200, has: []string{`<meta property="og:image" content="http://localhost:8080/i/sale/square/GOOD.png">`,
			`<meta property="og:image:width" content="500">`, `<meta property="og:url" content="http://localhost:8080/p/sale/GOOD">`, "20 %", "31 December 2026", "/?c=GOOD&amp;t=sale"}},
		ask{path: "/p/sale/OLD", status: 410, has: []string{"This offer has ended"}, hasNot: []string{"/?c="}},
		ask{path: "/p/sale/NOBODY", status: 404, has: []string{"This offer has ended"}},
		ask{path: "/p/nothing/GOOD", status: 404},
		ask{path: "/p/sale/%3Cscript%3E", status: 404, hasNot: []string{"<script>"}})
	o.do("POST", "/api/panel/templates/switches", map[string]any{"slugs": []string{"sale"}, "web": false}, 200)
	ask{name: "hidden", path: "/p/sale/GOOD", status: 404}.of(t, s)
}

func TestImageAddressesAreNoWayToGuessCodes(t *testing.T) {
	s, _ := withTemplate(t)
	for i := range 60 {
		ask{path: "/api/validate-coupon", body: `{"coupon_code":"GUESS` + strings.Repeat("X", i) + `"}`, from: "198.51.100.4:1", status: 200}.of(t, s)
	}
	ask{path: "/i/sale/square/GUESSMORE.png", from: "198.51.100.4:1", status: 429}.of(t, s)
	ask{path: "/p/sale/GUESSMORE", from: "198.51.100.4:1", status: 429}.of(t, s)
}

func TestPicturesOfNothingLeaveNothingBehind(t *testing.T) {
	s, o := withTemplate(t)
	ask{path: "/i/sale/square/GOOD.png", status: 200}.of(t, s) // a verdict that is known costs no guess
	for i := range 5 {
		ask{path: "/i/made-up-" + strings.Repeat("x", i+1) + "/square/GOOD.png", status: 404}.of(t, s)
		ask{path: "/i/sale/made-up-" + strings.Repeat("x", i+1) + "/GOOD.png", status: 404}.of(t, s)
	}
	ask{method: "HEAD", path: "/i/sale/square/GOOD.png", status: 200, sets: map[string]string{"Content-Type": "image/png"}}.of(t, s)
	o.do("POST", "/api/panel/templates/switches", map[string]any{"slugs": []string{"sale"}, "web": false}, 200)
	ask{name: "hidden", path: "/i/sale/square/GOOD.png", status: 404}.of(t, s)
	usage, err := s.Store.Workspace(store.DefaultWorkspace).UsageHours(t.Context(), store.UsageFilter{Source: "image"})
	if err != nil || len(usage) != 1 || usage[0].Count != 1 {
		t.Errorf("strangers wrote into the statistics: %v %v", usage, err)
	}
}

func TestOneAddressCannotHaveTheServerDrawWithoutEnd(t *testing.T) {
	s, _ := withTemplate(t)
	limited := 0
	for range picturesPerAddress + 1 {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("HEAD", "http://localhost:8080/i/sale/square/GOOD.png", nil)
		r.RemoteAddr = "198.51.100.9:1"
		if s.ServeHTTP(w, r); w.Code == 429 && w.Header().Get("Retry-After") != "" {
			limited++
		}
	}
	if limited != 1 {
		t.Errorf("%d of %d were refused", limited, picturesPerAddress+1)
	}
	ask{path: "/i/sale/square/GOOD.png", from: "198.51.100.10:1", status: 200}.of(t, s)
}

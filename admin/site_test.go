package admin

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"promostack/store"
)

// publish puts a template with artwork that is only named into the store.
func publish(t *testing.T, s *Server, slug string) store.Template {
	t.Helper()
	box := store.Box{LeftPct: 0, TopPct: 70, WidthPct: 80, HeightPct: 12, HAlign: "center", VAlign: "middle"}
	made, err := s.Store.Workspace(store.DefaultWorkspace).PublishTemplate(t.Context(), store.Template{
		Slug: slug, Name: "Template " + slug, Web: true, Telegram: true,
		Variants: []store.Variant{{Name: "square", Width: 1080, Height: 1080, Art: "art/" + strings.Repeat("a", 32) + ".png",
			Thumb: "thumb/" + strings.Repeat("b", 32) + ".jpg", Box: box, MaxFontPx: 120, FontColor: "#FFFFFF", Font: "inter-700", PaddingPct: 2, Logo: true}},
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestTemplatesAreListedUntilASwitchHidesThem(t *testing.T) {
	s := testServer(t)
	publish(t, s, "flash-sale")
	publish(t, s, "black-friday")
	res := ask{path: "/api/templates", status: 200, has: []string{
		`"slug":"flash-sale"`, `"name":"Template black-friday"`, `"version":1`, `"leftPct":0,`, `"url":"/media/art/aaaa`, `"padPct":2`,
		`"hAlign":"center"`, `"brand":{`, `"logo":true`}, sets: map[string]string{"Cache-Control": "no-cache", "Content-Type": "application/json"}}.of(t, s)
	tag := res.Header.Get("ETag")
	ask{path: "/api/templates", header: map[string]string{"If-None-Match": tag}, status: 304}.of(t, s)
	no := false
	if _, err := s.Store.Workspace(store.DefaultWorkspace).SetTemplateSwitches(t.Context(), []string{"flash-sale"}, &no, nil); err != nil {
		t.Fatal(err)
	}
	res = ask{path: "/api/templates", header: map[string]string{"If-None-Match": tag}, status: 200, hasNot: []string{"flash-sale"}, has: []string{"black-friday"}}.of(t, s)
	if res.Header.Get("ETag") == tag {
		t.Error("a switch must change the ETag")
	}
}

func TestACodeIsCheckedAndMayBeCountedOnce(t *testing.T) {
	s := testServer(t)
	publish(t, s, "flash-sale")
	answer := read[struct {
		Valid                              bool
		Message, Status, Canonical, Ticket string
		Code                               int `json:"status_code"`
	}](t, ask{path: "/api/validate-coupon", body: `{"coupon_code":" save 20 "}`, status: 200}.of(t, s))
	if !answer.Valid || answer.Status != "valid" || answer.Canonical != "SAVE-20" || answer.Code != 200 || answer.Ticket == "" || answer.Message == "" {
		t.Fatalf("%+v", answer)
	}
	event := func(kind, template, variant, ticket string) string {
		return `{"ticket":"` + ticket + `","kind":"` + kind + `","template":"` + template + `","variant":"` + variant + `"}`
	}
	asks(t, s,
		ask{name: "no such kind", path: "/api/events", body: event("print", "flash-sale", "square", answer.Ticket), status: 422},
		ask{name: "forged", path: "/api/events", body: event("download", "flash-sale", "square", answer.Ticket+"x"), status: 422},
		ask{name: "no such template", path: "/api/events", body: event("download", "nothing", "square", answer.Ticket), status: 404},
		ask{name: "no such variant", path: "/api/events", body: event("download", "flash-sale", "story", answer.Ticket), status: 404},
	)
}

func TestWrongCodesAreAnsweredWithTheKeysOfOldClients(t *testing.T) {
	s := testServer(t)
	keys := []string{`"valid":false`, `"message":"`, `"status_code":`, `"status":"`, `"success":false`, `"error":"`}
	asks(t, s,
		ask{name: "nothing", path: "/api/validate-coupon", body: `{}`, status: 400, has: append(keys, "Enter a coupon code.")},
		ask{name: "blank", path: "/api/validate-coupon", body: `{"coupon_code":"  "}`, status: 400, has: keys},
		ask{name: "no JSON", path: "/api/validate-coupon", body: `coupon=1`, status: 400, has: keys},
		ask{name: "number", path: "/api/validate-coupon", body: `{"coupon_code":5}`, status: 400, has: keys},
		ask{name: "two values", path: "/api/validate-coupon", body: `{"coupon_code":"A"}{}`, status: 400, has: keys},
		ask{name: "emoji", path: "/api/validate-coupon", body: `{"coupon_code":"SAVE🎉"}`, status: 422, has: append(keys, `"status":"invalid"`)},
		ask{name: "long", path: "/api/validate-coupon", body: `{"coupon_code":"` + strings.Repeat("A", 65) + `"}`, status: 422, has: append(keys, "65 characters")},
		ask{name: "HTML", path: "/api/validate-coupon", body: `{"coupon_code":"<b>"}`, status: 422, has: keys},
	)
}

func TestNewCodesAreLimitedByAddress(t *testing.T) {
	s := testServer(t)
	code := func(i int) string { return `{"coupon_code":"CODE` + strings.Repeat("X", i) + `"}` }
	for i := range 60 {
		ask{path: "/api/validate-coupon", body: code(i % 60), status: 200}.of(t, s)
	}
	res := ask{path: "/api/validate-coupon", body: `{"coupon_code":"ONEMORE"}`, status: 429, has: []string{`"valid":false`, `"status":"unknown"`}}.of(t, s)
	if res.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	ask{name: "somebody else", path: "/api/validate-coupon", body: `{"coupon_code":"ONEMORE"}`, from: "198.51.100.9:1", status: 200}.of(t, s)
	manual(t, s).Advance(3 * time.Minute)
	ask{name: "later", path: "/api/validate-coupon", body: `{"coupon_code":"ONEMORE"}`, status: 200}.of(t, s)
}

func TestPicturesAreServedForEverAndCannotAct(t *testing.T) {
	s := testServer(t)
	key := "art/" + strings.Repeat("0", 32) + ".png"
	for k, body := range map[string]string{key: "picture", "templates/flash-sale/square.png": "export", "templates/flash-sale/meta.json": "{}", "backup/x.png": "private"} {
		if err := s.Store.Blobs().Put(t.Context(), k, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	asks(t, s,
		ask{path: "/media/" + key, status: 200, has: []string{"picture"}, sets: map[string]string{"Content-Type": "image/png",
			"Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}},
		ask{name: "part", path: "/media/" + key, header: map[string]string{"Range": "bytes=0-3"}, status: 206, has: []string{"pict"}, hasNot: []string{"picture"}},
		ask{name: "kept", path: "/media/" + key, header: map[string]string{"If-None-Match": `"` + strings.Repeat("0", 32) + `"`}, status: 304},
		ask{name: "export", path: "/media/templates/flash-sale/square.png", status: 200, sets: map[string]string{"Cache-Control": "no-cache"}},
		ask{name: "no picture", path: "/media/templates/flash-sale/meta.json", status: 404},
		ask{name: "private", path: "/media/backup/x.png", status: 404},
		ask{name: "gone", path: "/media/art/" + strings.Repeat("1", 32) + ".png", status: 404},
	)
}

func TestEmbeddedFilesAreKeptForEverAndPacked(t *testing.T) {
	s := testServer(t)
	for where, f := range s.site.files {
		if !strings.HasPrefix(where, "/assets/") || len(f.tag) < 10 {
			t.Errorf("%s: odd address or tag %s", where, f.tag)
		}
	}
	where := s.site.base + "/fonts.json"
	res := ask{path: where, header: map[string]string{"Accept-Encoding": "br, gzip;q=0.8"}, status: 200,
		sets: map[string]string{"Cache-Control": "public, max-age=31536000, immutable", "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}}.of(t, s)
	packed, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(zip)
	if err != nil || !bytes.Equal(plain, s.site.files[where].body) {
		t.Errorf("unpacked: %d bytes, %v", len(plain), err)
	}
	asks(t, s,
		ask{name: "plain", path: where, status: 200, has: []string{`"fonts"`}, sets: map[string]string{"Content-Encoding": ""}},
		ask{name: "refused gzip", path: where, header: map[string]string{"Accept-Encoding": "gzip;q=0"}, status: 200, sets: map[string]string{"Content-Encoding": ""}},
		ask{name: "kept", path: where, header: map[string]string{"If-None-Match": s.site.files[where].tag}, status: http.StatusNotModified},
		ask{name: "another build", path: "/assets/000000000000/fonts.json", status: 404},
	)
}

func TestThePanelIsTheHomeOfItsOwnName(t *testing.T) {
	s := testServer(t, func(o *Options) {
		o.PublicURL, o.AdminURL = origin(t, "https://promo.example.com"), origin(t, "https://admin.example.com")
	})
	if s.site.pages["admin"] == nil || s.site.pages["index"] == nil {
		t.Skip("the pages are not there yet")
	}
	panel := ask{path: "/", header: map[string]string{"Host": "admin.example.com"}, status: 200}.of(t, s)
	home := ask{path: "/", header: map[string]string{"Host": "promo.example.com"}, status: 200}.of(t, s)
	if panel.Header.Get("ETag") == home.Header.Get("ETag") {
		t.Error("both names show the same page")
	}
}

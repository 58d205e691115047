package admin

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"promostack/store"
)

// owner asks with the session of an admin.
type owner struct {
	t      *testing.T
	s      *Server
	cookie string
}

func signedInTo(t *testing.T, s *Server) owner {
	t.Helper()
	return owner{t, s, signIn(t, s)}
}

// do is one request and its status; the answer is JSON.
func (o owner) do(method, path string, body any, status int) map[string]any {
	o.t.Helper()
	text := ""
	if body != nil {
		raw, ok := body.(string)
		if !ok {
			raw = string(encode(body))
		}
		text = raw
	}
	res := ask{method: method, path: path, body: text, header: cookies(o.cookie), status: status}.of(o.t, o.s)
	return read[map[string]any](o.t, res)
}

// form is a multipart request; a []byte is a file.
func (o owner) form(path string, status int, parts ...any) map[string]any {
	o.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(parts); i += 2 {
		name, _ := parts[i].(string)
		var err error
		switch v := parts[i+1].(type) {
		case []byte:
			part, partErr := w.CreateFormFile(name, "upload.bin")
			if partErr != nil {
				o.t.Fatal(partErr)
			}
			_, err = part.Write(v)
		case string:
			err = w.WriteField(name, v)
		}
		if err != nil {
			o.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		o.t.Fatal(err)
	}
	res := ask{method: "POST", path: path, body: body.String(), header: map[string]string{"Cookie": o.cookie, "Content-Type": w.FormDataContentType()}, status: status}.of(o.t, o.s)
	return read[map[string]any](o.t, res)
}

// drawing is a dark PNG.
func drawing(t *testing.T, width, height int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = byte(16 + i%3)
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	m.Set(3, 3, color.White)
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// variant is a shape as an editor sends it.
func variant(name, art string) map[string]any {
	return map[string]any{"name": name, "art": art, "box": map[string]any{"leftPct": 0, "topPct": 70, "widthPct": 80, "heightPct": 14, "hAlign": "center", "vAlign": "middle"},
		"maxFontPx": 120, "fontColor": "#FFFFFF", "font": "inter-700", "stroke": false, "padPct": 2, "logo": true}
}

func text(t *testing.T, v any, path ...any) string {
	t.Helper()
	return fmt.Sprint(dig(t, v, path...))
}

func dig(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch at := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok {
				t.Fatalf("%v is no object", v)
			}
			v = m[at]
		case int:
			list, ok := v.([]any)
			if !ok || at >= len(list) {
				t.Fatalf("no element %d in %v", at, v)
			}
			v = list[at]
		}
	}
	return v
}

func TestATemplateFromUploadToPublishAndBack(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	up := o.form("/api/panel/pictures", 201, "for", "art", "file", drawing(t, 1080, 1080))
	art := text(t, up, "art")
	if !strings.HasPrefix(art, "art/") || text(t, up, "width") != "1080" || text(t, up, "thumb") == "" {
		t.Fatalf("uploaded: %v", up)
	}
	made := o.do("POST", "/api/panel/templates", map[string]any{"name": "Black Friday", "variants": []any{variant("square", art)}}, 201)
	if text(t, made, "slug") != "black-friday" || text(t, made, "draft", "rev") != "1" || text(t, made, "draft", "base") != "0" {
		t.Fatalf("made: %v", made)
	}
	second := o.do("POST", "/api/panel/templates", map[string]any{"name": "Black Friday", "variants": []any{variant("square", art)}}, 201)
	if text(t, second, "slug") != "black-friday-2" {
		t.Errorf("second of the name: %v", second["slug"])
	}
	o.do("POST", "/api/panel/templates", map[string]any{"name": "X", "slug": "black-friday", "variants": []any{variant("square", art)}}, 409)
	ask{path: "/api/templates", status: 200, hasNot: []string{"black-friday"}}.of(t, s)

	body := map[string]any{"name": "Black Friday 30", "variants": []any{variant("square", art)}, "web": true, "telegram": false}
	saved := o.do("PUT", "/api/panel/template/black-friday/draft", map[string]any{"base": 0, "rev": 1, "body": body}, 200)
	if text(t, saved, "rev") != "2" {
		t.Errorf("saved: %v", saved)
	}
	late := o.do("PUT", "/api/panel/template/black-friday/draft", map[string]any{"base": 0, "rev": 1, "body": body}, 409)
	if text(t, late, "current", "rev") != "2" || text(t, late, "current", "body", "name") != "Black Friday 30" {
		t.Errorf("late: %v", late)
	}
	o.do("POST", "/api/panel/template/black-friday/publish", map[string]any{"base": 0, "rev": 1}, 409)
	first := o.do("POST", "/api/panel/template/black-friday/publish", map[string]any{"base": 0, "rev": 2}, 200)
	if text(t, first, "template", "version") != "1" || text(t, first, "template", "telegram") != "false" || text(t, first, "template", "variants", 0, "box", "leftPct") != "0" {
		t.Errorf("published: %v", first)
	}
	ask{path: "/api/templates", status: 200, has: []string{`"slug":"black-friday"`, `"leftPct":0,`, "/media/" + art}}.of(t, s)
	if got := o.do("GET", "/api/panel/template/black-friday", nil, 200); got["draft"] != nil {
		t.Errorf("the draft is still there: %v", got["draft"])
	}

	body["name"] = "Renamed"
	o.do("PUT", "/api/panel/template/black-friday/draft", map[string]any{"base": 1, "rev": 0, "body": body}, 200)
	o.do("POST", "/api/panel/template/black-friday/publish", map[string]any{"base": 1, "rev": 1}, 200)
	conflict := o.do("POST", "/api/panel/template/black-friday/rollback", map[string]any{"version": 1, "base": 1}, 409)
	if text(t, conflict, "current", "published", "version") != "2" {
		t.Errorf("conflict: %v", conflict)
	}
	back := o.do("POST", "/api/panel/template/black-friday/rollback", map[string]any{"version": 1, "base": 2}, 200)
	if text(t, back, "template", "version") != "3" || text(t, back, "template", "name") != "Black Friday 30" {
		t.Errorf("rolled back: %v", back)
	}
	versions := o.do("GET", "/api/panel/template/black-friday/versions", nil, 200)
	if list, _ := versions["versions"].([]any); len(list) != 3 || text(t, list, 0, "version") != "3" {
		t.Errorf("versions: %v", versions)
	}
	o.do("GET", "/api/panel/template/black-friday/versions/2", nil, 200)
	o.do("GET", "/api/panel/template/black-friday/versions/9", nil, 404)
	o.do("GET", "/api/panel/template/black-friday/versions/x", nil, 404)
}

func TestSwitchesDeletingAndUndoingCountAtOnce(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	art := text(t, o.form("/api/panel/pictures", 201, "for", "art", "file", drawing(t, 300, 300)), "art")
	for _, slug := range []string{"one", "two"} {
		o.do("POST", "/api/panel/templates", map[string]any{"name": slug, "slug": slug, "variants": []any{variant("square", art)}}, 201)
		o.do("POST", "/api/panel/template/"+slug+"/publish", map[string]any{"base": 0, "rev": 1}, 200)
	}
	index := func() string {
		t.Helper()
		if _, err := s.writeExports(t.Context(), s.Store.Workspace(store.DefaultWorkspace), false); err != nil {
			t.Fatal(err)
		}
		raw, err := s.blob(t.Context(), "templates/index.json", 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	if got := index(); strings.Count(got, `"telegramEnabled": true`) != 2 || !strings.Contains(got, "/media/templates/one/square.png") {
		t.Errorf("index: %s", got)
	}
	o.do("POST", "/api/panel/templates/switches", map[string]any{"slugs": []string{"one"}, "telegram": false}, 200)
	o.do("POST", "/api/panel/templates/switches", map[string]any{"slugs": []string{"two"}, "web": false}, 200)
	if got := index(); strings.Count(got, `"telegramEnabled": false`) != 1 {
		t.Errorf("index after the switch: %s", got)
	}
	ask{path: "/api/templates", status: 200, has: []string{`"one"`}, hasNot: []string{`"two"`}}.of(t, s)
	ask{path: "/media/templates/one/square.png", status: 200}.of(t, s)

	gone := o.do("POST", "/api/panel/templates/delete", map[string]any{"slugs": []string{"one", "two", "three"}}, 200)
	if text(t, gone, "changed") != "2" {
		t.Errorf("deleted: %v", gone)
	}
	if got := index(); strings.Contains(got, `"slug"`) {
		t.Errorf("index after deleting: %s", got)
	}
	ask{path: "/media/templates/one/square.png", status: 404}.of(t, s)
	bin := o.do("GET", "/api/panel/templates?deleted=1", nil, 200)
	if list, _ := bin["templates"].([]any); len(list) != 2 || text(t, list, 0, "deleted_at") == "<nil>" {
		t.Errorf("bin: %v", bin)
	}
	o.do("POST", "/api/panel/templates/restore", map[string]any{"slugs": []string{"one"}}, 200)
	ask{path: "/api/templates", status: 200, has: []string{`"one"`}}.of(t, s)
	if list, _ := o.do("GET", "/api/panel/templates", nil, 200)["templates"].([]any); len(list) != 1 || text(t, list, 0, "telegram") != "false" {
		t.Errorf("the switch did not survive: %v", list)
	}
	o.do("POST", "/api/panel/templates/restore", map[string]any{"slugs": []string{"three"}}, 404)
}

func TestDraftsThatCanNeverBeStoredAreRefused(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	art := text(t, o.form("/api/panel/pictures", 201, "for", "art", "file", drawing(t, 64, 64)), "art")
	o.do("POST", "/api/panel/templates", map[string]any{"name": "x", "slug": "x", "variants": []any{variant("square", art)}}, 201)
	good := string(encode(map[string]any{"name": "n", "variants": []any{variant("square", art)}}))
	for name, c := range map[string]struct{ old, new, field string }{
		"text for a number":  {`"leftPct":0`, `"leftPct":"0"`, "variants"},
		"box beyond":         {`"leftPct":0`, `"leftPct":101`, "variants.square.box.leftPct"},
		"box below":          {`"topPct":70`, `"topPct":-1`, "variants.square.box.topPct"},
		"NaN":                {`"topPct":70`, `"topPct":NaN`, ""},
		"unknown font":       {`"inter-700"`, `"comic"`, "variants.square.font"},
		"no colour":          {`"#FFFFFF"`, `"red"`, "variants.square.fontColor"},
		"padding":            {`"padPct":2`, `"padPct":90`, "variants.square.padPct"},
		"huge type":          {`"maxFontPx":120`, `"maxFontPx":9999`, "variants.square.maxFontPx"},
		"traversal":          {art, `../../etc/passwd`, "variants.square.art"},
		"picture of nobody":  {art, "art/" + strings.Repeat("f", 32) + ".png", "variants.square.art"},
		"shape like a slug":  {`"name":"square"`, `"name":"slug"`, "variants"},
		"shape with a slash": {`"name":"square"`, `"name":"a/b"`, "variants"},
		"long name":          {`"name":"n"`, `"name":"` + strings.Repeat("n", 81) + `"`, "name"},
	} {
		body := strings.Replace(good, c.old, c.new, 1)
		if body == good {
			t.Fatalf("%s: nothing to replace in %s", name, good)
		}
		want := 422
		if name == "NaN" {
			want = 400
		}
		got := o.do("PUT", "/api/panel/template/x/draft", `{"base":0,"rev":1,"body":`+body+`}`, want)
		if field := fmt.Sprint(got["field"]); c.field != "" && !strings.HasPrefix(field, c.field) {
			t.Errorf("%s: field %q, want %q: %v", name, field, c.field, got["error"])
		}
	}
	o.do("PUT", "/api/panel/template/nothing/draft", `{"base":0,"rev":0,"body":`+good+`}`, 404)
	// An editor whose box is not drawn yet may be kept, but not published.
	empty := strings.Replace(strings.Replace(good, `"widthPct":80`, `"widthPct":0`, 1), `"heightPct":14`, `"heightPct":0`, 1)
	o.do("PUT", "/api/panel/template/x/draft", `{"base":0,"rev":1,"body":`+empty+`}`, 200)
	refused := o.do("POST", "/api/panel/template/x/publish", `{"base":0,"rev":2}`, 422)
	if text(t, refused, "findings", 0, "rule") != "box" || text(t, refused, "findings", 0, "level") != "error" {
		t.Errorf("refused: %v", refused)
	}
	for _, slug := range []string{"..", "a%00b", "%2e%2e%2fetc", "ünïcode", strings.Repeat("a", 300)} {
		o.do("GET", "/api/panel/template/"+slug, nil, 404)
	}
}

func TestPicturesThatAreNoneAreRefused(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	for name, body := range map[string][]byte{"text": []byte("hello"), "HTML": []byte("<html><script>"), "SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"empty": {}, "half": drawing(t, 64, 64)[:60]} {
		got := o.form("/api/panel/pictures", 422, "for", "art", "file", body)
		if got["field"] != "file" || got["error"] == "" {
			t.Errorf("%s: %v", name, got)
		}
	}
	o.form("/api/panel/pictures", 422, "for", "art")
	o.form("/api/panel/pictures", 422, "for", "wallpaper", "file", drawing(t, 8, 8))
	ask{method: "POST", path: "/api/panel/pictures", body: "{}", header: cookies(o.cookie), status: 415}.of(t, s)
	ask{method: "POST", path: "/api/panel/pictures", body: "--x\r\nbroken", header: map[string]string{"Cookie": o.cookie, "Content-Type": "multipart/form-data; boundary=x"}, status: 400}.of(t, s)
	o.form("/api/panel/pictures", 413, "for", "art", "file", make([]byte, 13<<20))
	full := testServer(t, func(o *Options) { o.FreeBytes = func() (int64, error) { return 100 << 20, nil } })
	signedInTo(t, full).form("/api/panel/pictures", 507, "for", "art", "file", drawing(t, 8, 8))
}

func TestTheBrandShowsOnThePublicPage(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	logo := text(t, o.form("/api/panel/pictures", 201, "for", "logo", "file", drawing(t, 64, 64)), "art")
	if !strings.HasPrefix(logo, "logo/") {
		t.Fatalf("logo %s", logo)
	}
	brand := map[string]any{"productName": "Prop & Co", "accent": "#00AA55", "referralPattern": "https://shop.example/?promo={code}",
		"supportContact": "help@example.com", "timeZone": "Europe/London", "logo": map[string]any{"art": logo}}
	kept := o.do("PUT", "/api/panel/brand", map[string]any{"rev": 0, "brand": brand}, 200)
	if text(t, kept, "brand", "logo", "width") != "64" || text(t, kept, "rev") != "1" {
		t.Errorf("kept: %v", kept)
	}
	ask{path: "/api/templates", status: 200, has: []string{`"accent":"#00AA55"`, "/media/" + logo}}.of(t, s)
	ask{path: "/", status: 200, has: []string{"Prop &amp; Co"}}.of(t, s)
	late := o.do("PUT", "/api/panel/brand", map[string]any{"rev": 0, "brand": brand}, 409)
	if text(t, late, "current", "rev") != "1" {
		t.Errorf("late: %v", late)
	}
	for field, value := range map[string]any{"productName": "", "accent": "green", "referralPattern": "javascript:alert(1)", "supportContact": "<b>", "timeZone": "Mars/Base", "logo": map[string]any{"art": "logo/x.png"}} {
		wrong := map[string]any{}
		for k, v := range brand {
			wrong[k] = v
		}
		wrong[field] = value
		if got := o.do("PUT", "/api/panel/brand", map[string]any{"rev": 1, "brand": wrong}, 422); got["field"] != field {
			t.Errorf("%s: %v", field, got)
		}
	}
	zones, _ := o.do("GET", "/api/panel/brand", nil, 200)["zones"].([]any)
	for _, zone := range zones {
		if _, err := time.LoadLocation(fmt.Sprint(zone)); err != nil {
			t.Errorf("zone %v: %v", zone, err)
		}
	}
}

func TestSessionsAndDeedsAreListed(t *testing.T) {
	s := testServer(t)
	o, other := signedInTo(t, s), signedInTo(t, s)
	list, _ := o.do("GET", "/api/panel/sessions", nil, 200)["sessions"].([]any)
	if len(list) != 2 {
		t.Fatalf("sessions: %v", list)
	}
	for i := range list {
		if text(t, list, i, "current") == "false" {
			o.do("POST", "/api/panel/sessions/revoke", map[string]any{"id": text(t, list, i, "id")}, 200)
		}
		if strings.Contains(o.cookie, text(t, list, i, "id")) {
			t.Error("the handle gives the cookie away")
		}
	}
	ask{path: probe, header: cookies(other.cookie), status: 401}.of(t, s)
	o.do("POST", "/api/panel/sessions/revoke", map[string]any{"id": "nobody"}, 404)
	entries := o.do("GET", "/api/panel/audit?limit=2", nil, 200)
	if text(t, entries, "entries", 0, "action") != "end session" || text(t, entries, "more") != "true" {
		t.Errorf("audit: %v", entries)
	}
	o.do("POST", "/api/panel/sessions/revoke-all", "{}", 200)
	ask{path: probe, header: cookies(o.cookie), status: 401}.of(t, s)
}

func TestThePanelSeesItsStateAndNoSecrets(t *testing.T) {
	s := testServer(t, func(o *Options) { o.Settings = nil })
	o := signedInTo(t, s)
	state := o.do("GET", "/api/panel/state", nil, 200)
	if text(t, state, "banners", 0, "id") != "coupon-open" || text(t, state, "zone") != "UTC" {
		t.Errorf("state: %v", state)
	}
	week := o.do("GET", "/api/panel/overview?days=7", nil, 200)
	if list, _ := week["series"].([]any); len(list) != 7 || text(t, list, 6, "label") != "Mon 2" {
		t.Errorf("series: %v", week["series"])
	}
	day := o.do("GET", "/api/panel/overview?days=1", nil, 200)
	if list, _ := day["series"].([]any); len(list) != 13 || text(t, list, 0, "label") != "00:00" {
		t.Errorf("series of a day: %v", day["series"])
	}
	res := ask{path: "/api/panel/diagnostics", header: cookies(o.cookie), status: 200}.of(t, s)
	if !strings.Contains(res.Header.Get("Content-Disposition"), "promostack-diagnostics.json") {
		t.Errorf("headers %v", res.Header)
	}
	var anything map[string]any
	if err := json.NewDecoder(res.Body).Decode(&anything); err != nil {
		t.Error(err)
	}
	res = ask{path: "/api/panel/system", header: cookies(o.cookie), status: 200}.of(t, s)
	if res.Header.Get("Cache-Control") != "no-store" || res.StatusCode != http.StatusOK {
		t.Errorf("system: %v", res.Header)
	}
}

// bomb is a PNG that says it is much larger than any memory, and is a hundred bytes long.
func bomb(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32(nil, width)
	head = append(binary.BigEndian.AppendUint32(head, height), 1, 0, 0, 0, 0)
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, chunk := range [][]byte{append([]byte("IHDR"), head...), []byte("IDATx\x9c\x03\x00\x00\x00\x00\x01"), []byte("IEND")} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(chunk)-4))
		out = append(out, chunk...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
	}
	return out
}

func TestBombsAreRefusedEightAtATimeWhileThePageIsServed(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			got := o.form("/api/panel/pictures", 422, "for", "art", "file", bomb(65535, 60000+uint32(i)))
			if got["field"] != "file" || !strings.Contains(fmt.Sprint(got["error"]), "pixel") {
				t.Errorf("bomb: %v", got)
			}
		})
	}
	ask{path: "/", status: 200}.of(t, s)
	group.Wait()
	o.form("/api/upload-template", 422, append([]any{"name", "X", "slug", "x"}, oldFields("square", "squareImage", bomb(65535, 65535))...)...)
	if list, err := s.Store.Blobs().List(t.Context(), "art/"); err != nil || len(list) != 0 {
		t.Errorf("something was kept: %v, %v", list, err)
	}
}

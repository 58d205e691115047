package admin

import (
	"strings"
	"testing"
	"time"

	"promostack/store"
)

// oldFields are the fields of one shape in the previous product's form.
func oldFields(shape string, more ...any) []any {
	return append([]any{shape + "LeftPct", "50.4", shape + "TopPct", "0", shape + "WidthPct", "38.8", shape + "HeightPct", "4.3", shape + "HAlign", "center",
		shape + "VAlign", "middle", shape + "MaxFontPx", "80.0", shape + "FontColor", "", shape + "ShowLogo", "true"}, more...)
}

func TestThePreviousProductsFormsStillWork(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	ws := s.Store.Workspace(store.DefaultWorkspace)
	form := append([]any{"name", "Promo 3", "slug", "promo-3"}, oldFields("square", "squareImage", drawing(t, 200, 200))...)
	form = append(form, oldFields("story")...) // its numbers come along although there is no picture
	made := o.form("/api/upload-template", 200, form...)
	if made["success"] != true || made["slug"] != "promo-3" || made["message"] == "" {
		t.Errorf("made: %v", made)
	}
	got, err := ws.Template(t.Context(), "promo-3")
	if err != nil {
		t.Fatal(err)
	}
	v, _ := got.Variant("square")
	if len(got.Variants) != 1 || v.Box.TopPct != 0 || v.Box.LeftPct != 50.4 || v.MaxFontPx != 80 || v.FontColor != "#FF273E" || !v.Stroke || v.PaddingPct != 0 || v.Width != 200 || !got.Telegram {
		t.Errorf("stored: %+v", got)
	}
	o.form("/api/upload-template", 409, form...)
	edit := append([]any{"name", "Promo three", "slug", "promo-3", "isEditing", "true"}, oldFields("square")...)
	edit = append(edit, oldFields("story", "storyImage", drawing(t, 108, 192))...)
	o.form("/api/upload-template", 200, edit...)
	if got, err = ws.Template(t.Context(), "promo-3"); err != nil || got.Version != 2 || len(got.Variants) != 2 || got.Name != "Promo three" || got.Variants[0].Art != v.Art {
		t.Errorf("edited: %+v, %v", got, err)
	}
	asks(t, s,
		ask{path: "/api/toggle-telegram-template", body: `{"slug":"promo-3","enabled":false}`, header: cookies(o.cookie), status: 200, has: []string{`"success":true`, `"message":`}},
		ask{path: "/api/regenerate-index", body: "{}", header: cookies(o.cookie), status: 200, has: []string{`"output":`}},
		ask{method: "POST", path: "/api/clear-telegram-cache", header: cookies(o.cookie), status: 200, has: []string{`"success":true`}})
	for file, want := range map[string]string{"templates/promo-3/meta.json": `"telegramEnabled": false`, "templates/index.json": `"telegramEnabled": false`,
		"templates/promo-3/story.png": "PNG"} {
		raw, err := s.blob(t.Context(), file, 1<<20)
		if err != nil || !strings.Contains(string(raw), want) {
			t.Errorf("%s lacks %s: %v", file, want, err)
		}
	}
	asks(t, s,
		ask{path: "/api/toggle-telegram-template", body: `{"slug":"promo-3"}`, header: cookies(o.cookie), status: 200, has: []string{"shown in"}},
		ask{path: "/api/toggle-telegram-template", body: `{"slug":"nothing"}`, header: cookies(o.cookie), status: 404},
		ask{path: "/api/toggle-telegram-template", body: `{"slug":"../x"}`, header: cookies(o.cookie), status: 422},
		ask{path: "/api/delete-template", body: `{"slug":"nothing"}`, header: cookies(o.cookie), status: 404},
		ask{path: "/api/delete-template", body: `{}`, header: cookies(o.cookie), status: 400},
		ask{path: "/api/delete-template", body: `{"slug":"promo-3"}`, header: cookies(o.cookie), status: 200, has: []string{`"success":true`}})
}

func TestOldFormsWithMistakesAreToldSo(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	picture := drawing(t, 64, 64)
	with := func(slug string, more ...any) []any { return append([]any{"name", "X", "slug", slug}, more...) }
	for name, c := range map[string]struct {
		status int
		form   []any
	}{
		"no slug":           {422, with("", oldFields("square", "squareImage", picture)...)},
		"traversal":         {422, with("../etc", oldFields("square", "squareImage", picture)...)},
		"reserved":          {422, with("admin", oldFields("square", "squareImage", picture)...)},
		"no picture":        {422, with("x", oldFields("square")...)},
		"no box":            {422, with("x", "squareImage", picture)},
		"NaN":               {422, with("x", "squareImage", picture, "squareLeftPct", "NaN", "squareTopPct", "1", "squareWidthPct", "1", "squareHeightPct", "1")},
		"text for a number": {422, with("x", "squareImage", picture, "squareLeftPct", "left", "squareTopPct", "1", "squareWidthPct", "1", "squareHeightPct", "1")},
		"no picture at all": {422, with("x", oldFields("square", "squareImage", []byte("<svg/>"))...)},
		"colour":            {422, with("x", append(oldFields("square", "squareImage", picture), "squareFontColor", "red")...)},
	} {
		if got := o.form("/api/upload-template", c.status, c.form...); got["success"] != false || got["error"] == "" {
			t.Errorf("%s: %v", name, got)
		}
	}
	list, err := s.Store.Workspace(store.DefaultWorkspace).Templates(t.Context(), store.TemplateFilter{})
	if err != nil || len(list) != 0 {
		t.Errorf("something was made: %v, %v", list, err)
	}
}

func TestWhatNobodyNeedsIsSwept(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	ws := s.Store.Workspace(store.DefaultWorkspace)
	upload := func(size int) string {
		return text(t, o.form("/api/panel/pictures", 201, "for", "art", "file", drawing(t, size, size)), "art")
	}
	loose, drafted, deleted := upload(400), upload(401), upload(402)
	o.do("POST", "/api/panel/templates", map[string]any{"name": "draft", "variants": []any{variant("square", drafted)}}, 201)
	o.do("POST", "/api/panel/templates", map[string]any{"name": "gone", "variants": []any{variant("square", deleted)}}, 201)
	o.do("POST", "/api/panel/template/gone/publish", map[string]any{"base": 0, "rev": 1}, 200)
	o.do("POST", "/api/panel/templates/delete", map[string]any{"slugs": []string{"gone"}}, 200)
	there := func(key string) bool {
		_, err := s.blob(t.Context(), key, 1)
		return err == nil
	}
	// Files carry the time of the machine; the clock of the test moves beyond it.
	clock := manual(t, s)
	clock.Set(store.SystemClock().Now())
	if err := ws.RecordUsage(t.Context(), store.Usage{Source: "web", Kind: "download", Outcome: "made", At: clock.Now().Add(-keepUsage)}); err != nil {
		t.Fatal(err)
	}
	if gone, err := s.sweepPicture(t.Context(), loose, clock.Now().Add(-keepLoose)); gone || err != nil {
		t.Errorf("a picture that was uploaded again while the sweep ran: %v, %v", gone, err)
	}
	if err := s.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !there(loose) || !there(drafted) || !there(deleted) {
		t.Error("swept on the same day")
	}
	clock.Advance(25 * time.Hour)
	if err := s.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if there(loose) || there(describe(loose)) || !there(drafted) {
		t.Error("after a day only the picture that nobody needs goes")
	}
	if log, err := ws.UsageLog(t.Context(), 0, false, time.Time{}, 10); err != nil || len(log) != 0 {
		t.Errorf("attempts of more than a year ago: %v, %v", log, err)
	}
	if sums, err := ws.UsageHours(t.Context(), store.UsageFilter{Source: "web"}); err != nil || len(sums) != 1 {
		t.Errorf("their sums stay: %v, %v", sums, err)
	}
	clock.Advance(40 * 24 * time.Hour)
	if err := s.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	bin, err := ws.Templates(t.Context(), store.TemplateFilter{Deleted: true})
	if err != nil || len(bin) != 0 || there(deleted) || !there(drafted) {
		t.Errorf("after a month: %v, %v", bin, err)
	}
}

package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

// aTemplate is a sound template with one square picture.
func aTemplate(slug string) store.Template {
	return store.Template{Slug: slug, Name: "Spring " + slug, Web: true, Telegram: true, Variants: []store.Variant{aVariant("square", slug)}}
}

func aVariant(name, art string) store.Variant {
	return store.Variant{
		Name: name, Width: 1080, Height: 1080, Art: "templates/" + art + "/" + name + ".png", Thumb: "templates/" + art + "/" + name + ".jpg",
		Box:       store.Box{LeftPct: 0, TopPct: 80, WidthPct: 90, HeightPct: 12, HAlign: "center", VAlign: "bottom"},
		FontColor: "#FF273E", Font: "inter-700", PaddingPct: 2, Logo: true,
	}
}

func publish(t *testing.T, w *store.Workspace, tmpl store.Template, base int) store.Template {
	t.Helper()
	got, err := w.PublishTemplate(t.Context(), tmpl, base)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func slugs(list []store.Template) []string {
	names := []string{}
	for _, t := range list {
		names = append(names, t.Slug)
	}
	return names
}

func wantInvalid(t *testing.T, err error, field string) {
	t.Helper()
	var invalid store.Invalid
	if !errors.As(err, &invalid) || invalid.Field != field || invalid.Sentence == "" {
		t.Errorf("got %v (%+v), want Invalid about %q", err, invalid, field)
	}
}

func TestTemplateComesBackAsItWasPublished(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		w := s.Workspace(store.DefaultWorkspace)
		in := aTemplate("spring")
		in.Position = 7
		in.Extra = map[string]json.RawMessage{"campaign": json.RawMessage(`{"a":[1,2.50,"<ü>"]}`)}
		in.Variants = append(in.Variants, aVariant("story", "spring"), aVariant("banner", "spring"))
		in.Variants[1].Extra = map[string]json.RawMessage{"imageUrl": json.RawMessage(`"https://cdn.example/a.png"`)}
		out := publish(t, w, in, 0)
		in.ID, in.Version, in.CreatedAt, in.UpdatedAt = out.ID, 1, storetest.Noon(), storetest.Noon()
		for i := range in.Extra {
			if !sameJSON(in.Extra[i], out.Extra[i]) {
				t.Errorf("extra %s: got %s", i, out.Extra[i])
			}
		}
		in.Extra = out.Extra
		if !reflect.DeepEqual(in, out) {
			t.Errorf("got  %+v\nwant %+v", out, in)
		}
		for _, find := range []func() (store.Template, error){
			func() (store.Template, error) { return w.Template(t.Context(), "spring") },
			func() (store.Template, error) { return w.TemplateByID(t.Context(), out.ID) },
			func() (store.Template, error) { return w.TemplateVersion(t.Context(), "spring", 1) },
		} {
			if again, err := find(); err != nil || !reflect.DeepEqual(again, out) {
				t.Errorf("found %+v, %v", again, err)
			}
		}
	})
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

func TestPublishOverAnotherEditorsVersionIsAConflict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := s.Workspace(store.DefaultWorkspace)
		publish(t, w, aTemplate("spring"), 0)
		second := aTemplate("spring")
		second.Name = "Second"
		if got := publish(t, w, second, 1); got.Version != 2 || got.Name != "Second" {
			t.Errorf("got version %d %q", got.Version, got.Name)
		}
		if _, err := w.PublishTemplate(t.Context(), aTemplate("spring"), 1); !errors.Is(err, store.ErrConflict) {
			t.Errorf("got %v, want a conflict", err)
		}
		_, err := w.PublishTemplate(t.Context(), aTemplate("spring"), 0)
		wantInvalid(t, err, "slug")
		if _, err := w.PublishTemplate(t.Context(), aTemplate("gone"), 3); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want not found", err)
		}
	})
}

func TestOfSixteenEditorsWithTheSameBaseExactlyOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := s.Workspace(store.DefaultWorkspace)
		for base := range 3 {
			errs := atOnce(16, func(i int) error {
				tmpl := aTemplate("spring")
				tmpl.Name = fmt.Sprintf("Editor %d", i)
				_, err := w.PublishTemplate(t.Context(), tmpl, base)
				return err
			})
			won := 0
			for _, err := range errs {
				var invalid store.Invalid
				switch {
				case err == nil:
					won++
				case !errors.Is(err, store.ErrConflict) && !(base == 0 && errors.As(err, &invalid)):
					t.Errorf("base %d: %v", base, err)
				}
			}
			if won != 1 {
				t.Errorf("base %d: %d editors won", base, won)
			}
		}
		if versions, err := w.TemplateVersions(t.Context(), "spring"); err != nil || len(versions) != 3 {
			t.Errorf("%d versions, %v", len(versions), err)
		}
	})
}

// atOnce runs fn n times at the same time and gives what each answered.
func atOnce(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func TestRollbackPublishesOldContentAsANewVersionAndKeepsTheSwitches(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := s.Workspace(store.DefaultWorkspace)
		first := publish(t, w, aTemplate("spring"), 0)
		second := aTemplate("spring")
		second.Name, second.Variants = "Second", []store.Variant{aVariant("story", "other")}
		publish(t, w, second, 1)
		off := false
		if n, err := w.SetTemplateSwitches(t.Context(), []string{"spring"}, nil, &off); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		got, err := w.RollbackTemplate(t.Context(), "spring", 1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if got.Version != 3 || got.Name != first.Name || !reflect.DeepEqual(got.Variants, first.Variants) || got.Telegram || !got.Web {
			t.Errorf("got %+v", got)
		}
		if _, err := w.RollbackTemplate(t.Context(), "spring", 1, 2); !errors.Is(err, store.ErrConflict) {
			t.Errorf("stale base: %v", err)
		}
		if _, err := w.RollbackTemplate(t.Context(), "spring", 9, 3); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no such version: %v", err)
		}
		versions, err := w.TemplateVersions(t.Context(), "spring")
		if err != nil || len(versions) != 3 || versions[0].Version != 3 || versions[1].Name != "Second" {
			t.Errorf("versions %+v, %v", versions, err)
		}
	})
}

func TestTemplatesAreListedByPositionThenNameAndFiltered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := s.Workspace(store.DefaultWorkspace)
		for i, name := range []string{"b", "a", "Z"} {
			tmpl := aTemplate("t-" + string(rune('a'+i)))
			tmpl.Name = name
			publish(t, w, tmpl, 0)
		}
		last := aTemplate("last")
		last.Position, last.Web = 5, false
		publish(t, w, last, 0)
		on, off := true, false
		if _, err := w.SetTemplateSwitches(t.Context(), []string{"t-a", "t-b", "none", "t-a"}, nil, &off); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			filter store.TemplateFilter
			want   []string
		}{
			{store.TemplateFilter{}, []string{"t-c", "t-b", "t-a", "last"}},
			{store.TemplateFilter{Web: &on}, []string{"t-c", "t-b", "t-a"}},
			{store.TemplateFilter{Web: &off}, []string{"last"}},
			{store.TemplateFilter{Telegram: &on}, []string{"t-c", "last"}},
			{store.TemplateFilter{Telegram: &off, Web: &on}, []string{"t-b", "t-a"}},
			{store.TemplateFilter{Deleted: true}, []string{}},
		} {
			got, err := w.Templates(t.Context(), c.filter)
			if err != nil || !slices.Equal(slugs(got), c.want) {
				t.Errorf("%+v: got %v, want %v (%v)", c.filter, slugs(got), c.want, err)
			}
		}
	})
}

func TestDeletedTemplateComesBackUnlessItsNameWasTaken(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		w := s.Workspace(store.DefaultWorkspace)
		old := publish(t, w, aTemplate("spring"), 0)
		publish(t, w, aTemplate("other"), 0)
		if n, err := w.DeleteTemplates(t.Context(), []string{"spring", "other", "none"}); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		if _, err := w.Template(t.Context(), "spring"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("deleted template is found: %v", err)
		}
		if _, err := w.TemplateByID(t.Context(), old.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("deleted template is found by id: %v", err)
		}
		newer := publish(t, w, aTemplate("spring"), 0)
		if newer.ID == old.ID || newer.Version != 1 {
			t.Errorf("the new template is the old one: %+v", newer)
		}
		_, err := w.RestoreTemplates(t.Context(), []string{"other", "spring"})
		wantInvalid(t, err, "slugs")
		if list, err := w.Templates(t.Context(), store.TemplateFilter{}); err != nil || !slices.Equal(slugs(list), []string{"spring"}) {
			t.Errorf("a refused restore changed something: %v %v", slugs(list), err)
		}
		clock.Advance(time.Minute)
		if _, err := w.DeleteTemplates(t.Context(), []string{"spring"}); err != nil {
			t.Fatal(err)
		}
		if n, err := w.RestoreTemplates(t.Context(), []string{"other", "spring", "none"}); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		if got, err := w.Template(t.Context(), "spring"); err != nil || got.ID != newer.ID {
			t.Errorf("restored %d, want the one deleted last, %d (%v)", got.ID, newer.ID, err)
		}
	})
}

func TestSweepNamesOnlyBlobsThatNothingRefersTo(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		doomed := aTemplate("doomed")
		doomed.Variants = []store.Variant{aVariant("square", "shared"), aVariant("story", "lonely"), aVariant("banner", "drafted")}
		publish(t, w, doomed, 0)
		doomed.Variants = []store.Variant{aVariant("square", "second")}
		publish(t, w, doomed, 1)
		keeper := aTemplate("keeper")
		keeper.Variants = []store.Variant{aVariant("square", "shared")}
		publish(t, w, keeper, 0)
		publish(t, w, aTemplate("keeper"), 1) // the shared picture is only in an old version now
		publish(t, w, aTemplate("fresh"), 0)
		if _, err := w.SaveDraft(ctx, store.Draft{Slug: "new", Body: []byte(`{"art":"templates/drafted/banner.png"}`)}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.DeleteTemplates(ctx, []string{"doomed"}); err != nil {
			t.Fatal(err)
		}
		clock.Advance(30 * 24 * time.Hour)
		if _, err := w.DeleteTemplates(ctx, []string{"fresh"}); err != nil {
			t.Fatal(err)
		}
		keys, err := w.SweepTemplates(ctx, clock.Now())
		want := []string{
			"templates/drafted/banner.jpg", "templates/lonely/story.jpg", "templates/lonely/story.png",
			"templates/second/square.jpg", "templates/second/square.png",
		}
		if err != nil || !slices.Equal(keys, want) {
			t.Errorf("got  %v\nwant %v (%v)", keys, want, err)
		}
		if left, err := w.Templates(ctx, store.TemplateFilter{Deleted: true}); err != nil || !slices.Equal(slugs(left), []string{"fresh"}) {
			t.Errorf("left %v, %v", slugs(left), err)
		}
		if keys, err := w.SweepTemplates(ctx, clock.Now()); err != nil || len(keys) != 0 {
			t.Errorf("second sweep: %v, %v", keys, err)
		}
	})
}

func TestRevisionGrowsWithEveryChangeAndWithNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, w, off := t.Context(), s.Workspace(store.DefaultWorkspace), false
		last := int64(-1)
		step := func(what string, grows bool, err error) {
			t.Helper()
			rev, revErr := w.TemplatesRevision(ctx)
			if err != nil || revErr != nil {
				t.Fatal(what, err, revErr)
			}
			if grows != (rev > last) {
				t.Errorf("%s: revision %d after %d", what, rev, last)
			}
			last = rev
		}
		step("begin", true, nil)
		publish(t, w, aTemplate("spring"), 0)
		step("publish", true, nil)
		_, err := w.Templates(ctx, store.TemplateFilter{})
		step("read", false, err)
		_, _ = w.PublishTemplate(ctx, aTemplate("spring"), 0)
		step("refused publish", false, nil)
		_, err = w.SetTemplateSwitches(ctx, []string{"spring"}, &off, nil)
		step("switch", true, err)
		_, err = w.RollbackTemplate(ctx, "spring", 1, 1)
		step("rollback", true, err)
		_, err = w.DeleteTemplates(ctx, []string{"spring"})
		step("delete", true, err)
		_, err = w.RestoreTemplates(ctx, []string{"spring"})
		step("restore", true, err)
	})
}

func TestUnsoundTemplatesAreRefusedWithASentence(t *testing.T) {
	w := storetest.Open(t).Workspace(store.DefaultWorkspace)
	box := func(l, tp, wd, h float64) func(*store.Template) {
		return func(t *store.Template) {
			b := &t.Variants[0].Box
			b.LeftPct, b.TopPct, b.WidthPct, b.HeightPct = l, tp, wd, h
		}
	}
	for _, c := range []struct {
		name, field string
		spoil       func(*store.Template)
	}{
		{"no name", "name", func(t *store.Template) { t.Name = " " }},
		{"long name", "name", func(t *store.Template) { t.Name = string(make([]rune, 121)) + "x" }},
		{"NUL in the name", "name", func(t *store.Template) { t.Name = "a\x00b" }},
		{"bidi in the name", "name", func(t *store.Template) { t.Name = "a\u202eb" }},
		{"slug with dots", "slug", func(t *store.Template) { t.Slug = ".." }},
		{"slug in capitals", "slug", func(t *store.Template) { t.Slug = "Spring" }},
		{"slug with NUL", "slug", func(t *store.Template) { t.Slug = "a\x00" }},
		{"reserved slug", "slug", func(t *store.Template) { t.Slug = "index" }},
		{"no variants", "variants", func(t *store.Template) { t.Variants = nil }},
		{"unnamed variant", "variants", func(t *store.Template) { t.Variants[0].Name = "" }},
		{"variant twice", "square", func(t *store.Template) { t.Variants = append(t.Variants, t.Variants[0]) }},
		{"no artwork", "square.art", func(t *store.Template) { t.Variants[0].Art = "" }},
		{"artwork above", "square.art", func(t *store.Template) { t.Variants[0].Art = "../secret" }},
		{"no size", "square.size", func(t *store.Template) { t.Variants[0].Width = 0 }},
		{"colour word", "square.fontColor", func(t *store.Template) { t.Variants[0].FontColor = "red" }},
		{"font path", "square.font", func(t *store.Template) { t.Variants[0].Font = "../x" }},
		{"negative size", "square.maxFontPx", func(t *store.Template) { t.Variants[0].MaxFontPx = -1 }},
		{"padding NaN", "square.paddingPct", func(t *store.Template) { t.Variants[0].PaddingPct = math.NaN() }},
		{"box NaN", "square.box", box(math.NaN(), 0, 10, 10)},
		{"box infinite", "square.box", box(0, 0, math.Inf(1), 10)},
		{"box without width", "square.box", box(0, 0, 0, 10)},
		{"box negative", "square.box", box(0, 0, 10, -10)},
		{"box left of the picture", "square.box", box(-1, 0, 10, 10)},
		{"box beyond the picture", "square.box", box(50, 0, 51, 10)},
		{"box below the picture", "square.box", box(0, 95, 10, 10)},
		{"odd alignment", "square.box", func(t *store.Template) { t.Variants[0].Box.HAlign = "justify" }},
		{"extra not JSON", "extra", func(t *store.Template) { t.Extra = map[string]json.RawMessage{"a": json.RawMessage("{")} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			tmpl := aTemplate("spring")
			c.spoil(&tmpl)
			_, err := w.PublishTemplate(t.Context(), tmpl, 0)
			wantInvalid(t, err, c.field)
		})
	}
	if list, err := w.Templates(t.Context(), store.TemplateFilter{}); err != nil || len(list) != 0 {
		t.Errorf("something was kept: %v %v", list, err)
	}
}

func TestWorkspacesDoNotSeeEachOthersTemplates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		mine, other := s.Workspace(store.DefaultWorkspace), s.Workspace(0)
		tmpl := publish(t, mine, aTemplate("spring"), 0)
		publish(t, other, aTemplate("spring"), 0)
		if _, err := other.TemplateByID(t.Context(), tmpl.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("seen by its id: %v", err)
		}
		if n, err := other.DeleteTemplates(t.Context(), []string{"spring"}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if _, err := mine.Template(t.Context(), "spring"); err != nil {
			t.Errorf("deleted by somebody else: %v", err)
		}
		if _, err := s.Workspace(99).PublishTemplate(t.Context(), aTemplate("x"), 0); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("published into no workspace: %v", err)
		}
	})
}

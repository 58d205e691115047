package store_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestBrandIsNeutralUntilItIsSavedAndNeverOverwrittenUnseen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		b, err := w.Brand(ctx)
		if err != nil || b != store.NeutralBrand() {
			t.Fatalf("got %+v, %v", b, err)
		}
		b.ProductName, b.ReferralPattern, b.SupportContact, b.TimeZone = " Acme ", "https://acme.example/?r={code}", "@acme_help", "Asia/Dubai"
		saved, err := w.SaveBrand(ctx, b)
		if err != nil || saved.Rev != 1 || saved.ProductName != "Acme" {
			t.Fatalf("saved %+v, %v", saved, err)
		}
		if again, err := w.Brand(ctx); err != nil || again != saved {
			t.Errorf("got %+v, %v", again, err)
		}
		if _, err := w.SaveBrand(ctx, b); !errors.Is(err, store.ErrConflict) {
			t.Errorf("second editor: %v", err)
		}
		won := 0
		for _, err := range atOnce(8, func(int) error { _, err := w.SaveBrand(ctx, saved); return err }) {
			if err == nil {
				won++
			} else if !errors.Is(err, store.ErrConflict) {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d editors won", won)
		}
	})
}

func TestUnsoundBrandsAreRefusedWithASentence(t *testing.T) {
	w := storetest.Open(t).Workspace(store.DefaultWorkspace)
	for field, spoil := range map[string]func(*store.Brand){
		"productName":     func(b *store.Brand) { b.ProductName = "a\x07" },
		"accent":          func(b *store.Brand) { b.Accent = "blue" },
		"logoKey":         func(b *store.Brand) { b.LogoKey = "../x" },
		"referralPattern": func(b *store.Brand) { b.ReferralPattern = "https://acme.example/" },
		"supportContact":  func(b *store.Brand) { b.SupportContact = "javascript:alert(1)" },
		"timeZone":        func(b *store.Brand) { b.TimeZone = "Mars/Base" },
	} {
		b := store.NeutralBrand()
		spoil(&b)
		_, err := w.SaveBrand(t.Context(), b)
		wantInvalid(t, err, field)
	}
	b := store.NeutralBrand()
	b.ReferralPattern = "http://acme.example/{code}"
	_, err := w.SaveBrand(t.Context(), b)
	wantInvalid(t, err, "referralPattern")
}

func TestDraftIsNeverOverwrittenUnseen(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		if _, err := w.Draft(ctx, "spring"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no draft: %v", err)
		}
		first, err := w.SaveDraft(ctx, store.Draft{Slug: "spring", Base: 2, Body: json.RawMessage(`{"a":1}`)})
		if err != nil || first.Rev != 1 {
			t.Fatal(first, err)
		}
		if _, err := w.SaveDraft(ctx, store.Draft{Slug: "spring", Body: json.RawMessage(`{}`)}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("second beginning: %v", err)
		}
		clock.Advance(time.Minute)
		first.Body = json.RawMessage(`{"a":2}`)
		second, err := w.SaveDraft(ctx, first)
		if err != nil || second.Rev != 2 {
			t.Fatal(second, err)
		}
		if _, err := w.SaveDraft(ctx, first); !errors.Is(err, store.ErrConflict) {
			t.Errorf("stale save: %v", err)
		}
		got, err := w.Draft(ctx, "spring")
		if err != nil || got.Rev != 2 || got.Base != 2 || string(got.Body) != `{"a":2}` || !got.UpdatedAt.Equal(clock.Now()) {
			t.Errorf("got %+v, %v", got, err)
		}
		if list, err := w.Drafts(ctx); err != nil || len(list) != 1 {
			t.Errorf("list %v, %v", list, err)
		}
		for range 2 {
			fatal(t, w.DropDraft(ctx, "spring"))
		}
		_, err = w.SaveDraft(ctx, store.Draft{Slug: "spring", Body: json.RawMessage(`{`)})
		wantInvalid(t, err, "body")
		_, err = w.SaveDraft(ctx, store.Draft{Slug: "../x", Body: json.RawMessage(`{}`)})
		wantInvalid(t, err, "slug")
	})
}

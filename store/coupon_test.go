package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestCouponComesBackAsItWasSavedAndKeepsItsUses(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		in := store.Coupon{
			Code: "WELCOME-30", PercentMilli: 30_000, Starts: storetest.Noon(), Ends: storetest.Noon().Add(time.Hour),
			MaxUses: 2, URL: "https://example.com/a?b=c", Note: "Spring — für alle",
		}
		if err := w.SaveCoupon(ctx, in); err != nil {
			t.Fatal(err)
		}
		for i, want := range []bool{true, true, false} {
			if ok, err := w.UseCoupon(ctx, in.Code); ok != want || err != nil {
				t.Errorf("use %d: %v %v", i+1, ok, err)
			}
		}
		in.Note = "changed"
		if err := w.SaveCoupon(ctx, in); err != nil {
			t.Fatal(err)
		}
		got, err := w.Coupon(ctx, in.Code)
		in.Uses, in.CreatedAt, in.UpdatedAt = 2, clock.Now(), clock.Now()
		if err != nil || !reflect.DeepEqual(got, in) {
			t.Errorf("got  %+v\nwant %+v (%v)", got, in, err)
		}
		if _, err := w.Coupon(ctx, "welcome-30"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another code: %v", err)
		}
		if _, err := w.UseCoupon(ctx, "NONE"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("use of no code: %v", err)
		}
	})
}

func TestCouponsAreSearchedInCodeAndNoteAndPaged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		for _, c := range []store.Coupon{{Code: "AB_1", Note: "Partner Müller"}, {Code: "AB_X1"}, {Code: "CD", Note: "100% ab_1"}, {Code: "EF"}} {
			if err := w.SaveCoupon(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			filter store.CouponFilter
			total  int
			want   string
		}{
			{store.CouponFilter{}, 4, "AB_1 AB_X1 CD EF"},
			{store.CouponFilter{Limit: 2, Offset: 1}, 4, "AB_X1 CD"},
			{store.CouponFilter{Query: "ab_1"}, 2, "AB_1 CD"},
			{store.CouponFilter{Query: "  ef "}, 1, "EF"},
			{store.CouponFilter{Query: "%"}, 1, "CD"},
			{store.CouponFilter{Query: "partner"}, 1, "AB_1"},
			{store.CouponFilter{Query: `\`}, 0, ""},
			{store.CouponFilter{Query: "\x00"}, 4, "AB_1 AB_X1 CD EF"},
		} {
			list, total, err := w.Coupons(ctx, c.filter)
			codes := []string{}
			for _, coupon := range list {
				codes = append(codes, coupon.Code)
			}
			if err != nil || total != c.total || strings.Join(codes, " ") != c.want {
				t.Errorf("%+v: got %v of %d, want %s of %d (%v)", c.filter, codes, total, c.want, c.total, err)
			}
		}
		if n, err := w.DeleteCoupons(ctx, []string{"CD", "NONE", "EF"}); n != 2 || err != nil {
			t.Errorf("deleted %d, %v", n, err)
		}
	})
}

func TestUnsoundCouponsAreRefusedWithASentence(t *testing.T) {
	noon := storetest.Noon()
	for field, coupons := range map[string][]store.Coupon{
		"code":     {{}, {Code: "a"}, {Code: "A B"}, {Code: strings.Repeat("A", 65)}, {Code: "A\n"}, {Code: "Ä"}},
		"percent":  {{Code: "A", PercentMilli: -1}, {Code: "A", PercentMilli: 100_001}},
		"amount":   {{Code: "A", AmountMinor: -1}, {Code: "A", AmountMinor: 5, PercentMilli: 5, Currency: "USD"}},
		"currency": {{Code: "A", AmountMinor: 5}, {Code: "A", AmountMinor: 5, Currency: "usd"}, {Code: "A", Currency: "USD"}},
		"ends":     {{Code: "A", Starts: noon, Ends: noon}, {Code: "A", Ends: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
		"starts":   {{Code: "A", Starts: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)}},
		"max_uses": {{Code: "A", MaxUses: -1}},
		"link":     {{Code: "A", URL: "http://example.com"}, {Code: "A", URL: "javascript:x"}, {Code: "A", URL: "https://a b"}},
		"note":     {{Code: "A", Note: strings.Repeat("x", 501)}, {Code: "A", Note: "a\x00b"}, {Code: "A", Note: "\xff"}},
	} {
		for _, c := range coupons {
			wantInvalid(t, store.CheckCoupon(c), field)
		}
	}
	if err := store.CheckCoupon(store.Coupon{Code: strings.Repeat("A", 64), AmountMinor: 1000, Currency: "USD", URL: "https://x.y"}); err != nil {
		t.Error(err)
	}
}

func TestImportIsAllOrNothing(t *testing.T) {
	many := 100_000
	if testing.Short() {
		many = 2_000
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		list := make([]store.Coupon, many)
		for i := range list {
			list[i] = store.Coupon{Code: fmt.Sprintf("CODE-%06d", i), PercentMilli: 10_000}
		}
		if err := w.SaveCoupon(ctx, store.Coupon{Code: "OLD"}); err != nil {
			t.Fatal(err)
		}
		spoilt := append(append([]store.Coupon(nil), list[:10]...), store.Coupon{Code: "not a code"})
		wantInvalid(t, w.ImportCoupons(ctx, spoilt, true), "code")
		wantInvalid(t, w.ImportCoupons(ctx, append(spoilt[:10:10], list[3]), true), "code")
		if _, total, err := w.Coupons(ctx, store.CouponFilter{Limit: 1}); total != 1 || err != nil {
			t.Fatalf("a refused import left %d codes, %v", total, err)
		}
		fatal(t, w.ImportCoupons(ctx, list, true))
		fatal(t, w.ImportCoupons(ctx, list[:100], false)) // known ones once more
		if _, total, err := w.Coupons(ctx, store.CouponFilter{Limit: 1}); total != many || err != nil {
			t.Errorf("%d codes, %v", total, err)
		}
		if _, err := w.Coupon(ctx, "OLD"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("replaced code is still there: %v", err)
		}
	})
}

func TestLastCouponUseGoesToExactlyOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := s.Workspace(store.DefaultWorkspace)
		if err := w.SaveCoupon(t.Context(), store.Coupon{Code: "ONE", MaxUses: 1}); err != nil {
			t.Fatal(err)
		}
		wins := make([]bool, 16)
		for i, err := range atOnce(16, func(i int) (err error) {
			wins[i], err = w.UseCoupon(t.Context(), "ONE")
			return err
		}) {
			if err != nil {
				t.Error(i, err)
			}
		}
		won := 0
		for _, win := range wins {
			if win {
				won++
			}
		}
		if won != 1 {
			t.Errorf("%d had the last use", won)
		}
	})
}

func TestLastValidIsTheLatestMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, w, noon := t.Context(), s.Workspace(store.DefaultWorkspace), storetest.Noon()
		if _, err := w.LastValid(ctx, "VA"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("never valid: %v", err)
		}
		for _, moment := range []time.Time{noon, noon.Add(time.Minute), noon.Add(-time.Hour)} {
			if err := w.RememberValid(ctx, "VA", moment); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := w.LastValid(ctx, "VA"); err != nil || !got.Equal(noon.Add(time.Minute)) {
			t.Errorf("got %v, %v", got, err)
		}
		if _, err := s.Workspace(0).LastValid(ctx, "VA"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("seen in another workspace: %v", err)
		}
		if err := s.Workspace(0).ForgetValid(ctx, "VA"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.LastValid(ctx, "VA"); err != nil {
			t.Errorf("forgotten by another workspace: %v", err)
		}
		if err := w.ForgetValid(ctx, "VA"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.LastValid(ctx, "VA"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("still known after it was forgotten: %v", err)
		}
	})
}

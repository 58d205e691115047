package coupon

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestListFollowsTheDatabaseWithinASecond(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ws, other := st.Workspace(store.DefaultWorkspace), st.Workspace(store.DefaultWorkspace+1)
		clock := newClock()
		d := NewDesk(List(ws, clock), Options{Clock: clock, Log: slog.New(slog.DiscardHandler), Memory: ws})
		look := func(want Status) Verdict {
			t.Helper()
			v, err := d.Check(t.Context(), "spring-26")
			if err != nil || v.Status != want || v.Passed != (want == Valid) {
				t.Fatalf("check: %+v, %v; want %s", v, err, want)
			}
			return v
		}
		look(Invalid)
		if v, err := NewDesk(List(other, clock), Options{Clock: clock}).Check(t.Context(), "X"); err != nil || v.Status != Invalid {
			t.Fatalf("another workspace: %+v, %v", v, err)
		}
		c := store.Coupon{Code: "SPRING-26", PercentMilli: 26_000, MaxUses: 1, URL: "https://shop.example/s"}
		if err := ws.SaveCoupon(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Second)
		if v := look(Valid); v.URL != c.URL || v.Discount.String() != "26 %" || v.Source != "list" || v.HTTPStatus != 200 {
			t.Fatalf("verdict %+v", v)
		}
		if ok, err := ws.UseCoupon(t.Context(), "SPRING-26"); err != nil || !ok {
			t.Fatalf("use: %v, %v", ok, err)
		}
		clock.Advance(time.Second)
		if v := look(Exhausted); v.HTTPStatus != 404 {
			t.Fatalf("verdict %+v", v)
		}
		if !d.Cached("SPRING-26") {
			t.Error("a code that was just looked up counts as new")
		}
		if _, err := ws.DeleteCoupons(t.Context(), []string{"SPRING-26"}); err != nil {
			t.Fatal(err)
		}
		d.Forget("SPRING-26")
		look(Invalid)
		if _, err := ws.LastValid(t.Context(), "SPRING-26"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the list needs no memory: %v", err)
		}
	})
}

func TestListWithoutItsDatabaseIsAnOutage(t *testing.T) {
	st := storetest.Open(t)
	d := NewDesk(List(st.Workspace(store.DefaultWorkspace), st.Clock()), Options{Clock: st.Clock(), Log: slog.New(slog.DiscardHandler)})
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	v, err := d.Check(t.Context(), "ALPHA")
	if err != nil || v.Status != Unknown || d.Health().Sentence != "The list of codes could not be read from the database." {
		t.Fatalf("%+v, %v, %+v", v, err, d.Health())
	}
}

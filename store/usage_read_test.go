package store_test

import (
	"reflect"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestUsageIsReadAsTheDashboardsNeedIt(t *testing.T) {
	noon := storetest.Noon()
	storetest.EachAt(t, store.NewManualClock(noon), func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		for _, u := range []store.Usage{
			{Source: "bot", Kind: "make", Outcome: "made", Template: "spring", Code: "VA", Member: 8, At: noon.Add(time.Minute)},
			{Source: "bot", Kind: "make", Outcome: "made", Template: "spring", Code: "VA", Member: 7, At: noon},
			{Source: "bot", Kind: "make", Outcome: "made", Template: "summer", Code: "VA", Member: 7, At: noon.Add(time.Hour), Millis: 5},
			{Source: "bot", Kind: "make", Outcome: "invalid", Code: "BAD", Member: 9, At: noon.Add(2 * time.Hour)},
			{Source: "web", Kind: "download", Outcome: "made", Template: "spring", Code: "AB", At: noon.Add(2 * time.Hour)},
			{Source: "web", Kind: "download", Outcome: "made", Template: "spring", Code: "AB", At: noon.Add(26 * time.Hour)},
		} {
			fatal(t, w.RecordUsage(ctx, u))
		}
		codes, err := w.UsageCodes(ctx, store.UsageFilter{Source: "bot", Outcome: "made"}, 0)
		want := []store.CodeCount{{Code: "VA", Count: 3, Members: 2, First: 7, LastAt: noon.Add(time.Hour)}}
		if err != nil || !reflect.DeepEqual(codes, want) {
			t.Errorf("codes %+v, %v", codes, err)
		}
		codes, err = w.UsageCodes(ctx, store.UsageFilter{From: noon, To: noon.Add(24 * time.Hour), Template: "spring"}, 1)
		if err != nil || len(codes) != 1 || codes[0].Code != "VA" || codes[0].Count != 2 {
			t.Errorf("codes of spring %+v, %v", codes, err)
		}
		for _, c := range []struct {
			filter store.UsageFilter
			want   int64
		}{
			{store.UsageFilter{}, 3},
			{store.UsageFilter{From: noon.Add(time.Hour + time.Minute), To: noon.Add(2 * time.Hour)}, 1},
			{store.UsageFilter{Source: "web"}, 0},
			{store.UsageFilter{From: noon.Add(48 * time.Hour)}, 0},
		} {
			if n, err := w.UsageMembers(ctx, c.filter); n != c.want || err != nil {
				t.Errorf("people in %+v: %d, want %d (%v)", c.filter, n, c.want, err)
			}
		}
		hours, err := w.UsageHours(ctx, store.UsageFilter{Source: "bot", Template: "summer"})
		if err != nil || len(hours) != 1 || hours[0].Count != 1 || hours[0].Millis != 5 || !hours[0].Hour.Equal(noon.Add(time.Hour)) {
			t.Errorf("hours %+v, %v", hours, err)
		}
	})
}

func TestUsageLogIsNewestFirstAndSweptWithoutTouchingTheRollUps(t *testing.T) {
	noon := storetest.Noon()
	storetest.EachAt(t, store.NewManualClock(noon), func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		for i := range 6 {
			u := store.Usage{Source: "bot", Kind: "make", Outcome: "made", Code: "A", Member: int64(i % 2), At: noon.Add(time.Duration(i) * time.Hour)}
			if i >= 4 {
				u.Outcome = "invalid"
			}
			fatal(t, w.RecordUsage(ctx, u))
		}
		for _, c := range []struct {
			member int64
			failed bool
			before time.Time
			want   []int
		}{
			{0, false, time.Time{}, []int{5, 4, 3}},
			{0, false, noon.Add(3 * time.Hour), []int{2, 1, 0}},
			{1, false, time.Time{}, []int{5, 3, 1}},
			{0, true, time.Time{}, []int{5, 4}},
			{1, true, time.Time{}, []int{5}},
		} {
			list, err := w.UsageLog(ctx, c.member, c.failed, c.before, 3)
			got := []int{}
			for _, u := range list {
				got = append(got, int(u.At.Sub(noon)/time.Hour))
			}
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v: got %v (%v)", c, got, err)
			}
		}
		if n, err := w.SweepUsage(ctx, noon.Add(4*time.Hour)); n != 4 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		hours, err := w.UsageHours(ctx, store.UsageFilter{})
		if err != nil || len(hours) != 6 {
			t.Errorf("%d hours, %v", len(hours), err)
		}
	})
}

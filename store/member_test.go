package store_test

import (
	"errors"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestMemberKeepsNamesAndHistory(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		began := clock.Now()
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		anna := store.Member{Connection: 1, ID: 42, FirstName: "Anna", LastName: "Å_b", Username: "anna%", Language: "sv"}
		steps := []func() error{
			func() error { return ws.SeeMember(ctx, anna, false) },
			func() error { return ws.SeeMember(ctx, anna, true) },
			func() error { return ws.BlockMember(ctx, 1, 42, "blocked") },
			func() error { return ws.BlockMember(ctx, 1, 42, "blocked") },
			func() error { return ws.SeeMember(ctx, store.Member{Connection: 1, ID: 42}, true) },
			func() error { return ws.RememberCode(ctx, 1, 42, "SAVE20") },
			func() error { return ws.BlockMember(ctx, 1, 999, "blocked") },
		}
		for i, step := range steps {
			clock.Advance(time.Minute)
			if err := step(); err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
		}
		m, err := ws.Member(ctx, 1, 42)
		if err != nil {
			t.Fatal(err)
		}
		if m.FirstName != "Anna" || m.LastName != "Å_b" || m.Username != "" || m.LastCode != "SAVE20" || !m.BlockedAt.IsZero() {
			t.Errorf("%+v", m)
		}
		if !m.FirstSeen.Equal(began.Add(time.Minute)) || !m.StartedAt.Equal(began.Add(2*time.Minute)) {
			t.Errorf("first seen %v, started %v", m.FirstSeen, m.StartedAt)
		}
		events, err := ws.MemberEvents(ctx, 1, 42)
		if err != nil || len(events) != 3 || events[0].Kind != "started" || events[1].Kind != "blocked" || events[2].Kind != "unblocked" {
			t.Errorf("events %+v (%v)", events, err)
		}
		if _, err := ws.Member(ctx, 1, 999); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a stranger: %v", err)
		}
	})
}

func TestMembersAreFoundByWhatPeopleType(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		for _, m := range []store.Member{
			{Connection: 1, ID: 1, FirstName: "Anna", Username: "anna_x"}, {Connection: 1, ID: 2, FirstName: "ÅSA"}, {Connection: 2, ID: 300, FirstName: "100%"},
		} {
			if err := ws.SeeMember(ctx, m, true); err != nil {
				t.Fatal(err)
			}
		}
		if err := ws.BlockMember(ctx, 1, 2, "blocked"); err != nil {
			t.Fatal(err)
		}
		yes, no := true, false
		for name, c := range map[string]struct {
			f    store.MemberFilter
			want int
		}{
			"all": {store.MemberFilter{}, 3}, "upper case": {store.MemberFilter{Query: "ANNA"}, 1}, "other letters": {store.MemberFilter{Query: "åsa"}, 1},
			"user name": {store.MemberFilter{Query: "@anna_"}, 1}, "percent is no joker": {store.MemberFilter{Query: "%"}, 1}, "number": {store.MemberFilter{Query: "300"}, 1},
			"one bot": {store.MemberFilter{Connection: 1}, 2}, "blocked": {store.MemberFilter{Blocked: &yes}, 1}, "not blocked": {store.MemberFilter{Blocked: &no}, 2},
			"page": {store.MemberFilter{Limit: 1, Offset: 5}, 3},
		} {
			if _, n, err := ws.Members(ctx, c.f); err != nil || n != c.want {
				t.Errorf("%s: %d (%v), want %d", name, n, err, c.want)
			}
		}
	})
}

func TestConnectionKeepsItsNumberAndItsHalt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		a, err := ws.Connect(ctx, "promo", 123)
		if err != nil {
			t.Fatal(err)
		}
		until := storetest.Noon().Add(7 * time.Second)
		if err := errors.Join(ws.HaltConnection(ctx, a.ID, until), ws.NameConnection(ctx, a.ID, "promo_bot", "Promo")); err != nil {
			t.Fatal(err)
		}
		again, err := ws.Connect(ctx, "promo", 123)
		if err != nil || again.ID != a.ID || !again.HaltedUntil.Equal(until) || again.Username != "promo_bot" {
			t.Fatalf("%+v (%v)", again, err)
		}
		other, err := ws.Connect(ctx, "forex", 123)
		if err != nil || other.ID == a.ID {
			t.Fatalf("%+v (%v)", other, err)
		}
	})
}

func TestChatsMove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		err := errors.Join(
			ws.SeeChat(ctx, store.Chat{Connection: 1, ID: -5, Kind: "group", Title: "Traders", Status: "member"}),
			ws.SeeChat(ctx, store.Chat{Connection: 1, ID: -5, Kind: "group", Title: "Traders 2"}),
			ws.MoveChat(ctx, 1, -5, -1005),
		)
		if err != nil {
			t.Fatal(err)
		}
		for from, want := range map[int64]int64{-5: -1005, -6: -6} {
			if to, err := ws.MovedChat(ctx, 1, from); err != nil || to != want {
				t.Errorf("%d moved to %d (%v), want %d", from, to, err, want)
			}
		}
		if list, err := ws.Chats(ctx, 1); err != nil || len(list) != 0 {
			t.Errorf("%+v (%v)", list, err)
		}
	})
}

func TestFileIDIsForgottenOnlyIfItIsTheRefusedOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		err := errors.Join(ws.SaveFileID(ctx, 1, "k", "old"), ws.SaveFileID(ctx, 1, "k", "new"), ws.DropFileID(ctx, 1, "k", "old"))
		if err != nil {
			t.Fatal(err)
		}
		if id, err := ws.FileID(ctx, 1, "k"); err != nil || id != "new" {
			t.Fatalf("%q (%v)", id, err)
		}
		if err := ws.DropFileID(ctx, 1, "k", "new"); err != nil {
			t.Fatal(err)
		}
		if _, err := ws.FileID(ctx, 1, "k"); !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
	})
}

func TestCodeNumbersStayTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		a, err := ws.CodeNumber(ctx, "SAVE20")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ws.CodeNumber(ctx, "SAVE20"); err != nil || again != a {
			t.Fatalf("%d (%v), want %d", again, err, a)
		}
		if code, err := ws.CodeByNumber(ctx, a); err != nil || code != "SAVE20" {
			t.Fatalf("%q (%v)", code, err)
		}
		if _, err := ws.CodeByNumber(ctx, a+1); !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
	})
}

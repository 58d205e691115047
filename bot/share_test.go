package bot

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"promostack/bot/bottest"
	"promostack/store"
	"promostack/store/storetest"
)

// TestTwoProcessesOnOnePostgresShareABot runs two hubs, each with its own pools, on one database: one leads, the
// other stores what reaches it, and takes over when the first is gone.
func TestTwoProcessesOnOnePostgresShareABot(t *testing.T) {
	url := storetest.PostgresURL(t)
	clock := bottest.FastClock(20)
	srv := bottest.New(t, bottest.Options{Clock: clock, Limits: bottest.NoLimits})
	telegram := srv.AddBot(testToken, "echo_bot")
	type process struct {
		hub   *Hub
		front *httptest.Server
		stop  func()
	}
	start := func() process {
		st, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), DatabaseURL: url, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		hub, err := NewHub(t.Context(), Options{
			Store: st, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), APIBase: srv.URL(), PublicURL: publicURL,
			Bots: []Config{{Product: &echo{}, Token: testToken}},
		})
		if err != nil {
			t.Fatal(err)
		}
		front := httptest.NewServer(http.HandlerFunc(hub.Webhook))
		ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
		var running sync.WaitGroup
		running.Go(func() { _ = hub.Run(ctx) })
		stop := sync.OnceFunc(func() { cancel(); running.Wait(); front.Close(); _ = st.Close() })
		t.Cleanup(stop)
		return process{hub, front, stop}
	}
	leads := func(p process) bool { s, _ := p.hub.bots[0].Status(t.Context()); return s.Leading && s.Connected }
	first := start()
	waitFor(t, func() bool { return leads(first) && telegram.Webhook() != "" })
	second := start()
	srv.Route(publicURL, second.front.URL) // the balancer sends everything to the one that does not lead
	anna := srv.Person(5, "Anna", "")
	for i := range 5 {
		anna.Says(telegram, fmt.Sprint(i))
	}
	waitFor(t, func() bool { return len(anna.Messages()) == 5 })
	if leads(second) || texts(anna.Chat) != "0 1 2 3 4" {
		t.Errorf("both lead, or %q", texts(anna.Chat))
	}
	first.stop()
	waitFor(t, func() bool { return leads(second) })
	anna.Says(telegram, "5")
	waitFor(t, func() bool { return len(anna.Messages()) == 6 })
	waitFor(t, func() bool {
		w, p, err := second.hub.bots[0].ws.CountUpdates(t.Context(), second.hub.bots[0].ID)
		return err == nil && w+p == 0
	})
	if texts(anna.Chat) != "0 1 2 3 4 5" {
		t.Errorf("got %q", texts(anna.Chat))
	}
}

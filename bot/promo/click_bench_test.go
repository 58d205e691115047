package promo_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"promostack/bot"
	"promostack/bot/bottest"
	"promostack/bot/promo"
	"promostack/render"
	"promostack/render/coupon"
	"promostack/store"
	"promostack/store/storetest"
)

// BenchmarkClickToPhoto presses Generate four times a second, each time with another code and by another person,
// and measures until the fake Telegram has taken the photo: webhook, store, coupon gate, drawing, encoding, upload.
// The templates are the ones that the product ships.
func BenchmarkClickToPhoto(b *testing.B) {
	clock := store.SystemClock()
	srv := bottest.New(b, bottest.Options{})
	telegram := srv.AddBot(token, "promo_bot")
	st := storetest.OpenAt(b, clock)
	ws := st.Workspace(store.DefaultWorkspace)
	coupons := func(int64) coupon.Checker { return &gate{list: map[string]coupon.Status{}} }
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	studio, err := render.New(render.Options{Store: st, Coupons: coupons, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	if err := studio.Install(b.Context(), ws); err != nil {
		b.Fatal(err)
	}
	list, err := ws.Templates(b.Context(), store.TemplateFilter{})
	if err != nil {
		b.Fatal(err)
	}
	hub, err := bot.NewHub(b.Context(), bot.Options{Store: st, Log: log, APIBase: srv.URL(), PublicURL: publicURL,
		Bots: []bot.Config{{Product: promo.New(promo.Options{Studio: studio, Coupons: coupons, Log: log}), Token: token}}})
	if err != nil {
		b.Fatal(err)
	}
	front := httptest.NewServer(http.HandlerFunc(hub.Webhook))
	defer front.Close()
	srv.Route(publicURL, front.URL)
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() { _ = hub.Run(ctx); close(ended) }()
	defer func() { cancel(); <-ended }()
	for telegram.Webhook() == "" {
		time.Sleep(time.Millisecond)
	}
	pressed := map[int64]time.Time{}
	began := time.Now()
	b.ResetTimer()
	for i := range b.N {
		time.Sleep(time.Until(began.Add(time.Duration(i) * 250 * time.Millisecond)))
		p := srv.Person(int64(i+1), "P", "")
		p.Starts(telegram)
		number, err := ws.CodeNumber(b.Context(), fmt.Sprintf("SAVE%d", i))
		if err != nil {
			b.Fatal(err)
		}
		data := fmt.Sprintf("g:%s:%s", strconv.FormatInt(list[i%len(list)].ID, 36), strconv.FormatInt(number, 36))
		pressed[p.Chat.ID] = clock.Now()
		p.Presses(telegram, bottest.Message{Chat: p.Chat.ID, ID: 1, At: clock.Now()}, data)
	}
	for len(telegram.Calls("sendPhoto")) < b.N {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	var took []time.Duration
	for _, c := range telegram.Calls("sendPhoto") {
		took = append(took, c.At.Sub(pressed[c.Chat]))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

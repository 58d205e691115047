package promo_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
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

const (
	token     = "123456:AAHsecret-part_of-the-token"
	publicURL = "https://bot.example"
)

// gate is a coupon checker that a test scripts: every code is valid that is not in it.
type gate struct {
	mu   sync.Mutex
	list map[string]coupon.Status
}

func (g *gate) set(code string, s coupon.Status) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list[code] = s
}

func (g *gate) Cached(string) bool { return false }

func (g *gate) Check(_ context.Context, raw string) (coupon.Verdict, error) {
	code, err := coupon.Canonical(raw)
	if err != nil {
		return coupon.Verdict{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	v := coupon.Verdict{Status: coupon.Valid, Canonical: code, Passed: true, Discount: coupon.Discount{PercentMilli: 20000},
		Ends: time.Date(2030, 12, 4, 0, 0, 0, 0, time.UTC), Message: "This code is valid."}
	if s, ok := g.list[code]; ok && s != coupon.Valid {
		v = coupon.Verdict{Status: s, Canonical: code, Message: "This code is " + string(s) + " <really>."}
	}
	return v, nil
}

// world is the promo bot on a fake Telegram, with a real store and a real studio.
type world struct {
	*testing.T
	store *store.Store
	ws    *store.Workspace
	srv   *bottest.Server
	bot   *bottest.Bot
	hub   *bot.Hub
	gate  *gate
	clock store.Clock
	stop  func()
	log   *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newWorld(t *testing.T, public bool) *world {
	t.Helper()
	w := &world{T: t, clock: bottest.FastClock(30), gate: &gate{list: map[string]coupon.Status{}}, log: &syncBuffer{}}
	w.srv = bottest.New(t, bottest.Options{Clock: w.clock})
	w.bot = w.srv.AddBot(token, "promo_bot")
	w.store = storetest.OpenAt(t, w.clock)
	w.ws = w.store.Workspace(store.DefaultWorkspace)
	w.start(public)
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) start(public bool) {
	w.Helper()
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	coupons := func(int64) coupon.Checker { return w.gate }
	studio, err := render.New(render.Options{Store: w.store, Coupons: coupons, Log: log})
	if err != nil {
		w.Fatal(err)
	}
	w.publish(studio)
	o := bot.Options{
		Store: w.store, Clock: w.clock, Log: log, APIBase: w.srv.URL(),
		Bots: []bot.Config{{Product: promo.New(promo.Options{Studio: studio, Coupons: coupons, Log: log}), Token: token}},
	}
	if public {
		o.PublicURL = publicURL
	}
	if w.hub, err = bot.NewHub(w.Context(), o); err != nil {
		w.Fatal(err)
	}
	front := httptest.NewServer(http.HandlerFunc(w.hub.Webhook))
	w.srv.Route(publicURL, front.URL)
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := w.hub.Run(ctx); err != nil {
			w.Error(err)
		}
	})
	w.stop = sync.OnceFunc(func() { cancel(); running.Wait(); front.Close() })
	w.until("the bot is up", func() bool { s := w.status(); return s.Connected && s.Mode != "" })
}

// publish makes the six templates that the product ships, in miniature, the first time.
func (w *world) publish(studio *render.Studio) {
	w.Helper()
	have, err := w.ws.Templates(w.Context(), store.TemplateFilter{})
	if err != nil || len(have) > 0 {
		return
	}
	box := store.Box{LeftPct: 5, TopPct: 40, WidthPct: 90, HeightPct: 20, HAlign: "center", VAlign: "middle"}
	for i, name := range []string{"Black Friday", "Summer Drop", "Members Only", "Flash Sale", "Launch Day", "Welcome Gift"} {
		tpl := store.Template{Slug: strings.ToLower(strings.ReplaceAll(name, " ", "-")), Name: name, Web: true, Telegram: true, Position: i + 1}
		for _, v := range []store.Variant{{Name: "square", Width: 320, Height: 320}, {Name: "story", Width: 320, Height: 568}} {
			v.Box, v.FontColor, v.Font = box, "#FFFFFF", "inter-700"
			art := image.NewRGBA(image.Rect(0, 0, v.Width, v.Height))
			draw.Draw(art, art.Rect, image.NewUniform(color.RGBA{uint8(40 * i), 30, 90, 255}), image.Point{}, draw.Src)
			var body bytes.Buffer
			if err := png.Encode(&body, art); err != nil {
				w.Fatal(err)
			}
			if err := studio.StoreArt(w.Context(), &v, body.Bytes()); err != nil {
				w.Fatal(err)
			}
			tpl.Variants = append(tpl.Variants, v)
		}
		if _, err := w.ws.PublishTemplate(w.Context(), tpl, 0); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *world) status() bot.Status {
	w.Helper()
	s, err := w.hub.Bots()[0].Status(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) until(what string, done func() bool) {
	w.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("not within a minute: %s\n%s", what, w.log)
		}
	}
}

// settle waits until everything that was said is answered.
func (w *world) settle() {
	w.Helper()
	w.until("everything is answered", func() bool { return w.bot.Pending() == 0 && w.status().Waiting == 0 })
	if p := w.status().Parked; p > 0 {
		w.Fatalf("%d updates are parked\n%s", p, w.log)
	}
}

// says lets a person write in private and gives the newest message of the bot.
func (w *world) says(p *bottest.Person, text string) bottest.Message {
	w.Helper()
	p.Says(w.bot, text)
	w.settle()
	return w.last(p.Chat)
}

// clicks presses a button under a message.
func (w *world) clicks(p *bottest.Person, m bottest.Message, label string) bottest.Message {
	w.Helper()
	p.Clicks(w.bot, m, label)
	w.settle()
	return w.last(w.chatOf(m, p))
}

func (w *world) chatOf(m bottest.Message, p *bottest.Person) *bottest.Chat {
	if m.Chat == p.Chat.ID {
		return p.Chat
	}
	return w.srv.Group(m.Chat, "")
}

func (w *world) last(c *bottest.Chat) bottest.Message {
	w.Helper()
	m, ok := c.Last()
	if !ok {
		w.Fatalf("the bot said nothing\n%s", w.log)
	}
	return m
}

// usage counts the attempts by outcome.
func (w *world) usage() map[string]int {
	w.Helper()
	list, err := w.ws.UsageHours(w.Context(), store.UsageFilter{From: w.clock.Now().Add(-240 * time.Hour), To: w.clock.Now().Add(240 * time.Hour)})
	if err != nil {
		w.Fatal(err)
	}
	out := map[string]int{}
	for _, c := range list {
		out[c.Outcome] += int(c.Count)
	}
	return out
}

// now is a message as it stands by now.
func (w *world) now(c *bottest.Chat, id int) bottest.Message {
	w.Helper()
	for _, m := range c.Messages() {
		if m.ID == id {
			return m
		}
	}
	w.Fatalf("message %d is gone", id)
	return bottest.Message{}
}

func (w *world) wants(m bottest.Message, parts ...string) {
	w.Helper()
	for _, part := range parts {
		if !strings.Contains(m.Text, part) {
			w.Errorf("%q is not in %q", part, m.Text)
		}
	}
}

func (w *world) has(m bottest.Message, labels ...string) {
	w.Helper()
	for _, label := range labels {
		if _, ok := m.Button(label); !ok {
			w.Errorf("no button %q among %q", label, m.Labels())
		}
	}
}

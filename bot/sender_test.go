package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"

	"promostack/bot/bottest"
	"promostack/store"
)

const testToken = "123456:AAHsecret-part_of-the-token"

// fixture is a sender that speaks to a fake server.
type fixture struct {
	*Sender
	srv   *bottest.Server
	bot   *bottest.Bot
	clock store.Clock
	log   *bytes.Buffer
}

func newFixture(t *testing.T, clock store.Clock, o bottest.Options, pace Pace) *fixture {
	t.Helper()
	if clock == nil {
		clock = bottest.FastClock(20)
	}
	o.Clock = clock
	f := &fixture{srv: bottest.New(t, o), clock: clock, log: &bytes.Buffer{}}
	f.bot = f.srv.AddBot(testToken, "promo_bot")
	token, err := ParseToken(testToken)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(&locked{w: f.log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	api, err := newClient(token, f.srv.URL(), log)
	if err != nil {
		t.Fatal(err)
	}
	f.Sender = newSender(api, clock, log, pace, time.Time{})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = f.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return f
}

// locked is a log that several goroutines write.
type locked struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (f *fixture) text(ctx context.Context, prio Priority, chat int64, text string) error {
	return f.Do(ctx, Call{Method: "sendMessage", Priority: prio, Chat: chat, Do: func(ctx context.Context, lib *tg.Bot, chat int64) error {
		_, err := lib.SendMessage(ctx, &tg.SendMessageParams{ChatID: chat, Text: text})
		return err
	}})
}

func TestFailuresAreClassifiedByTheTable(t *testing.T) {
	raw, err := os.ReadFile("testdata/telegram_errors.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Errors []struct {
			ID   string
			Cls  Class
			HTTP int
			Body *struct {
				Description string
				Parameters  struct {
					RetryAfter int   `json:"retry_after"`
					MigrateTo  int64 `json:"migrate_to_chat_id"`
				}
			}
			BodyText string `json:"body_text"`
		}
	}
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	if len(table.Errors) < 28 {
		t.Fatalf("only %d errors in the table", len(table.Errors))
	}
	f := newFixture(t, nil, bottest.Options{}, DefaultPace())
	for _, e := range table.Errors {
		fault := bottest.Fault{Code: e.HTTP, Body: e.BodyText}
		if e.Body != nil {
			fault.Description, fault.RetryAfter, fault.MigrateTo = e.Body.Description, e.Body.Parameters.RetryAfter, e.Body.Parameters.MigrateTo
		}
		f.bot.Inject(fault)
		err := f.api.call(t.Context(), "sendMessage", func(ctx context.Context, lib *tg.Bot) error {
			_, err := lib.SendMessage(ctx, &tg.SendMessageParams{ChatID: 1, Text: "x"})
			return err
		})
		if got := ClassOf(err); got != e.Cls {
			t.Errorf("%s: class %q, want %q (%v)", e.ID, got, e.Cls, err)
		}
		var failure *Failure
		if errors.As(err, &failure) && (failure.RetryAfter != time.Duration(fault.RetryAfter)*time.Second || failure.MigrateTo != fault.MigrateTo) {
			t.Errorf("%s: %+v", e.ID, failure)
		}
	}
}

func TestFloodHaltsTheWholeBotAndLosesNothing(t *testing.T) {
	f := newFixture(t, nil, bottest.Options{}, DefaultPace())
	var kept time.Time
	f.remember = func(_ context.Context, until time.Time) error { kept = until; return nil }
	const people = 12
	for i := range int64(people) {
		f.srv.Person(i+1, "P", "").Starts(f.bot)
	}
	f.bot.Inject(bottest.Fault{Method: "sendMessage", After: 4, RetryAfter: 3})
	var all sync.WaitGroup
	for i := range int64(people) {
		all.Go(func() {
			if err := f.text(t.Context(), Interactive, i+1, "hello"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var flood time.Time
	sent := 0
	for _, c := range f.bot.Calls("sendMessage") {
		switch {
		case c.Faulty:
			flood = c.At
		case c.Code == 429:
		default:
			sent++
			if wait := c.At.Sub(flood); !flood.IsZero() && wait > 200*time.Millisecond && wait < 3*time.Second {
				t.Errorf("a message %v after the flood answer", wait)
			}
		}
	}
	if sent != people {
		t.Errorf("%d of %d messages arrived", sent, people)
	}
	if kept.Before(flood.Add(3 * time.Second)) {
		t.Errorf("remembered %v for a flood at %v", kept, flood)
	}
	if r := f.status().Rate; r > 14 {
		t.Errorf("the rate is %.1f after a flood", r)
	}
}

func TestRatesStayWithinTheLimits(t *testing.T) {
	f := newFixture(t, nil, bottest.Options{}, DefaultPace())
	group := f.srv.Group(-100, "Traders", f.bot)
	for i := range int64(60) {
		f.srv.Person(i+1, "P", "").Starts(f.bot)
	}
	var all sync.WaitGroup
	send := func(chat int64, times int) {
		all.Go(func() {
			for i := range times {
				if err := f.text(t.Context(), Priority(i%3), chat, fmt.Sprint(i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range int64(60) {
		send(i+1, 3)
	}
	send(1, 6)
	send(group.ID, 25)
	all.Wait()
	var times []time.Time
	for _, c := range f.bot.Calls("sendMessage") {
		if c.Code != 200 {
			t.Fatalf("the limits were passed: %s", c.Error)
		}
		times = append(times, c.At)
	}
	most := 0
	for i := range times {
		n := 0
		for _, later := range times[i:] {
			if later.Sub(times[i]) < time.Second {
				n++
			}
		}
		most = max(most, n)
	}
	if most > 30 || most < 15 {
		t.Errorf("%d messages in the busiest second", most)
	}
	t.Logf("%d messages in %v, at most %d in any second", len(times), times[len(times)-1].Sub(times[0]).Round(time.Millisecond), most)
}

func TestUrgentGoesFirst(t *testing.T) {
	clock := store.NewManualClock(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	pace := DefaultPace()
	pace.Most = 1 // one after the other, so that the order of arrival is the order of turns
	f := newFixture(t, clock, bottest.Options{}, pace)
	for i := range int64(9) {
		f.srv.Person(i+1, "P", "").Starts(f.bot)
	}
	f.Sender.mu.Lock()
	f.pace.halt(clock.Now(), time.Second)
	f.Sender.mu.Unlock()
	var all sync.WaitGroup
	for i := range int64(9) {
		prio := Priority(2 - i%3)
		all.Go(func() {
			if err := f.text(t.Context(), prio, i+1, fmt.Sprint(int(prio))); err != nil {
				t.Error(err)
			}
		})
	}
	waitFor(t, func() bool { q := f.status().Queued; return q == Queued{3, 3, 3} })
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for stepping := true; stepping; {
		select {
		case <-done:
			stepping = false
		case <-time.After(2 * time.Millisecond):
			clock.Advance(100 * time.Millisecond)
		}
	}
	order := ""
	for _, c := range f.bot.Calls("sendMessage") {
		order += c.Args["text"].(string)
	}
	for _, want := range []string{"0", "1", "2"} {
		if strings.Count(order, want) != 3 {
			t.Fatalf("order %s", order)
		}
	}
	if strings.LastIndex(order, "0") > strings.Index(order, "2") {
		t.Errorf("a broadcast before a reply: %s", order)
	}
}

func TestMovedGroupsAreFollowed(t *testing.T) {
	f := newFixture(t, nil, bottest.Options{Limits: bottest.NoLimits}, DefaultPace())
	group := f.srv.Group(-5, "Traders", f.bot)
	next := group.Becomes(-1005, f.bot)
	var from, to int64
	f.move = func(_ context.Context, a, b int64) error { from, to = a, b; return nil }
	if err := f.text(t.Context(), Signal, -5, "hello"); err != nil {
		t.Fatal(err)
	}
	if len(next.Messages()) != 1 || from != -5 || to != -1005 {
		t.Errorf("%d messages, moved %d to %d", len(next.Messages()), from, to)
	}
}

func TestUncertainRepliesAreRepeatedOnce(t *testing.T) {
	f := newFixture(t, nil, bottest.Options{Limits: bottest.NoLimits}, DefaultPace())
	anna := f.srv.Person(1, "Anna", "")
	anna.Starts(f.bot)
	for name, fault := range map[string]bottest.Fault{
		"delivered, then cut": {Method: "sendMessage", Reset: true, Deliver: true},
		"502 page":            {Method: "sendMessage", Code: 502, Body: "<html>502 Bad Gateway</html>"},
		"500":                 {Method: "sendMessage", Code: 500, Description: "Internal Server Error: restart", Times: 3},
		"200 page":            {Method: "sendMessage", Body: "<html>hotel wifi</html>"},
	} {
		before := len(anna.Messages())
		f.bot.Inject(fault)
		if err := f.text(t.Context(), Interactive, 1, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want := 1
		if fault.Deliver {
			want = 2
		}
		if got := len(anna.Messages()) - before; got != want {
			t.Errorf("%s: %d messages, want %d", name, got, want)
		}
	}
	f.bot.Inject(bottest.Fault{Method: "sendMessage", Reset: true, Deliver: true})
	err := f.Do(t.Context(), Call{Method: "sendMessage", Chat: 1, Once: true, Do: func(ctx context.Context, lib *tg.Bot, chat int64) error {
		_, err := lib.SendMessage(ctx, &tg.SendMessageParams{ChatID: chat, Text: "once"})
		return err
	}})
	if ClassOf(err) != Ambiguous {
		t.Errorf("a call with a ledger got %v", err)
	}
}

func TestRefusedTokenStopsEverybody(t *testing.T) {
	f := newFixture(t, nil, bottest.Options{Limits: bottest.NoLimits}, DefaultPace())
	for i := range int64(40) {
		f.srv.Person(i+1, "P", "").Starts(f.bot)
	}
	f.bot.Revoke()
	var all sync.WaitGroup
	for i := range int64(40) {
		all.Go(func() {
			if err := f.text(t.Context(), Interactive, i+1, "x"); !errors.Is(err, ErrStopped) {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if err := f.text(t.Context(), Interactive, 1, "x"); !errors.Is(err, ErrStopped) {
		t.Errorf("afterwards: %v", err)
	}
}

func TestTokenShowsNowhere(t *testing.T) {
	f := newFixture(t, nil, bottest.Options{Limits: bottest.NoLimits}, DefaultPace())
	f.srv.Person(1, "Anna", "").Starts(f.bot)
	var seen strings.Builder
	collect := func(err error) { fmt.Fprintf(&seen, "%v %+v %#v\n", err, err, err) }
	f.bot.Inject(bottest.Fault{Method: "sendMessage", Reset: true, Times: 2})
	collect(f.text(t.Context(), Interactive, 1, "x"))
	f.bot.Inject(bottest.Fault{Hang: true, Times: -1})
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	collect(f.text(short, Interactive, 1, "x"))
	_, err := f.api.raw(short, "getUpdates", map[string]any{})
	collect(err)
	dead, err := newClient(f.api.token, "http://127.0.0.1:1", slog.New(slog.NewTextHandler(&seen, nil)))
	collect(err)
	collect(dead.call(t.Context(), "getMe", func(ctx context.Context, lib *tg.Bot) error { _, err := lib.GetMe(ctx); return err }))
	_, err = dead.raw(t.Context(), "getUpdates", map[string]any{})
	collect(err)
	wrong, err := newClient(f.api.token, "http://[::1", slog.New(slog.NewTextHandler(&seen, nil)))
	collect(err)
	collect(wrong.call(t.Context(), "getMe", func(ctx context.Context, lib *tg.Bot) error { _, err := lib.GetMe(ctx); return err }))
	_, err = wrong.raw(t.Context(), "getUpdates", map[string]any{})
	collect(err)
	_, err = ParseToken(testToken + "\nrest of a file")
	collect(err)
	fmt.Fprintf(&seen, "%v %+v %#v %s %q %x %d\n", f.api.token, f.api.token, f.api.token, f.api.token, f.api.token, f.api.token, f.api.token)
	slog.New(slog.NewJSONHandler(&seen, nil)).Info("x", "token", f.api.token)
	asJSON, _ := json.Marshal(map[string]any{"token": f.api.token, "status": f.status()})
	seen.Write(asJSON)
	all := seen.String() + f.log.String()
	if strings.Contains(all, "secret-part") || strings.Contains(all, fmt.Sprintf("%x", "secret-part")) {
		t.Errorf("the token shows:\n%s", all)
	}
	if !strings.Contains(all, "getUpdates") {
		t.Error("nothing was collected")
	}
}

func TestHaltSurvivesARestart(t *testing.T) {
	clock := store.NewManualClock(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	s := newSender(nil, clock, slog.Default(), DefaultPace(), clock.Now().Add(7*time.Second))
	s.queues[Interactive] = []*waiting{{Call: Call{Chat: 1, Cost: 1}, turn: make(chan struct{})}}
	if next := s.pump(); next.Before(clock.Now().Add(7 * time.Second)) {
		t.Errorf("looks again at %v", next)
	}
	clock.Advance(8 * time.Second)
	s.pump()
	if len(s.queues[Interactive]) != 0 {
		t.Error("still waiting after the halt")
	}
}

func TestRateHalvesAndGrows(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	p := newPacer(DefaultPace(), now)
	for i, want := range []float64{12.5, 6.25, 3.125, 1.5625, 1, 1} {
		until := p.halt(now, time.Second)
		p.halt(now, time.Second) // a second answer of the same flood
		if p.rate != want {
			t.Errorf("after %d floods: %v, want %v", i+1, p.rate, want)
		}
		now = until
	}
	for range 1000 {
		now = now.Add(5 * time.Second)
		p.grow(now)
	}
	if p.rate != 28 {
		t.Errorf("grew to %v", p.rate)
	}
}

func waitFor(t *testing.T, what func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !what() {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen within a minute")
		}
		time.Sleep(time.Millisecond)
	}
}

package forex

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"promostack/bot"
	"promostack/bot/bottest"
	"promostack/signals"
	"promostack/store"
	"promostack/store/storetest"
)

const (
	token   = "987654:AAHsignals-secret"
	channel = int64(-1001234500000)
)

// deaf is the product without its own worker: the tests drive the outbox themselves, on the replay's clock.
type deaf struct{ *Product }

func (d deaf) Run(ctx context.Context, _ *bot.Bot) error {
	<-ctx.Done()
	return nil
}

// world is the signals bot on a fake Telegram. The store goes by a clock that the test moves, Telegram by a fast one.
type world struct {
	*testing.T
	store   *store.Store
	ws      *store.Workspace
	clock   *store.ManualClock
	srv     *bottest.Server
	tg      *bottest.Bot
	channel *bottest.Chat
	product *Product
	hub     *bot.Hub
}

func newWorld(t *testing.T, from time.Time) *world {
	t.Helper()
	w := &world{T: t, clock: store.NewManualClock(from)}
	fast := bottest.FastClock(50)
	w.srv = bottest.New(t, bottest.Options{Clock: fast, Limits: bottest.NoLimits})
	w.tg = w.srv.AddBot(token, "gold_bot")
	w.channel = w.srv.Channel(channel, "Gold", false, w.tg)
	w.store = storetest.OpenAt(t, w.clock)
	w.ws = w.store.Workspace(store.DefaultWorkspace)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	var err error
	if w.product, err = New(Options{Channel: fmt.Sprint(channel), Writer: signals.NewWriter(signals.WriterOptions{}), Log: quiet}); err != nil {
		t.Fatal(err)
	}
	w.hub, err = bot.NewHub(t.Context(), bot.Options{
		Store: w.store, Clock: fast, Log: quiet, APIBase: w.srv.URL(), Bots: []bot.Config{{Product: deaf{w.product}, Token: token}},
		Pace: bot.Pace{Start: 1000, Floor: 1, Ceiling: 1000, Burst: 1000, Most: 1000, Clean: time.Second, ChatBurst: 1000, GroupEvery: time.Second, GroupCount: 1000},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := w.hub.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	w.until("the bot is up", func() bool {
		s, err := w.hub.Bots()[0].Status(t.Context())
		return err == nil && s.Connected && s.Mode != bot.ModeStarting
	})
	return w
}

func (w *world) until(what string, done func() bool) {
	w.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("not within a minute: %s", what)
		}
	}
}

// poster is a new one, as after a restart.
func (w *world) poster() *poster {
	return &poster{product: w.product, bot: w.hub.Bots()[0], ws: w.ws, clock: w.clock}
}

// replay runs the engine over days of the synthetic year and posts after every step, by a new poster each time.
func (w *world) replay(from, to time.Time, posting signals.Posting, each func() error) {
	w.Helper()
	series, err := signals.Synthetic(1, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), to.AddDate(0, 0, 1), signals.M15)
	if err != nil {
		w.Fatal(err)
	}
	if err := signals.SavePosting(w.Context(), w.ws, posting); err != nil {
		w.Fatal(err)
	}
	p := signals.DefaultParams()
	p.RSILow, p.RSIHigh = 49.99, 50.01
	if each == nil {
		each = func() error {
			poster := w.poster()
			if err := poster.recover(w.Context()); err != nil {
				return err
			}
			return poster.drain(w.Context())
		}
	}
	_, err = signals.Replay{Store: w.store, Clock: w.clock, Series: series, From: from, To: to, Params: p, Log: slog.New(slog.DiscardHandler),
		Each: func(context.Context, time.Time) error { return each() }}.Run(w.Context())
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) posts() []store.Post {
	w.Helper()
	list, err := w.ws.Posts(w.Context(), "", 10_000)
	if err != nil {
		w.Fatal(err)
	}
	return list
}

var monday = time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC)

// TestReplayedDaysArePostedAsTheLedgerSays: in order, replies under the right message, recaps once each.
func TestReplayedDaysArePostedAsTheLedgerSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, monday)
	posting := signals.DefaultPosting()
	posting.EveryOutcome = true
	days := 31
	if testing.Short() {
		days = 5
	}
	w.replay(monday, monday.AddDate(0, 0, days), posting, nil)
	messages := w.channel.Messages()
	posts := w.posts()
	if len(messages) != len(posts) || len(posts) < 8 {
		t.Fatalf("%d messages for %d posts", len(messages), len(posts))
	}
	kinds := map[string]int{}
	bySignal := map[int64]int{}
	for i, post := range posts {
		m := messages[i]
		kinds[post.Kind]++
		if post.State != "sent" || post.Message != int64(m.ID) {
			t.Errorf("post %s is %s as message %d, the channel has %d", post.Key, post.State, post.Message, m.ID)
		}
		switch post.Kind {
		case "signal":
			bySignal[post.Subject] = m.ID
			r, err := w.ws.Signal(t.Context(), post.Subject)
			if err != nil {
				t.Fatal(err)
			}
			if m.Photo == "" || !strings.Contains(m.Text, fmt.Sprintf("%.2f", r.Entry)) || !strings.Contains(m.Text, fmt.Sprintf("#%d", r.ID)) {
				t.Errorf("signal %d reads %q, picture %q", r.ID, m.Text, m.Photo)
			}
		case "outcome":
			if m.ReplyTo != bySignal[post.Subject] || m.ReplyTo == 0 {
				t.Errorf("the outcome of %d replies to %d, want %d", post.Subject, m.ReplyTo, bySignal[post.Subject])
			}
		case "recap":
			var r signals.Recap
			if err := json.Unmarshal([]byte(post.Body), &r); err != nil || m.Photo == "" {
				t.Errorf("recap %s: %v, picture %q", post.Key, err, m.Photo)
			}
			if r.Root != "" && !strings.Contains(m.Text, r.Root) {
				t.Errorf("recap %s does not hold the record's root", post.Key)
			}
		}
	}
	if kinds["recap"] < days || kinds["signal"] == 0 || kinds["outcome"] == 0 {
		t.Errorf("posts %v in %d days", kinds, days)
	}
}

func TestStopsAreSilentByDefault(t *testing.T) {
	t.Parallel()
	w := newWorld(t, monday)
	w.replay(monday, monday.AddDate(0, 0, 5), signals.DefaultPosting(), nil)
	for _, post := range w.posts() {
		if post.Kind != "outcome" {
			continue
		}
		r, err := w.ws.Signal(t.Context(), post.Subject)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]string{true: "sent", false: "dropped"}[r.Status == "won"]; post.State != want {
			t.Errorf("the outcome of a signal that %s is %s", r.Status, post.State)
		}
	}
}

// TestTelegramDownWhenASignalFires: sent later only while fresh, else recorded.
func TestTelegramDownWhenASignalFires(t *testing.T) {
	t.Parallel()
	w := newWorld(t, monday)
	if _, _, err := w.product.room(t.Context(), w.hub.Bots()[0]); err != nil {
		t.Fatal(err)
	}
	add := func() store.Post {
		now := w.clock.Now()
		id, _, err := w.ws.AddSignal(t.Context(), store.Signal{Strategy: "macd-rsi", Version: 1, Symbol: signals.Symbol, Interval: signals.M15,
			CandleOpen: now.Add(-15 * time.Minute), Side: "BUY", DecidedAt: now, Deadline: now.Add(4 * time.Hour), Entry: 2650, TakeProfit: 2662, StopLoss: 2644, Pip: 0.1, Status: "open"})
		if err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprintf("signal:%d", id)
		if _, err := w.ws.AddPost(t.Context(), store.Post{Kind: "signal", Key: key, Subject: id, Body: "{}", FreshUntil: now.Add(5 * time.Minute)}); err != nil {
			t.Fatal(err)
		}
		post, err := w.ws.Post(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return post
	}
	state := func(p store.Post) store.Post {
		p, err := w.ws.Post(t.Context(), p.Key)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	refused := bottest.Fault{Method: "send", Code: 403, Description: "Forbidden: bot is not a member of the channel chat", Times: 1}
	for _, c := range []struct {
		name  string
		fault bottest.Fault
		after time.Duration
		want  string
	}{
		{"refused, then fresh", refused, time.Minute, "sent"},
		{"refused, then stale", refused, 6 * time.Minute, "dropped"},
		{"answer lost", bottest.Fault{Method: "send", Deliver: true, Reset: true, Times: 1}, time.Minute, "unknown"},
	} {
		post := add()
		w.tg.Inject(c.fault)
		_ = w.poster().drain(t.Context()) // its error is what the fault makes
		w.clock.Advance(c.after)
		if err := w.poster().drain(t.Context()); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := state(post); got.State != c.want || c.want != "sent" && got.Reason == "" {
			t.Errorf("%s: %s (%s), want %s", c.name, got.State, got.Reason, c.want)
		}
		w.tg.Heal()
	}
	post := add() // killed in the middle of sending
	post.State = "sending"
	if _, err := w.ws.MovePost(t.Context(), post, "pending"); err != nil {
		t.Fatal(err)
	}
	if err := w.poster().recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := state(post); got.State != "unknown" {
		t.Errorf("killed while sending: %s", got.State)
	}
}

func TestQuestionsAreForMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, monday)
	w.replay(monday, monday.AddDate(0, 0, 3), func() signals.Posting {
		p := signals.DefaultPosting()
		p.Admins = "77"
		return p
	}(), func() error { return nil })
	stranger, admin := w.srv.Person(5, "Sam", "sam"), w.srv.Person(77, "Ann", "ann")
	ask := func(p *bottest.Person, text string) string {
		before := len(p.Messages())
		p.Says(w.tg, text)
		w.until("an answer to "+text, func() bool { return len(p.Messages()) > before })
		m, _ := p.Last()
		return m.Text
	}
	if got := ask(stranger, "/stats"); !strings.Contains(got, "Only members") {
		t.Errorf("a stranger: %q", got)
	}
	if got := ask(stranger, "/pause"); !strings.Contains(got, "Only members") {
		t.Errorf("a stranger's pause: %q", got)
	}
	member := w.srv.Person(6, "Max", "max")
	member.Joins(w.channel)
	if got := ask(member, "/stats"); !strings.Contains(got, "record") {
		t.Errorf("a member: %q", got)
	}
	if got := ask(member, "/pause"); !strings.Contains(got, "Only the administrators") {
		t.Errorf("a member's pause: %q", got)
	}
	for text, want := range map[string]string{"/stats": "record", "/open": "open", "/signals": "signals", "/today": "Today", "/week": "seven", "/month": "thirty", "/help": "pip"} {
		if got := ask(admin, text); !strings.Contains(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
	if got := ask(admin, "/pause"); !strings.Contains(got, "Paused") {
		t.Errorf("%q", got)
	}
	if paused, err := signals.Paused(t.Context(), w.ws); err != nil || !paused {
		t.Errorf("paused %v, %v", paused, err)
	}
	if got := ask(admin, "/resume"); !strings.Contains(got, "Running") {
		t.Errorf("%q", got)
	}
}

func TestChannelIDsAreChecked(t *testing.T) {
	for _, bad := range []string{"", "gold", "@", "0", "-100x"} {
		if _, err := New(Options{Channel: bad}); err == nil || !strings.Contains(err.Error(), "FOREX_CHANNEL_ID") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestReplayerPostsWithoutTakingUpdates: `replay --post` sends to the channel and leaves the live bot's updates alone.
func TestReplayerPostsWithoutTakingUpdates(t *testing.T) {
	t.Parallel()
	srv := bottest.New(t, bottest.Options{Limits: bottest.NoLimits})
	tg := srv.AddBot(token, "gold_bot")
	room := srv.Channel(channel, "Gold", false, tg)
	srv.Person(5, "Sam", "sam").Says(tg, "/stats")
	scratch := storetest.OpenAt(t, store.NewManualClock(monday))
	ws := scratch.Workspace(store.DefaultWorkspace)
	if _, err := ws.AddPost(t.Context(), store.Post{Kind: "recap", Key: "recap:x", Body: `{"kind":"daily","to":"2025-03-03T23:59:00Z","zone":"UTC"}`}); err != nil {
		t.Fatal(err)
	}
	r, err := NewReplayer(t.Context(), scratch, token, srv.URL(), fmt.Sprint(channel), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Post(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(room.Messages()); n != 1 || tg.Pending() != 1 {
		t.Errorf("%d messages, %d updates left; want 1 and 1", n, tg.Pending())
	}
}

// TestTestPostReachesTheChannel, and says in a sentence why it cannot.
func TestTestPostReachesTheChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, monday)
	if err := w.product.TestPost(t.Context(), w.hub.Bots()[0]); err != nil || len(w.channel.Messages()) != 1 {
		t.Fatalf("%v, %d messages", err, len(w.channel.Messages()))
	}
	elsewhere, err := New(Options{Channel: "-1009999999999", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var wrong store.Invalid
	if err := elsewhere.TestPost(t.Context(), w.hub.Bots()[0]); !errors.As(err, &wrong) || wrong.Sentence == "" {
		t.Errorf("a channel that is not there: %v", err)
	}
}

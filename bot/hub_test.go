package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"promostack/bot/bottest"
	"promostack/store"
	"promostack/store/storetest"
)

// echo answers every message with its own text.
type echo struct {
	before func(ctx context.Context, t *Turn) error // nil: nothing
}

func (e *echo) Name() string { return "echo" }
func (e *echo) Updates() []string {
	return []string{"message", "channel_post", "callback_query", "my_chat_member"}
}

func (e *echo) Commands() []CommandMenu {
	return []CommandMenu{{Scope: "default", Commands: []MenuCommand{{Name: "help", Description: "How it works"}}}}
}

func (e *echo) Handle(ctx context.Context, t *Turn) error {
	if e.before != nil {
		if err := e.before(ctx, t); err != nil {
			return err
		}
	}
	if err := t.Answer(ctx, "", false); err != nil {
		return err
	}
	m := t.Message()
	if m == nil {
		return nil
	}
	_, err := t.Send(ctx, Message{Text: Format("%s", m.Text)})
	return err
}

// world is a hub, a fake Telegram and people.
type world struct {
	t     *testing.T
	store *store.Store
	srv   *bottest.Server
	bot   *bottest.Bot
	hub   *Hub
	front *httptest.Server
	clock store.Clock
	stop  func()
}

const publicURL = "https://bot.example"

// newWorld starts a hub with the product: by webhook when public, by polling otherwise.
func newWorld(t *testing.T, product Product, public bool, clock store.Clock) *world {
	t.Helper()
	if clock == nil {
		clock = bottest.FastClock(20)
	}
	w := &world{t: t, clock: clock, srv: bottest.New(t, bottest.Options{Clock: clock, Limits: bottest.NoLimits})}
	w.bot = w.srv.AddBot(testToken, "echo_bot")
	w.store = storetest.OpenAt(t, clock)
	w.start(product, public)
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) start(product Product, public bool) {
	w.t.Helper()
	o := Options{
		Store: w.store, Clock: w.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), APIBase: w.srv.URL(),
		Bots: []Config{{Product: product, Token: testToken}}, Pace: Pace{
			Start: 1000, Floor: 1, Ceiling: 1000, Burst: 1000, Most: 1000, Clean: time.Second, ChatBurst: 1000, GroupEvery: time.Second, GroupCount: 1000,
		},
	}
	if public {
		o.PublicURL = publicURL
	}
	hub, err := NewHub(w.t.Context(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.hub = hub
	w.front = httptest.NewServer(http.HandlerFunc(hub.Webhook))
	w.srv.Route(publicURL, w.front.URL)
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := hub.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	w.stop = sync.OnceFunc(func() { cancel(); running.Wait(); w.front.Close() })
	waitFor(w.t, func() bool { s, _ := hub.bots[0].Status(w.t.Context()); return s.Connected && s.Mode != ModeStarting })
}

func (w *world) status() Status {
	w.t.Helper()
	s, err := w.hub.bots[0].Status(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// texts are the messages of the bot in a chat, joined.
func texts(c *bottest.Chat) string {
	var out []string
	for _, m := range c.Messages() {
		out = append(out, m.Text)
	}
	return strings.Join(out, " ")
}

func TestEveryUpdateIsAnsweredInBothModes(t *testing.T) {
	for mode, public := range map[Mode]bool{ModeWebhook: true, ModePolling: false} {
		t.Run(string(mode), func(t *testing.T) {
			w := newWorld(t, &echo{}, public, nil)
			if s := w.status(); s.Mode != mode || s.Username != "echo_bot" {
				t.Fatalf("%+v", s)
			}
			if got := w.bot.Commands("default"); len(got) != 1 || got[0] != "help" {
				t.Errorf("menu %v", got)
			}
			anna := w.srv.Person(5, "Anna\u202e\x07", "anna")
			for _, text := range []string{"one", "<two> & _*[", "three"} {
				anna.Says(w.bot, text)
			}
			waitFor(t, func() bool { return len(anna.Messages()) == 3 })
			if got := texts(anna.Chat); got != "one <two> & _*[ three" {
				t.Errorf("got %q", got)
			}
			m, err := w.store.Workspace(1).Member(t.Context(), w.hub.bots[0].ID, 5)
			if err != nil || m.FirstName != "Anna" || m.StartedAt.IsZero() {
				t.Errorf("member %+v (%v)", m, err)
			}
			waitFor(t, func() bool { s := w.status(); return s.Waiting == 0 && w.bot.Pending() == 0 })
		})
	}
}

func TestWebhookRefusesStrangersAndSwallowsJunk(t *testing.T) {
	w := newWorld(t, &echo{}, true, nil)
	anna := w.srv.Person(5, "Anna", "")
	anna.Starts(w.bot)
	good := `{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"A"},"text":"%s"}}`
	post := func(path, secret, body string) int {
		req, _ := http.NewRequest(http.MethodPost, w.front.URL+path, strings.NewReader(body))
		req.Header.Set(secretHeader, secret)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	secret := w.hub.bots[0].secret
	for name, c := range map[string]struct {
		path, secret, body string
		want               int
	}{
		"no secret":         {"/api/telegram-webhook", "", fmt.Sprintf(good, 1, "a"), 401},
		"wrong secret":      {"/api/telegram-webhook", secret + "x", fmt.Sprintf(good, 2, "b"), 401},
		"no such bot":       {"/api/telegram-webhook/nobody", secret, fmt.Sprintf(good, 3, "c"), 401},
		"no JSON":           {"/api/telegram-webhook", secret, "hello", 200},
		"nothing":           {"/api/telegram-webhook", secret, "", 200},
		"a list":            {"/api/telegram-webhook", secret, "[1,2]", 200},
		"no number":         {"/api/telegram-webhook", secret, `{"message":{}}`, 200},
		"text for number":   {"/api/telegram-webhook", secret, `{"update_id":"7"}`, 200},
		"negative":          {"/api/telegram-webhook", secret, `{"update_id":-7}`, 200},
		"cut":               {"/api/telegram-webhook", secret, `{"update_id":8,"message":{"text":"x`, 200},
		"deep":              {"/api/telegram-webhook", secret, `{"a":` + strings.Repeat("[", 100000), 200},
		"sound but strange": {"/api/telegram-webhook", secret, `{"update_id":9,"message":{"message_id":"x"}}`, 200},
		"too large":         {"/api/telegram-webhook", secret, `{"update_id":10,"x":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
		"by name":           {"/api/telegram-webhook/echo", secret, fmt.Sprintf(good, 11, "named"), 200},
		"plain":             {"/api/telegram-webhook", secret, fmt.Sprintf(good, 12, "plain"), 200},
	} {
		if got := post(c.path, c.secret, c.body); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	waitFor(t, func() bool { return len(anna.Messages()) == 2 && w.status().Waiting == 0 })
	for range 3 { // Telegram repeats what it thinks we missed
		post("/api/telegram-webhook", secret, fmt.Sprintf(good, 12, "plain"))
	}
	waitFor(t, func() bool { return w.status().Waiting == 0 })
	if got := len(anna.Messages()); got != 2 {
		t.Errorf("%d answers, want 2", got)
	}
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	if got := post("/api/telegram-webhook", secret, fmt.Sprintf(good, 13, "x")); got != 503 {
		t.Errorf("without a store: %d, want 503", got)
	}
}

func TestOrderPerPersonHoldsUnderManyPeople(t *testing.T) {
	w := newWorld(t, &echo{}, true, nil)
	const each = 4
	people := 200
	if testing.Short() {
		people = 50
	}
	var all sync.WaitGroup
	var crowd []*bottest.Person
	for i := range int64(people) {
		p := w.srv.Person(i+1, "P", "")
		crowd = append(crowd, p)
		all.Go(func() {
			for n := range each {
				p.Says(w.bot, fmt.Sprint(n))
			}
		})
	}
	all.Wait()
	waitFor(t, func() bool { return w.bot.Pending() == 0 && w.status().Waiting == 0 })
	for _, p := range crowd {
		if got := texts(p.Chat); got != "0 1 2 3" {
			t.Errorf("person %d got %q", p.ID, got)
		}
	}
}

func TestOnePersonsFloodDoesNotHoldUpOthers(t *testing.T) {
	release := make(chan struct{})
	w := newWorld(t, &echo{before: func(ctx context.Context, turn *Turn) error {
		if turn.PersonID() == 1 && turn.Message().Text == "0" {
			<-release
		}
		return nil
	}}, false, nil)
	flooder, anna := w.srv.Person(1, "F", ""), w.srv.Person(2, "Anna", "")
	flood := 500
	if testing.Short() {
		flood = 120
	}
	for i := range flood {
		flooder.Says(w.bot, fmt.Sprint(i))
	}
	anna.Says(w.bot, "hello")
	waitFor(t, func() bool { return len(anna.Messages()) == 1 })
	waitFor(t, func() bool { return w.bot.Pending() == 0 })
	if _, _, bodies := w.hub.bots[0].lanes.count(); bodies > bodiesOfOne {
		t.Errorf("%d updates of one person in memory", bodies)
	}
	close(release)
	waitFor(t, func() bool { return w.status().Waiting == 0 })
	var want []string
	for i := range flood {
		want = append(want, fmt.Sprint(i))
	}
	if got := texts(flooder.Chat); got != strings.Join(want, " ") {
		t.Errorf("out of order or lost: %d of %d", len(flooder.Messages()), flood)
	}
}

func TestPoisonIsParkedAfterThreeTriesAndCanBeRetried(t *testing.T) {
	var tries atomic.Int32
	var healed atomic.Bool
	w := newWorld(t, &echo{before: func(ctx context.Context, turn *Turn) error {
		switch turn.Message().Text {
		case "panic":
			if !healed.Load() {
				tries.Add(1)
				panic("on the floor")
			}
		case "error":
			if !healed.Load() {
				return errors.New("no luck")
			}
		}
		return nil
	}}, false, nil)
	anna, bert := w.srv.Person(1, "Anna", ""), w.srv.Person(2, "Bert", "")
	anna.Says(w.bot, "panic")
	anna.Says(w.bot, "after")
	bert.Says(w.bot, "error")
	waitFor(t, func() bool { s := w.status(); return s.Parked == 2 && s.Waiting == 0 })
	if tries.Load() != 3 || texts(anna.Chat) != "after" {
		t.Errorf("%d tries, %q", tries.Load(), texts(anna.Chat))
	}
	parked, err := w.hub.bots[0].Parked(t.Context(), 10)
	if err != nil || len(parked) != 2 || !strings.Contains(parked[0].Error+parked[1].Error, "on the floor") {
		t.Fatalf("%+v (%v)", parked, err)
	}
	healed.Store(true)
	for _, u := range parked {
		if err := w.hub.bots[0].Retry(t.Context(), u.ID); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, func() bool { s := w.status(); return s.Parked == 0 && s.Waiting == 0 })
	if texts(anna.Chat) != "after panic" || texts(bert.Chat) != "error" {
		t.Errorf("%q, %q", texts(anna.Chat), texts(bert.Chat))
	}
}

func TestWhatATakenUpdateLedToIsFinishedAfterARestart(t *testing.T) {
	w := newWorld(t, &echo{}, true, nil)
	w.stop()
	b := w.hub.bots[0]
	anna := w.srv.Person(7, "Anna", "")
	anna.Starts(w.bot)
	for i := range 3 {
		body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"is_bot":false,"first_name":"A"},"text":"%d"}}`, i+1, i)
		head, ok := readHeading([]byte(body))
		if !ok {
			t.Fatal("no heading")
		}
		if err := b.take(t.Context(), head, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if len(anna.Messages()) != 0 {
		t.Fatal("answered without a running hub")
	}
	w.start(&echo{}, true)
	waitFor(t, func() bool { return w.status().Waiting == 0 })
	if got := texts(anna.Chat); got != "0 1 2" {
		t.Errorf("got %q", got)
	}
}

func TestBlockedPeopleAreKnown(t *testing.T) {
	w := newWorld(t, &echo{}, true, nil)
	ws := w.store.Workspace(1)
	anna, bert := w.srv.Person(5, "Anna", ""), w.srv.Person(6, "Bert", "")
	anna.Says(w.bot, "hello")
	bert.Says(w.bot, "hello")
	waitFor(t, func() bool { return len(anna.Messages()) == 1 && len(bert.Messages()) == 1 })
	why := func(id int64) string {
		m, err := ws.Member(t.Context(), w.hub.bots[0].ID, id)
		if err != nil {
			t.Fatal(err)
		}
		return m.BlockedWhy
	}
	anna.Blocks(w.bot)
	waitFor(t, func() bool { return why(5) == "blocked" })
	anna.Unblocks(w.bot)
	waitFor(t, func() bool { return why(5) == "" })
	bert.Deactivates(w.bot)
	_, err := w.hub.bots[0].Send(t.Context(), Interactive, Message{Chat: 6, Text: "x"})
	if ClassOf(err) != PermanentUser || why(6) != "deactivated" {
		t.Errorf("%v, %q", err, why(6))
	}
	if w.status().Parked != 0 {
		t.Error("something was parked")
	}
}

func TestTagsThatTelegramCannotReadAreLeftOut(t *testing.T) {
	w := newWorld(t, &echo{}, true, nil)
	anna := w.srv.Person(5, "Anna", "")
	anna.Starts(w.bot)
	w.bot.Inject(bottest.Fault{Method: "sendMessage", Code: 400, Description: "Bad Request: can't parse entities: Unsupported start tag"})
	if _, err := w.hub.bots[0].Send(t.Context(), Signal, Message{Chat: 5, Text: Format("<b>%s</b>", "a < b & c")}); err != nil {
		t.Fatal(err)
	}
	if got := texts(anna.Chat); got != "a < b & c" {
		t.Errorf("got %q", got)
	}
}

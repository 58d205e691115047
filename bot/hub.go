package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"promostack/store"
)

// DefaultAPIBase is Telegram's own server.
const DefaultAPIBase = "https://api.telegram.org"

// Options says what a Hub runs, and how the world reaches it.
type Options struct {
	Store      *store.Store
	Clock      store.Clock  // nil: the store's
	Log        *slog.Logger // nil: slog.Default()
	APIBase    string       // "": DefaultAPIBase
	WebhookURL string       // https address of the webhook; "": made from PublicURL, and without both: long polling
	PublicURL  string       // https origin
	Secret     string       // secret of the webhook; "": made at the first start and kept
	Pace       Pace         // zero: DefaultPace
	Bots       []Config     // the first one answers at the webhook address itself
}

// Config is one bot to run.
type Config struct {
	Product   Product
	Token     string
	Workspace int64 // 0: the default one
}

// Hub runs any number of bots in one process. It is safe for concurrent use.
type Hub struct {
	store   *store.Store
	clock   store.Clock
	log     *slog.Logger
	webhook string
	pace    Pace
	bots    []*Bot
	byName  map[string]*Bot
	buffers *sync.Pool
	seq     atomic.Int64
	fault   func(point string) // tests: called at the steps between which a crash must do no harm
}

// NewHub prepares the bots; nothing is asked of Telegram before Run. Updates that reach Webhook are stored from
// now on. Its errors name the product whose token is wrong, never the token.
func NewHub(ctx context.Context, o Options) (*Hub, error) {
	h := &Hub{store: o.Store, clock: o.Clock, log: o.Log, pace: o.Pace, byName: map[string]*Bot{}, buffers: newBuffers()}
	if h.clock == nil {
		h.clock = o.Store.Clock()
	}
	if h.log == nil {
		h.log = slog.Default()
	}
	if h.pace == (Pace{}) {
		h.pace = DefaultPace()
	}
	if o.APIBase == "" {
		o.APIBase = DefaultAPIBase
	}
	h.webhook = webhookAddress(o)
	for _, c := range o.Bots {
		if err := h.add(ctx, o, c); err != nil {
			return nil, fmt.Errorf("bot %s: %w", c.Product.Name(), err)
		}
	}
	return h, nil
}

// webhookAddress is where Telegram shall bring updates, "" when nobody outside can reach this process by https.
func webhookAddress(o Options) string {
	address := o.WebhookURL
	if address == "" && o.PublicURL != "" {
		address = strings.TrimRight(o.PublicURL, "/") + webhookPath
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" {
		return ""
	}
	return strings.TrimRight(address, "/")
}

func (h *Hub) add(ctx context.Context, o Options, c Config) error {
	token, err := ParseToken(c.Token)
	if err != nil {
		return err
	}
	if c.Workspace == 0 {
		c.Workspace = store.DefaultWorkspace
	}
	ws := o.Store.Workspace(c.Workspace)
	connection, err := ws.Connect(ctx, c.Product.Name(), token.BotID())
	if err != nil {
		return err
	}
	secret := o.Secret
	if secret == "" {
		if secret, err = ws.SettingOnce(ctx, secretSetting(c.Product.Name()), store.NewSecret); err != nil {
			return err
		}
	}
	log := h.log.With("bot", c.Product.Name(), "workspace", c.Workspace)
	api, err := newClient(token, o.APIBase, log)
	if err != nil {
		return err
	}
	b := &Bot{
		ID: connection.ID, Product: c.Product, hub: h, ws: ws, api: api, token: token, log: log, secret: secret,
		username: connection.Username, name: connection.Name, index: len(h.bots), seen: map[int64]sighting{},
	}
	b.Sender = newSender(api, h.clock, log, h.pace, connection.HaltedUntil)
	b.Sender.remember = func(ctx context.Context, until time.Time) error { return ws.HaltConnection(ctx, b.ID, until) }
	b.Sender.moved = func(ctx context.Context, chat int64) (int64, error) { return ws.MovedChat(ctx, b.ID, chat) }
	b.Sender.move = func(ctx context.Context, from, to int64) error { return ws.MoveChat(ctx, b.ID, from, to) }
	b.lanes = newLanes(
		func(ctx context.Context, limit int) ([]store.Update, error) {
			return ws.WaitingUpdates(ctx, b.ID, limit)
		},
		func(ctx context.Context, id int64) (store.Update, error) { return ws.WaitingUpdate(ctx, b.ID, id) },
		b.process)
	last, err := ws.LastSeq(ctx, b.ID)
	if err != nil {
		return err
	}
	h.seq.Store(max(h.seq.Load(), last))
	h.bots = append(h.bots, b)
	for _, name := range []string{c.Product.Name(), strconv.FormatInt(b.ID, 10)} {
		if h.byName[name] != nil {
			return errors.New("this bot is configured twice")
		}
		h.byName[name] = b
	}
	return nil
}

// Bot finds a bot by the name of its product or by the number of its connection; nil when there is none.
func (h *Hub) Bot(name string) *Bot { return h.byName[name] }

// Bots are all bots, in the order of the options.
func (h *Hub) Bots() []*Bot { return h.bots }

// Run runs every bot until ctx ends, and returns when all work in hand is finished or put off. One bot's trouble
// does not end the others.
func (h *Hub) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, b := range h.bots {
		all.Go(func() {
			name := "bot/" + strconv.FormatInt(b.ID, 10)
			for ctx.Err() == nil {
				if err := h.store.Lease(ctx, name, b.lead); err != nil {
					b.log.Error("bot stopped, starting it again", "err", err)
				}
				if err := store.Wait(ctx, h.clock, time.Second); err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	return nil
}

// probe tells a test where the work has got to.
func (h *Hub) probe(point string) {
	if h.fault != nil {
		h.fault(point)
	}
}

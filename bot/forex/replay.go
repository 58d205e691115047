package forex

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"promostack/bot"
	"promostack/store"
)

// Replayer posts a scratch store's outbox to the channel, as the live product does, but answers nobody and takes no
// updates: the live bot may be running with the same token.
type Replayer struct {
	poster *poster
	stop   context.CancelFunc
	done   sync.WaitGroup
	err    error
}

// NewReplayer begins; token, apiBase and channel are those of the live product, scratch goes by the replay's clock.
func NewReplayer(ctx context.Context, scratch *store.Store, token, apiBase, channel string, log *slog.Logger) (*Replayer, error) {
	product, err := New(Options{Channel: channel, Log: log})
	if err != nil {
		return nil, err
	}
	hub, err := bot.NewHub(ctx, bot.Options{
		Store: scratch, Clock: store.SystemClock(), Log: log, APIBase: apiBase, Bots: []bot.Config{{Product: product, Token: token}},
	})
	if err != nil {
		return nil, err
	}
	b := hub.Bot(product.Name())
	r := &Replayer{poster: &poster{product: product, bot: b, ws: b.Workspace(), clock: scratch.Clock()}}
	ctx, r.stop = context.WithCancel(ctx)
	r.done.Go(func() { r.err = b.Sender.Run(ctx) })
	return r, nil
}

// Post sends what is pending.
func (r *Replayer) Post(ctx context.Context) error { return r.poster.drain(ctx) }

// Close waits for the sender.
func (r *Replayer) Close() error {
	r.stop()
	r.done.Wait()
	if errors.Is(r.err, context.Canceled) {
		return nil
	}
	return r.err
}

package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"promostack/store"
)

const (
	guardEvery  = 5 * time.Minute
	retryHook   = 30 * time.Second // after a webhook could not be set
	connections = 40               // that Telegram may open at once
)

// receive gets updates until ctx ends: by webhook when there is a public address, by long polling otherwise. An
// address that Telegram refuses does not leave the bot deaf: it polls, and tries the address again now and then.
func (b *Bot) receive(ctx context.Context) {
	for ctx.Err() == nil {
		if b.hub.webhook == "" {
			b.poll(ctx, never())
			continue
		}
		err := b.setWebhook(ctx)
		switch {
		case err == nil:
			b.guard(ctx)
		case ClassOf(err) == PermanentMessage: // a 400: the address itself is refused
			b.trouble(err)
			b.log.Error("telegram refuses the webhook address, polling instead", "address", b.address(), "err", err)
			b.poll(ctx, b.hub.clock.Now().Add(guardEvery))
		default:
			b.trouble(err)
			b.log.Warn("cannot set the webhook", "err", err)
			_ = store.Wait(ctx, b.hub.clock, retryHook)
		}
	}
}

// address is where Telegram brings this bot's updates. The first bot has the plain address, as in the previous
// product.
func (b *Bot) address() string {
	if b.index == 0 {
		return b.hub.webhook
	}
	return b.hub.webhook + "/" + b.Product.Name()
}

func (b *Bot) setWebhook(ctx context.Context) error {
	err := b.Sender.Do(ctx, Call{Method: "setWebhook", Do: func(ctx context.Context, lib *tg.Bot, _ int64) error {
		_, err := lib.SetWebhook(ctx, &tg.SetWebhookParams{
			URL: b.address(), SecretToken: b.secret, AllowedUpdates: b.Product.Updates(), MaxConnections: connections,
		})
		return err
	}})
	if err == nil {
		b.setState(func(s *state) { s.Mode, s.Webhook.URL, s.Webhook.SetAt = ModeWebhook, b.address(), b.hub.clock.Now() })
		b.log.Info("webhook set", "address", b.address())
	}
	return err
}

// guard looks at the webhook every five minutes and sets it again when it was lost, stolen or got a wrong secret.
// It returns when ctx ends, or when the address must be set from the beginning.
func (b *Bot) guard(ctx context.Context) {
	for {
		if store.Wait(ctx, b.hub.clock, guardEvery) != nil {
			return
		}
		if b.Sender.Stopped() != nil { // the token may have been given back
			if err := b.introduce(ctx); err != nil {
				b.trouble(err)
				continue
			}
		}
		info, err := b.webhookInfo(ctx)
		if err != nil {
			b.trouble(err)
			continue
		}
		if info.URL == b.address() && sameSet(info.AllowedUpdates, b.Product.Updates()) && !b.mistrusted(info) {
			continue
		}
		b.log.Warn("the webhook is not ours, setting it again", "found", info.URL)
		if err := b.setWebhook(ctx); err != nil {
			b.trouble(err)
			return
		}
	}
}

// mistrusted says whether our own answer 401 came back since the webhook was set: Telegram holds another secret.
func (b *Bot) mistrusted(info *models.WebhookInfo) bool {
	b.mu.Lock()
	set := b.state.Webhook.SetAt
	b.mu.Unlock()
	return time.Unix(int64(info.LastErrorDate), 0).After(set) && contains401(info.LastErrorMessage)
}

// webhookInfo asks what Telegram knows, and keeps it for the panel.
func (b *Bot) webhookInfo(ctx context.Context) (info *models.WebhookInfo, err error) {
	err = b.Sender.Do(ctx, Call{Method: "getWebhookInfo", Do: func(ctx context.Context, lib *tg.Bot, _ int64) (err error) {
		info, err = lib.GetWebhookInfo(ctx)
		return err
	}})
	if err != nil {
		return nil, err
	}
	b.setState(func(s *state) {
		s.Webhook.Pending, s.Webhook.CheckedAt, s.Webhook.Found = info.PendingUpdateCount, b.hub.clock.Now(), info.URL
		s.Webhook.LastError, s.Webhook.LastErrorAt = info.LastErrorMessage, time.Time{}
		if info.LastErrorDate != 0 {
			s.Webhook.LastErrorAt = time.Unix(int64(info.LastErrorDate), 0).UTC()
		}
	})
	return info, nil
}

// poll gets updates by long polling until a moment. A webhook that stands in the way is taken away once, at the
// beginning; one that appears later is somebody else's and is left alone.
func (b *Bot) poll(ctx context.Context, until time.Time) {
	err := b.Sender.Do(ctx, Call{Method: "deleteWebhook", Do: func(ctx context.Context, lib *tg.Bot, _ int64) error {
		_, err := lib.DeleteWebhook(ctx, &tg.DeleteWebhookParams{})
		return err
	}})
	if err != nil {
		b.trouble(err)
		_ = store.Wait(ctx, b.hub.clock, retryHook)
		return
	}
	b.setState(func(s *state) { s.Mode, s.Webhook = ModePolling, WebhookStatus{} })
	b.log.Info("long polling")
	offset, failures := int64(0), 0
	for ctx.Err() == nil && b.hub.clock.Now().Before(until) {
		bodies, err := b.getUpdates(ctx, offset)
		if err == nil {
			err = b.takeAll(ctx, bodies)
		}
		if err == nil {
			offset, failures = nextOffset(offset, bodies), 0
			b.setState(func(s *state) { s.PolledAt, s.Error = b.hub.clock.Now(), SendError{} })
			continue
		}
		if ctx.Err() != nil {
			return
		}
		failures++
		b.trouble(err)
		b.log.Warn("cannot get updates", "err", err)
		_ = store.Wait(ctx, b.hub.clock, b.pollPause(ctx, err, failures))
	}
}

// pollPause is how long to wait after a failed poll. A refused token is asked about again, a second poller and
// somebody's webhook are given time.
func (b *Bot) pollPause(ctx context.Context, err error, failures int) time.Duration {
	switch ClassOf(err) {
	case StopBot:
		var f *Failure
		errors.As(err, &f)
		b.Sender.stop(f)
		if err := b.introduce(ctx); err == nil {
			return 0
		}
		return retryHook
	case StopPoller, Misconfigured:
		return retryHook
	case RetryAfter:
		var f *Failure
		errors.As(err, &f)
		return f.RetryAfter
	}
	return backoff(failures)
}

func (b *Bot) getUpdates(ctx context.Context, offset int64) ([][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout+15*time.Second)
	defer cancel()
	raw, err := b.api.raw(ctx, "getUpdates", map[string]any{
		"offset": offset, "limit": 100, "timeout": int(pollTimeout.Seconds()), "allowed_updates": b.Product.Updates(),
	})
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, &Failure{Class: Ambiguous, Method: "getUpdates", Description: "the answer is no list"}
	}
	bodies := make([][]byte, 0, len(list))
	for _, one := range list {
		bodies = append(bodies, one)
	}
	return bodies, nil
}

// nextOffset confirms what is stored now.
func nextOffset(offset int64, bodies [][]byte) int64 {
	for _, body := range bodies {
		if head, ok := readHeading(body); ok && head.id >= offset {
			offset = head.id + 1
		}
	}
	return offset
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

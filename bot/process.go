package bot

import (
	"context"
	"errors"
	"time"

	"promostack/store"
)

// process answers one update and marks it done. It fails on its own account only: an update that cannot be
// answered after three attempts is parked, where the panel shows it. When ctx ends it stays waiting.
func (b *Bot) process(ctx context.Context, u store.Update) {
	again := u.Tries > 0 || u.Seq <= b.began.Load()
	tries := 1
	if again {
		n, err := b.ws.TryUpdate(ctx, b.ID, u.ID)
		if err != nil {
			b.log.Error("cannot count an attempt", "update", u.ID, "err", err)
			return
		}
		tries = max(2, n+1) // the attempt that a crash ended was not counted
	}
	for ; ; tries++ {
		if tries > attempts {
			b.park(ctx, u, errors.New("it was tried three times: "+u.Error))
			return
		}
		t, err := b.answer(ctx, u, again)
		if err == nil {
			b.finish(ctx, u)
		}
		t.notes.Wait()
		switch {
		case err == nil:
			return
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrStopped):
			if !b.awaitToken(ctx) {
				return
			}
			tries--
		case lasting(err):
			b.park(ctx, u, err)
			return
		}
		b.log.Warn("an update failed", "update", u.ID, "attempt", tries, "err", err)
		again, u.Error = true, err.Error()
		if _, err := b.ws.TryUpdate(ctx, b.ID, u.ID); err != nil {
			b.log.Error("cannot count an attempt", "update", u.ID, "err", err)
		}
		if store.Wait(ctx, b.hub.clock, time.Duration(tries*tries)*time.Second) != nil {
			return
		}
	}
}

// lasting says whether another attempt would fail just the same.
func lasting(err error) bool { return ClassOf(err) == PermanentMessage }

// answer lets the product answer an update. Junk, and people and chats that cannot be written to, are no failures.
func (b *Bot) answer(ctx context.Context, u store.Update, again bool) (*Turn, error) {
	t := &Turn{Bot: b, again: again, Log: b.log.With("update", u.ID)}
	update, err := decode(u.Body)
	if err != nil {
		t.Log.Warn("an update cannot be read", "err", err)
		return t, nil
	}
	t.Update = update
	err = safely(func() error {
		if err := b.see(ctx, t); err != nil {
			return err
		}
		b.hub.probe("before handle")
		return b.Product.Handle(ctx, t)
	})
	switch ClassOf(err) {
	case PermanentUser, PermanentChat, Ignore, Success:
		t.Log.Info("no way to answer", "chat", t.Chat().ID, "err", err)
		return t, nil
	}
	return t, err
}

func (b *Bot) finish(ctx context.Context, u store.Update) {
	b.hub.probe("before done")
	if err := b.ws.FinishUpdate(context.WithoutCancel(ctx), b.ID, u.ID); err != nil {
		b.log.Error("cannot mark an update as done", "update", u.ID, "err", err)
	}
	b.hub.probe("after done")
}

func (b *Bot) park(ctx context.Context, u store.Update, why error) {
	b.log.Error("an update is parked", "update", u.ID, "err", why)
	if err := b.ws.ParkUpdate(context.WithoutCancel(ctx), b.ID, u.ID, b.token.redact(why.Error())); err != nil {
		b.log.Error("cannot park an update", "update", u.ID, "err", err)
	}
}

// awaitToken waits until Telegram takes the token again; false when ctx ended.
func (b *Bot) awaitToken(ctx context.Context) bool {
	for b.Sender.Stopped() != nil {
		if store.Wait(ctx, b.hub.clock, 5*time.Second) != nil {
			return false
		}
	}
	return true
}

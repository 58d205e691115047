package setup

import (
	"context"
	"errors"
	"log/slog"

	"promostack/bot/forex"
	"promostack/signals"
	"promostack/store"
)

// lockedReplay is a replay that posts; it holds the data folder, so that no live product posts beside it.
type lockedReplay struct {
	*forex.Replayer
	lock *store.DirLock
}

// Close waits for what is being sent and gives the folder back.
func (l lockedReplay) Close() error { return errors.Join(l.Replayer.Close(), l.lock.Release()) }

// ReplayPoster posts a scratch store's outbox to the configured channel.
func (c Config) ReplayPoster(ctx context.Context, scratch *store.Store) (signals.Poster, error) {
	if c.Forex.BotToken == "" || c.Forex.ChannelID == "" {
		return nil, errors.New("--post needs FOREX_BOT_TOKEN and FOREX_CHANNEL_ID")
	}
	lock, err := store.LockDir(c.DataDir)
	if err != nil {
		return nil, err
	}
	r, err := forex.NewReplayer(ctx, scratch, c.Forex.BotToken, c.Telegram.APIBase, c.Forex.ChannelID, slog.Default())
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return lockedReplay{r, lock}, nil
}

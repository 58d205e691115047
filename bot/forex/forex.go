// Package forex is the bot of the signals: it posts what the engine wrote into the outbox to one channel, and answers
// questions about the record. It reads the store only; a restart at any moment goes unseen.
package forex

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"

	"promostack/bot"
	"promostack/signals"
	"promostack/store"
)

// Options says what the product works with.
type Options struct {
	Channel string          // FOREX_CHANNEL_ID: "-1001234567890" or "@name"
	Writer  *signals.Writer // nil: fixed lines
	Log     *slog.Logger    // nil: slog.Default()
}

// Product is the signals bot. It is safe for concurrent use.
type Product struct {
	name   string
	writer *signals.Writer
	log    *slog.Logger

	mu      sync.Mutex
	channel int64 // 0 until @name was looked up
	linked  int64 // the channel's discussion group
	asked   time.Time
	members map[int64]membership
}

type membership struct {
	yes bool
	at  time.Time
}

// New makes the product. The error is a sentence about the channel's id.
func New(o Options) (*Product, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	p := &Product{name: strings.TrimSpace(o.Channel), writer: o.Writer, log: o.Log, members: map[int64]membership{}}
	if strings.HasPrefix(p.name, "@") && len(p.name) > 1 {
		return p, nil
	}
	id, err := strconv.ParseInt(p.name, 10, 64)
	if err != nil || id == 0 {
		return nil, fmt.Errorf("FOREX_CHANNEL_ID %q is no channel; examples are -1001234567890 and @channelname", o.Channel)
	}
	p.channel = id
	return p, nil
}

// Name is "forex".
func (p *Product) Name() string { return "forex" }

// Updates are the kinds that the product answers.
func (p *Product) Updates() []string { return []string{"message", "my_chat_member"} }

// Commands are the menus.
func (p *Product) Commands() []bot.CommandMenu {
	all := []bot.MenuCommand{
		{Name: "open", Description: "Signals that are open now"}, {Name: "signals", Description: "The last ten signals"},
		{Name: "today", Description: "Today's results"}, {Name: "week", Description: "The last seven days"},
		{Name: "month", Description: "The last thirty days"}, {Name: "stats", Description: "The whole record"},
		{Name: "help", Description: "What the numbers mean"},
	}
	return []bot.CommandMenu{{Scope: "default", Commands: all}}
}

// Run posts what the outbox holds until ctx ends.
func (p *Product) Run(ctx context.Context, b *bot.Bot) error {
	poster := &poster{product: p, bot: b, ws: b.Workspace(), clock: b.Clock()}
	if err := poster.recover(ctx); err != nil && ctx.Err() == nil {
		p.log.Warn("outbox not looked through", "err", err)
	}
	for {
		pause := lookEvery
		if err := poster.drain(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			p.log.Warn("signals not posted", "err", err)
			pause = tryAgain
		}
		if err := store.Wait(ctx, b.Clock(), pause); err != nil {
			return nil
		}
	}
}

// TestPost sends a short message to the channel. A refusal is a store.Invalid with a sentence for the panel.
func (p *Product) TestPost(ctx context.Context, b *bot.Bot) error {
	channel, _, err := p.room(ctx, b)
	if err != nil {
		return store.Invalid{Field: "channel", Sentence: "Telegram does not show the channel " + p.name + " to the bot. Is the id right, and is the bot an administrator there?"}
	}
	return b.Test(ctx, channel)
}

// room is the channel's number and that of its discussion group.
func (p *Product) room(ctx context.Context, b *bot.Bot) (channel, linked int64, err error) {
	p.mu.Lock()
	channel, linked, asked := p.channel, p.linked, p.asked
	p.mu.Unlock()
	now := b.Clock().Now()
	if channel != 0 && now.Sub(asked) < time.Hour {
		return channel, linked, nil
	}
	err = b.Sender.Do(ctx, bot.Call{Method: "getChat", Priority: bot.Interactive, Do: func(ctx context.Context, lib *tg.Bot, _ int64) error {
		chat, err := lib.GetChat(ctx, &tg.GetChatParams{ChatID: p.address()})
		if err != nil {
			return err
		}
		channel, linked = chat.ID, chat.LinkedChatID
		return nil
	}})
	if err != nil && channel == 0 {
		return 0, 0, fmt.Errorf("look up the channel %s: %w", p.name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.channel, p.linked, p.asked = channel, linked, now
	return channel, linked, nil
}

// address is how Telegram is asked about the channel.
func (p *Product) address() any {
	if id, err := strconv.ParseInt(p.name, 10, 64); err == nil {
		return id
	}
	return p.name
}

// member reports whether a person is in the channel; the answer is kept for some minutes.
func (p *Product) member(ctx context.Context, b *bot.Bot, channel, person int64) bool {
	now := b.Clock().Now()
	p.mu.Lock()
	known, ok := p.members[person]
	p.mu.Unlock()
	if ok && now.Sub(known.at) < 5*time.Minute {
		return known.yes
	}
	yes := false
	err := b.Sender.Do(ctx, bot.Call{Method: "getChatMember", Priority: bot.Interactive, Do: func(ctx context.Context, lib *tg.Bot, _ int64) error {
		m, err := lib.GetChatMember(ctx, &tg.GetChatMemberParams{ChatID: channel, UserID: person})
		if err != nil {
			return err
		}
		yes = m.Owner != nil || m.Administrator != nil || m.Member != nil || m.Restricted != nil && m.Restricted.IsMember
		return nil
	}})
	if err != nil {
		p.log.Debug("membership not known", "err", err)
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.members) > 10_000 {
		clear(p.members)
	}
	p.members[person] = membership{yes, now}
	return yes
}

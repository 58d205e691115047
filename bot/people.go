package bot

import (
	"context"
	"time"

	"github.com/go-telegram/bot/models"

	"promostack/store"
)

// see notes who did something and where, before the product hears of it: a plain /start counts.
func (b *Bot) see(ctx context.Context, t *Turn) error {
	if c := t.Update.MyChatMember; c != nil {
		return b.seeMembership(ctx, c)
	}
	if m := t.Message(); m != nil && m.MigrateToChatID != 0 {
		if err := b.ws.MoveChat(ctx, b.ID, m.Chat.ID, m.MigrateToChatID); err != nil {
			return err
		}
	}
	if p := t.Person(); p != nil && !p.IsBot {
		// a button may be pressed in a chat that the bot was blocked in since; only a message is proof
		private := t.Private() && t.Message() != nil
		return b.seeMember(ctx, b.member(p), private)
	}
	return nil
}

const (
	seenAgain = time.Minute // somebody seen so lately, with the same names, need not be written down again
	seenMost  = 10_000
)

// sighting is what was written down of a person last.
type sighting struct {
	member  store.Member
	private bool
	at      time.Time
}

func (b *Bot) seeMember(ctx context.Context, m store.Member, private bool) error {
	now := b.hub.clock.Now()
	b.mu.Lock()
	last, known := b.seen[m.ID]
	b.mu.Unlock()
	if known && last.member == m && (last.private || !private) && now.Sub(last.at) < seenAgain {
		return nil
	}
	if err := b.ws.SeeMember(ctx, m, private); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.seen) >= seenMost {
		clear(b.seen)
	}
	b.seen[m.ID] = sighting{m, private, now}
	return nil
}

// unsee makes sure that the next thing a person does is written down.
func (b *Bot) unsee(id int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.seen, id)
}

func (b *Bot) member(p *models.User) store.Member {
	return store.Member{
		Connection: b.ID, ID: p.ID, Username: Clean(p.Username, 32), FirstName: Clean(p.FirstName, 64),
		LastName: Clean(p.LastName, 64), Language: Clean(p.LanguageCode, 16),
	}
}

// seeMembership notes what the bot is in a chat now. In a private chat it means that the person blocked the bot
// or let it in again.
func (b *Bot) seeMembership(ctx context.Context, c *models.ChatMemberUpdated) error {
	status := string(c.NewChatMember.Type)
	if c.Chat.Type != models.ChatTypePrivate {
		return b.ws.SeeChat(ctx, store.Chat{Connection: b.ID, ID: c.Chat.ID, Kind: string(c.Chat.Type), Title: Clean(c.Chat.Title, 128), Status: status})
	}
	b.unsee(c.Chat.ID)
	if err := b.ws.SeeMember(ctx, b.member(&c.From), false); err != nil {
		return err
	}
	if c.NewChatMember.Type == models.ChatMemberTypeBanned || c.NewChatMember.Type == models.ChatMemberTypeLeft {
		return b.ws.BlockMember(ctx, b.ID, c.Chat.ID, "blocked")
	}
	return b.ws.UnblockMember(ctx, b.ID, c.Chat.ID)
}

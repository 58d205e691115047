// Package bot is how we talk on Telegram. A Hub runs bots: each has a Product that answers updates, a Sender that
// is its only way out, and an inbox that stores every update before it is acknowledged. An update is answered by
// one goroutine at a time per person, in order, and what it leads to is written down, so that a crash at any
// moment neither loses an update nor answers it twice.
package bot

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"promostack/store"
)

// Product is one kind of bot: what it listens to and what it answers. A product may also be a Menu and a Worker.
type Product interface {
	// Name is the product's short name, "promo": it never changes, rows in the store hang on it.
	Name() string
	// Updates are the kinds of updates that it wants.
	Updates() []string
	// Handle answers one update. An error makes the update be tried again, three times in all; then it is parked.
	Handle(ctx context.Context, t *Turn) error
}

// Menu is a product that has a command menu.
type Menu interface {
	// Commands are the menus by scope.
	Commands() []CommandMenu
}

// CommandMenu is the command menu of one scope.
type CommandMenu struct {
	Scope    string // "default", "all_private_chats", "all_group_chats", "all_chat_administrators"
	Commands []MenuCommand
}

// MenuCommand is one line of a command menu.
type MenuCommand struct {
	Name        string // without the slash
	Description string
}

// Worker is a product that has work of its own beside answering. It runs while this process leads the bot.
type Worker interface {
	Run(ctx context.Context, b *Bot) error
}

// Bot is one bot being run. It is safe for concurrent use.
type Bot struct {
	ID      int64 // the connection's
	Sender  *Sender
	Product Product

	hub    *Hub
	ws     *store.Workspace
	api    *client
	token  Token
	log    *slog.Logger
	secret string
	lanes  *lanes
	index  int          // place in the hub
	began  atomic.Int64 // updates up to this Seq are of an earlier life

	mu       sync.Mutex
	username string
	name     string
	state    state
	seen     map[int64]sighting
}

// Workspace is the workspace that the bot belongs to.
func (b *Bot) Workspace() *store.Workspace { return b.ws }

// Candles are the n newest stored candles that open before a moment, oldest first: what a chart is drawn from.
func (b *Bot) Candles(ctx context.Context, symbol string, i store.Interval, before time.Time, n int) ([]store.Candle, error) {
	return b.hub.store.CandlesBefore(ctx, symbol, i, before.UnixMilli(), n)
}

// Clock is the clock that everything of the bot waits on.
func (b *Bot) Clock() store.Clock { return b.hub.clock }

// Log is a logger that names the bot.
func (b *Bot) Log() *slog.Logger { return b.log }

// Username is what Telegram calls the bot, without @; "" before it was asked for the first time.
func (b *Bot) Username() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.username
}

// Workspace 1's bots are found by these settings in the store.
func secretSetting(product string) string { return "telegram." + product + ".webhook_secret" }

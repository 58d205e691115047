// Package promo is the bot that most people use the product by: a coupon code in, a picture out. It works in private
// chats, groups and channels. Where a conversation stands is in its buttons and in the store, so a restart at any
// moment goes unseen and buttons keep working for ever.
package promo

import (
	"context"
	"log/slog"

	"github.com/go-telegram/bot/models"

	"promostack/bot"
	"promostack/render"
	"promostack/render/coupon"
	"promostack/store"
)

// Studio makes pictures; *render.Studio does.
type Studio interface {
	Make(ctx context.Context, ws *store.Workspace, o render.Order) (render.Picture, error)
	Sample(ctx context.Context, ws *store.Workspace, template, variant string, f render.Format) (render.Picture, error)
}

// Options says what the product works with.
type Options struct {
	Studio  Studio
	Coupons func(ws int64) coupon.Checker
	Log     *slog.Logger // nil: slog.Default()
}

// Product is the promo bot. It is safe for concurrent use.
type Product struct {
	studio  Studio
	coupons func(ws int64) coupon.Checker
	log     *slog.Logger
	guesses *guesses
}

// New makes the product.
func New(o Options) *Product {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Product{studio: o.Studio, coupons: o.Coupons, log: o.Log, guesses: newGuesses()}
}

// Name is "promo".
func (p *Product) Name() string { return "promo" }

// Updates are the kinds that the product answers.
func (p *Product) Updates() []string {
	return []string{"message", "channel_post", "callback_query", "my_chat_member"}
}

// Commands are the menus: groups have no /start and no /cancel, because nothing there goes on between messages.
func (p *Product) Commands() []bot.CommandMenu {
	generate := bot.MenuCommand{Name: "generate", Description: "Make pictures with your code"}
	help := bot.MenuCommand{Name: "help", Description: "How it works"}
	return []bot.CommandMenu{
		{Scope: "default", Commands: []bot.MenuCommand{generate, help}},
		{Scope: "all_private_chats", Commands: []bot.MenuCommand{
			generate, {Name: "start", Description: "Begin with a new code"}, help, {Name: "cancel", Description: "Forget what we were doing"},
		}},
		{Scope: "all_group_chats", Commands: []bot.MenuCommand{generate, help}},
	}
}

// Handle answers one update.
func (p *Product) Handle(ctx context.Context, t *bot.Turn) error {
	switch u := t.Update; {
	case u.CallbackQuery != nil:
		return p.pressed(ctx, t, u.CallbackQuery)
	case u.ChannelPost != nil:
		return p.spoken(ctx, t, u.ChannelPost)
	case u.Message != nil:
		return p.spoken(ctx, t, u.Message)
	}
	return nil
}

// spoken answers a message or a channel's post.
func (p *Product) spoken(ctx context.Context, t *bot.Turn, m *models.Message) error {
	if m.IsAutomaticForward || (m.From != nil && m.From.IsBot && m.SenderChat == nil) {
		return nil // a channel's post in its discussion group, another bot
	}
	text := m.Text
	if text == "" {
		text = m.Caption
	}
	command, ok := bot.ParseCommand(text, t.Bot.Username())
	switch {
	case ok:
		return p.command(ctx, t, command)
	case !t.Private():
		return nil // people talk; a code in a group comes by a command
	case text == "" && isContent(m):
		return p.say(ctx, t, textsOnly, nil)
	case text == "":
		return nil // a note of Telegram's own: a pinned message, a changed picture
	}
	return p.code(ctx, t, text)
}

// isContent says whether a message without text is something that a person sent.
func isContent(m *models.Message) bool {
	return m.Sticker != nil || m.Voice != nil || m.Video != nil || m.VideoNote != nil || m.Audio != nil || m.Document != nil ||
		len(m.Photo) > 0 || m.Animation != nil || m.Contact != nil || m.Location != nil || m.Venue != nil || m.Dice != nil || m.Poll != nil
}

// command answers a command: one of the menu, or a template's name with a code.
func (p *Product) command(ctx context.Context, t *bot.Turn, c bot.Command) error {
	if isChannel(t) {
		return p.templateCommand(ctx, t, c)
	}
	switch c.Name {
	case "start":
		return p.start(ctx, t, c)
	case "generate":
		return p.generate(ctx, t, c.Rest)
	case "help":
		return p.help(ctx, t)
	case "cancel":
		return p.cancel(ctx, t)
	}
	return p.templateCommand(ctx, t, c)
}

// say sends a text with buttons. In groups it answers the message it is about.
func (p *Product) say(ctx context.Context, t *bot.Turn, text bot.HTML, buttons bot.Keyboard) error {
	_, err := t.Send(ctx, bot.Message{Text: text, Keyboard: buttons, ReplyTo: replyTo(t)})
	return err
}

// replyTo is the message to answer: in a private chat nobody wonders which one is meant.
func replyTo(t *bot.Turn) int {
	if m := t.Message(); m != nil && !t.Private() {
		return m.ID
	}
	return 0
}

// templates are those that this bot offers, in their order.
func (p *Product) templates(ctx context.Context, ws *store.Workspace) ([]store.Template, error) {
	yes := true
	return ws.Templates(ctx, store.TemplateFilter{Telegram: &yes})
}

package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/go-telegram/bot/models"

	"promostack/store"
)

// Turn is one update being answered. What is sent through it is written down as an effect of the update: an
// update that comes again, or that a crash interrupted, finds what was sent before and does not send it twice.
// It is used by one goroutine.
type Turn struct {
	Bot    *Bot
	Update *models.Update
	Log    *slog.Logger

	again   bool // the update was tried before
	effects int  // messages so far
	notes   sync.WaitGroup
}

// Workspace is the workspace of the bot.
func (t *Turn) Workspace() *store.Workspace { return t.Bot.ws }

// Now is the present moment.
func (t *Turn) Now() time.Time { return t.Bot.hub.clock.Now() }

// Message is the message, post or edited message of the update; nil when it is of another kind.
func (t *Turn) Message() *models.Message {
	u := t.Update
	for _, m := range []*models.Message{u.Message, u.ChannelPost, u.EditedMessage, u.EditedChannelPost} {
		if m != nil {
			return m
		}
	}
	return nil
}

// Chat is where the update happened; its ID is 0 when there is none.
func (t *Turn) Chat() models.Chat {
	u := t.Update
	switch m := t.Message(); {
	case m != nil:
		return m.Chat
	case u.CallbackQuery != nil && u.CallbackQuery.Message.Message != nil:
		return u.CallbackQuery.Message.Message.Chat
	case u.CallbackQuery != nil && u.CallbackQuery.Message.InaccessibleMessage != nil:
		return u.CallbackQuery.Message.InaccessibleMessage.Chat
	case u.MyChatMember != nil:
		return u.MyChatMember.Chat
	}
	return models.Chat{}
}

// CallbackMessage is the message under which a button was pressed, 0 when it is not known.
func (t *Turn) CallbackMessage() int {
	q := t.Update.CallbackQuery
	switch {
	case q == nil:
		return 0
	case q.Message.Message != nil:
		return q.Message.Message.ID
	case q.Message.InaccessibleMessage != nil:
		return q.Message.InaccessibleMessage.MessageID
	}
	return 0
}

// Private says whether this is the person's own chat with the bot.
func (t *Turn) Private() bool { return t.Chat().Type == models.ChatTypePrivate }

// Person is who did it; nil for a channel's post and an anonymous administrator.
func (t *Turn) Person() *models.User {
	u := t.Update
	switch m := t.Message(); {
	case m != nil && m.From != nil && !m.From.IsBot:
		return m.From
	case u.CallbackQuery != nil:
		return &u.CallbackQuery.From
	case u.MyChatMember != nil:
		return &u.MyChatMember.From
	}
	return nil
}

// PersonID is the number of Person, 0 when there is none.
func (t *Turn) PersonID() int64 {
	if p := t.Person(); p != nil {
		return p.ID
	}
	return 0
}

// Sent reports whether the next message of the turn was sent already, in an attempt before: then nothing that
// only leads to it need be done again.
func (t *Turn) Sent(ctx context.Context) (bool, error) {
	if !t.again {
		return false, nil
	}
	return t.Bot.ws.EffectSent(ctx, t.effect(t.effects))
}

func (t *Turn) effect(n int) store.Effect {
	return store.Effect{Connection: t.Bot.ID, Update: t.Update.ID, N: n}
}

// Send sends a message as an effect of the update and gives its id, 0 when that is not known. Without a chat it
// goes where the update came from.
func (t *Turn) Send(ctx context.Context, m Message) (int, error) {
	m = t.here(m)
	return t.once(ctx, func() (int, error) {
		sent, err := t.Bot.Send(ctx, Interactive, m)
		return sent.ID, err
	})
}

// Album sends photos together as one effect.
func (t *Turn) Album(ctx context.Context, m Message, photos []*Media) (int, error) {
	m = t.here(m)
	return t.once(ctx, func() (int, error) {
		ids, err := t.Bot.Album(ctx, Interactive, m, photos)
		if len(ids) == 0 {
			return 0, err
		}
		return ids[0], err
	})
}

// here addresses a message to where the update came from, unless it has an address.
func (t *Turn) here(m Message) Message {
	if m.Chat != 0 {
		return m
	}
	m.Chat = t.Chat().ID
	at := t.Message()
	if q := t.Update.CallbackQuery; q != nil {
		at = q.Message.Message
	}
	if at != nil && at.IsTopicMessage {
		m.Thread = at.MessageThreadID
	}
	return m
}

// once does one effect, unless it was done before. Between the two notes lies the one moment at which a crash
// leaves it open whether Telegram took the message; then it is sent once more, so that nothing is lost: at most
// one message comes twice.
func (t *Turn) once(ctx context.Context, do func() (int, error)) (int, error) {
	e := t.effect(t.effects)
	t.effects++
	before, message, err := t.Bot.ws.BeginEffect(ctx, e)
	switch {
	case err != nil:
		return 0, err
	case before == store.EffectSent:
		return message, nil
	case before == store.EffectUnknown:
		t.Log.Warn("a message may not have arrived", "effect", e.N)
		return 0, nil
	}
	t.Bot.hub.probe("before send")
	message, err = do()
	t.Bot.hub.probe("after send")
	after := context.WithoutCancel(ctx)
	if err == nil {
		t.notes.Go(func() { // the note is on its way to the disk while the turn goes on
			if err := t.Bot.ws.FinishEffect(after, e, message); err != nil {
				t.Log.Error("cannot note a message as sent", "effect", e.N, "err", err)
			}
		})
		return message, nil
	}
	if uncertain(err) {
		return 0, err
	}
	return 0, errors.Join(err, t.Bot.ws.DropEffect(after, e))
}

// uncertain says whether a message may have arrived although sending it failed.
func uncertain(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.Class == Ambiguous
}

// Edit makes an older message of the bot in this chat into m. Doing it twice does no harm, so it is no effect.
func (t *Turn) Edit(ctx context.Context, id int, m Message) error {
	if m.Chat == 0 {
		m.Chat = t.Chat().ID
	}
	return t.Bot.Edit(ctx, Interactive, id, m)
}

// Answer ends the little clock on the button that was pressed. It is done before anything that takes time.
func (t *Turn) Answer(ctx context.Context, text string, alert bool) error {
	if t.Update.CallbackQuery == nil {
		return nil
	}
	return t.Bot.AnswerCallback(ctx, t.Update.CallbackQuery.ID, text, alert)
}

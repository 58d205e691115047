package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"promostack/store"
)

// Mode is how a bot gets its updates.
type Mode string

// The modes.
const (
	ModeStarting Mode = ""
	ModeWebhook  Mode = "webhook"
	ModePolling  Mode = "polling"
)

// state is what the panel sees change.
type state struct {
	Leading   bool // this process runs the bot
	Connected bool // Telegram answered who the bot is
	Mode      Mode
	PolledAt  time.Time
	Error     SendError
	Webhook   WebhookStatus
}

// WebhookStatus is what Telegram says about the webhook.
type WebhookStatus struct {
	URL         string    `json:"url"`   // where updates shall go
	Found       string    `json:"found"` // what Telegram had at the last look
	Pending     int       `json:"pending"`
	LastError   string    `json:"last_error,omitempty"`
	LastErrorAt time.Time `json:"last_error_at,omitzero"`
	SetAt       time.Time `json:"set_at,omitzero"`
	CheckedAt   time.Time `json:"checked_at,omitzero"`
}

// Status is the state of a bot for people.
type Status struct {
	Connection  int64         `json:"connection"`
	Product     string        `json:"product"`
	Username    string        `json:"username"`
	Name        string        `json:"name"`
	Connected   bool          `json:"connected"`
	Leading     bool          `json:"leading"` // false: another process runs the bot, this one only stores its updates
	Mode        Mode          `json:"mode"`
	Webhook     WebhookStatus `json:"webhook"`
	PolledAt    time.Time     `json:"polled_at,omitzero"`
	Stopped     bool          `json:"stopped"` // Telegram refuses the token
	LastError   SendError     `json:"last_error"`
	Rate        float64       `json:"rate"` // messages a second that may go out now
	HaltedUntil time.Time     `json:"halted_until,omitzero"`
	Queued      Queued        `json:"queued"`
	Sent        int64         `json:"sent"` // requests since the start
	People      int           `json:"people"`
	Waiting     int           `json:"waiting"`
	Parked      int           `json:"parked"`
}

// Queued are the requests that wait for their turn, by priority.
type Queued struct {
	Interactive int `json:"interactive"`
	Signal      int `json:"signal"`
	Broadcast   int `json:"broadcast"`
}

// Status tells how every bot is.
func (h *Hub) Status(ctx context.Context) ([]Status, error) {
	out := make([]Status, 0, len(h.bots))
	for _, b := range h.bots {
		s, err := b.Status(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Status tells how the bot is.
func (b *Bot) Status(ctx context.Context) (Status, error) {
	s := b.Sender.status()
	b.mu.Lock()
	st := b.state
	s.Connection, s.Product, s.Username, s.Name = b.ID, b.Product.Name(), b.username, b.name
	b.mu.Unlock()
	s.Connected, s.Leading, s.Mode, s.Webhook, s.PolledAt = st.Connected && !s.Stopped, st.Leading, st.Mode, st.Webhook, st.PolledAt
	if st.Error.At.After(s.LastError.At) {
		s.LastError = st.Error
	}
	s.People, _, _ = b.lanes.count()
	var err error
	s.Waiting, s.Parked, err = b.ws.CountUpdates(ctx, b.ID)
	return s, err
}

// status is the sender's part.
func (s *Sender) status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	s.pace.grow(now)
	out := Status{Rate: s.pace.rate, LastError: s.last, Sent: s.sent, Stopped: s.stopped != nil}
	if now.Before(s.pace.until) {
		out.HaltedUntil = s.pace.until
	}
	out.Queued = Queued{len(s.queues[Interactive]), len(s.queues[Signal]), len(s.queues[Broadcast])}
	return out
}

// Test sends a short message to a chat, to see that everything works. A refusal is a store.Invalid with a sentence
// for the person at the panel.
func (b *Bot) Test(ctx context.Context, chat int64) error {
	_, err := b.Send(ctx, Interactive, Message{Chat: chat, Text: Format("✅ <b>%s</b> can write here.", b.Username())})
	switch ClassOf(err) {
	case PermanentUser:
		return store.Invalid{Field: "chat", Sentence: "This person must write to the bot first, or has blocked it."}
	case PermanentChat:
		return store.Invalid{Field: "chat", Sentence: "The bot is not in this chat, or may not write there. Make it an administrator of the channel."}
	}
	if errors.Is(err, ErrStopped) {
		return store.Invalid{Field: "chat", Sentence: "Telegram refuses the bot's token. Get a new one from BotFather and restart."}
	}
	if err != nil {
		return fmt.Errorf("test message: %w", err)
	}
	return nil
}

// Check asks Telegram now, instead of at the next round, who the bot is and where its updates go. A refused token
// is no error: Status shows it.
func (b *Bot) Check(ctx context.Context) error {
	err := b.introduce(ctx)
	if err == nil {
		_, err = b.webhookInfo(ctx)
	}
	if err != nil {
		b.trouble(err)
	}
	var f *Failure
	if errors.As(err, &f) || errors.Is(err, ErrStopped) {
		return nil
	}
	return err
}

func (b *Bot) setState(change func(s *state)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.state)
}

// trouble shows an error in the panel.
func (b *Bot) trouble(err error) {
	text := b.token.redact(err.Error())
	switch ClassOf(err) {
	case StopBot:
		text = "Telegram refuses the token. Get a new one from BotFather and restart. (" + text + ")"
	case StopPoller:
		text = "Another program uses this bot's token at the same time. Stop it, or give this one a bot of its own. (" + text + ")"
	case Misconfigured:
		text = "Another program set a webhook for this bot. Restart this one to take the bot over. (" + text + ")"
	}
	b.setState(func(s *state) { s.Error = SendError{At: b.hub.clock.Now(), Text: text} })
}

func contains401(text string) bool { return strings.Contains(text, "401") }

package bot

import (
	"context"
	"time"

	"promostack/store"
)

// Parked is an update that was given up after three attempts, for people.
type Parked struct {
	ID      int64     `json:"id"`
	TakenAt time.Time `json:"taken_at"`
	Tries   int       `json:"tries"`
	Error   string    `json:"error"`
	Kind    string    `json:"kind"` // message, callback_query …
	Person  string    `json:"person,omitempty"`
	Chat    int64     `json:"chat,omitempty"`
	Text    string    `json:"text,omitempty"` // what they wrote, or the data of the button
}

// Parked are the updates that were given up, newest first.
func (b *Bot) Parked(ctx context.Context, limit int) ([]Parked, error) {
	list, err := b.ws.ParkedUpdates(ctx, b.ID, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Parked, 0, len(list))
	for _, u := range list {
		out = append(out, describe(u))
	}
	return out, nil
}

func describe(u store.Update) Parked {
	p := Parked{ID: u.ID, TakenAt: u.TakenAt, Tries: u.Tries, Error: u.Error}
	if head, ok := readHeading(u.Body); ok {
		p.Kind = head.kind
	}
	update, err := decode(u.Body)
	if err != nil {
		return p
	}
	t := &Turn{Update: update}
	p.Chat = t.Chat().ID
	if person := t.Person(); person != nil {
		p.Person = Clean(person.FirstName+" "+person.LastName, 64)
	}
	if m := t.Message(); m != nil {
		p.Text = Clean(m.Text+m.Caption, 200)
	}
	if q := update.CallbackQuery; q != nil {
		p.Text = Clean(q.Data, 64)
	}
	return p
}

// Retry gives a parked update another three attempts. store.ErrNotFound when it is not parked.
func (b *Bot) Retry(ctx context.Context, update int64) error {
	u, err := b.ws.RetryUpdate(ctx, b.ID, update, b.hub.sequence())
	if err != nil {
		return err
	}
	b.lanes.forget(update)
	b.lanes.offer(u)
	return nil
}

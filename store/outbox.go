package store

import (
	"context"
	"fmt"
	"time"
)

// Post is something that is to be sent, written down in the transaction that decided it.
type Post struct {
	ID         int64
	Kind       string    // signal, outcome, recap …
	Key        string    // names what is posted: once per workspace
	Subject    int64     // the row that it is about, 0 = none
	Body       string    // JSON, its shape is the kind's
	State      string    // pending, sending, sent, unknown (nobody can tell whether it arrived), dropped
	FreshUntil time.Time // not sent later than this; zero = whenever
	Attempts   int
	Chat       int64 // where it was sent
	Message    int64 // Telegram's number of the message
	Reason     string
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// AddPost writes a post down; it reports false when one of the same key is there already.
func (w *Workspace) AddPost(ctx context.Context, p Post) (bool, error) {
	n, err := w.exec(ctx, `
		INSERT INTO outbox (workspace_id, kind, post_key, subject_id, body, state, fresh_until, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $7)
		ON CONFLICT (workspace_id, post_key) DO NOTHING`,
		w.id, p.Kind, p.Key, p.Subject, p.Body, ms(p.FreshUntil), w.now())
	if err != nil {
		return false, fmt.Errorf("write down the post %s: %w", p.Key, err)
	}
	return n == 1, nil
}

// Posts lists posts, oldest first; state "" = every state.
func (w *Workspace) Posts(ctx context.Context, state string, limit int) ([]Post, error) {
	list, err := all(ctx, w.reader(), scanPost, `
		SELECT id, kind, post_key, subject_id, body, state, fresh_until, attempts, chat_id, message_id, reason, created_at, updated_at
		FROM outbox
		WHERE workspace_id = $1 AND ($2 = '' OR state = $2)
		ORDER BY id
		LIMIT $3`, w.id, state, limit)
	if err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	return list, nil
}

// Post finds a post by its key; ErrNotFound.
func (w *Workspace) Post(ctx context.Context, key string) (Post, error) {
	p, err := one(ctx, w.reader(), scanPost, `
		SELECT id, kind, post_key, subject_id, body, state, fresh_until, attempts, chat_id, message_id, reason, created_at, updated_at
		FROM outbox
		WHERE workspace_id = $1 AND post_key = $2`, w.id, key)
	if err != nil {
		return Post{}, fmt.Errorf("read post %s: %w", key, err)
	}
	return p, nil
}

// Unsent lists the newest posts that did not surely arrive: pending, sending, unknown and dropped ones.
func (w *Workspace) Unsent(ctx context.Context, limit int) ([]Post, error) {
	list, err := all(ctx, w.reader(), scanPost, `
		SELECT id, kind, post_key, subject_id, body, state, fresh_until, attempts, chat_id, message_id, reason, created_at, updated_at
		FROM outbox
		WHERE workspace_id = $1 AND state IN ('pending', 'sending', 'unknown', 'dropped')
		ORDER BY id DESC
		LIMIT $2`, w.id, limit)
	if err != nil {
		return nil, fmt.Errorf("list unsent posts: %w", err)
	}
	return list, nil
}

// MovePost changes the state of a post that is in state from, and keeps what p says about it (attempts, chat, message,
// reason); it reports false when the post is in another state.
func (w *Workspace) MovePost(ctx context.Context, p Post, from string) (bool, error) {
	n, err := w.exec(ctx, `
		UPDATE outbox
		SET state = $4, attempts = $5, chat_id = $6, message_id = $7, reason = $8, updated_at = $9
		WHERE workspace_id = $1 AND id = $2 AND state = $3`,
		w.id, p.ID, from, p.State, p.Attempts, p.Chat, p.Message, cut(p.Reason, 500), w.now())
	if err != nil {
		return false, fmt.Errorf("move post %d to %s: %w", p.ID, p.State, err)
	}
	return n == 1, nil
}

func scanPost(r scanner) (Post, error) {
	var p Post
	var fresh, created, updated int64
	err := r.Scan(&p.ID, &p.Kind, &p.Key, &p.Subject, &p.Body, &p.State, &fresh, &p.Attempts, &p.Chat, &p.Message, &p.Reason, &created, &updated)
	p.FreshUntil, p.CreatedAt, p.UpdatedAt = at(fresh), at(created), at(updated)
	return p, err
}

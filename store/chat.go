package store

import (
	"context"
	"errors"
	"fmt"
)

// Chat is a group or channel that a bot is in, or was.
type Chat struct {
	Connection int64
	ID         int64
	Kind       string // group, supergroup, channel
	Title      string
	Status     string // what the bot is there: member, administrator, left, kicked …
}

// SeeChat keeps what is known of a chat. An empty Status leaves the known one.
func (w *Workspace) SeeChat(ctx context.Context, c Chat) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			INSERT INTO telegram_chat (workspace_id, connection_id, id, kind, title, status, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (workspace_id, connection_id, id) DO UPDATE SET
				kind = excluded.kind,
				title = excluded.title,
				status = CASE WHEN excluded.status = '' THEN telegram_chat.status ELSE excluded.status END,
				updated_at = excluded.updated_at`,
			w.id, c.Connection, c.ID, c.Kind, cut(c.Title, 255), c.Status, w.now())
		return err
	})
	if err != nil {
		return fmt.Errorf("see chat %d: %w", c.ID, err)
	}
	return nil
}

// SetChatStatus keeps what the bot is in a chat now; an unknown chat is left unknown.
func (w *Workspace) SetChatStatus(ctx context.Context, connection, id int64, status string) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			UPDATE telegram_chat
			SET status = $4, updated_at = $5
			WHERE workspace_id = $1 AND connection_id = $2 AND id = $3`, w.id, connection, id, status, w.now())
		return err
	})
	if err != nil {
		return fmt.Errorf("set the status of chat %d: %w", id, err)
	}
	return nil
}

// MoveChat notes that a group became a supergroup with another number.
func (w *Workspace) MoveChat(ctx context.Context, connection, from, to int64) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			INSERT INTO telegram_chat (workspace_id, connection_id, id, kind, moved_to, updated_at)
			VALUES ($1, $2, $3, 'group', $4, $5)
			ON CONFLICT (workspace_id, connection_id, id) DO UPDATE SET moved_to = excluded.moved_to, updated_at = excluded.updated_at`,
			w.id, connection, from, to, w.now())
		return err
	})
	if err != nil {
		return fmt.Errorf("move chat %d: %w", from, err)
	}
	return nil
}

// MovedChat is the number that a chat goes by now: its own unless it moved.
func (w *Workspace) MovedChat(ctx context.Context, connection, id int64) (int64, error) {
	to, err := one(ctx, w.reader(), scanInt, `
		SELECT moved_to
		FROM telegram_chat
		WHERE workspace_id = $1 AND connection_id = $2 AND id = $3 AND moved_to <> 0`, w.id, connection, id)
	if errors.Is(err, ErrNotFound) {
		return id, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find chat %d: %w", id, err)
	}
	return to, nil
}

// Chats lists the groups and channels of a bot, by title.
func (w *Workspace) Chats(ctx context.Context, connection int64) ([]Chat, error) {
	scan := func(r scanner) (c Chat, err error) {
		return c, r.Scan(&c.Connection, &c.ID, &c.Kind, &c.Title, &c.Status)
	}
	list, err := all(ctx, w.reader(), scan, `
		SELECT connection_id, id, kind, title, status
		FROM telegram_chat
		WHERE workspace_id = $1 AND connection_id = $2 AND moved_to = 0
		ORDER BY title, id`, w.id, connection)
	if err != nil {
		return nil, fmt.Errorf("list chats: %w", err)
	}
	return list, nil
}

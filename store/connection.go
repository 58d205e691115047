package store

import (
	"context"
	"fmt"
	"time"
)

// Connection is one bot that a workspace runs. Its token is not here.
type Connection struct {
	ID          int64
	Product     string // "promo", "forex"
	BotID       int64  // Telegram's number of the bot: the part of the token before the colon
	Username    string // without @
	Name        string
	HaltedUntil time.Time // Telegram asked the whole bot to wait until then; zero: it did not
	CreatedAt   time.Time
}

// Connect finds the connection of a bot, or makes it.
func (w *Workspace) Connect(ctx context.Context, product string, botID int64) (Connection, error) {
	err := w.inTx(ctx, func(tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			INSERT INTO connection (workspace_id, product, bot_id, created_at)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (workspace_id, product, bot_id) DO NOTHING`, w.id, product, botID, w.now())
		return err
	})
	if err != nil {
		return Connection{}, fmt.Errorf("connect bot %d: %w", botID, err)
	}
	c, err := one(ctx, w.reader(), scanConnection, `
		SELECT id, product, bot_id, username, name, halted_until, created_at
		FROM connection
		WHERE workspace_id = $1 AND product = $2 AND bot_id = $3`, w.id, product, botID)
	if err != nil {
		return Connection{}, fmt.Errorf("connect bot %d: %w", botID, err)
	}
	return c, nil
}

// Connections lists the bots of the workspace, oldest first, those that are not run any more included.
func (w *Workspace) Connections(ctx context.Context) ([]Connection, error) {
	list, err := all(ctx, w.reader(), scanConnection, `
		SELECT id, product, bot_id, username, name, halted_until, created_at
		FROM connection
		WHERE workspace_id = $1
		ORDER BY id`, w.id)
	if err != nil {
		return nil, fmt.Errorf("list connections: %w", err)
	}
	return list, nil
}

// NameConnection keeps what Telegram calls the bot.
func (w *Workspace) NameConnection(ctx context.Context, id int64, username, name string) error {
	_, err := w.exec(ctx, `
		UPDATE connection
		SET username = $3, name = $4
		WHERE workspace_id = $1 AND id = $2`, w.id, id, cut(username, 64), cut(name, 128))
	if err != nil {
		return fmt.Errorf("name connection %d: %w", id, err)
	}
	return nil
}

// HaltConnection keeps the moment until which Telegram wants no request of the bot; the zero time: none.
func (w *Workspace) HaltConnection(ctx context.Context, id int64, until time.Time) error {
	_, err := w.exec(ctx, `
		UPDATE connection
		SET halted_until = $3
		WHERE workspace_id = $1 AND id = $2`, w.id, id, ms(until))
	if err != nil {
		return fmt.Errorf("halt connection %d: %w", id, err)
	}
	return nil
}

func scanConnection(r scanner) (c Connection, err error) {
	var halted, created int64
	err = r.Scan(&c.ID, &c.Product, &c.BotID, &c.Username, &c.Name, &halted, &created)
	c.HaltedUntil, c.CreatedAt = at(halted), at(created)
	return c, err
}

package store

import (
	"context"
	"errors"
	"fmt"
)

// Effect is one message that an update led to.
type Effect struct {
	Connection int64
	Update     int64
	N          int // which of the update's messages: 0 is the first
}

// EffectState says how far an effect got.
type EffectState int

// The states of an effect.
const (
	EffectNew     EffectState = 0 // never tried
	EffectSending EffectState = 1 // tried; whether it arrived is not known
	EffectSent    EffectState = 2
	EffectUnknown EffectState = 3 // given up: it may or may not have arrived
)

// BeginEffect notes durably that an effect is about to be sent, and tells what was known before: an effect that
// was sent must not be sent again (message is its id), one that was being sent when the process died may be sent
// once more, and after that counts as unknown.
func (w *Workspace) BeginEffect(ctx context.Context, e Effect) (before EffectState, message int, err error) {
	err = w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		before, message, err = w.beginEffect(ctx, tx, e)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("begin effect %d of update %d: %w", e.N, e.Update, err)
	}
	return before, message, nil
}

func (w *Workspace) beginEffect(ctx context.Context, tx *Tx, e Effect) (EffectState, int, error) {
	type row struct {
		state          EffectState
		tries, message int
	}
	had, err := one(ctx, tx.tx, func(r scanner) (v row, err error) { return v, r.Scan(&v.state, &v.tries, &v.message) }, `
		SELECT state, tries, message_id
		FROM telegram_effect
		WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3 AND n = $4`, w.id, e.Connection, e.Update, e.N)
	switch {
	case errors.Is(err, ErrNotFound):
		_, err = exec(ctx, tx.tx, `
			INSERT INTO telegram_effect (workspace_id, connection_id, update_id, n, state, tries, at)
			VALUES ($1, $2, $3, $4, 1, 1, $5)`, w.id, e.Connection, e.Update, e.N, w.now())
		return EffectNew, 0, err
	case err != nil || had.state != EffectSending:
		return had.state, had.message, err
	}
	if had.tries >= 2 {
		return EffectUnknown, 0, w.setEffect(ctx, tx, e, EffectUnknown, 0)
	}
	_, err = exec(ctx, tx.tx, `
		UPDATE telegram_effect
		SET tries = tries + 1
		WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3 AND n = $4`, w.id, e.Connection, e.Update, e.N)
	return EffectSending, 0, err
}

// FinishEffect notes that an effect was sent as a message.
func (w *Workspace) FinishEffect(ctx context.Context, e Effect, message int) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error { return w.setEffect(ctx, tx, e, EffectSent, message) })
	if err != nil {
		return fmt.Errorf("finish effect %d of update %d: %w", e.N, e.Update, err)
	}
	return nil
}

// DropEffect notes that an effect surely was not sent, so that it may be tried afresh.
func (w *Workspace) DropEffect(ctx context.Context, e Effect) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			DELETE FROM telegram_effect
			WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3 AND n = $4 AND state = 1`, w.id, e.Connection, e.Update, e.N)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop effect %d of update %d: %w", e.N, e.Update, err)
	}
	return nil
}

func (w *Workspace) setEffect(ctx context.Context, tx *Tx, e Effect, state EffectState, message int) error {
	_, err := exec(ctx, tx.tx, `
		UPDATE telegram_effect
		SET state = $5, message_id = $6
		WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3 AND n = $4`, w.id, e.Connection, e.Update, e.N, int(state), message)
	return err
}

// EffectSent reports whether an effect was sent.
func (w *Workspace) EffectSent(ctx context.Context, e Effect) (bool, error) {
	n, err := one(ctx, w.reader(), scanInt, `
		SELECT COUNT(*)
		FROM telegram_effect
		WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3 AND n = $4 AND state = 2`, w.id, e.Connection, e.Update, e.N)
	if err != nil {
		return false, fmt.Errorf("look for effect %d of update %d: %w", e.N, e.Update, err)
	}
	return n > 0, nil
}

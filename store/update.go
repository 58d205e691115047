package store

import (
	"context"
	"fmt"
	"time"
)

// The states of an update.
const (
	updateWaiting = 0
	updateDone    = 1
	updateParked  = 2
)

// Update is one update of a bot as it came from Telegram.
type Update struct {
	Connection int64
	ID         int64
	Seq        int64 // the order in which updates came; made by who takes them, always growing
	Lane       int64 // whose it is: updates of one lane are handled one after the other
	Tries      int
	TakenAt    time.Time
	Error      string // why it was parked
	Body       []byte // JSON
}

// TakeUpdate stores an update before it is acknowledged, so that a crash cannot lose it. It reports false when the
// update was seen before: Telegram repeats what it thinks we missed. Many at once share one commit.
func (w *Workspace) TakeUpdate(ctx context.Context, u Update) (fresh bool, err error) {
	if w.tx != nil {
		fresh, err = w.takeUpdate(ctx, w.tx, u)
	} else {
		fresh, err = w.s.take(ctx, w.id, u)
	}
	if err != nil {
		return false, fmt.Errorf("take update %d: %w", u.ID, err)
	}
	return fresh, nil
}

// TakeUpdates is TakeUpdate for many, in one transaction; it tells which of them are new.
func (w *Workspace) TakeUpdates(ctx context.Context, list []Update) (fresh []bool, err error) {
	err = w.inTx(ctx, func(tx *Tx) error {
		fresh = make([]bool, len(list))
		for i, u := range list {
			if fresh[i], err = w.takeUpdate(ctx, tx, u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take %d updates: %w", len(list), err)
	}
	return fresh, nil
}

func (w *Workspace) takeUpdate(ctx context.Context, tx *Tx, u Update) (bool, error) {
	n, err := exec(ctx, tx.tx, `
		INSERT INTO telegram_update (workspace_id, connection_id, update_id, seq, lane, taken_at, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (workspace_id, connection_id, update_id) DO NOTHING`,
		w.id, u.Connection, u.ID, u.Seq, u.Lane, ms(u.TakenAt), u.Body)
	return n == 1, err
}

// WaitingUpdates lists updates that were taken and not finished, in the order in which they came, without bodies.
func (w *Workspace) WaitingUpdates(ctx context.Context, connection int64, limit int) ([]Update, error) {
	list, err := all(ctx, w.reader(), scanUpdate, `
		SELECT connection_id, update_id, seq, lane, tries, taken_at, error, NULL
		FROM telegram_update
		WHERE workspace_id = $1 AND connection_id = $2 AND state = 0
		ORDER BY seq
		LIMIT $3`, w.id, connection, limit)
	if err != nil {
		return nil, fmt.Errorf("list waiting updates: %w", err)
	}
	return list, nil
}

// WaitingUpdate is one update with its body; ErrNotFound when it does not wait any more.
func (w *Workspace) WaitingUpdate(ctx context.Context, connection, id int64) (Update, error) {
	u, err := one(ctx, w.reader(), scanUpdate, `
		SELECT connection_id, update_id, seq, lane, tries, taken_at, error, body
		FROM telegram_update
		WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3 AND state = 0`, w.id, connection, id)
	if err != nil {
		return Update{}, fmt.Errorf("read update %d: %w", id, err)
	}
	return u, nil
}

// ParkedUpdates lists updates that were given up after too many tries, newest first.
func (w *Workspace) ParkedUpdates(ctx context.Context, connection int64, limit int) ([]Update, error) {
	list, err := all(ctx, w.reader(), scanUpdate, `
		SELECT connection_id, update_id, seq, lane, tries, taken_at, error, body
		FROM telegram_update
		WHERE workspace_id = $1 AND connection_id = $2 AND state = 2
		ORDER BY seq DESC
		LIMIT $3`, w.id, connection, limit)
	if err != nil {
		return nil, fmt.Errorf("list parked updates: %w", err)
	}
	return list, nil
}

// CountUpdates says how many updates of a bot wait, and how many are parked.
func (w *Workspace) CountUpdates(ctx context.Context, connection int64) (waiting, parked int, err error) {
	type counts struct{ waiting, parked int }
	c, err := one(ctx, w.reader(), func(r scanner) (c counts, err error) { return c, r.Scan(&c.waiting, &c.parked) }, `
		SELECT
			(SELECT COUNT(*) FROM telegram_update WHERE workspace_id = $1 AND connection_id = $2 AND state = 0),
			(SELECT COUNT(*) FROM telegram_update WHERE workspace_id = $1 AND connection_id = $2 AND state = 2)`, w.id, connection)
	if err != nil {
		return 0, 0, fmt.Errorf("count updates: %w", err)
	}
	return c.waiting, c.parked, nil
}

// TryUpdate counts one more attempt at an update, durably, so that one that kills the process is noticed. It gives
// the number of this attempt.
func (w *Workspace) TryUpdate(ctx context.Context, connection, id int64) (tries int, err error) {
	err = w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := one(ctx, tx.tx, scanInt, `
			UPDATE telegram_update
			SET tries = tries + 1
			WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3
			RETURNING tries`, w.id, connection, id)
		tries = int(n)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("try update %d: %w", id, err)
	}
	return tries, nil
}

// FinishUpdate marks an update as done. Its row stays for SweepUpdates, so that a repeat is recognised.
func (w *Workspace) FinishUpdate(ctx context.Context, connection, id int64) error {
	return w.setUpdate(ctx, connection, id, updateDone, "")
}

// ParkUpdate sets an update aside, with the reason for who looks at it.
func (w *Workspace) ParkUpdate(ctx context.Context, connection, id int64, reason string) error {
	return w.setUpdate(ctx, connection, id, updateParked, reason)
}

func (w *Workspace) setUpdate(ctx context.Context, connection, id int64, state int, reason string) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			UPDATE telegram_update
			SET state = $4, error = $5
			WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3`, w.id, connection, id, state, cut(reason, 500))
		return err
	})
	if err != nil {
		return fmt.Errorf("set update %d: %w", id, err)
	}
	return nil
}

// RetryUpdate lets a parked update wait again, as if it had just come; ErrNotFound when it is not parked.
func (w *Workspace) RetryUpdate(ctx context.Context, connection, id, seq int64) (u Update, err error) {
	err = w.inTx(ctx, func(tx *Tx) error {
		u, err = one(ctx, tx.tx, scanUpdate, `
			UPDATE telegram_update
			SET state = 0, tries = 0, error = '', seq = $4
			WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3 AND state = 2
			RETURNING connection_id, update_id, seq, lane, tries, taken_at, error, body`, w.id, connection, id, seq)
		return err
	})
	if err != nil {
		return Update{}, fmt.Errorf("retry update %d: %w", id, err)
	}
	return u, nil
}

// LastSeq is the Seq of the newest update of a bot; 0 when there is none.
func (w *Workspace) LastSeq(ctx context.Context, connection int64) (int64, error) {
	n, err := one(ctx, w.reader(), scanInt, `
		SELECT COALESCE(MAX(seq), 0)
		FROM telegram_update
		WHERE workspace_id = $1 AND connection_id = $2`, w.id, connection)
	if err != nil {
		return 0, fmt.Errorf("find the last update: %w", err)
	}
	return n, nil
}

// SweepUpdates forgets updates that were done longer than age ago, and their effects: by then Telegram does not
// repeat them any more. Parked ones are kept ten times as long. It removes a bounded number at a time and reports
// how many updates there were.
func (s *Store) SweepUpdates(ctx context.Context, age time.Duration) (n int, err error) {
	now := s.clock.Now()
	err = s.InTx(ctx, func(tx *Tx) error {
		n, err = exec(ctx, tx.tx, `
			DELETE FROM telegram_update
			WHERE (workspace_id, connection_id, update_id) IN (
				SELECT workspace_id, connection_id, update_id
				FROM telegram_update
				WHERE state <> 0 AND taken_at < $1 AND (state = 1 OR taken_at < $2)
				LIMIT 500)`, ms(now.Add(-age)), ms(now.Add(-10*age)))
		if err != nil {
			return err
		}
		_, err = exec(ctx, tx.tx, `
			DELETE FROM telegram_effect
			WHERE (workspace_id, connection_id, update_id, n) IN (
				SELECT workspace_id, connection_id, update_id, n
				FROM telegram_effect
				WHERE at < $1
				LIMIT 1000)`, ms(now.Add(-2*age)))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sweep updates: %w", err)
	}
	return n, nil
}

func scanUpdate(r scanner) (u Update, err error) {
	var taken int64
	err = r.Scan(&u.Connection, &u.ID, &u.Seq, &u.Lane, &u.Tries, &taken, &u.Error, &u.Body)
	u.TakenAt = at(taken)
	return u, err
}

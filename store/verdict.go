package store

import (
	"context"
	"fmt"
	"time"
)

// RememberValid keeps the moment at which a code was last known to be valid; an older moment changes nothing.
func (w *Workspace) RememberValid(ctx context.Context, code string, moment time.Time) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			INSERT INTO coupon_valid (workspace_id, code, at)
			VALUES ($1, $2, $3)
			ON CONFLICT (workspace_id, code) DO UPDATE SET at = excluded.at WHERE coupon_valid.at < excluded.at`,
			w.id, cut(code, 64), ms(moment))
		return err
	})
	if err != nil {
		return fmt.Errorf("remember that %q is valid: %w", code, err)
	}
	return nil
}

// LastValid is the moment at which a code was last known to be valid; ErrNotFound when it never was.
func (w *Workspace) LastValid(ctx context.Context, code string) (time.Time, error) {
	moment, err := one(ctx, w.reader(), scanInt, `
		SELECT at
		FROM coupon_valid
		WHERE workspace_id = $1 AND code = $2`, w.id, cut(code, 64))
	if err != nil {
		return time.Time{}, fmt.Errorf("find when %q was valid: %w", code, err)
	}
	return at(moment), nil
}

// ForgetValid forgets that a code was ever valid, once it is known not to be; forgetting nothing is fine.
func (w *Workspace) ForgetValid(ctx context.Context, code string) error {
	_, err := w.exec(ctx, `
		DELETE FROM coupon_valid
		WHERE workspace_id = $1 AND code = $2`, w.id, cut(code, 64))
	if err != nil {
		return fmt.Errorf("forget that %q was valid: %w", code, err)
	}
	return nil
}

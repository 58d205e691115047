package store

import (
	"context"
	"fmt"
	"time"
)

// FileID is Telegram's handle of a file that a bot uploaded before; ErrNotFound when there is none. key names
// everything that the bytes depend on.
func (w *Workspace) FileID(ctx context.Context, connection int64, key string) (string, error) {
	id, err := one(ctx, w.reader(), scanText, `
		SELECT file_id
		FROM telegram_file
		WHERE workspace_id = $1 AND connection_id = $2 AND key = $3`, w.id, connection, key)
	if err != nil {
		return "", fmt.Errorf("find file %s: %w", key, err)
	}
	return id, nil
}

// SaveFileID keeps the handle of an upload.
func (w *Workspace) SaveFileID(ctx context.Context, connection int64, key, id string) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			INSERT INTO telegram_file (workspace_id, connection_id, key, file_id, updated_at)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (workspace_id, connection_id, key) DO UPDATE SET file_id = excluded.file_id, updated_at = excluded.updated_at`,
			w.id, connection, key, id, w.now())
		return err
	})
	if err != nil {
		return fmt.Errorf("keep file %s: %w", key, err)
	}
	return nil
}

// DropFileID forgets a handle that Telegram refused, unless a newer one was kept meanwhile.
func (w *Workspace) DropFileID(ctx context.Context, connection int64, key, id string) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			DELETE FROM telegram_file
			WHERE workspace_id = $1 AND connection_id = $2 AND key = $3 AND file_id = $4`, w.id, connection, key, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget file %s: %w", key, err)
	}
	return nil
}

// SweepFileIDs forgets handles that were kept before the moment.
func (s *Store) SweepFileIDs(ctx context.Context, before time.Time) (n int, err error) {
	err = s.InTx(ctx, func(tx *Tx) error {
		n, err = exec(ctx, tx.tx, `DELETE FROM telegram_file WHERE updated_at < $1`, ms(before))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sweep files: %w", err)
	}
	return n, nil
}

package store

import (
	"context"
	"fmt"
)

// house is the workspace number under which settings of the whole installation stand.
const house int64 = 0

// Setting is a setting of the whole installation; ErrNotFound when it was never set.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	return s.Workspace(house).Setting(ctx, key)
}

// SetSetting keeps a setting of the whole installation.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return s.Workspace(house).SetSetting(ctx, key, value)
}

// SettingOnce reads a setting of the whole installation, or makes and keeps it: of many callers at once, on any
// number of machines, all get the same value.
func (s *Store) SettingOnce(ctx context.Context, key string, make func() string) (string, error) {
	return s.Workspace(house).SettingOnce(ctx, key, make)
}

// Setting is a setting of the workspace; ErrNotFound when it was never set.
func (w *Workspace) Setting(ctx context.Context, key string) (string, error) {
	v, err := one(ctx, w.reader(), scanText, `
		SELECT value
		FROM setting
		WHERE workspace_id = $1 AND key = $2`, w.id, key)
	if err != nil {
		return "", fmt.Errorf("read setting %s: %w", key, err)
	}
	return v, nil
}

// SetSetting keeps a setting of the workspace.
func (w *Workspace) SetSetting(ctx context.Context, key, value string) error {
	_, err := w.exec(ctx, `
		INSERT INTO setting (workspace_id, key, value, updated_at)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (workspace_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
		w.id, key, clean(value), w.now())
	if err != nil {
		return fmt.Errorf("keep setting %s: %w", key, err)
	}
	return nil
}

// SettingOnce is Store.SettingOnce for a setting of the workspace.
func (w *Workspace) SettingOnce(ctx context.Context, key string, make func() string) (value string, err error) {
	if value, err = w.Setting(ctx, key); err == nil {
		return value, nil
	}
	err = w.inTx(ctx, func(tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			INSERT INTO setting (workspace_id, key, value, updated_at)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (workspace_id, key) DO NOTHING`, w.id, key, clean(make()), w.now())
		if err != nil {
			return err
		}
		value, err = tx.Workspace(w.id).Setting(ctx, key)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make setting %s: %w", key, err)
	}
	return value, nil
}

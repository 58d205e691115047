package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// SetTemplateSwitches sets where templates are offered; a nil switch stays as it is. It reports how many of the
// slugs there were.
func (w *Workspace) SetTemplateSwitches(ctx context.Context, slugs []string, web, telegram *bool) (int, error) {
	return w.eachTemplate(ctx, "switch", slugs, func(tx *Tx, slug string) (int, error) {
		return exec(ctx, tx.tx, `
			UPDATE template
			SET web = COALESCE($1, web), telegram = COALESCE($2, telegram), updated_at = $3
			WHERE workspace_id = $4 AND slug = $5 AND deleted_at = 0`, web, telegram, w.now(), w.id, slug)
	})
}

// DeleteTemplates hides templates until RestoreTemplates brings them back or SweepTemplates removes them. It
// reports how many of the slugs there were.
func (w *Workspace) DeleteTemplates(ctx context.Context, slugs []string) (int, error) {
	return w.eachTemplate(ctx, "delete", slugs, func(tx *Tx, slug string) (int, error) {
		return exec(ctx, tx.tx, `
			UPDATE template
			SET deleted_at = $1, updated_at = $1
			WHERE workspace_id = $2 AND slug = $3 AND deleted_at = 0`, w.now(), w.id, slug)
	})
}

// RestoreTemplates brings deleted templates back, of several that had the same slug the one deleted last. It
// reports how many there were; Invalid, and none is restored, when another template took one of the slugs.
func (w *Workspace) RestoreTemplates(ctx context.Context, slugs []string) (int, error) {
	return w.eachTemplate(ctx, "restore", slugs, func(tx *Tx, slug string) (int, error) {
		id, err := one(ctx, tx.tx, scanInt, `
			SELECT id
			FROM template
			WHERE workspace_id = $1 AND slug = $2 AND deleted_at > 0
			ORDER BY deleted_at DESC, id DESC
			LIMIT 1`, w.id, slug)
		if errors.Is(err, ErrNotFound) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		if _, err := tx.Workspace(w.id).Template(ctx, slug); err == nil {
			return 0, Invalid{"slugs", fmt.Sprintf("Another template is called %s now. Delete or rename it first.", slug)}
		} else if !errors.Is(err, ErrNotFound) {
			return 0, err
		}
		return exec(ctx, tx.tx, `
			UPDATE template
			SET deleted_at = 0, updated_at = $1
			WHERE workspace_id = $2 AND id = $3`, w.now(), w.id, id)
	})
}

// eachTemplate runs change for every slug in one transaction and adds up what was touched. A slug that is named
// twice counts once.
func (w *Workspace) eachTemplate(ctx context.Context, verb string, slugs []string, change func(tx *Tx, slug string) (int, error)) (int, error) {
	slugs = slices.Compact(slices.Sorted(slices.Values(slugs)))
	if len(slugs) == 0 {
		return 0, nil
	}
	touched := 0
	err := w.changeTemplates(ctx, func(tx *Tx) error {
		for _, slug := range slugs {
			n, err := change(tx, clean(slug))
			if err != nil {
				return err
			}
			touched += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("%s templates: %w", verb, err)
	}
	return touched, nil
}

// SweepTemplates removes for good what was deleted before the moment, and names the blobs that were used by it and
// that nothing refers to any more, in any workspace: no version, no draft, no brand.
func (w *Workspace) SweepTemplates(ctx context.Context, before time.Time) ([]string, error) {
	loose := map[string]bool{}
	err := w.changeTemplates(ctx, func(tx *Tx) error {
		gone, err := all(ctx, tx.tx, scanText, `
			SELECT v.variants
			FROM template t
			JOIN template_version v ON v.template_id = t.id
			WHERE t.workspace_id = $1 AND t.deleted_at > 0 AND t.deleted_at < $2`, w.id, ms(before))
		if err != nil || len(gone) == 0 {
			return err
		}
		if err := collectKeys(gone, func(key string) { loose[key] = true }); err != nil {
			return err
		}
		_, err = exec(ctx, tx.tx, `
			DELETE FROM template
			WHERE workspace_id = $1 AND deleted_at > 0 AND deleted_at < $2`, w.id, ms(before))
		if err != nil {
			return err
		}
		return keepUsed(ctx, tx, loose)
	})
	if err != nil {
		return nil, fmt.Errorf("sweep templates: %w", err)
	}
	keys := []string{}
	for key := range loose {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys, nil
}

// LooseKeys are those of the blob keys that nothing refers to, in any workspace: no version, no draft, no brand.
func (s *Store) LooseKeys(ctx context.Context, keys []string) ([]string, error) {
	loose := map[string]bool{}
	for _, key := range keys {
		loose[key] = true
	}
	if err := s.InTx(ctx, func(tx *Tx) error { return keepUsed(ctx, tx, loose) }); err != nil {
		return nil, fmt.Errorf("find unused files: %w", err)
	}
	return slices.Sorted(maps.Keys(loose)), nil
}

// keepUsed takes the keys out of loose that something still refers to.
func keepUsed(ctx context.Context, tx *Tx, loose map[string]bool) error {
	versions, err := all(ctx, tx.tx, scanText, `SELECT variants FROM template_version`)
	if err != nil {
		return err
	}
	if err := collectKeys(versions, func(key string) { delete(loose, key) }); err != nil {
		return err
	}
	texts, err := all(ctx, tx.tx, scanText, `
		SELECT body FROM template_draft
		UNION ALL
		SELECT value FROM setting WHERE key = $1`, brandKey)
	if err != nil {
		return err
	}
	for key := range loose {
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, key) }) {
			delete(loose, key)
		}
	}
	return nil
}

// collectKeys names the blobs of stored variants.
func collectKeys(rows []string, found func(key string)) error {
	for _, row := range rows {
		var variants []Variant
		if err := json.Unmarshal([]byte(row), &variants); err != nil {
			return fmt.Errorf("read variants: %w", err)
		}
		for _, v := range variants {
			for _, key := range []string{v.Art, v.Thumb} {
				if key != "" {
					found(key)
				}
			}
		}
	}
	return nil
}

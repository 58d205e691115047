package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// PublishTemplate stores t as the next version of its slug and makes it the current one. base is the version that
// the editor started from, 0 for a new slug. Of a known slug the switches stay as they are: SetTemplateSwitches
// sets them. ErrConflict when somebody published in between, ErrNotFound when the template went away, Invalid with
// a sentence when t is not sound or a new slug is taken.
func (w *Workspace) PublishTemplate(ctx context.Context, t Template, base int) (Template, error) {
	t, err := tidyTemplate(t)
	if err != nil {
		return Template{}, err
	}
	var stored Template
	err = w.changeTemplates(ctx, func(tx *Tx) error {
		stored, err = tx.Workspace(w.id).publish(ctx, t, base)
		return err
	})
	if err != nil {
		return Template{}, fmt.Errorf("publish template %s: %w", t.Slug, err)
	}
	return stored, nil
}

// publish is PublishTemplate inside a transaction that holds the workspace's templates.
func (w *Workspace) publish(ctx context.Context, t Template, base int) (Template, error) {
	current, err := w.Template(ctx, t.Slug)
	known := !errors.Is(err, ErrNotFound)
	switch {
	case known && err != nil:
		return Template{}, err
	case base == 0 && known:
		return Template{}, Invalid{"slug", "This name is taken. Choose another one."}
	case base == 0:
		return w.publishFirst(ctx, t)
	case !known:
		return Template{}, err
	case current.Version != base:
		return Template{}, fmt.Errorf("version %d is not %d any more: %w", current.Version, base, ErrConflict)
	}
	t.ID, t.Version = current.ID, base+1
	if err := w.addVersion(ctx, t); err != nil {
		return Template{}, err
	}
	_, err = w.exec(ctx, `
		UPDATE template
		SET version = $1, position = $2, updated_at = $3
		WHERE workspace_id = $4 AND id = $5`, t.Version, t.Position, w.now(), w.id, t.ID)
	if err != nil {
		return Template{}, err
	}
	return w.TemplateByID(ctx, t.ID)
}

func (w *Workspace) publishFirst(ctx context.Context, t Template) (Template, error) {
	if err := CheckImportedSlug(t.Slug); err != nil {
		return Template{}, err
	}
	id, err := one(ctx, w.tx.tx, scanInt, `
		INSERT INTO template (workspace_id, slug, version, web, telegram, position, created_at, updated_at)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $6)
		RETURNING id`, w.id, t.Slug, t.Web, t.Telegram, t.Position, w.now())
	if err != nil {
		return Template{}, err
	}
	t.ID, t.Version = id, 1
	if err := w.addVersion(ctx, t); err != nil {
		return Template{}, err
	}
	return w.TemplateByID(ctx, id)
}

// addVersion writes the row that never changes again.
func (w *Workspace) addVersion(ctx context.Context, t Template) error {
	variants, err := json.Marshal(t.Variants)
	if err != nil {
		return fmt.Errorf("write the variants: %w", err)
	}
	extra, err := json.Marshal(t.Extra)
	if err != nil {
		return fmt.Errorf("write the extra keys: %w", err)
	}
	_, err = w.exec(ctx, `
		INSERT INTO template_version (workspace_id, template_id, version, name, variants, extra, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		w.id, t.ID, t.Version, t.Name, clean(string(variants)), clean(string(extra)), w.now())
	return err
}

// RollbackTemplate publishes the content of an old version as a new version. Errors are those of PublishTemplate.
func (w *Workspace) RollbackTemplate(ctx context.Context, slug string, version, base int) (Template, error) {
	var stored Template
	err := w.changeTemplates(ctx, func(tx *Tx) error {
		ws := tx.Workspace(w.id)
		old, err := ws.TemplateVersion(ctx, slug, version)
		if err != nil {
			return err
		}
		stored, err = ws.publish(ctx, old, base)
		return err
	})
	if err != nil {
		return Template{}, fmt.Errorf("roll template %q back to version %d: %w", slug, version, err)
	}
	return stored, nil
}

// TemplateVersions lists every version of a template, newest first. Their UpdatedAt says when each was published.
func (w *Workspace) TemplateVersions(ctx context.Context, slug string) ([]Template, error) {
	list, err := all(ctx, w.reader(), scanTemplate, anyVersion+`
		ORDER BY v.version DESC`, w.id, clean(slug))
	if err != nil {
		return nil, fmt.Errorf("list the versions of template %q: %w", slug, err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("list the versions of template %q: %w", slug, ErrNotFound)
	}
	return list, nil
}

// TemplateVersion is one version of a template; ErrNotFound when there is none.
func (w *Workspace) TemplateVersion(ctx context.Context, slug string, version int) (Template, error) {
	t, err := one(ctx, w.reader(), scanTemplate, anyVersion+`
			AND v.version = $3`, w.id, clean(slug), version)
	if err != nil {
		return Template{}, fmt.Errorf("find version %d of template %q: %w", version, slug, err)
	}
	return t, nil
}

// anyVersion begins a query for versions of one template, each dated by its own publish.
const anyVersion = `
		SELECT t.id, t.slug, v.name, v.version, t.web, t.telegram, t.position, v.variants, v.extra,
			t.created_at, v.created_at, t.deleted_at
		FROM template t
		JOIN template_version v ON v.template_id = t.id
		WHERE t.workspace_id = $1 AND t.slug = $2 AND t.deleted_at = 0`

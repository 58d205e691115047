package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// maxDraft bounds the body of a draft, in bytes.
const maxDraft = 256 * 1024

// Draft is work on a template that is not published yet: one a slug.
type Draft struct {
	Slug      string          // the template it is about, or the name a new one will have
	Base      int             // version the editor started from, 0 for a new template
	Rev       int             // grows with every save; 0 before the first
	Body      json.RawMessage // the editor's own state
	UpdatedAt time.Time
}

const draftColumns = `slug, base, rev, body, updated_at`

func scanDraft(r scanner) (Draft, error) {
	var d Draft
	var body string
	var updated int64
	err := r.Scan(&d.Slug, &d.Base, &d.Rev, &body, &updated)
	d.Body, d.UpdatedAt = json.RawMessage(body), at(updated)
	return d, err
}

// SaveDraft keeps unpublished work on a slug and answers it with its next revision. ErrConflict when d.Rev is not
// the revision that is kept: somebody else saved in between.
func (w *Workspace) SaveDraft(ctx context.Context, d Draft) (Draft, error) {
	switch {
	case !importedPattern.MatchString(d.Slug):
		return Draft{}, Invalid{"slug", "Use 1 to 64 small letters, digits and dashes."}
	case len(d.Body) > maxDraft:
		return Draft{}, Invalid{"body", "The draft is too large."}
	case !json.Valid(d.Body):
		return Draft{}, Invalid{"body", "The draft is not JSON."}
	}
	query := `
		UPDATE template_draft
		SET base = $3, rev = rev + 1, body = $4, updated_at = $5
		WHERE workspace_id = $1 AND slug = $2 AND rev = $6`
	if d.Rev == 0 {
		query = `
		INSERT INTO template_draft (workspace_id, slug, base, rev, body, updated_at)
		VALUES ($1, $2, $3, $6 + 1, $4, $5)
		ON CONFLICT (workspace_id, slug) DO NOTHING`
	}
	now := w.now()
	n, err := w.exec(ctx, query, w.id, d.Slug, d.Base, clean(string(d.Body)), now, d.Rev)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	if err != nil {
		return Draft{}, fmt.Errorf("save the draft of %s: %w", d.Slug, err)
	}
	d.Rev, d.UpdatedAt = d.Rev+1, at(now)
	return d, nil
}

// Draft is the unpublished work on a slug; ErrNotFound when there is none.
func (w *Workspace) Draft(ctx context.Context, slug string) (Draft, error) {
	d, err := one(ctx, w.reader(), scanDraft, `
		SELECT `+draftColumns+`
		FROM template_draft
		WHERE workspace_id = $1 AND slug = $2`, w.id, clean(slug))
	if err != nil {
		return Draft{}, fmt.Errorf("find the draft of %q: %w", slug, err)
	}
	return d, nil
}

// DropDraft forgets the unpublished work on a slug; dropping nothing is fine.
func (w *Workspace) DropDraft(ctx context.Context, slug string) error {
	_, err := w.exec(ctx, `DELETE FROM template_draft WHERE workspace_id = $1 AND slug = $2`, w.id, clean(slug))
	if err != nil {
		return fmt.Errorf("drop the draft of %q: %w", slug, err)
	}
	return nil
}

// Drafts lists all unpublished work, newest first.
func (w *Workspace) Drafts(ctx context.Context) ([]Draft, error) {
	list, err := all(ctx, w.reader(), scanDraft, `
		SELECT `+draftColumns+`
		FROM template_draft
		WHERE workspace_id = $1
		ORDER BY updated_at DESC, slug`, w.id)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	return list, nil
}

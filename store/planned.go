package store

import (
	"context"
	"errors"
	"time"
)

// errPlanned marks what the room owes: each goes away with the noun that answers it.
var errPlanned = errors.New("not built yet")

// Templates lists the templates that the filter lets through, by position, then name.
func (w *Workspace) Templates(ctx context.Context, f TemplateFilter) ([]Template, error) {
	return nil, errPlanned
}

// Template finds a template that is not deleted; ErrNotFound when there is none.
func (w *Workspace) Template(ctx context.Context, slug string) (Template, error) {
	return Template{}, errPlanned
}

// TemplateByID finds a template that is not deleted by its row; ErrNotFound when there is none.
func (w *Workspace) TemplateByID(ctx context.Context, id int64) (Template, error) {
	return Template{}, errPlanned
}

// TemplatesRevision grows with every change of any template of the workspace: a cache key and an ETag.
func (w *Workspace) TemplatesRevision(ctx context.Context) (int64, error) { return 0, errPlanned }

// PublishTemplate stores t as the next version of its slug. base is the version that the editor started from,
// 0 for a new slug. ErrConflict when somebody published in between, ErrNotFound when the template went away,
// Invalid with a sentence when t is not sound or a new slug is taken.
func (w *Workspace) PublishTemplate(ctx context.Context, t Template, base int) (Template, error) {
	return Template{}, errPlanned
}

// TemplateVersions lists every version of a template, newest first.
func (w *Workspace) TemplateVersions(ctx context.Context, slug string) ([]Template, error) {
	return nil, errPlanned
}

// TemplateVersion is one version of a template; ErrNotFound when there is none.
func (w *Workspace) TemplateVersion(ctx context.Context, slug string, version int) (Template, error) {
	return Template{}, errPlanned
}

// RollbackTemplate publishes the content of an old version as a new version.
func (w *Workspace) RollbackTemplate(ctx context.Context, slug string, version, base int) (Template, error) {
	return Template{}, errPlanned
}

// SetTemplateSwitches sets where templates are offered; a nil switch stays as it is. It reports how many there were.
func (w *Workspace) SetTemplateSwitches(ctx context.Context, slugs []string, web, telegram *bool) (int, error) {
	return 0, errPlanned
}

// DeleteTemplates hides templates until RestoreTemplates or SweepTemplates. It reports how many there were.
func (w *Workspace) DeleteTemplates(ctx context.Context, slugs []string) (int, error) {
	return 0, errPlanned
}

// RestoreTemplates brings deleted templates back. Invalid when a new template took the slug meanwhile.
func (w *Workspace) RestoreTemplates(ctx context.Context, slugs []string) (int, error) {
	return 0, errPlanned
}

// SweepTemplates removes what was deleted before the moment and names the blobs that no row refers to any more.
func (w *Workspace) SweepTemplates(ctx context.Context, before time.Time) ([]string, error) {
	return nil, errPlanned
}

// SaveDraft keeps unpublished work on a slug; ErrConflict when d.Rev is not the revision that is kept.
func (w *Workspace) SaveDraft(ctx context.Context, d Draft) (Draft, error) {
	return Draft{}, errPlanned
}

// Draft is the unpublished work on a slug; ErrNotFound when there is none.
func (w *Workspace) Draft(ctx context.Context, slug string) (Draft, error) {
	return Draft{}, errPlanned
}

// DropDraft forgets the unpublished work on a slug; dropping nothing is fine.
func (w *Workspace) DropDraft(ctx context.Context, slug string) error { return errPlanned }

// Drafts lists all unpublished work, newest first.
func (w *Workspace) Drafts(ctx context.Context) ([]Draft, error) { return nil, errPlanned }

// RecordUsage stores one attempt and its roll-ups in one transaction; it is durable when it returns.
func (w *Workspace) RecordUsage(ctx context.Context, u Usage) error { return errPlanned }

// Coupon finds a code of the workspace's own list; ErrNotFound when it is not on it.
func (w *Workspace) Coupon(ctx context.Context, code string) (Coupon, error) {
	return Coupon{}, errPlanned
}

// Coupons lists codes in code order, and how many the filter lets through in all.
func (w *Workspace) Coupons(ctx context.Context, f CouponFilter) ([]Coupon, int, error) {
	return nil, 0, errPlanned
}

// SaveCoupon adds a code or replaces all of it but its uses.
func (w *Workspace) SaveCoupon(ctx context.Context, c Coupon) error { return errPlanned }

// DeleteCoupons takes codes off the list and reports how many there were.
func (w *Workspace) DeleteCoupons(ctx context.Context, codes []string) (int, error) {
	return 0, errPlanned
}

// ImportCoupons saves many codes in one transaction: all or none. replace takes everything else off the list.
func (w *Workspace) ImportCoupons(ctx context.Context, cs []Coupon, replace bool) error {
	return errPlanned
}

// UseCoupon counts one use of a code and reports false when it has none left.
func (w *Workspace) UseCoupon(ctx context.Context, code string) (bool, error) {
	return false, errPlanned
}

// RememberValid keeps the moment at which a code was last known to be valid.
func (w *Workspace) RememberValid(ctx context.Context, code string, at time.Time) error {
	return errPlanned
}

// LastValid is the moment at which a code was last known to be valid; ErrNotFound when it never was.
func (w *Workspace) LastValid(ctx context.Context, code string) (time.Time, error) {
	return time.Time{}, errPlanned
}

// CreateSession begins a session: ID, Created, LastSeen, Expires and Epoch are made here.
func (s *Store) CreateSession(ctx context.Context, address, agent string) (Session, error) {
	return Session{}, errPlanned
}

// Session finds a session that may still be used; ErrNotFound when it is unknown, revoked, idle or over.
func (s *Store) Session(ctx context.Context, id string) (Session, error) {
	return Session{}, errPlanned
}

// TouchSession notes that a session is in use now.
func (s *Store) TouchSession(ctx context.Context, id string) error { return errPlanned }

// RevokeSession ends a session; ending none is fine.
func (s *Store) RevokeSession(ctx context.Context, id string) error { return errPlanned }

// RevokeAllSessions ends every session there is.
func (s *Store) RevokeAllSessions(ctx context.Context) error { return errPlanned }

// Sessions lists the sessions that may still be used, last seen first.
func (s *Store) Sessions(ctx context.Context) ([]Session, error) { return nil, errPlanned }

// Audit writes down who did what. details is stored as JSON; nil stores none.
func (w *Workspace) Audit(ctx context.Context, actor, action, subject string, details any) error {
	return errPlanned
}

// AuditLog lists entries, newest first, older than the entry before (0 = from the newest).
func (w *Workspace) AuditLog(ctx context.Context, limit int, before int64) ([]AuditEntry, error) {
	return nil, errPlanned
}

// Brand is how the workspace presents itself; neutral defaults until somebody saved one.
func (w *Workspace) Brand(ctx context.Context) (Brand, error) { return Brand{}, errPlanned }

// SaveBrand keeps b; ErrConflict when b.Rev is not the revision that is kept, Invalid with a sentence.
func (w *Workspace) SaveBrand(ctx context.Context, b Brand) (Brand, error) {
	return Brand{}, errPlanned
}

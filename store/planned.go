package store

import (
	"context"
	"errors"
	"time"
)

// errPlanned marks what the room owes: each goes away with the noun that answers it.
var errPlanned = errors.New("not built yet")

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

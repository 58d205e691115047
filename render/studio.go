package render

import (
	"context"
	"errors"
	"log/slog"

	"promostack/render/coupon"
	"promostack/store"
)

// Options says what a Studio works with.
type Options struct {
	Store      *store.Store
	Coupons    func(ws int64) coupon.Checker // the coupon gate of a workspace
	Log        *slog.Logger                  // nil: slog.Default()
	CacheBytes int64                         // for decoded artwork; 0 = min(256 MB, a quarter of the memory limit)
}

// Studio makes coupon pictures. It is safe for concurrent use.
type Studio struct {
	store   *store.Store
	coupons func(ws int64) coupon.Checker
	log     *slog.Logger
}

// New makes a Studio.
func New(o Options) (*Studio, error) {
	if o.Store == nil || o.Coupons == nil {
		return nil, errors.New("a studio needs a store and a coupon gate")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Studio{store: o.Store, coupons: o.Coupons, log: o.Log}, nil
}

var errPlanned = errors.New("not built yet")

// Make makes the picture of an order, once the coupon gate let its code pass, and records the attempt. Errors:
// *Refused when the gate did not, store.ErrNotFound when there is no such template or variant, store.Invalid when
// the code is malformed or does not fit, ErrBusy when too much is asked for at once.
func (s *Studio) Make(ctx context.Context, ws *store.Workspace, o Order) (Picture, error) {
	return Picture{}, errPlanned
}

// Sample is a variant with the word SAMPLE on it, for galleries. It asks no gate and records nothing.
func (s *Studio) Sample(ctx context.Context, ws *store.Workspace, template, variant string, f Format) (Picture, error) {
	return Picture{}, errPlanned
}

// Ended is a variant that says that the offer has ended. It asks no gate and records nothing.
func (s *Studio) Ended(ctx context.Context, ws *store.Workspace, template, variant string, f Format) (Picture, error) {
	return Picture{}, errPlanned
}

// Install puts the starter templates into a workspace that never had any template.
func (s *Studio) Install(ctx context.Context, ws *store.Workspace) error { return errPlanned }

// StoreArt keeps a clean artwork (PNG or JPEG, as Intake makes it) and its thumbnail by their content, and fills in
// the variant's art, thumb, width and height.
func (s *Studio) StoreArt(ctx context.Context, v *store.Variant, art []byte) error { return errPlanned }

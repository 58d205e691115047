package render

import (
	"context"
	"errors"
	"fmt"

	"promostack/store"
)

// noVariant says that a template has no such shape; it is store.ErrNotFound.
type noVariant struct{ slug, variant string }

func (e noVariant) Error() string {
	return fmt.Sprintf("template %s has no variant %q", e.slug, e.variant)
}
func (e noVariant) Unwrap() error { return store.ErrNotFound }

// misfit is a text that does not go into its box; it is what the fit said.
type misfit struct{ error }

func (e misfit) Unwrap() error { return e.error }

// ourFault keeps a missing artwork from being taken for a template that is not there.
func ourFault(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errors.New(err.Error())
	}
	return err
}

// outcomeOf names how an attempt ended, as store.Usage has it; "" when it is not counted: we were too busy, or the
// caller gave up.
func outcomeOf(err error) string {
	var refused *Refused
	var invalid store.Invalid
	switch {
	case err == nil:
		return "made"
	case errors.Is(err, ErrBusy), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ""
	case errors.As(err, &refused):
		return string(refused.Verdict.Status)
	case errors.As(err, new(noVariant)):
		return "no_variant"
	case errors.Is(err, store.ErrNotFound):
		return "no_template"
	case errors.As(err, new(misfit)) && errors.As(err, &invalid) && invalid.Field == "coupon_code":
		return "too_long"
	case errors.As(err, new(misfit)):
		return "failed" // the template's fault, not the code's
	case errors.As(err, &invalid):
		return "invalid"
	}
	return "failed"
}

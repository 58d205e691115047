package coupon

import (
	"context"
	"time"

	"promostack/store"
)

// withBudget ends ctx with errBudget when d has passed on the clock.
func withBudget(ctx context.Context, clock store.Clock, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := clock.Timer(d)
	go func() {
		defer timer.Stop()
		select {
		case <-timer.C():
			cancel(errBudget)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}

// sleep waits for d; false when ctx ended first.
func sleep(ctx context.Context, clock store.Clock, d time.Duration) bool {
	timer := clock.Timer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
		return true
	case <-ctx.Done():
		return false
	}
}

package signals

import (
	"context"
	"time"

	"promostack/store"
)

// The free plan of Twelve Data.
const (
	CreditsPerMinute = 8
	CreditsPerDay    = 800
	twelveData       = "twelvedata" // the provider's name in the store
)

// StoreMeter counts credits in the store, so that neither a restart nor a second process overspends.
type StoreMeter struct{ Store *store.Store }

// Take uses one credit.
func (m StoreMeter) Take(ctx context.Context) error {
	until, err := m.Store.TakeCredit(ctx, twelveData, CreditsPerMinute, CreditsPerDay)
	if err != nil {
		return err
	}
	if !until.IsZero() {
		return LimitError{Until: until, Day: until.Sub(m.Store.Clock().Now()) > time.Minute}
	}
	return nil
}

// Exhaust grants nothing before until.
func (m StoreMeter) Exhaust(ctx context.Context, until time.Time) error {
	return m.Store.PauseCredits(ctx, twelveData, until)
}

// Used is the state of the budget.
func (m StoreMeter) Used(ctx context.Context) (store.Credits, error) {
	return m.Store.Credits(ctx, twelveData)
}

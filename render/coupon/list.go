package coupon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"promostack/store"
)

// List is the provider whose codes an admin keeps in the panel. Its verdicts change with the list and the uses, so
// a Desk keeps them for a second only.
func List(ws *store.Workspace, clock store.Clock) Provider { return listed{ws, clock} }

type listed struct {
	ws    *store.Workspace
	clock store.Clock
}

func (listed) Name() string { return "list" }

func (listed) quick() {}

// Lookup finds the code in the list. A code that has not started is invalid until it does.
func (l listed) Lookup(ctx context.Context, code string) (Verdict, error) {
	c, err := l.ws.Coupon(ctx, code)
	if errors.Is(err, store.ErrNotFound) {
		return Verdict{Status: Invalid}, nil
	}
	if err != nil {
		return Verdict{}, &Outage{Sentence: "The list of codes could not be read from the database.", Err: err}
	}
	return judge(c, l.clock.Now()), nil
}

// judge tells what a code of the list is worth at a moment.
func judge(c store.Coupon, now time.Time) Verdict {
	v := Verdict{
		Status:   Valid,
		Discount: Discount{PercentMilli: c.PercentMilli, AmountMinor: c.AmountMinor, Currency: c.Currency},
		Ends:     c.Ends,
		URL:      c.URL,
	}
	switch {
	case now.Before(c.Starts):
		v.Status = Invalid
		v.Message = fmt.Sprintf("This code cannot be used before %s.", begin(c.Starts))
	case !c.Ends.IsZero() && !now.Before(c.Ends):
		v.Status = Expired
	case c.MaxUses > 0 && c.Uses >= c.MaxUses:
		v.Status = Exhausted
	}
	return v
}

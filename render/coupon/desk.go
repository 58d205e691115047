package coupon

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"promostack/store"

	"golang.org/x/sync/errgroup"
)

// Policy says what an unknown verdict means for the picture.
type Policy string

// The policies: COUPON_OUTAGE.
const (
	Deny   Policy = "deny"   // no picture
	Recent Policy = "recent" // a picture when the code was valid within the last 24 h
	Allow  Policy = "allow"  // a picture
)

const (
	keepValid    = 60 * time.Second
	keepInvalid  = 30 * time.Second
	refreshAfter = 45 * time.Second // age at which a valid verdict in use is asked for again
	refreshEvery = 5 * time.Second
	refreshers   = 4 // refreshed at the same time
	recentLife   = 24 * time.Hour
	memoryBudget = 500 * time.Millisecond // for the memory's answer
	rememberLag  = 10 * time.Minute       // a code in steady use is written to the memory no more often
	recentKept   = 50                     // verdicts shown in the panel
)

// Memory keeps when a code was last valid, across restarts. *store.Workspace is one.
type Memory interface {
	RememberValid(ctx context.Context, code string, at time.Time) error
	LastValid(ctx context.Context, code string) (time.Time, error) // store.ErrNotFound when never
	ForgetValid(ctx context.Context, code string) error
}

// Options are the wishes for a Desk.
type Options struct {
	Clock   store.Clock
	Log     *slog.Logger // nil: slog.Default()
	Outage  Policy       // "" = Deny
	Memory  Memory       // nil: Recent passes nothing
	Entries int          // codes kept in the cache; 0 = 10000
}

// Desk stands in front of one provider of one workspace: it keeps valid verdicts for 60 s and others for 30 s, asks
// once however many want to know, stops asking a provider that is down, and answers within Budget. It is safe for
// concurrent use.
type Desk struct {
	provider Provider
	o        Options
	quick    bool // the provider's answers cost nothing and change at once

	mu      sync.Mutex
	cache   *cache
	flights map[string]*flight
	breaker breaker
	health  Health
	recent  []Verdict // oldest first
}

// quick is what a provider says of itself whose answers come out of our own store: they are kept for a second only,
// so that a change counts at once.
type quick interface{ quick() }

// keepQuick is how long a quick provider's verdict is the answer.
const keepQuick = time.Second

// NewDesk makes a Desk. Run refreshes in the background; without Run everything else works.
func NewDesk(p Provider, o Options) *Desk {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Entries <= 0 {
		o.Entries = 10_000
	}
	_, isQuick := p.(quick)
	return &Desk{provider: p, o: o, quick: isQuick, cache: newCache(o.Entries), flights: map[string]*flight{}}
}

// Check implements Checker.
func (d *Desk) Check(ctx context.Context, raw string) (Verdict, error) {
	code, err := Canonical(raw)
	if err != nil {
		return Verdict{}, err
	}
	if err := ctx.Err(); err != nil {
		return Verdict{}, err
	}
	now := d.o.Clock.Now()
	d.mu.Lock()
	if e, ok := d.cache.get(code); ok && now.Before(e.fresh) {
		e.used = true
		d.health.Hits++
		v := e.verdict
		d.mu.Unlock()
		return v, nil
	}
	f := d.board(code, now)
	d.mu.Unlock()
	if f == nil {
		return d.unknown(ctx, code, 0), ctx.Err()
	}
	select {
	case <-f.done:
		return f.verdict, nil
	case <-ctx.Done():
		return Verdict{}, ctx.Err()
	}
}

// Cached implements Checker. A malformed code is free as well, and so is one that is being asked for.
func (d *Desk) Cached(raw string) bool {
	code, err := Canonical(raw)
	if err != nil {
		return true
	}
	now := d.o.Clock.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, flying := d.flights[code]; flying {
		return true
	}
	e, ok := d.cache.peek(code)
	return ok && now.Before(e.known)
}

// Forget drops what is remembered of some codes, or of all when none is named: after the list was edited.
func (d *Desk) Forget(codes ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(codes) == 0 {
		d.cache = newCache(d.o.Entries)
	}
	for _, code := range codes {
		d.cache.drop(code)
	}
}

// Recent is what the provider answered last, newest first, at most 50 verdicts.
func (d *Desk) Recent() []Verdict {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Verdict, 0, len(d.recent))
	for i := len(d.recent) - 1; i >= 0; i-- {
		out = append(out, d.recent[i])
	}
	return out
}

// Run asks again for valid verdicts that are in use before they grow old, until ctx ends. It then returns nil.
func (d *Desk) Run(ctx context.Context) error {
	for sleep(ctx, d.o.Clock, refreshEvery) {
		d.refresh(ctx)
	}
	return nil
}

func (d *Desk) refresh(ctx context.Context) {
	now := d.o.Clock.Now()
	d.mu.Lock()
	codes := d.cache.due(now.Add(-refreshAfter), now)
	d.mu.Unlock()
	var group errgroup.Group
	group.SetLimit(refreshers)
	for _, code := range codes {
		group.Go(func() error {
			d.mu.Lock()
			f := d.board(code, d.o.Clock.Now())
			d.mu.Unlock()
			if f == nil {
				return nil
			}
			select {
			case <-f.done:
			case <-ctx.Done():
			}
			return nil
		})
	}
	_ = group.Wait() // nothing in it fails: a failed refresh leaves the old verdict to its end
}

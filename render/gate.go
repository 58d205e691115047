package render

import (
	"context"
	"sync/atomic"
	"time"

	"promostack/store"
)

// What the gate lets wait: more would be answered too late anyway.
const (
	gateQueue   = 64
	gatePatient = 5 * time.Second
)

// gate lets as many draw at once as there are cores and a bounded number wait. It is safe for concurrent use.
type gate struct {
	slots   chan struct{}
	waiting atomic.Int64
	clock   store.Clock
}

func newGate(cores int, clock store.Clock) *gate {
	return &gate{slots: make(chan struct{}, max(1, cores)), clock: clock}
}

// enter waits for its turn, at most 5 s, and returns what gives the turn back. It answers ErrBusy when too many wait
// or the wait is over, and the ctx's error when that ends first.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.slots <- struct{}{}:
		return g.leave, nil
	default:
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > gateQueue {
		return nil, ErrBusy
	}
	timer := g.clock.Timer(gatePatient)
	defer timer.Stop()
	select {
	case g.slots <- struct{}{}:
		return g.leave, nil
	case <-timer.C():
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (g *gate) leave() { <-g.slots }

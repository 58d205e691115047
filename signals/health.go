package signals

import (
	"sync"
	"time"
)

// Health is how the engine does, for doctor and the panel.
type Health struct {
	Paused       bool      `json:"paused"`
	MarketOpen   bool      `json:"market_open"`
	Stale        bool      `json:"stale"`         // the market is open, but its newest candle is older than two intervals
	NewestCandle time.Time `json:"newest_candle"` // open of the newest closed candle
	LastStep     time.Time `json:"last_step"`
	NextStep     time.Time `json:"next_step"`
	Skew         float64   `json:"clock_skew_seconds"` // our clock minus the provider's
	Problem      string    `json:"problem,omitempty"`  // why the last step could not finish
	Held         []Held    `json:"held"`               // ideas that were not trusted, newest first
	Faults       []string  `json:"faults"`             // rows of the provider that were refused, newest answer
}

// Held is an idea that did not become a signal.
type Held struct {
	At     time.Time `json:"at"`
	Side   Side      `json:"side"`
	Reason string    `json:"reason"`
}

// keepHeld is how many held ideas are remembered.
const keepHeld = 20

type healthBox struct {
	mu sync.Mutex
	h  Health
}

func (b *healthBox) change(f func(*Health)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.h)
}

func (b *healthBox) hold(at int64, side Side, reason string) {
	b.change(func(h *Health) {
		h.Held = append([]Held{{At: when(at), Side: side, Reason: reason}}, h.Held...)
		h.Held = h.Held[:min(len(h.Held), keepHeld)]
	})
}

func (b *healthBox) read() Health {
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.h
	h.Held = append([]Held{}, h.Held...)
	h.Faults = append([]string{}, h.Faults...)
	return h
}

package admin

import (
	"sync"
	"time"

	"promostack/store"
)

// maxKeys bounds the memory of a limiter. When there are more at once (a flood), newcomers share one count.
const maxKeys = 20_000

// limiter counts by key over a sliding window: the count of this window and the share of the last one that the window
// still overlaps. It is safe for concurrent use.
type limiter struct {
	clock  store.Clock
	limit  float64
	window time.Duration

	mu        sync.Mutex
	began     time.Time
	now, last map[string]float64
}

func newLimiter(clock store.Clock, limit int, window time.Duration) *limiter {
	return &limiter{clock: clock, limit: float64(limit), window: window, now: map[string]float64{}, last: map[string]float64{}}
}

// take counts one for key. It answers 0, or how long to wait when the limit is reached; then it counts nothing.
func (l *limiter) take(key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	passed := l.turn()
	if _, known := l.now[key]; !known && len(l.now) >= maxKeys {
		key = ""
	}
	share := 1 - float64(passed)/float64(l.window)
	used, before := l.now[key], l.last[key]
	if used+before*share+1 <= l.limit {
		l.now[key] = used + 1
		return 0
	}
	rest := l.window - passed
	if used+1 > l.limit {
		// This window is used up; in the next one its share shrinks evenly until there is room for one more.
		return rest + time.Duration((used+1-l.limit)/used*float64(l.window))
	}
	enough := (l.limit - used - 1) / before
	return max(time.Millisecond, time.Duration((share-enough)*float64(l.window)))
}

// turn moves the windows on and tells how much of the present one has passed.
func (l *limiter) turn() time.Duration {
	now := l.clock.Now()
	passed := now.Sub(l.began)
	switch {
	case passed >= 0 && passed < l.window:
		return passed
	case passed >= l.window && passed < 2*l.window:
		l.last, l.now = l.now, map[string]float64{}
		l.began = l.began.Add(l.window)
	default:
		l.last, l.now = map[string]float64{}, map[string]float64{}
		l.began = now
	}
	return now.Sub(l.began)
}

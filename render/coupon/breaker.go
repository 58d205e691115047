package coupon

import "time"

const (
	breakAfter = 5                // failures in a row
	breakFor   = 30 * time.Second // then nobody is asked for so long
)

// breaker keeps calls back from a provider that is down. After the pause one call goes through to see; its answer
// closes the breaker, its failure begins the next pause. Its Desk's lock guards it.
type breaker struct {
	failures int
	until    time.Time
	probing  bool
}

// allow reports whether a call may be made now. Every call that was allowed must be settled.
func (b *breaker) allow(now time.Time) bool {
	if b.failures < breakAfter {
		return true
	}
	if b.probing || now.Before(b.until) {
		return false
	}
	b.probing = true
	return true
}

// settle tells how a call ended.
func (b *breaker) settle(ok bool, now time.Time) {
	b.probing = false
	if ok {
		b.failures, b.until = 0, time.Time{}
		return
	}
	b.failures++
	if b.failures >= breakAfter {
		b.until = now.Add(breakFor)
	}
}

// paused reports whether calls are kept back at this moment.
func (b *breaker) paused(now time.Time) bool { return b.failures >= breakAfter && now.Before(b.until) }

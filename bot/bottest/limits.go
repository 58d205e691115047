package bottest

import (
	"math"
	"time"
)

// Limits are Telegram's, as far as they are known.
type Limits struct {
	PerSecond  int           // messages of a bot in any one second
	ChatEvery  time.Duration // one message in this time for a private chat …
	ChatBurst  int           // … after a burst of so many
	GroupEvery time.Duration // in any such time …
	GroupCount int           // … so many messages for a group or channel
}

// DefaultLimits are the documented ones.
var DefaultLimits = Limits{PerSecond: 30, ChatEvery: time.Second, ChatBurst: 3, GroupEvery: time.Minute, GroupCount: 20}

// NoLimits lets everything through.
var NoLimits = Limits{PerSecond: math.MaxInt32, ChatBurst: math.MaxInt32, GroupCount: math.MaxInt32}

// limiter counts what a bot sends. It refuses, and halts the whole bot, when a limit is passed.
type limiter struct {
	limits Limits
	recent []time.Time
	due    map[int64]time.Time
	groups map[int64][]time.Time
	until  time.Time
}

func newLimiter(l Limits) *limiter {
	return &limiter{limits: l, due: map[int64]time.Time{}, groups: map[int64][]time.Time{}}
}

// cost is the number of messages that a call counts for.
func cost(method string, a args) int {
	switch method {
	case "sendMediaGroup":
		return max(1, len(a.list("media")))
	case "sendMessage", "sendPhoto", "sendDocument", "copyMessage", "forwardMessage",
		"editMessageText", "editMessageCaption", "editMessageMedia", "editMessageReplyMarkup":
		return 1
	}
	return 0
}

// take counts n messages to a chat at now.
func (l *limiter) take(chat int64, n int, now time.Time) *apiError {
	if n == 0 {
		return nil
	}
	if now.Before(l.until) {
		return tooMany(l.until.Sub(now))
	}
	l.recent = since(l.recent, now.Add(-time.Second))
	if len(l.recent)+n > l.limits.PerSecond {
		return l.halt(now, time.Second)
	}
	if chat < 0 {
		l.groups[chat] = since(l.groups[chat], now.Add(-l.limits.GroupEvery))
		sent := l.groups[chat]
		if len(sent)+n > l.limits.GroupCount {
			return l.halt(now, sent[0].Add(l.limits.GroupEvery).Sub(now))
		}
	} else if l.limits.ChatEvery > 0 {
		due := l.due[chat]
		if due.Before(now) {
			due = now
		}
		due = due.Add(time.Duration(n) * l.limits.ChatEvery)
		if wait := due.Sub(now) - time.Duration(max(l.limits.ChatBurst, n))*l.limits.ChatEvery; wait > 0 {
			return l.halt(now, wait)
		}
		l.due[chat] = due
	}
	for range n {
		l.recent = append(l.recent, now)
		if chat < 0 {
			l.groups[chat] = append(l.groups[chat], now)
		}
	}
	return nil
}

func (l *limiter) halt(now time.Time, d time.Duration) *apiError {
	e := tooMany(d)
	l.until = now.Add(time.Duration(e.retryAfter) * time.Second)
	return e
}

func tooMany(d time.Duration) *apiError {
	seconds := max(1, int(math.Ceil(d.Seconds())))
	e := &apiError{code: 429, retryAfter: seconds}
	e.description = "Too Many Requests: retry after " + itoa(seconds)
	return e
}

// since drops the moments at or before from.
func since(times []time.Time, from time.Time) []time.Time {
	for len(times) > 0 && !times[0].After(from) {
		times = times[1:]
	}
	return times
}

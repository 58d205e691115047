package bot

import (
	"math"
	"slices"
	"time"
)

// Pace is how fast a bot may send. Telegram does not publish exact numbers, so the rate adapts: halved by every
// 429, raised by one after each clean stretch.
type Pace struct {
	Start      float64       // messages a second to begin with
	Floor      float64       // never slower than this
	Ceiling    float64       // never faster than this
	Burst      int           // how many may go at once after a pause
	Most       int           // in no second more than this many, whatever the network does
	Reserve    float64       // broadcasts leave this much of the rate to everybody else
	Clean      time.Duration // without a 429 for so long: one message a second more
	ChatEvery  time.Duration // a private chat gets one message in this time …
	ChatBurst  int           // … after so many at once
	GroupEvery time.Duration // in any such time a group gets …
	GroupCount int           // … so many
}

// DefaultPace keeps within what is known of Telegram's limits.
func DefaultPace() Pace {
	return Pace{
		Start: 25, Floor: 1, Ceiling: 28, Burst: 12, Most: 30, Reserve: 5, Clean: 10 * time.Second,
		ChatEvery: time.Second, ChatBurst: 3, GroupEvery: time.Minute, GroupCount: 20,
	}
}

// pacer decides when a request may go. It counts a request from its start to its end, and ends count, because
// only the end is surely later than the moment at which Telegram counted it: so the limits hold on Telegram's
// side whatever the network does. It is guarded by the sender's lock.
type pacer struct {
	Pace
	rate    float64
	next    time.Time // global: the moment at which the bucket is full again
	slow    time.Time // the same for broadcasts
	flying  int       // messages under way
	landed  []time.Time
	bulk    int // broadcast messages under way
	lasted  []time.Duration
	chats   map[int64]*chatPace
	until   time.Time // Telegram wants nothing before this
	cleanAt time.Time // when the rate was changed last
}

// chatPace is what one chat got.
type chatPace struct {
	busy bool
	next time.Time   // private: the moment at which the bucket is full again
	sent []time.Time // group: within the last minute
}

func newPacer(p Pace, now time.Time) *pacer {
	return &pacer{Pace: p, rate: p.Start, chats: map[int64]*chatPace{}, cleanAt: now}
}

// never stands for a moment that only the end of another request brings.
func never() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }

// globally is when the bot as a whole may send cost more messages.
func (p *pacer) globally(cost int, prio Priority, now time.Time) time.Time {
	if now.Before(p.until) {
		return p.until
	}
	p.landed = after(p.landed, now.Add(-time.Second))
	if free := p.Most - p.flying - len(p.landed); cost > free {
		if need := cost - free; need <= len(p.landed) {
			return p.landed[need-1].Add(time.Second + time.Millisecond)
		}
		return never()
	}
	at := bucket(p.next, p.rate, p.Burst, cost, now)
	if prio != Broadcast {
		return at
	}
	if p.bulk >= p.inFlight() {
		return never()
	}
	return latest(at, bucket(p.slow, max(p.Floor, p.rate-p.Reserve), 1, cost, now))
}

// chat is when a chat may get cost more messages.
func (p *pacer) chat(id int64, cost int, now time.Time) time.Time {
	c := p.chats[id]
	switch {
	case c == nil:
		return now
	case c.busy:
		return never()
	case id < 0:
		c.sent = after(c.sent, now.Add(-p.GroupEvery))
		if over := len(c.sent) + cost - p.GroupCount; over > 0 && len(c.sent) > 0 {
			return c.sent[min(over, len(c.sent))-1].Add(p.GroupEvery + time.Millisecond)
		}
		return now
	case p.ChatEvery <= 0:
		return now
	}
	burst := time.Duration(max(p.ChatBurst, cost)-cost) * p.ChatEvery
	return latest(now, c.next.Add(-burst))
}

// bucket is when a bucket that refills at rate and holds burst lets cost through.
func bucket(next time.Time, rate float64, burst, cost int, now time.Time) time.Time {
	room := math.Min(float64(burst), math.Max(1, rate/2)) - float64(cost)
	return latest(now, next.Add(-seconds(math.Max(0, room)/rate)))
}

// begin counts a request that goes now.
func (p *pacer) begin(w *waiting, now time.Time) {
	p.flying += w.Cost
	p.next = latest(p.next, now).Add(seconds(float64(w.Cost) / p.rate))
	if w.Priority == Broadcast {
		p.bulk += w.Cost
		p.slow = latest(p.slow, now).Add(seconds(float64(w.Cost) / max(p.Floor, p.rate-p.Reserve)))
	}
	c := p.chats[w.Chat]
	if c == nil {
		c = &chatPace{}
		p.chats[w.Chat] = c
	}
	c.busy = true
}

// end counts a request that took d. counted: Telegram may have counted it.
func (p *pacer) end(w *waiting, now time.Time, d time.Duration, counted bool) {
	p.flying -= w.Cost
	if w.Priority == Broadcast {
		p.bulk -= w.Cost
	}
	p.lasted = append(p.lasted, d)
	if len(p.lasted) > 100 {
		p.lasted = p.lasted[1:]
	}
	c := p.chats[w.Chat]
	c.busy = false
	if !counted {
		return
	}
	for range w.Cost {
		p.landed = append(p.landed, now)
		if w.Chat < 0 {
			c.sent = append(c.sent, now)
		}
	}
	if w.Chat >= 0 {
		c.next = latest(c.next, now).Add(time.Duration(w.Cost) * p.ChatEvery)
	}
	p.forget(now)
}

// forget drops chats that may send freely again, so that a large audience does not fill the memory.
func (p *pacer) forget(now time.Time) {
	if len(p.chats) < 2000 {
		return
	}
	for id, c := range p.chats {
		if !c.busy && !c.next.After(now) && len(after(c.sent, now.Add(-p.GroupEvery))) == 0 {
			delete(p.chats, id)
		}
	}
}

// halt obeys a 429: nothing goes out for d, and then at half the speed. It gives the end of the halt.
func (p *pacer) halt(now time.Time, d time.Duration) time.Time {
	until := now.Add(d + 100*time.Millisecond)
	if !now.Before(p.until) { // several requests under way may hear of one flood
		p.rate = max(p.Floor, p.rate/2)
	}
	p.until, p.cleanAt = latest(p.until, until), until
	return p.until
}

// grow raises the rate after a clean stretch.
func (p *pacer) grow(now time.Time) {
	for p.rate < p.Ceiling && now.Sub(p.cleanAt) >= p.Clean {
		p.rate = math.Min(p.Ceiling, p.rate+1)
		p.cleanAt = p.cleanAt.Add(p.Clean)
	}
	if p.rate >= p.Ceiling {
		p.cleanAt = now
	}
}

// inFlight bounds the broadcast messages under way to what the rate needs at the latency seen: it is also the
// bound on duplicates after a crash.
func (p *pacer) inFlight() int {
	if len(p.lasted) == 0 {
		return 2
	}
	sorted := slices.Sorted(slices.Values(p.lasted))
	p95 := sorted[(len(sorted)*95)/100]
	return int(math.Ceil(p.rate*p95.Seconds())) + 1
}

func after(times []time.Time, from time.Time) []time.Time {
	i := 0
	for i < len(times) && !times[i].After(from) {
		i++
	}
	return times[i:]
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

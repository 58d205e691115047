package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"

	"promostack/store"
)

// Priority says who goes first when not everybody can.
type Priority int

// The priorities, most urgent first.
const (
	Interactive Priority = iota // somebody waits for it
	Signal                      // it is about this minute
	Broadcast                   // it may take the night
)

// Call is one request to Telegram.
type Call struct {
	Method   string
	Priority Priority
	Chat     int64 // 0: no chat is concerned, and nothing is counted
	Cost     int   // messages that it counts for; 0 = 1
	Upload   bool  // it carries a file
	Once     bool  // an uncertain failure is given back, not tried again: the caller keeps a ledger
	// Do makes the request, for the number that the chat goes by now. It may run several times.
	Do func(ctx context.Context, lib *tg.Bot, chat int64) error
}

// ErrStopped says that Telegram refuses the bot's token: nothing can be sent until that is mended.
var ErrStopped = errors.New("telegram refuses the token of this bot")

const (
	refusedTries = 6  // attempts at a request that the server answers with 5xx
	unheardTries = 2  // attempts at one without an answer, which may have arrived: one duplicate at most
	lostTries    = 10 // attempts at one that surely did not arrive
)

// Sender is the one way out to Telegram for a bot: replies, signals and broadcasts go through it and share its
// limits. A chat gets one message at a time, in order. It is safe for concurrent use.
type Sender struct {
	api   *client
	clock store.Clock
	log   *slog.Logger
	// remember keeps the moment until which Telegram wants nothing, so that a restart does not forget it.
	remember func(ctx context.Context, until time.Time) error
	// moved and move translate chat numbers that Telegram replaced.
	moved func(ctx context.Context, chat int64) (int64, error)
	move  func(ctx context.Context, from, to int64) error

	mu      sync.Mutex
	pace    *pacer
	queues  [Broadcast + 1][]*waiting
	wake    chan struct{}
	stopped error
	last    SendError
	sent    int64
}

// waiting is a call that waits for its turn.
type waiting struct {
	Call
	turn    chan struct{}
	granted bool
	began   time.Time
}

// SendError is the last thing that went wrong.
type SendError struct {
	At   time.Time `json:"at,omitzero"`
	Text string    `json:"text,omitempty"`
}

func newSender(api *client, clock store.Clock, log *slog.Logger, pace Pace, halted time.Time) *Sender {
	s := &Sender{
		api: api, clock: clock, log: log, wake: make(chan struct{}, 1), pace: newPacer(pace, clock.Now()),
		remember: func(context.Context, time.Time) error { return nil },
		moved:    func(_ context.Context, chat int64) (int64, error) { return chat, nil },
		move:     func(context.Context, int64, int64) error { return nil },
	}
	s.pace.until = halted
	return s
}

// Run lets calls go as the pace allows, until ctx ends.
func (s *Sender) Run(ctx context.Context) error {
	for {
		next := s.pump()
		timer := s.clock.Timer(next.Sub(s.clock.Now()))
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer.C():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return nil
		}
	}
}

// Do makes a request when its turn has come, and sees it through: floods are waited for, moved groups followed,
// lost connections tried again. It gives nil, a *Failure, ErrStopped, or the error of an ended ctx.
func (s *Sender) Do(ctx context.Context, c Call) error {
	if c.Cost == 0 {
		c.Cost = 1
	}
	if c.Chat < 0 {
		now, err := s.moved(ctx, c.Chat)
		if err != nil {
			return err
		}
		c.Chat = now
	}
	failures, flooded := 0, false
	for {
		err := s.once(ctx, c, flooded)
		flooded = false
		var f *Failure
		if !errors.As(err, &f) || ctx.Err() != nil {
			return err
		}
		s.note(f)
		failures++
		switch {
		case f.Class == Success:
			return nil
		case f.Class == RetryAfter:
			failures, flooded = failures-1, true // a flood is nobody's attempt
			continue
		case f.Class == RewriteChat && f.MigrateTo != 0 && f.MigrateTo != c.Chat:
			if err := s.move(ctx, c.Chat, f.MigrateTo); err != nil {
				s.log.Warn("cannot remember where a chat moved", "chat", c.Chat, "err", err)
			}
			c.Chat = f.MigrateTo
			continue
		case f.Class == StopBot:
			s.stop(f)
			return ErrStopped
		case failures >= s.tries(f, c.Once):
			return f
		}
		if err := store.Wait(ctx, s.clock, backoff(failures)); err != nil {
			return err
		}
	}
}

// tries is how many attempts a failure allows.
func (s *Sender) tries(f *Failure, once bool) int {
	switch {
	case f.Class == NotSent:
		return lostTries
	case f.Class != Ambiguous || once:
		return 1
	case f.Code >= 500:
		return refusedTries
	}
	return unheardTries
}

// backoff is how long to wait after so many failures: half a second, doubled, at most 15 s.
func backoff(failures int) time.Duration {
	return min(500*time.Millisecond<<min(failures-1, 10), 15*time.Second)
}

// once waits for the turn of a call and makes one attempt. first: it had its turn before and goes ahead of others.
func (s *Sender) once(ctx context.Context, c Call, first bool) error {
	w := &waiting{Call: c, turn: make(chan struct{})}
	if c.Chat != 0 {
		if err := s.await(ctx, w, first); err != nil {
			return err
		}
	} else if err := s.Stopped(); err != nil {
		return err
	}
	limit := callTimeout
	if c.Upload {
		limit = uploadTimeout
	}
	attempt, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := s.api.call(attempt, c.Method, func(ctx context.Context, lib *tg.Bot) error { return c.Do(ctx, lib, c.Chat) })
	s.ended(ctx, w, err)
	return err
}

// await queues a call and returns when it may go.
func (s *Sender) await(ctx context.Context, w *waiting, first bool) error {
	s.mu.Lock()
	if s.stopped != nil {
		s.mu.Unlock()
		return s.stopped
	}
	if first {
		s.queues[w.Priority] = slices.Insert(s.queues[w.Priority], 0, w)
	} else {
		s.queues[w.Priority] = append(s.queues[w.Priority], w)
	}
	s.mu.Unlock()
	s.pump()
	s.look()
	select {
	case <-w.turn:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !w.granted: // ctx ended first
		s.queues[w.Priority] = slices.DeleteFunc(s.queues[w.Priority], func(o *waiting) bool { return o == w })
		return ctx.Err()
	case w.began.IsZero(): // sent away: the bot was stopped
		return s.stopped
	}
	return nil
}

// pump lets everything go that may go now, and gives the moment to look again.
func (s *Sender) pump() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	s.pace.grow(now)
	next := now.Add(time.Hour)
	for prio := range s.queues {
		kept := s.queues[prio][:0]
		blocked := map[int64]bool{} // chats whose turn was not yet: those behind wait too, to keep the order
		for i, w := range s.queues[prio] {
			at := s.pace.globally(w.Cost, w.Priority, now)
			if at.After(now) {
				next = earliest(next, at)
				kept = append(kept, s.queues[prio][i:]...)
				break
			}
			if at = s.pace.chat(w.Chat, w.Cost, now); blocked[w.Chat] || at.After(now) {
				blocked[w.Chat] = true
				next = earliest(next, latest(at, now.Add(time.Millisecond)))
				kept = append(kept, w)
				continue
			}
			s.pace.begin(w, now)
			w.began, w.granted = now, true
			close(w.turn)
		}
		clear(s.queues[prio][len(kept):])
		s.queues[prio] = kept
	}
	return next
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// ended gives the place of a call to others, and obeys a flood.
func (s *Sender) ended(ctx context.Context, w *waiting, err error) {
	var f *Failure
	errors.As(err, &f)
	s.mu.Lock()
	now := s.clock.Now()
	if w.Chat != 0 {
		s.pace.end(w, now, now.Sub(w.began), f == nil || f.Class != NotSent)
	}
	if f == nil {
		s.sent++
	}
	var until time.Time
	if f != nil && f.Class == RetryAfter {
		until = s.pace.halt(now, f.RetryAfter)
	}
	s.mu.Unlock()
	if !until.IsZero() {
		s.log.Warn("telegram asks us to wait", "until", until, "method", f.Method)
		if err := s.remember(context.WithoutCancel(ctx), until); err != nil {
			s.log.Warn("cannot remember the wait", "err", err)
		}
	}
	s.look()
}

// look makes Run look at the queues again.
func (s *Sender) look() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// stop ends sending until Resume: the token is refused.
func (s *Sender) stop(f *Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped != nil {
		return
	}
	s.stopped = ErrStopped
	s.log.Error("telegram refuses the token", "err", f)
	for prio := range s.queues {
		for _, w := range s.queues[prio] {
			w.granted = true
			close(w.turn)
		}
		s.queues[prio] = nil
	}
}

// halted makes everything wait until a moment that Telegram named before.
func (s *Sender) halted(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pace.until = latest(s.pace.until, until)
}

// Resume lets calls through again after the token was found good.
func (s *Sender) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = nil
}

// Stopped is ErrStopped while Telegram refuses the token, nil otherwise.
func (s *Sender) Stopped() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
}

// note keeps a failure for the panel, unless it is of the harmless kinds.
func (s *Sender) note(f *Failure) {
	if f.Class == Success || f.Class == Ignore {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = SendError{At: s.clock.Now(), Text: f.Error()}
}

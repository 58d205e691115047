package admin

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"sync"
	"time"

	"promostack/render/coupon"
	"promostack/store"
)

// recordEvent counts a download or a share on the web. It keeps what was made, not by whom: the ticket proves that the
// code is real, and the same report twice counts once.
func (s *Server) recordEvent(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Ticket, Kind, Template, Variant string
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Kind != "download" && in.Kind != "share" {
		return store.Invalid{Field: "kind", Sentence: `The kind must be "download" or "share".`}
	}
	id, code, err := s.Tickets.Check(in.Ticket)
	if err != nil {
		return err
	}
	if wait := s.events.take(about(r).key()); wait > 0 {
		return tooMany(wait)
	}
	ws := s.Store.Workspace(id)
	t, err := ws.Template(r.Context(), in.Template)
	if err != nil {
		return err
	}
	if _, ok := t.Variant(in.Variant); !ok {
		return store.ErrNotFound
	}
	report := fmt.Sprintf("%s|%s|%s|%s", in.Ticket, in.Kind, in.Template, in.Variant)
	if !s.reports.first(report) {
		return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "counted": false})
	}
	err = ws.RecordUsage(r.Context(), store.Usage{Source: "web", Kind: in.Kind, Outcome: "made", Template: t.Slug,
		Variant: in.Variant, Code: code, At: s.clock.Now()})
	if err != nil {
		s.reports.forget(report)
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "counted": true})
}

// seen remembers reports for at least the life of a ticket and at most twice that. It is safe for concurrent use.
type seen struct {
	clock store.Clock

	mu        sync.Mutex
	began     time.Time
	now, last map[[16]byte]struct{}
}

func newSeen(clock store.Clock) *seen {
	return &seen{clock: clock, began: clock.Now(), now: map[[16]byte]struct{}{}, last: map[[16]byte]struct{}{}}
}

// maxSeen bounds the memory; the oldest are forgotten earlier in a flood.
const maxSeen = 100_000

func seenKey(text string) [16]byte {
	sum := sha256.Sum256([]byte(text))
	return [16]byte(sum[:16])
}

// first reports whether text was not seen before.
func (s *seen) first(text string) bool {
	key := seenKey(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clock.Now().Sub(s.began) >= coupon.TicketLife || len(s.now) >= maxSeen {
		s.last, s.now, s.began = s.now, map[[16]byte]struct{}{}, s.clock.Now()
	}
	_, now := s.now[key]
	_, last := s.last[key]
	s.now[key] = struct{}{}
	return !now && !last
}

// forget takes back what first noted.
func (s *seen) forget(text string) {
	key := seenKey(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.now, key)
	delete(s.last, key)
}

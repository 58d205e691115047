package signals

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"promostack/store"
)

// Recap is what a day or a week brought. It is computed once, from the ledger, for a period that is over.
type Recap struct {
	Kind    string        `json:"kind"` // daily or weekly
	From    time.Time     `json:"from"`
	To      time.Time     `json:"to"` // not included
	Zone    string        `json:"zone"`
	Summary Summary       `json:"summary"` // of the signals that ended in the period
	Signals []RecapSignal `json:"signals"` // decided or ended in it, oldest decision first
	Root    string        `json:"root"`    // hash of the record's newest entry at that time
}

// RecapSignal is a line of a recap.
type RecapSignal struct {
	ID      int64     `json:"id"`
	Side    Side      `json:"side"`
	Status  Status    `json:"status"`
	Decided time.Time `json:"decided_at"`
	Points  float64   `json:"points"`
	Pips    float64   `json:"pips"`
	R       float64   `json:"r"`
}

const (
	dailyDue  = "signals.recap.daily"
	weeklyDue = "signals.recap.weekly"
	recapLate = 12 * time.Hour // a recap is not posted later than this after its time

	everySignal = 1 << 30 // no limit
)

// recaps writes down the recaps whose time has come.
func (e *Engine) recaps(ctx context.Context, now time.Time) error {
	p, err := PostingOf(ctx, e.ws)
	if err != nil {
		return err
	}
	for _, kind := range []string{dailyDue, weeklyDue} {
		if err := e.recap(ctx, now, kind, p); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) recap(ctx context.Context, now time.Time, kind string, p Posting) error {
	due, err := e.due(ctx, kind)
	if err != nil {
		return err
	}
	next, err := p.next(kind, now)
	if err != nil {
		return err
	}
	if due.IsZero() || due.After(next) { // first start, or the times were changed
		return e.ws.SetDue(ctx, kind, next)
	}
	if due.After(now) {
		return nil
	}
	last, err := p.last(kind, now)
	if err != nil {
		return err
	}
	if wanted := kind == dailyDue && p.Daily || kind == weeklyDue && p.Weekly; !wanted || now.Sub(last) > recapLate {
		return e.ws.SetDue(ctx, kind, next)
	}
	return e.store.InTx(ctx, func(tx *store.Tx) error {
		ws := tx.Workspace(e.ws.ID())
		if err := writeRecap(ctx, ws, kind, last, p); err != nil {
			return err
		}
		return ws.SetDue(ctx, kind, next)
	})
}

func writeRecap(ctx context.Context, ws *store.Workspace, kind string, end time.Time, p Posting) error {
	from := end.AddDate(0, 0, -1)
	name := "daily"
	if kind == weeklyDue {
		from, name = end.AddDate(0, 0, -7), "weekly"
	}
	r, err := MakeRecap(ctx, ws, name, from, end, p.Zone)
	if err != nil {
		return err
	}
	if r.Root, err = ws.RecordRoot(ctx); err != nil {
		return err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write the recap: %w", err)
	}
	_, err = ws.AddPost(ctx, store.Post{
		Kind: "recap", Key: fmt.Sprintf("recap:%s:%s", name, end.UTC().Format("2006-01-02T15:04")), Body: string(body),
		FreshUntil: end.Add(recapLate),
	})
	return err
}

// MakeRecap computes the recap of a period. What counts are the signals that ended in it; those that were decided in
// it and are still open are listed as open.
func MakeRecap(ctx context.Context, ws *store.Workspace, kind string, from, to time.Time, zone string) (Recap, error) {
	ended, err := ws.Signals(ctx, store.SignalFilter{From: from, To: to, ByExit: true, Limit: everySignal})
	if err != nil {
		return Recap{}, err
	}
	decided, err := ws.Signals(ctx, store.SignalFilter{From: from, To: to, Limit: everySignal})
	if err != nil {
		return Recap{}, err
	}
	r := Recap{Kind: kind, From: from.UTC(), To: to.UTC(), Zone: zone, Signals: []RecapSignal{}}
	r.Summary = SummariseRows(ended)
	seen := map[int64]bool{}
	for _, s := range append(ended, decided...) {
		if seen[s.ID] || Status(s.Status) == Missed {
			continue
		}
		seen[s.ID] = true
		line := RecapSignal{ID: s.ID, Side: Side(s.Side), Status: Status(s.Status), Decided: s.DecidedAt}
		if !s.ExitAt.IsZero() && s.ExitAt.Before(to) {
			line.Points, line.Pips, line.R = s.Points, clean(s.Points/s.Pip), FromRow(s).R(Params{Spread: s.Spread})
		} else {
			line.Status = Open // it was, when the period ended
			r.Summary.Open++
			r.Summary.Signals++
		}
		r.Signals = append(r.Signals, line)
	}
	slices.SortStableFunc(r.Signals, func(a, b RecapSignal) int { return cmp.Compare(a.Decided.UnixMilli(), b.Decided.UnixMilli()) })
	return r, nil
}

// SummariseRows is Summarise for stored signals: each by its own spread and pip; those with an outcome must come in the
// order in which they ended.
func SummariseRows(rows []store.Signal) Summary {
	var t tally
	pips := 0.0
	for _, r := range rows {
		s := FromRow(r)
		t.add(&s, Params{Spread: r.Spread})
		if s.Closed() {
			pips += r.Points / r.Pip
		}
	}
	sum := t.summary(Params{Pip: 1})
	sum.TotalPips = clean(pips)
	return sum
}

// EquityRows is Equity for stored signals, each by its own spread.
func EquityRows(rows []store.Signal) []EquityPoint {
	out := []EquityPoint{}
	var points, r float64
	for _, row := range rows {
		s := FromRow(row)
		if !s.Closed() {
			continue
		}
		points, r = clean(points+row.Points), r+s.R(Params{Spread: row.Spread})
		out = append(out, EquityPoint{At: row.ExitAt, Points: points, R: r})
	}
	return out
}

// clock is the wall-clock time of a recap on the day of t, in the zone of the settings.
func (p Posting) clock(kind string, t time.Time) (time.Time, error) {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return t, fmt.Errorf("load the zone of the recaps: %w", err)
	}
	text := p.DailyAt
	if kind == weeklyDue {
		text = p.WeeklyAt
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return t, fmt.Errorf("read the time of the recaps: %w", err)
	}
	d := t.In(zone)
	return time.Date(d.Year(), d.Month(), d.Day(), at.Hour(), at.Minute(), 0, 0, zone), nil
}

// next is the first recap time after now, last the latest one not after it.
func (p Posting) next(kind string, now time.Time) (time.Time, error) {
	return p.seek(kind, now, 1)
}

func (p Posting) last(kind string, now time.Time) (time.Time, error) {
	return p.seek(kind, now, -1)
}

func (p Posting) seek(kind string, now time.Time, step int) (time.Time, error) {
	for day := range 9 {
		t, err := p.clock(kind, now.AddDate(0, 0, day*step))
		if err != nil {
			return t, err
		}
		right := kind == dailyDue || int(t.Weekday()) == p.WeeklyDay
		if right && (step > 0 && t.After(now) || step < 0 && !t.After(now)) {
			return t.UTC(), nil
		}
	}
	return now, fmt.Errorf("no %s within nine days", kind)
}

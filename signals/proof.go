package signals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"promostack/store"
)

// The record: what is hashed of a signal and of its outcome. Field order and number formats never change, since old
// hashes cover them.

type signalFacts struct {
	Kind     string `json:"kind"` // "signal"
	Signal   int64  `json:"signal"`
	Symbol   string `json:"symbol"`
	Interval string `json:"interval"`
	Strategy string `json:"strategy"`
	Version  int    `json:"version"`
	Side     string `json:"side"`
	Decided  string `json:"decided_at"`
	Entry    string `json:"entry"`
	TP       string `json:"take_profit"`
	SL       string `json:"stop_loss"`
	Deadline string `json:"deadline"`
	Status   string `json:"status"` // open or missed
}

type outcomeFacts struct {
	Kind      string `json:"kind"` // "outcome"
	Signal    int64  `json:"signal"`
	Status    string `json:"status"`
	ExitAt    string `json:"exit_at"`
	Exit      string `json:"exit"`
	Points    string `json:"points"`
	Ambiguous bool   `json:"ambiguous"`
}

func five(v float64) string { return fmt.Sprintf("%.5f", v) }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// recordSignal links a new signal into the chain, in the transaction that stores it.
func recordSignal(ctx context.Context, ws *store.Workspace, r store.Signal) error {
	return linkFacts(ctx, ws, "signal", r.ID, r.DecidedAt, signalFacts{
		Kind: "signal", Signal: r.ID, Symbol: r.Symbol, Interval: r.Interval.String(), Strategy: r.Strategy, Version: r.Version, Side: r.Side,
		Decided: stamp(r.DecidedAt), Entry: five(r.Entry), TP: five(r.TakeProfit), SL: five(r.StopLoss), Deadline: stamp(r.Deadline), Status: r.Status,
	})
}

// recordOutcome links an outcome into the chain, in the transaction that stores it.
func recordOutcome(ctx context.Context, ws *store.Workspace, r store.Signal) error {
	return linkFacts(ctx, ws, "outcome", r.ID, r.ExitAt, outcomeFacts{
		Kind: "outcome", Signal: r.ID, Status: r.Status, ExitAt: stamp(r.ExitAt), Exit: five(r.Exit), Points: five(r.Points), Ambiguous: r.Ambiguous,
	})
}

func linkFacts(ctx context.Context, ws *store.Workspace, kind string, id int64, at time.Time, facts any) error {
	body, err := json.Marshal(facts)
	if err != nil {
		return fmt.Errorf("write the record: %w", err)
	}
	_, err = ws.AppendRecord(ctx, kind, id, at, string(body))
	return err
}

// proofDelay is how long an open signal is kept out of the public record: its buyers were told first.
const proofDelay = 4 * time.Hour

// PublicRecord is the part of the record that everybody may see at now: all of it up to the first signal that is
// younger than four hours and still open.
func PublicRecord(ctx context.Context, ws *store.Workspace, now time.Time) ([]store.Entry, error) {
	last, err := PublicEnd(ctx, ws, now)
	if err != nil {
		return nil, err
	}
	out := []store.Entry{}
	err = EachEntry(ctx, ws, last.Seq, func(e store.Entry) error {
		out = append(out, e)
		return nil
	})
	return out, err
}

// PublicEnd is the last entry that everybody may see at now; the zero Entry when there is none.
func PublicEnd(ctx context.Context, ws *store.Workspace, now time.Time) (store.Entry, error) {
	open, err := ws.OpenSignals(ctx)
	if err != nil {
		return store.Entry{}, err
	}
	below := int64(math.MaxInt64)
	for _, s := range open {
		if now.Sub(s.DecidedAt) >= proofDelay {
			continue
		}
		e, err := ws.EntryOf(ctx, s.ID, "signal")
		if errors.Is(err, store.ErrNotFound) {
			continue // from before there was a record
		}
		if err != nil {
			return store.Entry{}, err
		}
		below = min(below, e.Seq)
	}
	last, err := ws.LastEntry(ctx, below)
	if errors.Is(err, store.ErrNotFound) {
		return store.Entry{}, nil
	}
	return last, err
}

// EachEntry hands out the record from its first entry to the one of number last, a page at a time.
func EachEntry(ctx context.Context, ws *store.Workspace, last int64, each func(store.Entry) error) error {
	const page = 1000
	for after := int64(0); after < last; {
		entries, err := ws.Record(ctx, after, int(min(page, last-after)))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return nil
		}
		for _, e := range entries {
			if e.Seq > last {
				return nil
			}
			if err := each(e); err != nil {
				return err
			}
		}
		after = entries[len(entries)-1].Seq
	}
	return nil
}

// VerifyRecord recomputes the chain and names the first entry that does not fit; 0 when all do.
func VerifyRecord(entries []store.Entry) (broken int64) {
	before := ""
	for i, e := range entries {
		if e.Seq != int64(i+1) || store.EntryHash(before, e.Body) != e.Hash {
			return int64(i + 1)
		}
		before = e.Hash
	}
	return 0
}

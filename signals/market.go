package signals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Market gives closed candles.
type Market interface {
	// Candles are the closed candles of symbol that open at or after from and before to, ascending, UTC, each open
	// once; at most 5,000 of them, the oldest ones. None is an answer: the market may be shut. Errors: a LimitError when
	// the provider's or our own budget is used up, ErrMarket for everything else that is wrong with the provider.
	Candles(ctx context.Context, symbol string, i Interval, from, to time.Time) (Batch, error)
}

// Batch is an answer of a Market.
type Batch struct {
	Candles []Candle
	// Faults are the rows that were refused, each with its reason.
	Faults []string
	// Server is the provider's clock at the answer; zero when it told none.
	Server time.Time
}

// ErrMarket says that the provider could not be asked or did not answer as it should.
var ErrMarket = errors.New("market data is not available")

// LimitError says that no call may be made before Until.
type LimitError struct {
	Until time.Time
	Day   bool // the day's budget is gone, not only the minute's
}

// Error says when calls may go on.
func (e LimitError) Error() string {
	return "the budget of market data calls is used up until " + e.Until.UTC().Format(time.RFC3339)
}

// sift keeps the candles that a market can have printed and that are over, in order, each open once, and says why it
// refused the others. Two different candles of one open are both refused: nobody knows which is true.
func sift(rows []Candle, i Interval, c *Calendar, closedBy time.Time) ([]Candle, []string) {
	var faults []string
	fault := func(r Candle, why string) {
		faults = append(faults, fmt.Sprintf("%s: %s", r.Time().Format(time.RFC3339), why))
	}
	slices.SortStableFunc(rows, func(a, b Candle) int { return cmp.Compare(a.At, b.At) })
	out := make([]Candle, 0, len(rows))
	for n := 0; n < len(rows); n++ {
		r := rows[n]
		last := n
		same := true
		for last+1 < len(rows) && rows[last+1].At == r.At {
			last++
			same = same && rows[last] == r
		}
		n = last
		switch err := r.Check(); {
		case !same:
			fault(r, "two different candles")
		case err != nil:
			fault(r, err.Error())
		case r.At%i.Millis() != 0:
			fault(r, "not on the "+i.String()+" grid")
		case r.At > closedBy.UnixMilli():
			fault(r, "from the future")
		case !i.Closed(r.At, closedBy): // still forming: the normal newest row, no fault
		case !c.CandleOpen(r.At, i):
			fault(r, "the market is shut")
		default:
			out = append(out, r)
		}
	}
	return out, faults
}

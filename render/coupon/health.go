package coupon

import "time"

// The states of a Desk.
const (
	Working = "working" // the last call was answered, or none was made yet
	Failing = "failing" // the last call failed
	Paused  = "paused"  // the circuit breaker keeps calls back
)

// Health is what the panel and the doctor show of a Desk.
type Health struct {
	Provider    string    // its name
	State       string    // Working, Failing or Paused
	Sentence    string    // what is wrong and what to do; "" while Working
	LastAnswer  time.Time // zero: never
	LastFailure time.Time // zero: never
	Failures    int       // calls that failed in a row
	PausedUntil time.Time // zero unless Paused
	Took        time.Duration
	Calls       int64 // asked of the provider since the start
	Hits        int64 // answered from the cache since the start
	Entries     int   // codes in the cache
}

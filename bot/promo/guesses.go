package promo

import (
	"sync"
	"time"
)

const (
	guessesMost = 30 // wrong codes of one person …
	guessesSpan = time.Hour
	guessersMax = 10_000
)

// guesses counts wrong codes by person, so that the bot is no machine for finding codes.
type guesses struct {
	mu   sync.Mutex
	list map[int64][]time.Time
}

func newGuesses() *guesses { return &guesses{list: map[int64][]time.Time{}} }

// tooMany says whether a person has to wait.
func (g *guesses) tooMany(person int64, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	times := g.list[person]
	for len(times) > 0 && now.Sub(times[0]) >= guessesSpan {
		times = times[1:]
	}
	if g.list[person] = times; len(times) == 0 {
		delete(g.list, person)
	}
	return len(times) >= guessesMost
}

// wrong counts a wrong code.
func (g *guesses) wrong(person int64, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.list) >= guessersMax {
		clear(g.list)
	}
	g.list[person] = append(g.list[person], now)
}

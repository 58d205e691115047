package store

import (
	"context"
	"fmt"
	"time"
)

// Credits is what a provider's budget looks like.
type Credits struct {
	Minute int       // used in this minute
	Day    int       // used since midnight UTC
	Until  time.Time // nothing is granted before; zero when calls may be made
}

// TakeCredit uses one credit of a provider's budget, or reports until when there is none. It is counted durably before
// the call, so that a crash can only waste a credit, never overspend.
func (s *Store) TakeCredit(ctx context.Context, provider string, perMinute, perDay int) (until time.Time, err error) {
	err = s.InTx(ctx, func(tx *Tx) error {
		c, err := credits(ctx, tx.tx, provider, s.clock.Now())
		if err != nil {
			return err
		}
		if until = c.wait(s.clock.Now(), perMinute, perDay); !until.IsZero() {
			return nil
		}
		_, err = exec(ctx, tx.tx, `
			INSERT INTO market_credit (provider, minute, used)
			VALUES ($1, $2, 1)
			ON CONFLICT (provider, minute) DO UPDATE SET used = market_credit.used + 1`, provider, minute(s.clock.Now()))
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("take a market data credit: %w", err)
	}
	return until, nil
}

// Credits is the state of a provider's budget.
func (s *Store) Credits(ctx context.Context, provider string) (Credits, error) {
	c, err := credits(ctx, s.read, provider, s.clock.Now())
	if err != nil {
		return Credits{}, fmt.Errorf("read market data credits: %w", err)
	}
	return c, nil
}

// PauseCredits grants nothing before until: the provider said so.
func (s *Store) PauseCredits(ctx context.Context, provider string, until time.Time) error {
	_, err := s.Workspace(house).exec(ctx, `
		INSERT INTO market_pause (provider, until)
		VALUES ($1, $2)
		ON CONFLICT (provider) DO UPDATE SET until = excluded.until`, provider, ms(until))
	if err != nil {
		return fmt.Errorf("pause market data: %w", err)
	}
	return nil
}

func (c Credits) wait(now time.Time, perMinute, perDay int) time.Time {
	day := now.Truncate(24 * time.Hour)
	switch {
	case c.Until.After(now):
		return c.Until
	case c.Day >= perDay:
		return day.Add(24 * time.Hour)
	case c.Minute >= perMinute:
		return now.Truncate(time.Minute).Add(time.Minute)
	}
	return time.Time{}
}

func credits(ctx context.Context, q queries, provider string, now time.Time) (Credits, error) {
	var c Credits
	used := func(from int64) (int, error) {
		n, err := one(ctx, q, scanInt, `
			SELECT CAST(COALESCE(SUM(used), 0) AS BIGINT)
			FROM market_credit
			WHERE provider = $1 AND minute >= $2`, provider, from)
		return int(n), err
	}
	var err error
	if c.Minute, err = used(minute(now)); err != nil {
		return c, err
	}
	if c.Day, err = used(minute(now.Truncate(24 * time.Hour))); err != nil {
		return c, err
	}
	until, err := one(ctx, q, scanInt, `
		SELECT CAST(COALESCE(MAX(until), 0) AS BIGINT)
		FROM market_pause
		WHERE provider = $1 AND until > $2`, provider, ms(now))
	c.Until = at(until)
	return c, err
}

func minute(t time.Time) int64 { return ms(t.Truncate(time.Minute)) }

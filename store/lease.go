package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	leaseTerm  = 15 * time.Second // how long a lease lives without being renewed
	leaseRenew = 5 * time.Second  // how often its holder renews it
	leaseLook  = 2 * time.Second  // how often those who wait look
)

// errLeaseLost ends the work of a holder whose lease went to somebody else.
var errLeaseLost = errors.New("the lease was lost")

// Lease runs one-of-a-kind work: it waits until this process alone holds the named lease, runs work, and gives
// the lease back. The context of work ends when ctx does, or when the lease is lost; then work is waited for and
// runs again once the lease is back. It returns what work returned, or nil when ctx ended.
// On SQLite the data folder has one process: a lease is taken over at once from one that died, and is not renewed,
// because a write every few seconds would keep the disk and the replica busy for nothing.
func (s *Store) Lease(ctx context.Context, name string, work func(ctx context.Context) error) error {
	holder := s.leaseHolder()
	for {
		if err := s.awaitLease(ctx, name, holder); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		err := s.holdLease(ctx, name, holder, work)
		if ctx.Err() != nil {
			return nil
		}
		if !errors.Is(err, errLeaseLost) {
			return err
		}
		s.log.Warn("lease lost, waiting for it", "lease", name)
	}
}

// leaseHolder names this process among those that share the database.
func (s *Store) leaseHolder() string {
	if !s.engine.postgres {
		return "the data folder's process"
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text())
}

// awaitLease returns when the lease is ours, or with the error of an ended ctx.
func (s *Store) awaitLease(ctx context.Context, name, holder string) error {
	for {
		ours, err := s.takeLease(ctx, name, holder)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("cannot take the lease", "lease", name, "err", err)
		}
		if ours {
			return nil
		}
		if err := Wait(ctx, s.clock, leaseLook); err != nil {
			return err
		}
	}
}

// holdLease runs work and renews the lease meanwhile.
func (s *Store) holdLease(ctx context.Context, name, holder string, work func(ctx context.Context) error) error {
	if !s.engine.postgres {
		defer s.dropLease(ctx, name, holder)
		return work(ctx)
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	done := make(chan error, 1)
	go func() { done <- work(inner) }()
	valid := s.clock.Now().Add(leaseTerm)
	timer := s.clock.Timer(leaseRenew)
	defer func() { timer.Stop() }()
	for {
		select {
		case err := <-done:
			s.dropLease(ctx, name, holder)
			if cause := context.Cause(inner); errors.Is(cause, errLeaseLost) {
				return cause
			}
			return err
		case <-timer.C():
		}
		ours, err := s.takeLease(ctx, name, holder)
		switch now := s.clock.Now(); {
		case ours:
			valid = now.Add(leaseTerm)
		case err == nil || !now.Before(valid): // somebody else's, or not renewed for a whole term
			stop(errLeaseLost)
		}
		timer = s.clock.Timer(leaseRenew)
	}
}

// takeLease takes or renews a lease and reports whether it is ours now.
func (s *Store) takeLease(ctx context.Context, name, holder string) (bool, error) {
	now := s.clock.Now()
	n := 0
	err := s.InTx(ctx, func(tx *Tx) (err error) {
		n, err = exec(ctx, tx.tx, `
			INSERT INTO lease (name, holder, until_at)
			VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE
			SET holder = excluded.holder, until_at = excluded.until_at
			WHERE lease.holder = excluded.holder OR lease.until_at < $4`,
			name, holder, ms(now.Add(leaseTerm)), ms(now))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("take lease %s: %w", name, err)
	}
	return n == 1, nil
}

// dropLease gives a lease back, so that the next one need not wait for its end.
func (s *Store) dropLease(ctx context.Context, name, holder string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeTimeout)
	defer cancel()
	err := s.InTx(ctx, func(tx *Tx) error {
		_, err := exec(ctx, tx.tx, `DELETE FROM lease WHERE name = $1 AND holder = $2`, name, holder)
		return err
	})
	if err != nil {
		s.log.Warn("cannot give the lease back", "lease", name, "err", err)
	}
}

// LeaseHolder says who holds a lease and until when, unless it is renewed; ErrNotFound when nobody does.
func (s *Store) LeaseHolder(ctx context.Context, name string) (holder string, until time.Time, err error) {
	type row struct {
		holder string
		until  int64
	}
	r, err := one(ctx, s.read, func(r scanner) (v row, err error) { return v, r.Scan(&v.holder, &v.until) },
		`SELECT holder, until_at FROM lease WHERE name = $1 AND (until_at >= $2 OR $3)`, name, s.now(), !s.engine.postgres)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read lease %s: %w", name, err)
	}
	return r.holder, at(r.until), nil
}

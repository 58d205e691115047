package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Drilled is what a restore drill found: whether the replica gives the database back, whole.
type Drilled struct {
	At       time.Time `json:"at"`
	OK       bool      `json:"ok"`
	Sentence string    `json:"sentence"`
	Millis   int64     `json:"millis"` // what the restore took
	Rows     int64     `json:"rows"`
	Bytes    int64     `json:"bytes"`
}

const (
	drillSetting = "restore_drill"
	drillFile    = "drill.db"
	drillHour    = 3 // of the night, UTC
	drillFirst   = 10 * time.Minute
	drillBudget  = 30 * time.Minute
	drillFew     = 100 // rows: a table with fewer may have been emptied or filled in the last second
)

// LastDrill is the result of the last restore drill; ErrNotFound before the first.
func (s *Store) LastDrill(ctx context.Context) (Drilled, error) {
	text, err := s.Setting(ctx, drillSetting)
	if err != nil {
		return Drilled{}, err
	}
	var d Drilled
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return Drilled{}, fmt.Errorf("read the last restore drill: %w", err)
	}
	return d, nil
}

// RunDrills restores the replica every night into a file that is thrown away, and keeps what was found, until ctx ends.
func (r *Replica) RunDrills(ctx context.Context, s *Store) error {
	return s.Lease(ctx, "restore drill", func(ctx context.Context) error {
		for {
			if err := Wait(ctx, r.o.Clock, r.untilDrill(ctx, s)); err != nil {
				return nil
			}
			if _, err := r.Drill(ctx, s); err != nil && ctx.Err() == nil {
				r.o.Log.Error("result of the restore drill not kept", "err", err)
			}
		}
	})
}

// untilDrill is the time to the next drill: the night after the last one, or soon when there was none.
func (r *Replica) untilDrill(ctx context.Context, s *Store) time.Duration {
	now := r.o.Clock.Now().UTC()
	last, err := s.LastDrill(ctx)
	if err != nil || now.Sub(last.At) > 2*24*time.Hour {
		return drillFirst
	}
	next := time.Date(now.Year(), now.Month(), now.Day(), drillHour, 0, 0, 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next.Sub(now)
}

// Drill restores the replica into a file that is thrown away, reads every page of it and counts its rows. What it found
// is kept; the error is that it could not be kept.
func (r *Replica) Drill(ctx context.Context, s *Store) (Drilled, error) {
	begun := r.o.Clock.Now()
	d, err := r.drill(ctx)
	d.At = begun.UTC()
	if err != nil {
		if ctx.Err() != nil {
			return d, ctx.Err() // a stop is no finding
		}
		d.Sentence = "The replica did not give the database back: " + err.Error() + "."
		r.o.Log.Error("restore drill failed", "err", err)
	}
	text, err := json.Marshal(d)
	if err != nil {
		return d, fmt.Errorf("keep the restore drill: %w", err)
	}
	return d, s.SetSetting(ctx, drillSetting, string(text))
}

func (r *Replica) drill(ctx context.Context) (d Drilled, err error) {
	ctx, cancel := context.WithTimeout(ctx, drillBudget)
	defer cancel()
	file := filepath.Join(r.o.Dir, drillFile)
	if err := removeIfThere(file); err != nil {
		return d, fmt.Errorf("remove the last drill's file: %w", err)
	}
	defer func() {
		for _, end := range []string{"", "-wal", "-shm", ".restoring", ".restoring.tmp"} {
			err = errors.Join(err, removeIfThere(file+end))
		}
	}()
	begun := r.o.Clock.Now()
	if err := RestoreReplica(ctx, r.o.Config, file, time.Time{}); errors.Is(err, ErrNotFound) {
		return d, errors.New("it holds nothing yet")
	} else if err != nil {
		return d, err
	}
	d.Millis = r.o.Clock.Now().Sub(begun).Milliseconds()
	if err := CheckFile(ctx, file); err != nil {
		return d, err
	}
	there, err := Counts(ctx, file)
	if err != nil {
		return d, err
	}
	here, err := Counts(ctx, filepath.Join(r.o.Dir, sqliteFile))
	if err != nil {
		return d, err
	}
	for table, n := range here {
		if have, known := there[table]; !known || have == 0 && n > drillFew {
			return d, fmt.Errorf("%d rows of %s are missing in it", n, table)
		}
	}
	for _, n := range there {
		d.Rows += n
	}
	info, err := os.Stat(file)
	if err != nil {
		return d, fmt.Errorf("look at the restored file: %w", reason(err))
	}
	d.OK, d.Bytes = true, info.Size()
	d.Sentence = fmt.Sprintf("%d rows in %d tables were restored, every page is whole.", d.Rows, len(there))
	return d, nil
}

// ReplicaNewest is when the newest change that the replica holds was made. ErrNotFound when it holds nothing.
func ReplicaNewest(ctx context.Context, c ReplicaConfig) (time.Time, error) {
	replica, err := reachReplica(ctx, c)
	if err != nil {
		return time.Time{}, err
	}
	_, newest, err := replica.TimeBounds(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the replica: %w", err)
	}
	if newest.IsZero() {
		return time.Time{}, ErrNotFound
	}
	return newest.UTC(), nil
}

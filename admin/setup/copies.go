package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"promostack/store"
)

// Copies is how the copies of what must not be lost do, as /readyz, the metrics and the panel show it.
type Copies struct {
	Replica ReplicaCopy    `json:"replica"`
	Files   FileCopies     `json:"files"`
	Drill   *store.Drilled `json:"drill"`  // nil: none yet
	Backup  bool           `json:"backup"` // a copy of the database can be downloaded
}

// ReplicaCopy is how the database's replica does.
type ReplicaCopy struct {
	On         bool       `json:"on"`
	Why        string     `json:"why"` // why it is off
	Where      string     `json:"where"`
	LastSync   *time.Time `json:"last_sync"` // nil: not yet
	LagSeconds float64    `json:"lag_seconds"`
	Late       bool       `json:"late"`
}

// FileCopies is how the files in the object storage do.
type FileCopies struct {
	On        bool       `json:"on"`
	Where     string     `json:"where"`
	Up        bool       `json:"up"`
	DownSince *time.Time `json:"down_since"`
	Waiting   int        `json:"waiting"` // files that are here but not in the storage yet
}

// lateAfter is the lag from which a replica is late.
const lateAfter = 60 * time.Second

// Copies looks at the copies; it asks nobody outside.
func (s Storage) Copies(ctx context.Context, st *store.Store) Copies {
	c := Copies{Replica: ReplicaCopy{Why: s.Why}, Files: FileCopies{Where: s.Where, Up: true}, Backup: !st.Postgres()}
	if s.Replica != nil {
		state := s.Replica.State()
		c.Replica = ReplicaCopy{On: true, Where: "bucket " + state.Bucket + ", " + state.Path, LastSync: set(state.LastSync),
			LagSeconds: state.Lag.Round(100 * time.Millisecond).Seconds(), Late: state.Lag > lateAfter}
	}
	if s.Spaces != nil {
		state := s.Spaces.State()
		c.Files.On, c.Files.Up, c.Files.DownSince, c.Files.Waiting = true, state.Up, set(state.DownSince), state.Waiting
	}
	if d, err := st.LastDrill(ctx); err == nil {
		c.Drill = &d
	}
	return c
}

// set is a moment, or nil for none.
func set(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Backups makes copies of the database; nil where it is Postgres, which has its own.
func (c Config) Backups() func(context.Context) (*os.File, error) {
	if c.Database.URL != "" {
		return nil
	}
	return c.backupFile
}

// Checks looks at one part of the installation, or at all.
func (c Config) Checks(clock store.Clock) func(ctx context.Context, part string) []Check {
	return func(ctx context.Context, part string) []Check {
		return Doctor{Config: c, Clock: clock, Only: part}.Checks(ctx)
	}
}

// backupFile makes a checked copy of the SQLite database that is gone once it is closed. One at a time.
func (c Config) backupFile(ctx context.Context) (*os.File, error) {
	dir := filepath.Join(c.DataDir, "backup-download")
	if err := os.RemoveAll(dir); err != nil { // of a download that was cut off by a crash
		return nil, fmt.Errorf("remove an earlier copy: %w", err)
	}
	info, err := os.Stat(filepath.Join(c.DataDir, "promostack.db"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("look at the database: %w", err)
	}
	if free, err := FreeBytes(c.DataDir); err == nil && free < info.Size()+lowDisk {
		return nil, store.ErrFull
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make room for the copy: %w", err)
	}
	name := filepath.Join(dir, "copy.db")
	if err := store.Backup(ctx, c.DataDir, name); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	file, err := os.Open(name)
	_ = os.RemoveAll(dir) // where an open file cannot be removed, the next download does it
	if err != nil {
		return nil, fmt.Errorf("open the copy: %w", err)
	}
	return file, nil
}

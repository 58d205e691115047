// Package store is what we remember: rows in SQLite or Postgres, files in a folder or an object store. A noun's
// type, its rules and its SQL stand together in the noun's file. The SQL is written once for both engines.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// DefaultWorkspace is the workspace of an installation that never made another one.
const DefaultWorkspace int64 = 1

// takeTimeout is how long a write waits for its turn before it answers ErrBusy.
const takeTimeout = 5 * time.Second

// Options says where a store lives.
type Options struct {
	Dir         string       // DATA_DIR: the database promostack.db and the files in blobs
	DatabaseURL string       // set: rows live in this Postgres instead of Dir
	Clock       Clock        // nil: the machine's clock
	Log         *slog.Logger // nil: slog.Default()
	Blobs       Blobs        // nil: files in Dir/blobs
	AsIs        bool         // a database of an older version is refused, not brought up to date: for those who only look
}

// Store is the door to everything that is remembered. It is safe for concurrent use.
type Store struct {
	engine engine
	write  *sql.DB // SQLite: one connection
	read   *sql.DB // Postgres: the same pool
	clock  Clock
	log    *slog.Logger
	blobs  Blobs
	group  *group
	disk   *disk
	intake intake
}

// Open opens the database, brings its tables up to date and returns the store. Its errors are sentences that a
// person at the terminal can act on.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Clock == nil {
		o.Clock = SystemClock()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Store{clock: o.Clock, log: o.Log, blobs: o.Blobs, disk: newDisk()}
	s.group = newGroup(s)
	if err := makeDir(o.Dir); err != nil {
		return nil, err
	}
	if err := s.connect(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if s.blobs != nil {
		return s, nil
	}
	folder, err := OpenFolder(o.Dir)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.blobs = folder
	return s, nil
}

// connect opens the pools and migrates.
func (s *Store) connect(ctx context.Context, o Options) (err error) {
	s.engine = sqliteEngine(o.Dir)
	if o.DatabaseURL != "" {
		s.engine = postgresEngine(o.DatabaseURL)
	}
	if s.write, s.read, err = s.engine.open(ctx); err != nil {
		return err
	}
	return s.migrate(ctx, o.AsIs)
}

// Close waits for the writes under way and closes the database. The store is of no use afterwards.
func (s *Store) Close() error {
	s.group.close()
	errs := []error{s.intake.close()}
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	if closer, ok := s.blobs.(interface{ Close() error }); ok {
		errs = append(errs, closer.Close())
	}
	return errors.Join(errs...)
}

// Clock is the clock that the store dates its rows by.
func (s *Store) Clock() Clock { return s.clock }

// Blobs is where files are kept.
func (s *Store) Blobs() Blobs { return s.blobs }

// Postgres says whether the rows live in Postgres.
func (s *Store) Postgres() bool { return s.engine.postgres }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if _, err := one(ctx, s.read, scanInt, `SELECT COUNT(*) FROM workspace`); err != nil {
		return fmt.Errorf("ask the database: %w", err)
	}
	return nil
}

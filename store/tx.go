package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Tx is one write transaction. It is used by one goroutine and is of no use once InTx returned.
type Tx struct {
	s  *Store
	tx *sql.Tx
}

// Workspace is the workspace whose calls run inside the transaction. After any of them failed, the transaction
// must be given up by returning the error: Postgres takes nothing more in it.
func (t *Tx) Workspace(id int64) *Workspace { return &Workspace{s: t.s, id: id, tx: t} }

// InTx runs fn in one write transaction: all of it is durable when InTx returns nil, else nothing happened.
// ErrBusy when the database could not be had in time. fn must not call the Store itself, which would wait for
// the connection that the transaction holds: it goes through tx.
// Once the disk of the database failed, it refuses everything: see Watch.
func (s *Store) InTx(ctx context.Context, fn func(tx *Tx) error) (err error) {
	if err := s.disk.writable(); err != nil {
		return err
	}
	defer func() { s.disk.note(err) }()
	tx, release, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := fn(&Tx{s: s, tx: tx}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", classify(err))
	}
	return nil
}

// begin takes the writer, with a bound on the wait, and opens a transaction on it. release rolls back what is
// still open and gives the writer back.
func (s *Store) begin(ctx context.Context) (*sql.Tx, func(), error) {
	turn, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	conn, err := s.write.Conn(turn)
	if err != nil {
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			return nil, nil, fmt.Errorf("wait for the writer: %w", ErrBusy)
		}
		return nil, nil, fmt.Errorf("take the writer: %w", classify(err))
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("begin: %w", classify(err)), conn.Close())
	}
	return tx, func() {
		_ = tx.Rollback() // after a commit there is nothing to roll back, and it says so
		_ = conn.Close()
	}, nil
}

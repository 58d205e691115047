package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// intakeSizes are the numbers of rows that one compiled statement inserts.
var intakeSizes = [...]int{16, 4, 1}

// intake is the compiled statements that store updates. Those that arrive at the same time go into the table by few
// statements of many rows, in the group's commit, which costs half of what a statement each does.
type intake struct {
	mu    sync.Mutex // held while compiling
	stmts atomic.Pointer[[len(intakeSizes)]*sql.Stmt]
}

// intakeRow is one update on its way into the table.
type intakeRow struct {
	workspace int64
	update    Update
	fresh     bool
}

// take stores one update with others.
func (s *Store) take(ctx context.Context, workspace int64, u Update) (bool, error) {
	if err := s.prepareIntake(ctx); err != nil {
		return false, err
	}
	row := &intakeRow{workspace: workspace, update: u}
	err := s.group.see(ctx, &groupWrite{row: row, done: make(chan error, 1)})
	return err == nil && row.fresh, err
}

// prepareIntake compiles the statements, once. It needs the writer, so it cannot wait for the transaction.
func (s *Store) prepareIntake(ctx context.Context) error {
	if s.intake.stmts.Load() != nil {
		return nil
	}
	s.intake.mu.Lock()
	defer s.intake.mu.Unlock()
	if s.intake.stmts.Load() != nil {
		return nil
	}
	var made [len(intakeSizes)]*sql.Stmt
	for i, n := range intakeSizes {
		stmt, err := s.write.PrepareContext(ctx, intakeSQL(n))
		if err != nil {
			return classify(err)
		}
		made[i] = stmt
	}
	s.intake.stmts.Store(&made)
	return nil
}

func intakeSQL(rows int) string {
	var q strings.Builder
	q.WriteString(`INSERT INTO telegram_update (workspace_id, connection_id, update_id, seq, lane, taken_at, body) VALUES `)
	for i := range rows {
		if i > 0 {
			q.WriteString(", ")
		}
		for k := range 7 {
			q.WriteString([]string{"($", ", $"}[min(k, 1)])
			q.WriteString(strconv.Itoa(i*7 + k + 1))
		}
		q.WriteString(")")
	}
	q.WriteString(` ON CONFLICT (workspace_id, connection_id, update_id) DO NOTHING`)
	return q.String()
}

// storeIntake inserts rows, as many at a time as a statement takes.
func storeIntake(ctx context.Context, tx *Tx, rows []*intakeRow) error {
	if len(rows) == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx) // spares the driver a watcher for each statement; the commit has its own bound
	stmts := tx.s.intake.stmts.Load()
	args := make([]any, 0, 7*intakeSizes[0])
	for i, size := range intakeSizes {
		if len(rows) < size {
			continue
		}
		stmt := tx.tx.StmtContext(ctx, stmts[i])
		for len(rows) >= size {
			args = args[:0]
			for _, r := range rows[:size] {
				u := r.update
				args = append(args, r.workspace, u.Connection, u.ID, u.Seq, u.Lane, ms(u.TakenAt), u.Body)
			}
			res, err := stmt.ExecContext(ctx, args...)
			if err != nil {
				return classify(err)
			}
			n, err := res.RowsAffected()
			if err != nil {
				return classify(err)
			}
			if err := markFresh(ctx, tx, rows[:size], int(n)); err != nil {
				return err
			}
			rows = rows[size:]
		}
	}
	return nil
}

// markFresh tells rows whether they are new. Where some are not, those that are show their own Seq in the table.
func markFresh(ctx context.Context, tx *Tx, rows []*intakeRow, n int) error {
	for _, r := range rows {
		r.fresh = n == len(rows)
		if r.fresh || n == 0 {
			continue
		}
		seq, err := one(ctx, tx.tx, scanInt, `
			SELECT seq
			FROM telegram_update
			WHERE workspace_id = $1 AND connection_id = $2 AND update_id = $3`, r.workspace, r.update.Connection, r.update.ID)
		if err != nil {
			return fmt.Errorf("look for update %d: %w", r.update.ID, err)
		}
		r.fresh = seq == r.update.Seq
	}
	return nil
}

func (in *intake) close() error {
	stmts := in.stmts.Load()
	if stmts == nil {
		return nil
	}
	var errs []error
	for _, stmt := range stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}

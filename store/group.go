package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	groupMost    = 256              // writes in one commit
	groupTimeout = 30 * time.Second // for one commit of many writes
	groupTries   = 4                // of one write that other instances lock out
)

// errClosed says that the store was closed before the write was taken.
var errClosed = errors.New("the store is closed")

// group puts small writes that arrive at the same time into one transaction, so that they share one fsync. A
// caller gets its answer after the commit. When one write of a batch fails, the batch is rolled back and every
// write runs again in a transaction of its own, so that it cannot fail its neighbours: a write must therefore
// have no effect outside its transaction, or set the same variables again when it runs again.
type group struct {
	s       *Store
	mu      sync.Mutex
	queue   []*groupWrite
	working bool
	closed  bool
	idle    *sync.Cond
}

// groupFunc is one write. It must use the ctx that it is given: the caller's may end in the middle of a commit that
// others share.
type groupFunc func(ctx context.Context, tx *Tx) error

type groupWrite struct {
	fn    groupFunc
	row   *intakeRow // instead of fn: an update to store, many of them by one statement
	taken bool       // into a batch; guarded by the group's mutex
	done  chan error
}

func newGroup(s *Store) *group {
	g := &group{s: s}
	g.idle = sync.NewCond(&g.mu)
	return g
}

// do runs fn with others in one transaction and returns when it is durable or failed. When ctx ends before its turn
// came, it never runs; once it runs, its answer is waited for, so that fn may set variables of the caller.
func (g *group) do(ctx context.Context, fn groupFunc) error {
	return g.see(ctx, &groupWrite{fn: fn, done: make(chan error, 1)})
}

// see lines a write up and waits for its answer.
func (g *group) see(ctx context.Context, w *groupWrite) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := g.put(w); err != nil {
		return err
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
	}
	if g.withdraw(w) {
		return ctx.Err()
	}
	return <-w.done
}

// put lines a write up and sees to it that somebody works.
func (g *group) put(w *groupWrite) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return errClosed
	}
	g.queue = append(g.queue, w)
	if !g.working {
		g.working = true
		go g.work()
	}
	return nil
}

// withdraw takes a write out of the line; it reports false when its turn had come already.
func (g *group) withdraw(w *groupWrite) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.taken {
		return false
	}
	g.queue = slices.DeleteFunc(g.queue, func(other *groupWrite) bool { return other == w })
	return true
}

// close takes no more writes and waits for those that were taken.
func (g *group) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	for g.working {
		g.idle.Wait()
	}
}

// work commits batch after batch until nothing waits any more.
func (g *group) work() {
	for {
		batch := g.take()
		if len(batch) == 0 {
			return
		}
		g.commit(batch)
	}
}

// take is the next batch; an empty one ends the worker.
func (g *group) take() []*groupWrite {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.queue), groupMost)
	if n == 0 {
		g.working = false
		g.idle.Broadcast()
		return nil
	}
	batch := slices.Clone(g.queue[:n])
	g.queue = slices.Delete(g.queue, 0, n)
	for _, w := range batch {
		w.taken = true
	}
	return batch
}

// commit runs a batch and answers everybody in it.
func (g *group) commit(batch []*groupWrite) {
	ctx, cancel := context.WithTimeout(context.Background(), groupTimeout)
	defer cancel()
	err := g.s.InTx(ctx, func(tx *Tx) error {
		var rows []*intakeRow
		for _, w := range batch {
			if w.row != nil {
				rows = append(rows, w.row)
			} else if err := w.run(ctx, tx); err != nil {
				return err
			}
		}
		return storeIntake(ctx, tx, rows)
	})
	again := deadlocked(err) || len(batch) > 1 && !errors.Is(err, ErrBusy)
	if err == nil || !again {
		answer(batch, err)
		return
	}
	for _, w := range batch {
		w.done <- g.alone(ctx, w)
	}
}

// alone runs one write in a transaction of its own, again when the server chose it to end a deadlock.
func (g *group) alone(ctx context.Context, w *groupWrite) error {
	for tries := 1; ; tries++ {
		err := g.s.InTx(ctx, func(tx *Tx) error { return w.run(ctx, tx) })
		if !deadlocked(err) || tries == groupTries {
			return err
		}
	}
}

// run is the write itself; a panic in it is an error of this write alone.
func (w *groupWrite) run(ctx context.Context, tx *Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("write panicked: %v", r)
		}
	}()
	if w.row != nil {
		return storeIntake(ctx, tx, []*intakeRow{w.row})
	}
	return w.fn(ctx, tx)
}

func answer(batch []*groupWrite, err error) {
	for _, w := range batch {
		w.done <- err
	}
}

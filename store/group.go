package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	groupMost    = 256              // writes in one commit
	groupTimeout = 30 * time.Second // for one commit of many writes
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
	ctx  context.Context // of the caller
	fn   groupFunc
	done chan error
}

func newGroup(s *Store) *group {
	g := &group{s: s}
	g.idle = sync.NewCond(&g.mu)
	return g
}

// do runs fn with others in one transaction and returns when it is durable, failed, or ctx is over. In the last
// case the write may still happen.
func (g *group) do(ctx context.Context, fn groupFunc) error {
	w := &groupWrite{ctx: ctx, fn: fn, done: make(chan error, 1)}
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return errClosed
	}
	g.queue = append(g.queue, w)
	if !g.working {
		g.working = true
		go g.work()
	}
	g.mu.Unlock()
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
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
	batch := g.queue[:n:n]
	g.queue = append([]*groupWrite(nil), g.queue[n:]...)
	return batch
}

// commit runs a batch and answers everybody in it.
func (g *group) commit(batch []*groupWrite) {
	ctx, cancel := context.WithTimeout(context.Background(), groupTimeout)
	defer cancel()
	live := batch[:0]
	for _, w := range batch {
		if err := w.ctx.Err(); err != nil {
			w.done <- err
			continue
		}
		live = append(live, w)
	}
	err := g.s.InTx(ctx, func(tx *Tx) error {
		for _, w := range live {
			if err := w.run(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil || len(live) == 1 && !deadlocked(err) || errors.Is(err, ErrBusy) && !deadlocked(err) {
		answer(live, err)
		return
	}
	for _, w := range live {
		w.done <- g.s.InTx(ctx, func(tx *Tx) error { return w.run(ctx, tx) })
	}
}

// run is the write itself; a panic in it is an error of this write alone.
func (w *groupWrite) run(ctx context.Context, tx *Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("write panicked: %v", r)
		}
	}()
	return w.fn(ctx, tx)
}

func answer(batch []*groupWrite, err error) {
	for _, w := range batch {
		w.done <- err
	}
}

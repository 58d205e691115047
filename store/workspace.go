package store

import "context"

// Workspace is one customer's share of what is remembered; tenant data is reached through it only. It holds no
// state of its own and is safe for concurrent use, except inside a transaction.
type Workspace struct {
	s  *Store
	id int64
	tx *Tx // set: everything runs inside it
}

// Workspace is the share of one customer.
func (s *Store) Workspace(id int64) *Workspace { return &Workspace{s: s, id: id} }

// ID is the number of the workspace.
func (w *Workspace) ID() int64 { return w.id }

// reader is where the workspace's queries go: the transaction, or the pool for reading.
func (w *Workspace) reader() queries {
	if w.tx != nil {
		return w.tx.tx
	}
	return w.s.read
}

// inTx joins the transaction that the workspace stands in, or runs fn in its own.
func (w *Workspace) inTx(ctx context.Context, fn func(tx *Tx) error) error {
	if w.tx != nil {
		return fn(w.tx)
	}
	return w.s.InTx(ctx, fn)
}

// grouped is inTx for small writes of hot paths: many of them share one commit. fn may run twice, see group.
func (w *Workspace) grouped(ctx context.Context, fn groupFunc) error {
	if w.tx != nil {
		return fn(ctx, w.tx)
	}
	return w.s.group.do(ctx, fn)
}

// exec runs one writing statement and reports how many rows it touched.
func (w *Workspace) exec(ctx context.Context, query string, args ...any) (n int, err error) {
	err = w.inTx(ctx, func(tx *Tx) error {
		n, err = exec(ctx, tx.tx, query, args...)
		return err
	})
	return n, err
}

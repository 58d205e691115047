package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Entry is one link of the record of signals and outcomes.
type Entry struct {
	Seq    int64     `json:"seq"` // 1, 2, 3 … without holes
	Kind   string    `json:"kind"`
	Signal int64     `json:"signal"`
	At     time.Time `json:"at"`
	Body   string    `json:"body"` // JSON, exactly the text that was hashed
	Hash   string    `json:"hash"` // EntryHash of the hash before and the body
}

// EntryHash is SHA-256 of the hash before (64 hexadecimal digits, "" for the first entry), a line feed and the body.
func EntryHash(before, body string) string {
	sum := sha256.Sum256([]byte(before + "\n" + body))
	return hex.EncodeToString(sum[:])
}

// AppendRecord adds an entry to the chain; it reports false when that signal has an entry of that kind already. Run it
// in the transaction of what it records.
func (w *Workspace) AppendRecord(ctx context.Context, kind string, signal int64, at time.Time, body string) (added bool, err error) {
	err = w.inTx(ctx, func(tx *Tx) error {
		last, err := one(ctx, tx.tx, scanEntry, `
			SELECT seq, kind, signal_id, at, body, hash
			FROM record
			WHERE workspace_id = $1
			ORDER BY seq DESC
			LIMIT 1`, w.id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		n, err := exec(ctx, tx.tx, `
			INSERT INTO record (workspace_id, seq, kind, signal_id, at, body, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (workspace_id, signal_id, kind) DO NOTHING`,
			w.id, last.Seq+1, kind, signal, ms(at), body, EntryHash(last.Hash, body))
		added = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("append to the record: %w", err)
	}
	return added, nil
}

// Record lists entries after the one of number after, oldest first.
func (w *Workspace) Record(ctx context.Context, after int64, limit int) ([]Entry, error) {
	list, err := all(ctx, w.reader(), scanEntry, `
		SELECT seq, kind, signal_id, at, body, hash
		FROM record
		WHERE workspace_id = $1 AND seq > $2
		ORDER BY seq
		LIMIT $3`, w.id, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read the record: %w", err)
	}
	return list, nil
}

// LastEntry is the newest entry whose number is below seq; ErrNotFound.
func (w *Workspace) LastEntry(ctx context.Context, below int64) (Entry, error) {
	e, err := one(ctx, w.reader(), scanEntry, `
		SELECT seq, kind, signal_id, at, body, hash
		FROM record
		WHERE workspace_id = $1 AND seq < $2
		ORDER BY seq DESC
		LIMIT 1`, w.id, below)
	if err != nil {
		return Entry{}, fmt.Errorf("read the newest entry of the record: %w", err)
	}
	return e, nil
}

// EntryOf is the entry of a kind about a signal; ErrNotFound.
func (w *Workspace) EntryOf(ctx context.Context, signal int64, kind string) (Entry, error) {
	e, err := one(ctx, w.reader(), scanEntry, `
		SELECT seq, kind, signal_id, at, body, hash
		FROM record
		WHERE workspace_id = $1 AND signal_id = $2 AND kind = $3`, w.id, signal, kind)
	if err != nil {
		return Entry{}, fmt.Errorf("read the %s entry of signal %d: %w", kind, signal, err)
	}
	return e, nil
}

// RecordRoot is the hash of the newest entry, "" when there is none.
func (w *Workspace) RecordRoot(ctx context.Context) (string, error) {
	root, err := one(ctx, w.reader(), scanText, `
		SELECT hash
		FROM record
		WHERE workspace_id = $1
		ORDER BY seq DESC
		LIMIT 1`, w.id)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the record's root: %w", err)
	}
	return root, nil
}

func scanEntry(r scanner) (Entry, error) {
	var e Entry
	var when int64
	err := r.Scan(&e.Seq, &e.Kind, &e.Signal, &when, &e.Body, &e.Hash)
	e.At = at(when)
	return e, err
}

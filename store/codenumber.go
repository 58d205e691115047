package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
)

// CodeNumber is a short number for a code, the same for ever: a button holds 64 bytes, a code may be as long alone.
// The numbers cannot be guessed, so that nobody learns other people's codes from them.
func (w *Workspace) CodeNumber(ctx context.Context, code string) (int64, error) {
	find := func() (int64, error) {
		return one(ctx, w.reader(), scanInt, `SELECT id FROM code_number WHERE workspace_id = $1 AND code = $2`, w.id, code)
	}
	if n, err := find(); err == nil {
		return n, nil
	}
	_, err := w.exec(ctx, `
		INSERT INTO code_number (id, workspace_id, code)
		VALUES ($1, $2, $3)
		ON CONFLICT (workspace_id, code) DO NOTHING`, randomNumber(), w.id, code)
	if err != nil {
		return 0, fmt.Errorf("number code %s: %w", code, err)
	}
	n, err := find()
	if err != nil {
		return 0, fmt.Errorf("number code %s: %w", code, err)
	}
	return n, nil
}

// randomNumber is positive and has 62 random bits.
func randomNumber() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return int64(binary.BigEndian.Uint64(b[:])>>2) | 1<<40
}

// CodeByNumber is the code behind a short number; ErrNotFound when there is none.
func (w *Workspace) CodeByNumber(ctx context.Context, n int64) (string, error) {
	code, err := one(ctx, w.reader(), scanText, `SELECT code FROM code_number WHERE workspace_id = $1 AND id = $2`, w.id, n)
	if err != nil {
		return "", fmt.Errorf("find code number %d: %w", n, err)
	}
	return code, nil
}

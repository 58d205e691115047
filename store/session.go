package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Session is one sign-in of an admin.
type Session struct {
	ID       string // 256 random bits, hexadecimal
	Created  time.Time
	LastSeen time.Time
	Expires  time.Time // absolute end, SessionLife after Created
	Epoch    int64     // RevokeAllSessions begins a new one
	Address  string
	Agent    string
}

// SessionLife and SessionIdle bound a session: from its beginning, and from its last use.
const (
	SessionLife = 24 * time.Hour
	SessionIdle = 2 * time.Hour
)

// sessionStep is how fresh the last use is kept: a write for every request would serve nobody.
const sessionStep = time.Minute

// epochKey is the setting that holds the present epoch of sessions.
const epochKey = "session_epoch"

const sessionColumns = `id, created_at, seen_at, expires_at, epoch, address, agent`

func scanSession(r scanner) (Session, error) {
	var s Session
	var created, seen, expires int64
	err := r.Scan(&s.ID, &created, &seen, &expires, &s.Epoch, &s.Address, &s.Agent)
	s.Created, s.LastSeen, s.Expires = at(created), at(seen), at(expires)
	return s, err
}

// CreateSession begins a session: ID, Created, LastSeen, Expires and Epoch are made here.
func (s *Store) CreateSession(ctx context.Context, address, agent string) (Session, error) {
	now := at(s.now())
	made := Session{
		ID: NewSecret(), Created: now, LastSeen: now, Expires: now.Add(SessionLife),
		Address: cut(address, 64), Agent: cut(agent, 256),
	}
	err := s.InTx(ctx, func(tx *Tx) (err error) {
		if made.Epoch, err = sessionEpoch(ctx, tx.tx); err != nil {
			return err
		}
		_, err = exec(ctx, tx.tx, `
			INSERT INTO session (id, created_at, seen_at, expires_at, epoch, address, agent)
			VALUES ($1, $2, $2, $3, $4, $5, $6)`,
			made.ID, ms(now), ms(made.Expires), made.Epoch, made.Address, made.Agent)
		return err
	})
	if err != nil {
		return Session{}, fmt.Errorf("begin a session: %w", err)
	}
	return made, nil
}

// sessionEpoch is the epoch that a session must have to count.
func sessionEpoch(ctx context.Context, q queries) (int64, error) {
	text, err := one(ctx, q, scanText, `SELECT value FROM setting WHERE workspace_id = $1 AND key = $2`, house, epochKey)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

// liveSession is the part of a query that leaves only sessions that may still be used; $1 is now, $2 the last use
// that is recent enough.
const liveSession = `
		WHERE revoked_at = 0 AND expires_at > $1 AND seen_at > $2
			AND epoch = COALESCE((SELECT CAST(value AS BIGINT) FROM setting WHERE workspace_id = 0 AND key = 'session_epoch'), 0)`

// live are the values of $1 and $2 in liveSession, and what follows them.
func (s *Store) live(more ...any) []any {
	now := s.clock.Now()
	return append([]any{ms(now), ms(now.Add(-SessionIdle))}, more...)
}

// Session finds a session that may still be used; ErrNotFound when it is unknown, revoked, idle or over.
func (s *Store) Session(ctx context.Context, id string) (Session, error) {
	found, err := one(ctx, s.read, scanSession, `
		SELECT `+sessionColumns+`
		FROM session`+liveSession+` AND id = $3`, s.live(clean(id))...)
	if err != nil {
		return Session{}, fmt.Errorf("find the session: %w", err)
	}
	return found, nil
}

// Sessions lists the sessions that may still be used, last seen first.
func (s *Store) Sessions(ctx context.Context) ([]Session, error) {
	list, err := all(ctx, s.read, scanSession, `
		SELECT `+sessionColumns+`
		FROM session`+liveSession+`
		ORDER BY seen_at DESC, id`, s.live()...)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return list, nil
}

// TouchSession notes that a session is in use now; it writes at most once a minute. A session that may not be used
// any more does not come back to life by it: ErrNotFound.
func (s *Store) TouchSession(ctx context.Context, id string) error {
	found, err := s.Session(ctx, id)
	if err != nil {
		return fmt.Errorf("touch: %w", err)
	}
	now := s.clock.Now()
	if now.Sub(found.LastSeen) < sessionStep {
		return nil
	}
	err = s.group.do(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			UPDATE session
			SET seen_at = $1
			WHERE id = $2 AND revoked_at = 0 AND seen_at < $1`, ms(now), found.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("touch the session: %w", err)
	}
	return nil
}

// RevokeSession ends a session; ending none is fine.
func (s *Store) RevokeSession(ctx context.Context, id string) error {
	err := s.InTx(ctx, func(tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			UPDATE session
			SET revoked_at = $1
			WHERE id = $2 AND revoked_at = 0`, s.now(), clean(id))
		return err
	})
	if err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	return nil
}

// RevokeAllSessions ends every session there is, by beginning a new epoch.
func (s *Store) RevokeAllSessions(ctx context.Context) error {
	err := s.InTx(ctx, func(tx *Tx) error {
		if _, err := tx.Workspace(house).SettingOnce(ctx, epochKey, func() string { return "0" }); err != nil {
			return err
		}
		_, err := exec(ctx, tx.tx, `
			UPDATE setting
			SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT), updated_at = $1
			WHERE workspace_id = $2 AND key = $3`, s.now(), house, epochKey)
		return err
	})
	if err != nil {
		return fmt.Errorf("end all sessions: %w", err)
	}
	return nil
}

// SweepSessions removes the rows of sessions that ended before the moment.
func (s *Store) SweepSessions(ctx context.Context, before time.Time) (n int, err error) {
	err = s.InTx(ctx, func(tx *Tx) error {
		n, err = exec(ctx, tx.tx, `DELETE FROM session WHERE expires_at < $1`, ms(before))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sweep sessions: %w", err)
	}
	return n, nil
}

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Member is a person who talks to one of our bots.
type Member struct {
	Connection int64
	ID         int64 // Telegram's
	Username   string
	FirstName  string
	LastName   string
	Language   string
	FirstSeen  time.Time
	LastSeen   time.Time
	StartedAt  time.Time // first private message: from then on the bot may write to them; zero: never
	BlockedAt  time.Time // the bot may not write to them any more; zero: it may
	BlockedWhy string    // "blocked", "deactivated", "gone"
	LastCode   string
	Wanted     int64 // the template that they came for by a link; 0: none
}

// MemberFilter narrows a list of members down.
type MemberFilter struct {
	Connection int64  // 0 = of every bot
	Query      string // part of a name, a user name or the whole number
	Blocked    *bool
	Limit      int // 0 = 50
	Offset     int
}

// MemberEvent is something that changed whether a bot may write to a person.
type MemberEvent struct {
	At   time.Time
	Kind string // started, blocked, unblocked, deactivated, gone
}

// SeeMember notes that a person did something with a bot now. Names are kept when new ones are empty. private: in
// their private chat, which also proves that they do not block the bot.
func (w *Workspace) SeeMember(ctx context.Context, m Member, private bool) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error { return w.seeMember(ctx, tx, m, private) })
	if err != nil {
		return fmt.Errorf("see member %d: %w", m.ID, err)
	}
	return nil
}

func (w *Workspace) seeMember(ctx context.Context, tx *Tx, m Member, private bool) error {
	now, started := w.now(), int64(0)
	if private {
		started = now
	}
	m.Username, m.FirstName, m.LastName = cut(m.Username, 64), cut(m.FirstName, 128), cut(m.LastName, 128)
	type before struct{ started, blocked int64 }
	had, err := one(ctx, tx.tx, func(r scanner) (b before, err error) { return b, r.Scan(&b.started, &b.blocked) }, `
		SELECT started_at, blocked_at
		FROM member
		WHERE workspace_id = $1 AND connection_id = $2 AND id = $3`, w.id, m.Connection, m.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	_, err = exec(ctx, tx.tx, `
		INSERT INTO member (workspace_id, connection_id, id, username, first_name, last_name, language, search, first_seen, last_seen, started_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)
		ON CONFLICT (workspace_id, connection_id, id) DO UPDATE SET
			username = excluded.username,
			first_name = CASE WHEN excluded.first_name = '' THEN member.first_name ELSE excluded.first_name END,
			last_name = CASE WHEN excluded.first_name = '' THEN member.last_name ELSE excluded.last_name END,
			language = CASE WHEN excluded.language = '' THEN member.language ELSE excluded.language END,
			search = CASE WHEN excluded.first_name = '' THEN member.search ELSE excluded.search END,
			last_seen = excluded.last_seen,
			started_at = CASE WHEN member.started_at = 0 THEN excluded.started_at ELSE member.started_at END`,
		w.id, m.Connection, m.ID, m.Username, m.FirstName, m.LastName, cut(m.Language, 16), searchText(m), now, started)
	if err != nil || !private {
		return err
	}
	if had.blocked != 0 {
		return w.setBlocked(ctx, tx, m.Connection, m.ID, 0, "", "unblocked")
	}
	if had.started == 0 {
		return w.addMemberEvent(ctx, tx, m.Connection, m.ID, "started")
	}
	return nil
}

// searchText is what Members looks into: LIKE is not the same on both engines, lower case is.
func searchText(m Member) string {
	return strings.ToLower(m.FirstName + " " + m.LastName + " @" + m.Username)
}

// BlockMember notes that the bot may not write to a person any more: why is "blocked", "deactivated" or "gone".
// Noting it again changes nothing, and an unknown person is left unknown.
func (w *Workspace) BlockMember(ctx context.Context, connection, id int64, why string) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		return w.setBlocked(ctx, tx, connection, id, w.now(), why, why)
	})
	if err != nil {
		return fmt.Errorf("block member %d: %w", id, err)
	}
	return nil
}

// UnblockMember notes that the bot may write to a person again.
func (w *Workspace) UnblockMember(ctx context.Context, connection, id int64) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		return w.setBlocked(ctx, tx, connection, id, 0, "", "unblocked")
	})
	if err != nil {
		return fmt.Errorf("unblock member %d: %w", id, err)
	}
	return nil
}

// setBlocked changes the state and writes the event down, unless the state is that already.
func (w *Workspace) setBlocked(ctx context.Context, tx *Tx, connection, id, since int64, why, event string) error {
	n, err := exec(ctx, tx.tx, `
		UPDATE member
		SET blocked_at = $4, blocked_why = $5
		WHERE workspace_id = $1 AND connection_id = $2 AND id = $3 AND (blocked_at = 0) = $6`,
		w.id, connection, id, since, why, since != 0)
	if err != nil || n == 0 {
		return err
	}
	return w.addMemberEvent(ctx, tx, connection, id, event)
}

func (w *Workspace) addMemberEvent(ctx context.Context, tx *Tx, connection, id int64, kind string) error {
	_, err := exec(ctx, tx.tx, `
		INSERT INTO member_event (workspace_id, connection_id, member_id, at, kind)
		VALUES ($1, $2, $3, $4, $5)`, w.id, connection, id, w.now(), kind)
	return err
}

// RememberCode keeps the code that a person used last, for /generate.
func (w *Workspace) RememberCode(ctx context.Context, connection, id int64, code string) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			UPDATE member
			SET last_code = $4
			WHERE workspace_id = $1 AND connection_id = $2 AND id = $3`, w.id, connection, id, cut(code, 64))
		return err
	})
	if err != nil {
		return fmt.Errorf("remember the code of member %d: %w", id, err)
	}
	return nil
}

// WantTemplate keeps the template that a person came for; 0 forgets it.
func (w *Workspace) WantTemplate(ctx context.Context, connection, id, template int64) error {
	err := w.grouped(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := exec(ctx, tx.tx, `
			UPDATE member
			SET wanted = $4
			WHERE workspace_id = $1 AND connection_id = $2 AND id = $3`, w.id, connection, id, template)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the template of member %d: %w", id, err)
	}
	return nil
}

// Member finds a person of a bot; ErrNotFound when they never wrote to it.
func (w *Workspace) Member(ctx context.Context, connection, id int64) (Member, error) {
	m, err := one(ctx, w.reader(), scanMember, `
		SELECT connection_id, id, username, first_name, last_name, language, first_seen, last_seen, started_at, blocked_at, blocked_why, last_code, wanted
		FROM member
		WHERE workspace_id = $1 AND connection_id = $2 AND id = $3`, w.id, connection, id)
	if err != nil {
		return Member{}, fmt.Errorf("find member %d: %w", id, err)
	}
	return m, nil
}

// MemberEvents is what happened with a person, oldest first.
func (w *Workspace) MemberEvents(ctx context.Context, connection, id int64) ([]MemberEvent, error) {
	scan := func(r scanner) (e MemberEvent, err error) {
		var when int64
		err = r.Scan(&when, &e.Kind)
		e.At = at(when)
		return e, err
	}
	list, err := all(ctx, w.reader(), scan, `
		SELECT at, kind
		FROM member_event
		WHERE workspace_id = $1 AND connection_id = $2 AND member_id = $3
		ORDER BY at`, w.id, connection, id)
	if err != nil {
		return nil, fmt.Errorf("list the events of member %d: %w", id, err)
	}
	return list, nil
}

func scanMember(r scanner) (m Member, err error) {
	var first, last, started, blocked int64
	err = r.Scan(&m.Connection, &m.ID, &m.Username, &m.FirstName, &m.LastName, &m.Language, &first, &last, &started, &blocked, &m.BlockedWhy, &m.LastCode, &m.Wanted)
	m.FirstSeen, m.LastSeen, m.StartedAt, m.BlockedAt = at(first), at(last), at(started), at(blocked)
	return m, err
}

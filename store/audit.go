package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// AuditEntry says who did what, and when.
type AuditEntry struct {
	ID      int64
	At      time.Time
	Actor   string
	Action  string
	Subject string
	Details json.RawMessage // nil when there are none
}

// Audit writes down who did what. details is stored as JSON; nil stores none. Inside a transaction the entry stands
// or falls with what it tells of.
func (w *Workspace) Audit(ctx context.Context, actor, action, subject string, details any) error {
	text := ""
	if details != nil {
		b, err := json.Marshal(details)
		if err != nil {
			return fmt.Errorf("write the details of %s: %w", action, err)
		}
		text = clean(string(b))
	}
	_, err := w.exec(ctx, `
		INSERT INTO audit (workspace_id, at, actor, action, subject, details)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		w.id, w.now(), cut(actor, 128), cut(action, 64), cut(subject, 256), text)
	if err != nil {
		return fmt.Errorf("note %s in the audit trail: %w", action, err)
	}
	return nil
}

// AuditLog lists entries, newest first, older than the entry before (0 = from the newest), limit of them.
func (w *Workspace) AuditLog(ctx context.Context, limit int, before int64) ([]AuditEntry, error) {
	if before <= 0 {
		before = 1 << 62
	}
	list, err := all(ctx, w.reader(), scanAudit, `
		SELECT id, at, actor, action, subject, details
		FROM audit
		WHERE workspace_id = $1 AND id < $2
		ORDER BY id DESC
		LIMIT $3`, w.id, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list the audit trail: %w", err)
	}
	return list, nil
}

func scanAudit(r scanner) (AuditEntry, error) {
	var e AuditEntry
	var moment int64
	var details string
	err := r.Scan(&e.ID, &moment, &e.Actor, &e.Action, &e.Subject, &details)
	e.At = at(moment)
	if details != "" {
		e.Details = json.RawMessage(details)
	}
	return e, err
}

package store

import (
	"encoding/json"
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

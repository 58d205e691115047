package store

import (
	"encoding/json"
	"time"
)

// Draft is work on a template that is not published yet: one a slug.
type Draft struct {
	Slug      string          // the template it is about, or the name a new one will have
	Base      int             // version the editor started from, 0 for a new template
	Rev       int             // grows with every save; 0 at the first
	Body      json.RawMessage // the editor's own state
	UpdatedAt time.Time
}

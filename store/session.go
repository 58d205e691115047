package store

import "time"

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

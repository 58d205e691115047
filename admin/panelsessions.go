package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"

	"promostack/store"
)

// handleOf names a session to people without giving away the id that its cookie carries.
func handleOf(id string) string {
	sum := sha256.Sum256([]byte("session handle " + id))
	return hex.EncodeToString(sum[:8])
}

// panelSessions lists who is signed in.
func (s *Server) panelSessions(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Store.Sessions(r.Context())
	if err != nil {
		return err
	}
	out := make([]map[string]any, 0, len(list))
	for _, one := range list {
		out = append(out, map[string]any{"id": handleOf(one.ID), "current": one.ID == sessionOf(r).ID, "created": moment(one.Created),
			"last_seen": moment(one.LastSeen), "expires": moment(one.Expires), "address": one.Address, "agent": one.Agent})
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"sessions": out})
}

// panelRevoke ends one session.
func (s *Server) panelRevoke(w http.ResponseWriter, r *http.Request) error {
	var in struct{ ID string }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	list, err := s.Store.Sessions(r.Context())
	if err != nil {
		return err
	}
	for _, one := range list {
		if handleOf(one.ID) != in.ID {
			continue
		}
		if err := s.Store.RevokeSession(r.Context(), one.ID); err != nil {
			return err
		}
		s.audit(r, "end session", in.ID, nil)
		return s.ok(w, r)
	}
	return store.ErrNotFound
}

// panelRevokeAll ends every session, this one too.
func (s *Server) panelRevokeAll(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.RevokeAllSessions(r.Context()); err != nil {
		return err
	}
	s.audit(r, "end all sessions", "", nil)
	s.setCookie(w, r, sessionCookie, "", 0)
	return s.ok(w, r)
}

// panelAudit lists who did what, newest first.
func (s *Server) panelAudit(w http.ResponseWriter, r *http.Request) error {
	limit := queryNumber(r, "limit", 50, 1, 200)
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	list, err := s.workspace(r).AuditLog(r.Context(), limit+1, before)
	if err != nil {
		return err
	}
	more := len(list) > limit
	if more {
		list = list[:limit]
	}
	out := make([]map[string]any, 0, len(list))
	for _, e := range list {
		var details any
		if len(e.Details) > 0 {
			details = json.RawMessage(e.Details)
		}
		out = append(out, map[string]any{"id": e.ID, "at": moment(e.At), "actor": e.Actor, "action": e.Action, "subject": e.Subject, "details": details})
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"entries": out, "more": more})
}

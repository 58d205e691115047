package admin

import (
	"encoding/json"
	"net/http"
	"runtime"

	"promostack/store"
)

// banner is something that the owner should know whatever room of the panel is open.
type banner struct {
	ID    string `json:"id"`
	Level string `json:"level"` // info, warn or bad
	Text  string `json:"text"`
	Link  string `json:"link"`
	Label string `json:"label"`
}

// panelState is what the panel asks first.
func (s *Server) panelState(w http.ResponseWriter, r *http.Request) error {
	ws := s.workspace(r)
	revision, err := ws.TemplatesRevision(r.Context())
	if err != nil {
		return err
	}
	b := s.brand(r.Context(), ws)
	return s.writeJSON(w, r, http.StatusOK, map[string]any{
		"product": b.ProductName, "version": s.Version, "expires": moment(sessionOf(r).Expires), "banners": s.banners(ws),
		"rooms": map[string]any{"bot": true}, "revision": revision, "zone": b.TimeZone,
	})
}

func (s *Server) banners(ws *store.Workspace) []banner {
	out := []banner{}
	if s.Desks.Name(ws.ID()) == "open" {
		out = append(out, banner{"coupon-open", "warn", "Every well-formed code is accepted: the coupon provider is open.", "#/coupons", "Choose a provider"})
	}
	if h := s.Desks.Desk(ws.ID()).Health(); h.Sentence != "" && h.State != "working" {
		out = append(out, banner{"coupon-failing", "bad", h.Sentence, "#/coupons", "See the provider"})
	}
	if s.forwarded.Load() {
		out = append(out, banner{"forwarded", "bad", "Requests come through a proxy that is not in TRUSTED_PROXIES: all people share one limit.", "#/system", "See the settings"})
	}
	return out
}

// panelSystem shows what the environment says, without secrets, and what runs.
func (s *Server) panelSystem(w http.ResponseWriter, r *http.Request) error {
	return s.writeJSON(w, r, http.StatusOK, s.system(r))
}

func (s *Server) system(r *http.Request) map[string]any {
	database := "SQLite"
	if s.Store.Postgres() {
		database = "PostgreSQL"
	}
	return map[string]any{"version": s.Version, "go": runtime.Version(), "os": runtime.GOOS + "/" + runtime.GOARCH,
		"started_at": moment(s.started), "now": moment(s.clock.Now()), "database": database, "storage": s.Storage, "settings": s.Settings}
}

// panelDiagnostics is what support needs to know, as a file, without secrets.
func (s *Server) panelDiagnostics(w http.ResponseWriter, r *http.Request) error {
	ws := s.workspace(r)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	body, err := json.MarshalIndent(map[string]any{"system": s.system(r), "coupons": healthOf(s.Desks.Desk(ws.ID()).Health()),
		"banners": s.banners(ws), "goroutines": runtime.NumGoroutine(), "heap_bytes": memory.HeapAlloc}, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="promostack-diagnostics.json"`)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return writeText(w, r, http.StatusOK, body)
}

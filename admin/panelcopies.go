package admin

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"promostack/admin/setup"
	"promostack/store"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	doctorBudget = 90 * time.Second
	backupBudget = 15 * time.Minute // a gigabyte over a slow line
)

// copies is how the copies of what must not be lost do.
func (s *Server) copies(ctx context.Context) setup.Copies {
	if s.Copies == nil {
		return setup.Copies{Replica: setup.ReplicaCopy{Why: "it was not set up"}, Files: setup.FileCopies{Where: s.Storage, Up: true}}
	}
	return s.Copies(ctx)
}

// copyGauges are the numbers of the copies.
func (s *Server) copyGauges() []prometheus.Collector {
	gauge := func(name, help string, value func(setup.Copies) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "promostack_" + name, Help: help}, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
			defer cancel()
			return value(s.copies(ctx))
		})
	}
	return []prometheus.Collector{
		gauge("replica_on", "Whether the database is replicated.", func(c setup.Copies) float64 { return truth(c.Replica.On) }),
		gauge("replica_lag_seconds", "Time since the replica last had everything.", func(c setup.Copies) float64 { return c.Replica.LagSeconds }),
		gauge("replica_last_success_timestamp_seconds", "When the replica last had everything.", func(c setup.Copies) float64 { return unix(c.Replica.LastSync) }),
		gauge("files_waiting", "Files that are not in the object storage yet.", func(c setup.Copies) float64 { return float64(c.Files.Waiting) }),
		gauge("restore_drill_ok", "Whether the last restore drill gave the database back whole; -1 before the first.", func(c setup.Copies) float64 {
			if c.Drill == nil {
				return -1
			}
			return truth(c.Drill.OK)
		}),
		gauge("restore_drill_timestamp_seconds", "When the last restore drill was made.", func(c setup.Copies) float64 {
			if c.Drill == nil {
				return 0
			}
			return unix(&c.Drill.At)
		}),
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func unix(t *time.Time) float64 {
	if t == nil {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

// panelReplica shows how the copies do.
func (s *Server) panelReplica(w http.ResponseWriter, r *http.Request) error {
	return s.writeJSON(w, r, http.StatusOK, s.copies(r.Context()))
}

// panelDoctor looks at every part, or at the one that is named.
func (s *Server) panelDoctor(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Part string }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if s.Doctor == nil {
		return store.ErrNotFound
	}
	checks := s.Doctor(r.Context(), in.Part)
	if len(checks) == 0 {
		return store.ErrNotFound
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"healthy": setup.Healthy(checks), "checks": checks})
}

// panelBackup answers with a copy of the SQLite database. One is made at a time.
func (s *Server) panelBackup(w http.ResponseWriter, r *http.Request) error {
	if s.Backup == nil {
		return problem{status: http.StatusNotFound, sentence: "The database is Postgres: back it up with pg_dump."}
	}
	if !s.backingUp.TryLock() {
		return problem{status: http.StatusServiceUnavailable, sentence: "Another copy is being downloaded. Try again when it is done.", retry: 10 * time.Second}
	}
	defer s.backingUp.Unlock()
	file, err := s.Backup(r.Context())
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("look at the copy: %w", err)
	}
	s.audit(r, "download backup", "", map[string]any{"bytes": info.Size()})
	h := w.Header()
	h.Set("Content-Type", "application/vnd.sqlite3")
	h.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="promostack-%s.db"`, s.clock.Now().UTC().Format("20060102-1504")))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	if _, err := io.Copy(w, file); err != nil {
		return fmt.Errorf("send the copy: %w", err)
	}
	return nil
}

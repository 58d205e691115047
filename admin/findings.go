package admin

import (
	"context"
	"fmt"
	"sync"

	"promostack/render"
	"promostack/store"
)

// finding is something that a template should be better at.
type finding struct {
	Variant string `json:"variant"`
	Level   string `json:"level"` // warn, or error: it stops a publish
	Rule    string `json:"rule"`
	Text    string `json:"text"`
}

// findings looks a template over before it is published.
func (s *Server) findings(ctx context.Context, t store.Template) ([]finding, error) {
	out := []finding{}
	if t.Name == "" {
		out = append(out, finding{"", "error", "name", "Give the template a name."})
	}
	if len(t.Variants) == 0 {
		out = append(out, finding{"", "error", "variants", "Add a picture: square, portrait or both."})
	}
	for _, v := range t.Variants {
		if v.Box.WidthPct <= 0 || v.Box.HeightPct <= 0 {
			out = append(out, finding{v.Name, "error", "box", "Draw the box for the code on the " + v.Name + " picture."})
			continue
		}
		found, err := s.Studio.Lint(ctx, v, nil)
		if err != nil {
			return nil, fmt.Errorf("look the %s picture of %s over: %w", v.Name, t.Slug, err)
		}
		for _, f := range found {
			level := "warn"
			if f.Level == render.LevelError {
				level = "error"
			}
			out = append(out, finding{v.Name, level, f.Field, f.Sentence})
		}
	}
	return out, nil
}

// stops reports whether a publish must wait.
func stops(list []finding) bool {
	for _, f := range list {
		if f.Level == "error" {
			return true
		}
	}
	return false
}

// warningCounts remembers how many findings a published version has, so that a list need not open every artwork.
// It is safe for concurrent use.
type warningCounts struct {
	mu     sync.Mutex
	counts map[string]int
	wanted chan store.Template
}

func newWarningCounts() *warningCounts {
	return &warningCounts{counts: map[string]int{}, wanted: make(chan store.Template, 256)}
}

const maxCounts = 5000

func countKey(t store.Template) string { return fmt.Sprintf("%d/%d", t.ID, t.Version) }

// of is the number of findings, 0 as long as nobody looked; then somebody will.
func (c *warningCounts) of(t store.Template) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.counts[countKey(t)]
	if !ok {
		select {
		case c.wanted <- t:
		default: // the next list asks again
		}
	}
	return n
}

func (c *warningCounts) set(t store.Template, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.counts) >= maxCounts {
		c.counts = map[string]int{}
	}
	c.counts[countKey(t)] = n
}

func (c *warningCounts) known(t store.Template) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.counts[countKey(t)]
	return ok
}

// lookOver counts the findings of templates that a list asked for, until ctx ends.
func (s *Server) lookOver(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case t := <-s.warnings.wanted:
			if s.warnings.known(t) {
				continue
			}
			found, err := s.findings(ctx, t)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				s.Log.Warn("template not looked over", "slug", t.Slug, "err", err)
				continue
			}
			s.warnings.set(t, len(found))
		}
	}
}

package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"promostack/render"
	"promostack/store"
)

// exportsSetting holds what was exported last: the state of each template.
const exportsSetting = "exports"

// exported is the state of a template's files.
type exported struct {
	State string   `json:"state"`
	Files []string `json:"files"`
}

// exportState is what the files of a template depend on.
func exportState(t store.Template, base string) string {
	return fmt.Sprintf("%d %d %t %t %s", t.ID, t.Version, t.Web, t.Telegram, base)
}

// wake has the files of the previous layout written again soon; it never waits.
func (s *Server) wake() {
	select {
	case s.changes <- struct{}{}:
	default:
	}
}

const (
	exportEvery = time.Minute // catches what another process changed, and what failed
	exportRetry = 10 * time.Second
)

// keepExports writes the files whenever templates changed, until ctx ends.
func (s *Server) keepExports(ctx context.Context) error {
	for {
		wait := exportEvery
		if _, err := s.writeExports(ctx, s.Store.Workspace(store.DefaultWorkspace), false); err != nil && ctx.Err() == nil {
			s.Log.Error("files of the previous layout not written", "err", err)
			wait = exportRetry
		}
		timer := s.clock.Timer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-s.changes:
		case <-timer.C():
		}
		timer.Stop()
	}
}

// writeExports brings the files of the previous layout up to date with the database: of templates that changed, or of
// all. It tells how many templates it wrote. What is stored last is the note of what was done, so that a crash in
// between only means doing it again.
func (s *Server) writeExports(ctx context.Context, ws *store.Workspace, all bool) (int, error) {
	s.exporting.Lock()
	defer s.exporting.Unlock()
	before, err := readExports(ctx, ws)
	if err != nil {
		return 0, err
	}
	list, err := ws.Templates(ctx, store.TemplateFilter{})
	if err != nil {
		return 0, err
	}
	now, wrote := map[string]exported{}, 0
	for _, t := range list {
		done, same := before[t.Slug]
		if state := exportState(t, s.FilesBase); all || !same || done.State != state {
			if done.Files, err = s.exportTemplate(ctx, t); err != nil {
				return wrote, fmt.Errorf("export template %s: %w", t.Slug, err)
			}
			done.State = state
			wrote++
		}
		now[t.Slug] = done
	}
	if maps.EqualFunc(before, now, func(a, b exported) bool { return a.State == b.State }) && !all {
		return 0, nil
	}
	if err := s.dropExports(ctx, before, now); err != nil {
		return wrote, err
	}
	index, err := render.IndexJSON(list, s.FilesBase)
	if err != nil {
		return wrote, err
	}
	if err := s.Store.Blobs().Put(ctx, render.IndexFile, index); err != nil {
		return wrote, fmt.Errorf("export the index: %w", err)
	}
	if err := ws.SetSetting(ctx, exportsSetting, string(encode(now))); err != nil {
		return wrote, fmt.Errorf("note the exports: %w", err)
	}
	return wrote, nil
}

func readExports(ctx context.Context, ws *store.Workspace) (map[string]exported, error) {
	out := map[string]exported{}
	text, err := ws.Setting(ctx, exportsSetting)
	if errors.Is(err, store.ErrNotFound) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return map[string]exported{}, nil // an odd note only means that all is written again
	}
	return out, nil
}

// exportTemplate writes the files of one template: its pictures first, then the description that names them.
func (s *Server) exportTemplate(ctx context.Context, t store.Template) ([]string, error) {
	blobs := s.Store.Blobs()
	var files []string
	for _, v := range t.Variants {
		art, err := s.blob(ctx, v.Art, maxStored)
		if err != nil {
			return nil, err
		}
		name := render.ArtFile(t.Slug, v.Name)
		if err := blobs.Put(ctx, name, art); err != nil {
			return nil, err
		}
		files = append(files, name)
	}
	meta, err := render.MetaJSON(t, s.FilesBase)
	if err != nil {
		return nil, err
	}
	name := render.MetaFile(t.Slug)
	return append(files, name), blobs.Put(ctx, name, meta)
}

// dropExports deletes files that no template has any more.
func (s *Server) dropExports(ctx context.Context, before, now map[string]exported) error {
	for slug, old := range before {
		for _, file := range old.Files {
			if slices.Contains(now[slug].Files, file) {
				continue
			}
			if err := s.Store.Blobs().Delete(ctx, file); err != nil {
				return fmt.Errorf("delete the export %s: %w", file, err)
			}
		}
	}
	return nil
}

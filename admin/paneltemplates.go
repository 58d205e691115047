package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"promostack/store"
)

// templateRow is a template in the panel's list.
type templateRow struct {
	Slug      string       `json:"slug"`
	Name      string       `json:"name"`
	Version   int          `json:"version"` // 0: never published
	Web       bool         `json:"web"`
	Telegram  bool         `json:"telegram"`
	Position  int          `json:"position"`
	CreatedAt any          `json:"created_at"`
	UpdatedAt any          `json:"updated_at"`
	DeletedAt any          `json:"deleted_at,omitempty"`
	Variants  []rowVariant `json:"variants"`
	Draft     *panelDraft  `json:"draft"`
	Warnings  int          `json:"warnings"`
}

type rowVariant struct {
	Name   string `json:"name"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	URL    string `json:"url"`
	Thumb  string `json:"thumb"`
}

func rowVariants(list []store.Variant) []rowVariant {
	out := make([]rowVariant, 0, len(list))
	for _, v := range list {
		out = append(out, rowVariant{v.Name, v.Width, v.Height, mediaURL(v.Art), mediaURL(v.Thumb)})
	}
	return out
}

// panelTemplates lists templates with their drafts, or the deleted ones.
func (s *Server) panelTemplates(w http.ResponseWriter, r *http.Request) error {
	ws, ctx := s.workspace(r), r.Context()
	deleted := r.URL.Query().Get("deleted") == "1"
	revision, err := ws.TemplatesRevision(ctx)
	if err != nil {
		return err
	}
	found, err := ws.Templates(ctx, store.TemplateFilter{Deleted: deleted})
	if err != nil {
		return err
	}
	drafts := map[string]store.Draft{}
	if !deleted {
		list, err := ws.Drafts(ctx)
		if err != nil {
			return err
		}
		for _, d := range list {
			drafts[d.Slug] = d
		}
	}
	rows := make([]templateRow, 0, len(found)+len(drafts))
	for _, t := range found {
		row := templateRow{Slug: t.Slug, Name: t.Name, Version: t.Version, Web: t.Web, Telegram: t.Telegram, Position: t.Position,
			CreatedAt: moment(t.CreatedAt), UpdatedAt: moment(t.UpdatedAt), DeletedAt: moment(t.DeletedAt), Variants: rowVariants(t.Variants)}
		if d, ok := drafts[t.Slug]; ok {
			row.Draft = panelDraftOf(d)
			row.Draft.Body = nil
			delete(drafts, t.Slug)
		}
		if !deleted {
			row.Warnings = s.warnings.of(t)
		}
		rows = append(rows, row)
	}
	gone, err := s.deletedSlugs(ctx, ws, drafts)
	if err != nil {
		return err
	}
	for slug, d := range drafts {
		if !gone[slug] {
			rows = append(rows, draftRow(d))
		}
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"revision": revision, "templates": rows})
}

// deletedSlugs are the templates in the bin, whose drafts are not shown as new templates.
func (s *Server) deletedSlugs(ctx context.Context, ws *store.Workspace, drafts map[string]store.Draft) (map[string]bool, error) {
	out := map[string]bool{}
	if len(drafts) == 0 {
		return out, nil
	}
	list, err := ws.Templates(ctx, store.TemplateFilter{Deleted: true})
	for _, t := range list {
		out[t.Slug] = true
	}
	return out, err
}

// draftRow is a template that was never published.
func draftRow(d store.Draft) templateRow {
	row := templateRow{Slug: d.Slug, Name: d.Slug, Web: true, Telegram: true, CreatedAt: moment(d.UpdatedAt), UpdatedAt: moment(d.UpdatedAt),
		Variants: []rowVariant{}, Draft: panelDraftOf(d)}
	if body, err := readDraft(d.Body); err == nil {
		row.Name = body.Name
		for _, v := range body.Variants {
			row.Variants = append(row.Variants, rowVariant{v.Name, v.Width, v.Height, mediaURL(v.Art), v.Thumb})
		}
	}
	row.Draft.Body = nil
	return row
}

// panelTemplate answers with the published template and the draft of one slug.
func (s *Server) panelTemplate(w http.ResponseWriter, r *http.Request) error {
	published, draft, err := s.both(r.Context(), s.workspace(r), param(r, "slug"))
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"slug": param(r, "slug"), "published": published, "draft": draft})
}

// both finds what there is of a slug; ErrNotFound when there is neither.
func (s *Server) both(ctx context.Context, ws *store.Workspace, slug string) (*panelTemplate, *panelDraft, error) {
	published, err := s.published(ctx, ws, slug)
	if err != nil {
		return nil, nil, err
	}
	draft, err := s.draft(ctx, ws, slug)
	if err == nil && published == nil && draft == nil {
		err = store.ErrNotFound
	}
	return published, draft, err
}

func (s *Server) published(ctx context.Context, ws *store.Workspace, slug string) (*panelTemplate, error) {
	t, err := ws.Template(ctx, slug)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := panelTemplateOf(t)
	return &out, nil
}

func (s *Server) draft(ctx context.Context, ws *store.Workspace, slug string) (*panelDraft, error) {
	d, err := ws.Draft(ctx, slug)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return panelDraftOf(d), nil
}

// panelVersions lists every version of a template, newest first.
func (s *Server) panelVersions(w http.ResponseWriter, r *http.Request) error {
	list, err := s.workspace(r).TemplateVersions(r.Context(), param(r, "slug"))
	if err != nil {
		return err
	}
	out := make([]map[string]any, 0, len(list))
	for _, t := range list {
		out = append(out, map[string]any{"version": t.Version, "name": t.Name, "at": moment(t.UpdatedAt), "variants": panelVariants(t.Variants)})
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"versions": out})
}

// panelVersion is one version of a template.
func (s *Server) panelVersion(w http.ResponseWriter, r *http.Request) error {
	n, err := number(param(r, "version"))
	if err != nil {
		return err
	}
	t, err := s.workspace(r).TemplateVersion(r.Context(), param(r, "slug"), n)
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"template": panelTemplateOf(t)})
}

// panelRollback publishes an old version again, as a new one.
func (s *Server) panelRollback(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Version, Base int }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	ws, slug := s.workspace(r), param(r, "slug")
	t, err := ws.RollbackTemplate(r.Context(), slug, in.Version, in.Base)
	if err != nil {
		return s.withCurrent(r, slug, err)
	}
	s.audit(r, "roll back template", slug, map[string]any{"to": in.Version, "version": t.Version})
	s.wake()
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"template": panelTemplateOf(t)})
}

// withCurrent adds to a conflict what is there now, so that the editor can show both.
func (s *Server) withCurrent(r *http.Request, slug string, err error) error {
	if !errors.Is(err, store.ErrConflict) {
		return err
	}
	published, draft, failed := s.both(r.Context(), s.workspace(r), slug)
	if failed != nil && !errors.Is(failed, store.ErrNotFound) {
		return failed
	}
	p, _ := explain(err)
	p.more = map[string]any{"current": map[string]any{"published": published, "draft": draft}}
	return p
}

// panelSwitches sets where templates are offered.
func (s *Server) panelSwitches(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Slugs         []string
		Web, Telegram *bool
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	changed, err := s.workspace(r).SetTemplateSwitches(r.Context(), in.Slugs, in.Web, in.Telegram)
	return s.changed(w, r, "switch templates", in.Slugs, map[string]any{"web": in.Web, "telegram": in.Telegram}, changed, err)
}

// panelDelete puts templates into the bin.
func (s *Server) panelDelete(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Slugs []string }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	changed, err := s.workspace(r).DeleteTemplates(r.Context(), in.Slugs)
	return s.changed(w, r, "delete templates", in.Slugs, nil, changed, err)
}

// panelRestore takes templates out of the bin.
func (s *Server) panelRestore(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Slugs []string }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	changed, err := s.workspace(r).RestoreTemplates(r.Context(), in.Slugs)
	return s.changed(w, r, "restore templates", in.Slugs, nil, changed, err)
}

// changed answers after a change of several templates.
func (s *Server) changed(w http.ResponseWriter, r *http.Request, action string, slugs []string, details any, changed int, err error) error {
	if err != nil {
		return err
	}
	if changed == 0 {
		return store.ErrNotFound
	}
	revision, err := s.workspace(r).TemplatesRevision(r.Context())
	if err != nil {
		return err
	}
	for _, slug := range slugs {
		s.audit(r, action, slug, details)
	}
	s.wake()
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "changed": changed, "revision": revision})
}

func number(text string) (int, error) {
	var n int
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || fmt.Sprint(n) != text || n < 0 {
		return 0, store.ErrNotFound
	}
	return n, nil
}

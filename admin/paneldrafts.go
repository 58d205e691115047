package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"promostack/store"
)

// panelCreate begins a new template: a draft under a free slug.
func (s *Server) panelCreate(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Slug string }
	raw, err := readBody(r, &in)
	if err != nil {
		return err
	}
	body, err := readDraft(raw)
	if err != nil {
		return err
	}
	switch {
	case body.Name == "":
		return store.Invalid{Field: "name", Sentence: "Give the template a name."}
	case len(body.Variants) == 0:
		return store.Invalid{Field: "variants", Sentence: "Add a picture: square, portrait or both."}
	}
	ws := s.workspace(r)
	if err := s.fillDraft(r.Context(), ws, &body); err != nil {
		return err
	}
	slug, err := s.freeSlug(r.Context(), ws, in.Slug, body.Name)
	if err != nil {
		return err
	}
	draft, err := ws.SaveDraft(r.Context(), store.Draft{Slug: slug, Body: encode(body)})
	if errors.Is(err, store.ErrConflict) {
		return slugTaken
	}
	if err != nil {
		return err
	}
	s.audit(r, "begin template", slug, nil)
	return s.writeJSON(w, r, http.StatusCreated, map[string]any{"slug": slug, "draft": panelDraftOf(draft)})
}

var slugTaken = problem{status: http.StatusConflict, field: "slug", sentence: "This name is taken, perhaps by a template in the bin. Choose another one."}

// freeSlug is the slug that a person chose, or one made of the name, with a number when it is taken.
func (s *Server) freeSlug(ctx context.Context, ws *store.Workspace, chosen, name string) (string, error) {
	if chosen != "" {
		if err := store.CheckSlug(chosen); err != nil {
			return "", err
		}
		taken, err := s.slugTaken(ctx, ws, chosen)
		if err == nil && taken {
			err = slugTaken
		}
		return chosen, err
	}
	base := slugOf(name)
	for n := 1; n < 1000; n++ {
		slug := base
		if n > 1 {
			slug = fmt.Sprintf("%s-%d", base, n)
		}
		taken, err := s.slugTaken(ctx, ws, slug)
		if err != nil || !taken {
			return slug, err
		}
	}
	return "", slugTaken
}

func (s *Server) slugTaken(ctx context.Context, ws *store.Workspace, slug string) (bool, error) {
	_, _, err := s.both(ctx, ws, slug)
	if err == nil {
		return true, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	bin, err := ws.Templates(ctx, store.TemplateFilter{Deleted: true})
	for _, t := range bin {
		if t.Slug == slug {
			return true, nil
		}
	}
	return false, err
}

// panelSaveDraft keeps the editor's state.
func (s *Server) panelSaveDraft(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Base, Rev int
		Body      json.RawMessage
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	body, err := readDraft(in.Body)
	if err != nil {
		return err
	}
	ws, slug := s.workspace(r), param(r, "slug")
	// A draft of something that is not there would be a new template by the back door.
	if _, _, err := s.both(r.Context(), ws, slug); err != nil {
		return err
	}
	if err := s.fillDraft(r.Context(), ws, &body); err != nil {
		return err
	}
	kept, err := ws.SaveDraft(r.Context(), store.Draft{Slug: slug, Base: in.Base, Rev: in.Rev, Body: encode(body)})
	if errors.Is(err, store.ErrConflict) {
		current, failed := s.draft(r.Context(), ws, slug)
		if failed != nil {
			return failed
		}
		p, _ := explain(err)
		p.more = map[string]any{"current": current}
		return p
	}
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"rev": kept.Rev, "updated_at": moment(kept.UpdatedAt)})
}

// panelDropDraft forgets the editor's state.
func (s *Server) panelDropDraft(w http.ResponseWriter, r *http.Request) error {
	if err := s.workspace(r).DropDraft(r.Context(), param(r, "slug")); err != nil {
		return err
	}
	return s.ok(w, r)
}

// fillDraft writes into a draft what is known of its artwork, and refuses artwork that is not there.
func (s *Server) fillDraft(ctx context.Context, ws *store.Workspace, b *draftBody) error {
	for i := range b.Variants {
		v := &b.Variants[i]
		if v.Art == "" {
			v.URL, v.Thumb, v.Width, v.Height = "", "", 0, 0
			continue
		}
		art, err := s.picture(ctx, v.Art)
		if errors.Is(err, store.ErrNotFound) {
			return store.Invalid{Field: "variants." + v.Name + ".art", Sentence: "The " + v.Name + " picture is not here any more. Upload it again."}
		}
		if err != nil {
			return err
		}
		v.URL, v.Thumb, v.Width, v.Height = mediaURL(v.Art), mediaURL(art.Thumb), art.Width, art.Height
	}
	return nil
}

// panelPublish makes the stored draft the next version.
func (s *Server) panelPublish(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Base, Rev int }
	if err := readJSON(r, &in); err != nil {
		return err
	}
	ws, slug, ctx := s.workspace(r), param(r, "slug"), r.Context()
	draft, err := ws.Draft(ctx, slug)
	if err != nil {
		return err
	}
	if draft.Rev != in.Rev {
		return s.withCurrent(r, slug, store.ErrConflict)
	}
	t, err := s.ofDraft(ctx, ws, draft)
	if err != nil {
		return err
	}
	findings, err := s.findings(ctx, t)
	if err != nil {
		return err
	}
	if stops(findings) {
		return problem{status: http.StatusUnprocessableEntity, sentence: "This template is not ready to be published.", more: map[string]any{"findings": findings}}
	}
	published, err := ws.PublishTemplate(ctx, t, in.Base)
	if err != nil {
		return s.withCurrent(r, slug, err)
	}
	if err := ws.DropDraft(ctx, slug); err != nil {
		s.Log.Error("draft not dropped after its publish", "request", about(r).id, "slug", slug, "err", err)
	}
	s.audit(r, "publish template", slug, map[string]any{"version": published.Version})
	s.warnings.set(published, len(findings))
	s.wake()
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"template": panelTemplateOf(published)})
}

// ofDraft is the template that a draft would become.
func (s *Server) ofDraft(ctx context.Context, ws *store.Workspace, d store.Draft) (store.Template, error) {
	body, err := readDraft(d.Body)
	if err != nil {
		return store.Template{}, err
	}
	before, err := ws.Template(ctx, d.Slug)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Template{}, err
	}
	t := store.Template{Slug: d.Slug, Name: body.Name, Web: orTrue(body.Web), Telegram: orTrue(body.Telegram),
		Position: before.Position, Extra: before.Extra}
	for _, v := range body.Variants {
		if v.Art == "" {
			continue
		}
		art, err := s.picture(ctx, v.Art)
		if errors.Is(err, store.ErrNotFound) {
			return t, store.Invalid{Field: "variants." + v.Name + ".art", Sentence: "The " + v.Name + " picture is not here any more. Upload it again."}
		}
		if err != nil {
			return t, err
		}
		old, _ := before.Variant(v.Name)
		t.Variants = append(t.Variants, v.shape(art, old))
	}
	return t, nil
}

// panelLint says what is wrong with the draft, or with the published template when there is none.
func (s *Server) panelLint(w http.ResponseWriter, r *http.Request) error {
	ws, slug, ctx := s.workspace(r), param(r, "slug"), r.Context()
	draft, err := ws.Draft(ctx, slug)
	var t store.Template
	switch {
	case err == nil:
		t, err = s.ofDraft(ctx, ws, draft)
	case errors.Is(err, store.ErrNotFound):
		t, err = ws.Template(ctx, slug)
	}
	if err != nil {
		return err
	}
	findings, err := s.findings(ctx, t)
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"findings": findings})
}

func orTrue(b *bool) bool { return b == nil || *b }

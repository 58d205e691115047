package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"promostack/render"
	"promostack/store"
)

// The routes of the previous product for templates, with its field names. What they change is published at once.

// oldShapes are the two pictures of an old form: the prefix of its fields, and the variant.
var oldShapes = []string{"square", "story"}

// oldForm is what POST /api/upload-template carries.
type oldForm struct {
	fields map[string]string
	art    map[string]render.CleanPicture // by variant
}

// uploadTemplate makes a template, or with isEditing=true the next version of one.
func (s *Server) uploadTemplate(w http.ResponseWriter, r *http.Request) error {
	if err := s.room(); err != nil {
		return err
	}
	form := oldForm{art: map[string]render.CleanPicture{}}
	var err error
	form.fields, err = readForm(r, func(_ map[string]string, name string, body io.Reader) (err error) {
		shape, ok := strings.CutSuffix(name, "Image")
		if ok && (shape == "square" || shape == "story") {
			form.art[shape], err = s.clean(r.Context(), body, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	ws, slug := s.workspace(r), form.fields["slug"]
	before, err := s.beforeUpload(r.Context(), ws, slug, form.fields["isEditing"] == "true")
	if err != nil {
		return err
	}
	t := store.Template{Slug: slug, Name: cmpOr(strings.TrimSpace(form.fields["name"]), before.Name), Web: true, Telegram: true,
		Position: before.Position, Extra: before.Extra}
	for _, shape := range oldShapes {
		v, there := before.Variant(shape)
		if v, there, err = s.oldVariant(r.Context(), form, shape, v, there); err != nil {
			return err
		}
		if there {
			t.Variants = append(t.Variants, v)
		}
	}
	for _, v := range before.Variants { // shapes that the old form does not know stay
		if v.Name != "square" && v.Name != "story" {
			t.Variants = append(t.Variants, v)
		}
	}
	published, err := ws.PublishTemplate(r.Context(), t, before.Version)
	if err != nil {
		return err
	}
	s.audit(r, "publish template", slug, map[string]any{"version": published.Version, "by": "upload-template"})
	s.wake()
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "slug": slug,
		"message": fmt.Sprintf("Template %q is published as version %d.", published.Name, published.Version)})
}

// beforeUpload is the template that the form edits; the zero template for a new one.
func (s *Server) beforeUpload(ctx context.Context, ws *store.Workspace, slug string, editing bool) (store.Template, error) {
	if err := store.CheckImportedSlug(slug); err != nil {
		return store.Template{}, err
	}
	before, err := ws.Template(ctx, slug)
	switch {
	case err == nil && !editing:
		return before, problem{status: http.StatusConflict, field: "slug", sentence: "There is a template with this name already. Choose another name, or edit that one."}
	case err == nil:
		return before, nil
	case !errors.Is(err, store.ErrNotFound):
		return before, err
	}
	return store.Template{}, store.CheckSlug(slug)
}

// oldVariant is one shape of the form on top of what there was; false when the form does not touch it and it was not there.
func (s *Server) oldVariant(ctx context.Context, form oldForm, shape string, v store.Variant, there bool) (store.Variant, bool, error) {
	art, fresh := form.art[shape]
	if !there && !fresh {
		return v, false, nil
	}
	if fresh {
		kept, err := s.keepArt(ctx, art)
		if err != nil {
			return v, false, err
		}
		v.Art, v.Thumb, v.Width, v.Height = kept.Art, kept.Thumb, kept.Width, kept.Height
	}
	if !there {
		// What the old form cannot say: the old web look.
		v.Name, v.Font, v.Stroke, v.Logo = shape, "inter-700", true, true
	}
	return v, true, form.box(shape, &v)
}

// box reads the fields of one shape. When none was sent, what there was stays.
func (f oldForm) box(shape string, v *store.Variant) error {
	get := func(name string) string { return strings.TrimSpace(f.fields[shape+name]) }
	if get("LeftPct") == "" && get("WidthPct") == "" && v.Box.WidthPct > 0 {
		return nil
	}
	for name, into := range map[string]*float64{"LeftPct": &v.Box.LeftPct, "TopPct": &v.Box.TopPct, "WidthPct": &v.Box.WidthPct, "HeightPct": &v.Box.HeightPct} {
		n, err := strconv.ParseFloat(get(name), 64)
		if err != nil || math.IsNaN(n) || n < 0 || n > 100 {
			return store.Invalid{Field: shape + name, Sentence: fmt.Sprintf("%s%s must be a number from 0 to 100.", shape, name)}
		}
		*into = n
	}
	v.Box.HAlign, v.Box.VAlign = cmpOr(get("HAlign"), "center"), cmpOr(get("VAlign"), "middle")
	v.FontColor = cmpOr(get("FontColor"), "#FF273E")
	if len(v.FontColor) == 4 { // #rgb
		c := v.FontColor
		v.FontColor = "#" + strings.Repeat(c[1:2], 2) + strings.Repeat(c[2:3], 2) + strings.Repeat(c[3:4], 2)
	}
	if text := get("MaxFontPx"); text != "" {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !(n >= 0 && n <= 2000) {
			return store.Invalid{Field: shape + "MaxFontPx", Sentence: shape + "MaxFontPx must be a number from 0 to 2000."}
		}
		v.MaxFontPx = int(n)
	}
	if text := get("ShowLogo"); text != "" {
		v.Logo = text == "true" || text == "on" || text == "1"
	}
	return nil
}

// deleteTemplate puts one template or several into the bin.
func (s *Server) deleteTemplate(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Slug  string
		Slugs []string
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	slugs := in.Slugs
	if in.Slug != "" {
		slugs = append(slugs, in.Slug)
	}
	if len(slugs) == 0 {
		return problem{status: http.StatusBadRequest, field: "slug", sentence: "Say which template: slug or slugs."}
	}
	for _, slug := range slugs {
		if err := store.CheckImportedSlug(slug); err != nil {
			return err
		}
	}
	n, err := s.workspace(r).DeleteTemplates(r.Context(), slugs)
	if err != nil {
		return err
	}
	if n == 0 {
		return store.ErrNotFound
	}
	for _, slug := range slugs {
		s.audit(r, "delete templates", slug, nil)
	}
	s.wake()
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "deleted": n, "message": fmt.Sprintf("%s deleted. The panel can bring them back for 30 days.", count(n, "template"))})
}

func count(n int, noun string) string {
	if n == 1 {
		return "One " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// toggleTelegramTemplate shows a template in the bot, or hides it there.
func (s *Server) toggleTelegramTemplate(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Slug    string
		Enabled *bool
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if err := store.CheckImportedSlug(in.Slug); err != nil {
		return err
	}
	enabled := orTrue(in.Enabled)
	n, err := s.workspace(r).SetTemplateSwitches(r.Context(), []string{in.Slug}, nil, &enabled)
	if err != nil {
		return err
	}
	if n == 0 {
		if _, err := s.workspace(r).Template(r.Context(), in.Slug); err != nil {
			return err
		}
	}
	s.audit(r, "switch templates", in.Slug, map[string]any{"telegram": enabled})
	s.wake()
	word := "hidden from"
	if enabled {
		word = "shown in"
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "message": "The template is " + word + " the bot."})
}

// clearTelegramCache is kept for old clients: the bot reads templates as they are.
func (s *Server) clearTelegramCache(w http.ResponseWriter, r *http.Request) error {
	s.wake()
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "message": "The bot shows the templates as they are now."})
}

// regenerateIndex writes all files of the previous layout again.
func (s *Server) regenerateIndex(w http.ResponseWriter, r *http.Request) error {
	n, err := s.writeExports(r.Context(), s.workspace(r), true)
	if err != nil {
		return err
	}
	text := count(n, "template") + " written to templates/, with index.json."
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "message": text, "output": text})
}

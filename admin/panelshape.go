package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"promostack/render"
	"promostack/store"
)

// panelVariant is a variant as the editor reads and writes it. Of what it writes, the size, the thumbnail and the
// addresses are not believed: they are worked out from the artwork.
type panelVariant struct {
	Name string `json:"name"`
	Art  string `json:"art"`
	variantJSON
}

// draftBody is what a draft holds.
type draftBody struct {
	Name     string         `json:"name"`
	Variants []panelVariant `json:"variants"`
	Web      *bool          `json:"web,omitempty"`      // with the next, for the first publish only
	Telegram *bool          `json:"telegram,omitempty"` // nil counts as true
}

// panelTemplate is a published template.
type panelTemplate struct {
	Slug      string         `json:"slug"`
	Name      string         `json:"name"`
	Version   int            `json:"version"`
	Web       bool           `json:"web"`
	Telegram  bool           `json:"telegram"`
	Position  int            `json:"position"`
	CreatedAt any            `json:"created_at"`
	UpdatedAt any            `json:"updated_at"`
	Variants  []panelVariant `json:"variants"`
}

func panelTemplateOf(t store.Template) panelTemplate {
	return panelTemplate{Slug: t.Slug, Name: t.Name, Version: t.Version, Web: t.Web, Telegram: t.Telegram, Position: t.Position,
		CreatedAt: moment(t.CreatedAt), UpdatedAt: moment(t.UpdatedAt), Variants: panelVariants(t.Variants)}
}

func panelVariants(list []store.Variant) []panelVariant {
	out := make([]panelVariant, 0, len(list))
	for _, v := range list {
		out = append(out, panelVariant{Name: v.Name, Art: v.Art, variantJSON: publicVariant(v)})
	}
	return out
}

// panelDraft is work that is not published.
type panelDraft struct {
	Base      int             `json:"base"`
	Rev       int             `json:"rev"`
	UpdatedAt any             `json:"updated_at"`
	Body      json.RawMessage `json:"body,omitempty"`
}

func panelDraftOf(d store.Draft) *panelDraft {
	return &panelDraft{Base: d.Base, Rev: d.Rev, UpdatedAt: moment(d.UpdatedAt), Body: d.Body}
}

var variantName = regexp.MustCompile(`^[a-z]{1,20}$`)

// takenNames are the other keys of a template in GET /api/templates, beside which its variants stand.
var takenNames = map[string]bool{"slug": true, "name": true, "version": true}

const (
	maxPanelName = 80
	maxCodePx    = 240
	maxPadPct    = 40
)

// readDraft reads what an editor sent and refuses what could never be stored.
func readDraft(raw json.RawMessage) (draftBody, error) {
	var b draftBody
	err := json.Unmarshal(raw, &b)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return b, store.Invalid{Field: kind.Field, Sentence: fmt.Sprintf("%q has the wrong type.", kind.Field)}
	case err != nil:
		return b, badRequest("This is not valid JSON.")
	}
	b.Name = strings.TrimSpace(b.Name)
	if utf8.RuneCountInString(b.Name) > maxPanelName {
		return b, store.Invalid{Field: "name", Sentence: fmt.Sprintf("The name is too long: %d characters at most.", maxPanelName)}
	}
	seen := map[string]bool{}
	for _, v := range b.Variants {
		if !variantName.MatchString(v.Name) || takenNames[v.Name] {
			return b, store.Invalid{Field: "variants", Sentence: "A shape's name is 1 to 20 small letters: square, story."}
		}
		if seen[v.Name] {
			return b, store.Invalid{Field: "variants." + v.Name, Sentence: fmt.Sprintf("The shape %q is there twice.", v.Name)}
		}
		seen[v.Name] = true
		if err := checkVariant(v); err != nil {
			return b, err
		}
	}
	return b, nil
}

var hexColour = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// checkVariant refuses what no editor state may hold. A box without an area may: it is not drawn yet.
func checkVariant(v panelVariant) error {
	wrong := func(field, sentence string) error {
		return store.Invalid{Field: "variants." + v.Name + "." + field, Sentence: sentence}
	}
	for name, n := range map[string]float64{"leftPct": v.Box.LeftPct, "topPct": v.Box.TopPct, "widthPct": v.Box.WidthPct, "heightPct": v.Box.HeightPct} {
		if !(n >= 0 && n <= 100) {
			return wrong("box."+name, "The box must lie inside the picture: 0 to 100 percent.")
		}
	}
	_, known := render.FontByID(v.Font)
	switch {
	case !known && v.Font != "":
		return wrong("font", "Choose a font from the list.")
	case v.FontColor != "" && !hexColour.MatchString(v.FontColor):
		return wrong("fontColor", "Write the colour as # and six hexadecimal digits: #FFFFFF.")
	case v.MaxFontPx < 0 || v.MaxFontPx > maxCodePx:
		return wrong("maxFontPx", fmt.Sprintf("The largest size is between 0 and %d pixels.", maxCodePx))
	case !(v.PadPct >= 0 && v.PadPct <= maxPadPct):
		return wrong("padPct", fmt.Sprintf("The padding is between 0 and %d percent.", maxPadPct))
	case v.Box.HAlign != "" && v.Box.HAlign != "left" && v.Box.HAlign != "center" && v.Box.HAlign != "right":
		return wrong("box.hAlign", "The code stands left, center or right in the box.")
	case v.Box.VAlign != "" && v.Box.VAlign != "top" && v.Box.VAlign != "middle" && v.Box.VAlign != "bottom":
		return wrong("box.vAlign", "The code stands top, middle or bottom in the box.")
	case v.Art != "" && (store.CheckKey(v.Art) != nil || !strings.HasPrefix(v.Art, "art/")):
		return wrong("art", "This is not the name of an uploaded picture.")
	}
	return nil
}

// shape is a variant to be stored: what the editor wrote on what is known of the artwork. before is the published
// variant of that name, of which keys that we do not know are kept.
func (v panelVariant) shape(art picture, before store.Variant) store.Variant {
	return store.Variant{Name: v.Name, Art: v.Art, Thumb: art.Thumb, Width: art.Width, Height: art.Height, Box: v.Box,
		MaxFontPx: v.MaxFontPx, FontColor: v.FontColor, Font: v.Font, Stroke: v.Stroke, PaddingPct: v.PadPct, Logo: v.Logo, Extra: before.Extra}
}

// picture is what is known of a stored artwork.
type picture struct {
	Width  int       `json:"width"`
	Height int       `json:"height"`
	Thumb  string    `json:"thumb"`
	Bytes  int       `json:"bytes"`
	Type   string    `json:"type"`
	At     time.Time `json:"at"`
}

// slugOf makes a slug of a name, as the previous product did.
func slugOf(name string) string {
	var out strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			out.WriteRune(r)
		case (r == ' ' || r == '-' || r == '_') && out.Len() > 0 && !strings.HasSuffix(out.String(), "-"):
			out.WriteByte('-')
		}
		if out.Len() >= 48 {
			break
		}
	}
	slug := strings.Trim(out.String(), "-")
	if store.CheckSlug(slug) != nil {
		slug = strings.Trim("template-"+slug, "-")
	}
	return slug
}

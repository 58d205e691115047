package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Box is where the code goes, in percent of the picture's natural width and height.
type Box struct {
	LeftPct   float64 `json:"leftPct"`
	TopPct    float64 `json:"topPct"`
	WidthPct  float64 `json:"widthPct"`
	HeightPct float64 `json:"heightPct"`
	HAlign    string  `json:"hAlign"` // left, center or right
	VAlign    string  `json:"vAlign"` // top, middle or bottom
}

// Variant is one shape of a template: its artwork and how the code is set on it.
type Variant struct {
	Name       string  `json:"name"`       // "square", "story"; any other lower-case word makes a third shape
	Width      int     `json:"width"`      // natural width of the artwork, px
	Height     int     `json:"height"`     // natural height of the artwork, px
	Art        string  `json:"art"`        // blob key of the artwork (content hash)
	Thumb      string  `json:"thumb"`      // blob key of the gallery thumbnail
	Box        Box     `json:"box"`        // where the code goes
	MaxFontPx  int     `json:"maxFontPx"`  // largest size of the code, px of the natural picture; 0 = 240
	FontColor  string  `json:"fontColor"`  // "#RRGGBB"
	Font       string  `json:"font"`       // font id, e.g. "inter-700"
	Stroke     bool    `json:"stroke"`     // outline: black 75 %, 8 % of the size, drawn under the fill
	PaddingPct float64 `json:"paddingPct"` // kept free left and right, percent of the box's width: 2 for templates made here, 0 for imported ones
	Logo       bool    `json:"logo"`       // may carry the brand logo
	// Extra holds the keys of an imported meta.json that we do not know; they are written back as they came.
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
}

// Template is the published state of a template: every publish is a new version.
type Template struct {
	ID        int64
	Slug      string
	Name      string
	Version   int  // 1 at the first publish
	Web       bool // offered in the web app
	Telegram  bool // offered by the bot
	Position  int  // order in the gallery, then by name
	Variants  []Variant
	Extra     map[string]json.RawMessage
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt time.Time // zero: not deleted
}

// Variant finds a variant by name.
func (t Template) Variant(name string) (Variant, bool) {
	for _, v := range t.Variants {
		if v.Name == name {
			return v, true
		}
	}
	return Variant{}, false
}

// TemplateFilter chooses templates: by a switch when it is given, deleted ones instead of the others when Deleted.
type TemplateFilter struct {
	Web      *bool
	Telegram *bool
	Deleted  bool
}

// templateColumns are what scanTemplate reads, of a template t and one of its versions v.
const templateColumns = `
	t.id, t.slug, v.name, v.version, t.web, t.telegram, t.position, v.variants, v.extra,
	t.created_at, t.updated_at, t.deleted_at`

// currentTemplate begins every query for templates as they are now.
const currentTemplate = `
	SELECT` + templateColumns + `
	FROM template t
	JOIN template_version v ON v.template_id = t.id AND v.version = t.version`

func scanTemplate(r scanner) (Template, error) {
	var t Template
	var variants, extra string
	var created, updated, deleted int64
	err := r.Scan(&t.ID, &t.Slug, &t.Name, &t.Version, &t.Web, &t.Telegram, &t.Position, &variants, &extra,
		&created, &updated, &deleted)
	if err != nil {
		return Template{}, err
	}
	if err := json.Unmarshal([]byte(variants), &t.Variants); err != nil {
		return Template{}, fmt.Errorf("read the variants of template %s: %w", t.Slug, err)
	}
	if err := json.Unmarshal([]byte(extra), &t.Extra); err != nil {
		return Template{}, fmt.Errorf("read the extra keys of template %s: %w", t.Slug, err)
	}
	t.CreatedAt, t.UpdatedAt, t.DeletedAt = at(created), at(updated), at(deleted)
	return t, nil
}

// Templates lists the templates that the filter lets through, by position, then name.
func (w *Workspace) Templates(ctx context.Context, f TemplateFilter) ([]Template, error) {
	web1, web2 := eitherOr(f.Web)
	telegram1, telegram2 := eitherOr(f.Telegram)
	list, err := all(ctx, w.reader(), scanTemplate, currentTemplate+`
		WHERE t.workspace_id = $1
			AND (t.deleted_at > 0) = $2
			AND (t.web = $3 OR t.web = $4)
			AND (t.telegram = $5 OR t.telegram = $6)`,
		w.id, f.Deleted, web1, web2, telegram1, telegram2)
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	slices.SortFunc(list, func(a, b Template) int { // here, because the engines order text each in its own way
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// eitherOr is the two values that a switch may have: both when it is not asked for.
func eitherOr(wanted *bool) (bool, bool) {
	if wanted == nil {
		return true, false
	}
	return *wanted, *wanted
}

// Template finds a template that is not deleted; ErrNotFound when there is none.
func (w *Workspace) Template(ctx context.Context, slug string) (Template, error) {
	t, err := one(ctx, w.reader(), scanTemplate, currentTemplate+`
		WHERE t.workspace_id = $1 AND t.slug = $2 AND t.deleted_at = 0`, w.id, clean(slug))
	if err != nil {
		return Template{}, fmt.Errorf("find template %q: %w", slug, err)
	}
	return t, nil
}

// TemplateByID finds a template that is not deleted by its row; ErrNotFound when there is none.
func (w *Workspace) TemplateByID(ctx context.Context, id int64) (Template, error) {
	t, err := one(ctx, w.reader(), scanTemplate, currentTemplate+`
		WHERE t.workspace_id = $1 AND t.id = $2 AND t.deleted_at = 0`, w.id, id)
	if err != nil {
		return Template{}, fmt.Errorf("find template %d: %w", id, err)
	}
	return t, nil
}

// TemplatesRevision grows with every change of any template of the workspace: a cache key and an ETag.
func (w *Workspace) TemplatesRevision(ctx context.Context) (int64, error) {
	rev, err := one(ctx, w.reader(), scanInt, `SELECT templates_rev FROM workspace WHERE id = $1`, w.id)
	if err != nil {
		return 0, fmt.Errorf("read the revision of the templates: %w", err)
	}
	return rev, nil
}

// changeTemplates runs fn in a transaction that also raises the revision. The raise comes first: on Postgres it
// holds back every other change of the workspace's templates until this one is through.
func (w *Workspace) changeTemplates(ctx context.Context, fn func(tx *Tx) error) error {
	return w.inTx(ctx, func(tx *Tx) error {
		n, err := exec(ctx, tx.tx, `UPDATE workspace SET templates_rev = templates_rev + 1 WHERE id = $1`, w.id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("workspace %d: %w", w.id, ErrNotFound)
		}
		return fn(tx)
	})
}

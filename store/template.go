package store

import (
	"encoding/json"
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
	Name       string  // "square", "story"; any other lower-case word makes a third shape
	Width      int     // natural width of the artwork, px
	Height     int     // natural height of the artwork, px
	Art        string  // blob key of the artwork (content hash)
	Thumb      string  // blob key of the gallery thumbnail
	Box        Box     // where the code goes
	MaxFontPx  int     // largest size of the code, px of the natural picture; 0 = 240
	FontColor  string  // "#RRGGBB"
	Font       string  // font id, e.g. "inter-700"
	Stroke     bool    // outline: black 75 %, 8 % of the size, drawn under the fill
	PaddingPct float64 // kept free left and right, percent of the box's width: 2 for templates made here, 0 for imported ones
	Logo       bool    // may carry the brand logo
	// Extra holds the keys of an imported meta.json that we do not know; they are written back as they came.
	Extra map[string]json.RawMessage
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

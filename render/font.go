package render

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"promostack/assets"
)

// alphabet holds every character that a coupon code may have.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// DefaultFont is the font of a variant that names none.
const DefaultFont = "inter-700"

// shippedFonts is the table of fonts: each has passed the parity test in a real browser.
var shippedFonts = []struct{ id, name, file string }{
	{"inter-700", "Inter", "code-inter-700.ttf"},
	{"poppins-700", "Poppins", "code-poppins-700.ttf"},
	{"montserrat-800", "Montserrat", "code-montserrat-800.ttf"},
	{"bebas-neue-400", "Bebas Neue", "code-bebas-neue-400.ttf"},
}

var fontTable = sync.OnceValue(loadFonts)

// Font is a font that codes are set in, with its metrics in whole font units for the characters A-Z 0-9 - _.
// It never changes and is safe for concurrent use.
type Font struct {
	ID   string // as in Variant.Font, "inter-700"
	Name string // as people know it, "Inter"
	File string // its name in assets.Fonts
	URL  string // where the browser loads the same bytes
	Upem int    // units per em
	Cap  int    // height of a capital letter

	glyph   [128]sfnt.GlyphIndex // 0: the font lacks the character
	shape   [128][]segment       // outlines in font units
	advance [128]int32
	kern    []int16 // by pairIndex
}

// Fonts are the fonts we ship, in the order they are offered.
func Fonts() []Font { return append([]Font(nil), fontTable()...) }

// FontByID finds a shipped font; an empty id means DefaultFont. It reports false when we ship no such font.
func FontByID(id string) (*Font, bool) {
	if id == "" {
		id = DefaultFont
	}
	table := fontTable()
	for i := range table {
		if table[i].ID == id {
			return &table[i], true
		}
	}
	return nil, false
}

// Advance is how far the pen moves over the character c, in font units; false when the font lacks it.
func (f *Font) Advance(c byte) (int, bool) {
	if c >= 128 || f.glyph[c] == 0 {
		return 0, false
	}
	return int(f.advance[c]), true
}

// Kern is what the pair of characters a, b adds to the advance of a, in font units.
func (f *Font) Kern(a, b byte) int {
	if i := pairIndex(a, b); i < len(f.kern) {
		return int(f.kern[i])
	}
	return 0
}

// pairIndex is the place of a pair among the kerning: the alphabet lies between '-' and '_', within 64 characters.
func pairIndex(a, b byte) int {
	if a < '-' || b < '-' || a > '_' || b > '_' {
		return pairPlaces
	}
	return int(a-'-')<<6 | int(b-'-')
}

const pairPlaces = 64 * 64

// MarshalJSON is the font as the browser gets it: the metrics that fit.js computes with.
func (f *Font) MarshalJSON() ([]byte, error) {
	adv, kern := map[string]int{}, map[string]int{}
	for i := range len(alphabet) {
		a := alphabet[i]
		if units, ok := f.Advance(a); ok {
			adv[string(a)] = units
		}
		for j := range len(alphabet) {
			if units := f.Kern(a, alphabet[j]); units != 0 {
				kern[string([]byte{a, alphabet[j]})] = units
			}
		}
	}
	return json.Marshal(struct {
		ID   string         `json:"id"`
		Name string         `json:"name"`
		File string         `json:"file"`
		URL  string         `json:"url"`
		Upem int            `json:"upem"`
		Cap  int            `json:"cap"`
		Adv  map[string]int `json:"adv"`
		Kern map[string]int `json:"kern"`
	}{f.ID, f.Name, f.File, f.URL, f.Upem, f.Cap, adv, kern})
}

// FontMetricsJSON is {"fonts":[…]}: one integer table per font, so that the browser's arithmetic is the server's.
func FontMetricsJSON() []byte {
	var doc struct {
		Fonts []*Font `json:"fonts"`
	}
	table := fontTable()
	for i := range table {
		doc.Fonts = append(doc.Fonts, &table[i])
	}
	out, err := json.Marshal(doc)
	if err != nil {
		panic(err) // maps of strings to integers always marshal
	}
	return out
}

// loadFonts reads the shipped fonts. They are part of the binary: one that does not read is a broken build.
func loadFonts() []Font {
	table := make([]Font, 0, len(shippedFonts))
	for _, s := range shippedFonts {
		data, err := fs.ReadFile(assets.Fonts(), s.file)
		if err != nil {
			panic(err)
		}
		f, err := parseFont(data)
		if err != nil {
			panic(fmt.Errorf("font %s: %w", s.file, err))
		}
		f.ID, f.Name, f.File, f.URL = s.id, s.name, s.file, assets.FontURL(s.file)
		table = append(table, f)
	}
	return table
}

// parseFont takes the outlines and the metrics out of a TrueType file.
func parseFont(data []byte) (Font, error) {
	outlines, err := sfnt.Parse(data)
	if err != nil {
		return Font{}, err
	}
	f := Font{Upem: int(outlines.UnitsPerEm())}
	em := fixed.I(f.Upem)
	var buf sfnt.Buffer
	for _, c := range []byte(alphabet + " ") {
		g, err := outlines.GlyphIndex(&buf, rune(c))
		if err != nil || g == 0 {
			continue
		}
		units, err := outlines.GlyphAdvance(&buf, g, em, font.HintingNone)
		if err != nil {
			return Font{}, fmt.Errorf("advance of %q: %w", c, err)
		}
		if f.shape[c], err = outline(outlines, &buf, g); err != nil {
			return Font{}, err
		}
		f.glyph[c], f.advance[c] = g, int32(units.Round())
	}
	if f.Cap, err = capHeight(data, outlines, f.glyph['H']); err != nil {
		return Font{}, err
	}
	f.kern, err = kernPairs(data, f.glyph)
	return f, err
}

// capHeight is sCapHeight of the OS/2 table, or the height of H where that says nothing.
func capHeight(data []byte, outlines *sfnt.Font, h sfnt.GlyphIndex) (int, error) {
	os2 := findTable(data, "OS/2")
	if units := os2.i16(88); os2.u16(0) >= 2 && units > 0 {
		return units, nil
	}
	var buf sfnt.Buffer
	bounds, _, err := outlines.GlyphBounds(&buf, h, fixed.I(int(outlines.UnitsPerEm())), font.HintingNone)
	if err != nil {
		return 0, fmt.Errorf("height of H: %w", err)
	}
	if units := -bounds.Min.Y.Round(); units > 0 {
		return units, nil
	}
	return 0, fmt.Errorf("the font tells no height of capitals")
}

package store

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a template may hold at most.
const (
	MaxTemplateName = 120       // characters
	MaxVariants     = 8         // shapes of one template
	MaxSide         = 8192      // px of an artwork's side
	maxFontPx       = 2000      // what an imported template may ask for; the drawing has its own limit
	maxPaddingPct   = 40        // of the box's width, on either side
	maxExtraBytes   = 64 * 1024 // unknown keys of an imported meta.json
	edgePct         = 1e-6      // what a box may stick out by: the rounding of an editor
)

var (
	colorPattern   = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
	variantPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)
	fontPattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

// tidyTemplate is t with its gaps filled, or Invalid with what is wrong with it.
func tidyTemplate(t Template) (Template, error) {
	t.Name = strings.TrimSpace(t.Name)
	if t.Name == "" {
		return t, Invalid{"name", "Give the template a name."}
	}
	if utf8.RuneCountInString(t.Name) > MaxTemplateName {
		return t, Invalid{"name", fmt.Sprintf("The name is too long: %d characters at most.", MaxTemplateName)}
	}
	if !printable(t.Name) {
		return t, Invalid{"name", "The name holds characters that cannot be shown."}
	}
	if len(t.Variants) == 0 {
		return t, Invalid{"variants", "Add a picture: square, portrait or both."}
	}
	if len(t.Variants) > MaxVariants {
		return t, Invalid{"variants", fmt.Sprintf("A template has %d shapes at most.", MaxVariants)}
	}
	if err := checkExtra(t.Extra, "extra"); err != nil {
		return t, err
	}
	t.Variants = slices.Clone(t.Variants)
	seen := map[string]bool{}
	for i := range t.Variants {
		v := &t.Variants[i]
		if err := tidyVariant(v); err != nil {
			return t, err
		}
		if seen[v.Name] {
			return t, Invalid{v.Name, fmt.Sprintf("The shape %q is there twice.", v.Name)}
		}
		seen[v.Name] = true
	}
	return t, nil
}

// tidyVariant fills the gaps of a variant: centre, middle, white, Inter.
func tidyVariant(v *Variant) error {
	if !variantPattern.MatchString(v.Name) {
		return Invalid{"variants", "A shape's name is a small letter, then small letters, digits, dashes: square, story."}
	}
	v.Box.HAlign, v.Box.VAlign = orText(v.Box.HAlign, "center"), orText(v.Box.VAlign, "middle")
	v.FontColor, v.Font = orText(v.FontColor, "#FFFFFF"), orText(v.Font, "inter-700")
	field := func(name string) string { return v.Name + "." + name }
	switch {
	case v.Width < 1 || v.Height < 1 || v.Width > MaxSide || v.Height > MaxSide:
		return Invalid{field("size"), fmt.Sprintf("The %s picture must be 1 to %d pixels wide and high.", v.Name, MaxSide)}
	case CheckKey(v.Art) != nil:
		return Invalid{field("art"), fmt.Sprintf("The %s picture is missing.", v.Name)}
	case v.Thumb != "" && CheckKey(v.Thumb) != nil:
		return Invalid{field("thumb"), fmt.Sprintf("The %s thumbnail is not the name of a stored file.", v.Name)}
	case !colorPattern.MatchString(v.FontColor):
		return Invalid{field("fontColor"), "Write the colour as # and six hexadecimal digits: #FFFFFF."}
	case !fontPattern.MatchString(v.Font):
		return Invalid{field("font"), "Choose a font from the list."}
	case v.MaxFontPx < 0 || v.MaxFontPx > maxFontPx:
		return Invalid{field("maxFontPx"), fmt.Sprintf("The largest size is between 0 and %d pixels.", maxFontPx)}
	case !(v.PaddingPct >= 0 && v.PaddingPct <= maxPaddingPct): // so that NaN is caught
		return Invalid{field("paddingPct"), fmt.Sprintf("The padding is between 0 and %d percent.", maxPaddingPct)}
	}
	if err := checkBox(v.Box, field("box")); err != nil {
		return err
	}
	return checkExtra(v.Extra, field("extra"))
}

// checkBox demands a box that lies on the picture and has an area.
func checkBox(b Box, field string) error {
	for _, pct := range []float64{b.LeftPct, b.TopPct, b.WidthPct, b.HeightPct} {
		if math.IsNaN(pct) || math.IsInf(pct, 0) {
			return Invalid{field, "The box must be made of numbers."}
		}
	}
	switch {
	case b.WidthPct <= 0 || b.HeightPct <= 0:
		return Invalid{field, "The box needs a width and a height: draw it on the picture."}
	case b.LeftPct < 0 || b.TopPct < 0 || b.LeftPct+b.WidthPct > 100+edgePct || b.TopPct+b.HeightPct > 100+edgePct:
		return Invalid{field, "The box must lie inside the picture."}
	case !slices.Contains([]string{"left", "center", "right"}, b.HAlign):
		return Invalid{field, "The code stands left, center or right in the box."}
	case !slices.Contains([]string{"top", "middle", "bottom"}, b.VAlign):
		return Invalid{field, "The code stands top, middle or bottom in the box."}
	}
	return nil
}

// checkExtra bounds the keys that are kept without being understood.
func checkExtra(extra map[string]json.RawMessage, field string) error {
	size := 0
	for key, value := range extra {
		size += len(key) + len(value)
		if !json.Valid(value) {
			return Invalid{field, fmt.Sprintf("The value of %q is not JSON.", cut(key, 40))}
		}
	}
	if size > maxExtraBytes {
		return Invalid{field, "The template carries too much that we do not know."}
	}
	return nil
}

// printable says whether a text is valid UTF-8 without control and formatting characters.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
	})
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

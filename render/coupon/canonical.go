package coupon

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"promostack/store"

	"golang.org/x/text/unicode/norm"
)

// MaxCode is the longest canonical code, in characters.
const MaxCode = 64

// maxRaw bounds the work that a hostile text can cause before it is refused, in bytes.
const maxRaw = 2048

// Canonical gives the one spelling of a code: NFC, invisible marks stripped, trimmed, A-Z in capitals, each run of
// white space one "-". Anything else outside A-Z 0-9 - _ and any length outside 1 to 64 is refused with a
// store.Invalid that says why. testdata/canonical.json holds the vectors that the input field's script shares.
func Canonical(raw string) (string, error) {
	if len(raw) > maxRaw {
		return "", refuse(fmt.Sprintf("This code is far too long. A code has at most %d characters.", MaxCode))
	}
	if !utf8.ValidString(raw) {
		return "", refuse("This code is not readable text. Type it again with letters A to Z, digits, - and _.")
	}
	text := strings.TrimFunc(stripMarks(norm.NFC.String(raw)), unicode.IsSpace)
	var out strings.Builder
	space := false
	for _, r := range text {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space {
			out.WriteByte('-')
			space = false
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A' // only these: the capitals of ı and ſ are I and S, and nobody means those
		}
		if !allowed(r) {
			return "", refuse(fmt.Sprintf("A code cannot hold %s. Use letters A to Z, digits, - and _.", spell(r)))
		}
		out.WriteRune(r)
	}
	switch n := out.Len(); {
	case n == 0:
		return "", refuse("Enter a coupon code.")
	case n > MaxCode:
		return "", refuse(fmt.Sprintf("This code has %d characters. A code has at most %d.", n, MaxCode))
	}
	return out.String(), nil
}

// checkCanonical refuses what is not a canonical code already, so that no other text ever reaches a service.
func checkCanonical(code string) error {
	canonical, err := Canonical(code)
	if err == nil && canonical != code {
		err = refuse("This code is not in its canonical form " + canonical + ".")
	}
	return err
}

func allowed(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}

// stripMarks drops what has no width and is pasted along unseen: soft hyphens, joiners, direction marks, BOMs.
func stripMarks(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x00AD, r == 0x180E, r == 0xFEFF,
			r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
			return -1
		}
		return r
	}, s)
}

// spell names a character so that its reader can find it: as it is when it is plain to see, with its number when
// it can be mistaken for another (Cyrillic А), by its number alone when it cannot be seen.
func spell(r rune) string {
	switch {
	case r == '"':
		return "a quotation mark"
	case r > ' ' && r < 0x7f:
		return fmt.Sprintf("\"%c\"", r)
	case unicode.IsControl(r):
		return fmt.Sprintf("an invisible control character (U+%04X)", r)
	case unicode.IsPrint(r) && !unicode.Is(unicode.M, r):
		return fmt.Sprintf("\"%c\" (U+%04X)", r, r)
	}
	return fmt.Sprintf("the character U+%04X", r)
}

func refuse(sentence string) error { return store.Invalid{Field: "coupon_code", Sentence: sentence} }

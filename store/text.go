package store

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// clean makes text that both engines take: valid UTF-8 without NUL.
func clean(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.ReplaceAll(text, "\x00", "")
}

// cut is clean text of at most most runes.
func cut(text string, most int) string {
	text = clean(text)
	if len(text) <= most {
		return text
	}
	for i := range text {
		if most == 0 {
			return text[:i]
		}
		most--
	}
	return text
}

// soundLink says whether text is an https address that may be shown to people: of a sane length, with a host and
// without a password.
func soundLink(text string) bool {
	if len(text) > 2000 || !printable(text) || strings.ContainsAny(text, ` "<>\^{|}`+"`") {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil
}

// ms is a moment as the database keeps it: Unix milliseconds UTC, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at is the moment that ms made: the zero time for 0.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// now is the present moment as the database keeps it.
func (w *Workspace) now() int64 { return ms(w.s.clock.Now()) }

// now is the present moment as the database keeps it.
func (s *Store) now() int64 { return ms(s.clock.Now()) }

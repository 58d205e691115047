package bot

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var tagPattern = regexp.MustCompile(`<[^<>]*>`)

// HTML is text in Telegram's HTML. It is made by Format and Escape only, so that no variable gets in unescaped.
type HTML string

// Format fills a format whose arguments are escaped, unless they are HTML already. Only the format itself holds
// tags.
func Format(format string, args ...any) HTML {
	safe := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case HTML:
			safe[i] = string(a)
		case string:
			safe[i] = string(Escape(a))
		case fmt.Stringer:
			safe[i] = string(Escape(a.String()))
		case error:
			safe[i] = string(Escape(a.Error()))
		default:
			safe[i] = a
		}
	}
	return HTML(fmt.Sprintf(format, safe...))
}

// Escape makes text show as it is.
func Escape(text string) HTML {
	return HTML(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text))
}

// plain is the text without its tags, as a person sees it.
func (h HTML) plain() string {
	return html.UnescapeString(tagPattern.ReplaceAllString(string(h), ""))
}

// Join puts paragraphs together with an empty line between them; empty ones are left out.
func Join(paragraphs ...HTML) HTML {
	kept := make([]string, 0, len(paragraphs))
	for _, p := range paragraphs {
		if p != "" {
			kept = append(kept, string(p))
		}
	}
	return HTML(strings.Join(kept, "\n\n"))
}

// Clean takes control characters, bidirectional marks and other invisible ones out of a name or another short
// text of a person, and shortens it to most characters.
func Clean(text string, most int) string {
	var out strings.Builder
	space := false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			space = out.Len() > 0
			continue
		case r == utf8.RuneError, r == '\u200d' && out.Len() == 0, !unicode.IsGraphic(r) && r != '\u200d', unicode.Is(unicode.Bidi_Control, r):
			continue
		}
		if most == 0 {
			break
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		out.WriteRune(r)
		most--
	}
	return out.String()
}

// Shorten cuts text to most characters, with … in the place of the rest.
func Shorten(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}

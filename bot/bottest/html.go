package bottest

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf16"
)

// knownTags are the tags of Telegram's HTML; any other makes the server refuse the whole message.
var knownTags = map[string]bool{
	"b": true, "strong": true, "i": true, "em": true, "u": true, "ins": true, "s": true, "strike": true, "del": true,
	"span": true, "tg-spoiler": true, "a": true, "code": true, "pre": true, "blockquote": true, "tg-emoji": true,
}

var (
	tagPattern    = regexp.MustCompile(`^<(/?)([a-zA-Z-]+)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>`)
	entityPattern = regexp.MustCompile(`^&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});`)
)

// parseHTML gives the text that a person sees. It is stricter than Telegram in one point: a lone & is refused
// too, since it shows that a variable was not escaped.
func parseHTML(in string) (string, error) {
	var out strings.Builder
	var open []string
	for i := 0; i < len(in); {
		switch in[i] {
		case '<':
			m := tagPattern.FindStringSubmatch(in[i:])
			if m == nil {
				return "", fmt.Errorf("can't parse entities: Unsupported start tag at byte offset %d", i)
			}
			name := strings.ToLower(m[2])
			if err := nest(&open, name, m[1] == "/", m[3], i); err != nil {
				return "", err
			}
			i += len(m[0])
		case '&':
			m := entityPattern.FindString(in[i:])
			if m == "" {
				return "", fmt.Errorf("can't parse entities: unescaped & at byte offset %d", i)
			}
			out.WriteString(html.UnescapeString(m))
			i += len(m)
		case '>':
			return "", fmt.Errorf("can't parse entities: unescaped > at byte offset %d", i)
		default:
			out.WriteByte(in[i])
			i++
		}
	}
	if len(open) > 0 {
		return "", fmt.Errorf("can't parse entities: Can't find end tag corresponding to start tag %q", open[len(open)-1])
	}
	return out.String(), nil
}

// nest opens or closes a tag.
func nest(open *[]string, name string, closing bool, attributes string, at int) error {
	if !knownTags[name] {
		return fmt.Errorf("can't parse entities: Unsupported start tag %q at byte offset %d", name, at)
	}
	if !closing {
		if name == "span" && strings.TrimSpace(attributes) != `class="tg-spoiler"` {
			return fmt.Errorf(`can't parse entities: Tag "span" must have class "tg-spoiler" at byte offset %d`, at)
		}
		*open = append(*open, name)
		return nil
	}
	if len(*open) == 0 || (*open)[len(*open)-1] != name {
		return fmt.Errorf("can't parse entities: Unmatched end tag at byte offset %d, found %q", at, name)
	}
	*open = (*open)[:len(*open)-1]
	return nil
}

// units counts text as Telegram does, in UTF-16 code units.
func units(text string) int { return len(utf16.Encode([]rune(text))) }

package bot

import "strings"

// Command is a message that begins with a slash, read from its raw text: Telegram's own command entities end at
// the first dash.
type Command struct {
	Name string // lower case, without slash and mention; "" when the message is no command
	Rest string // what follows the name, trimmed
	Body string // everything after the slash, without the mention
	Mine bool   // the bot was mentioned by name
}

// ParseCommand reads a command. It reports false for other text, and for a command that mentions another bot.
func ParseCommand(text, username string) (Command, bool) {
	body, ok := strings.CutPrefix(strings.TrimSpace(text), "/")
	if !ok || body == "" {
		return Command{}, false
	}
	word := body
	if i := strings.IndexFunc(body, isSpace); i >= 0 {
		word = body[:i]
	}
	var c Command
	if at := strings.IndexByte(word, '@'); at >= 0 {
		mention := word[at+1:]
		if slash := strings.IndexByte(mention, '/'); slash >= 0 {
			mention = mention[:slash]
		}
		if !strings.EqualFold(mention, username) {
			return Command{}, false
		}
		c.Mine = true
		body = body[:at] + body[at+1+len(mention):]
	}
	name, rest := body, ""
	if i := strings.IndexFunc(body, isSpace); i >= 0 {
		name, rest = body[:i], strings.TrimSpace(body[i:])
	}
	c.Name, c.Rest, c.Body = strings.ToLower(name), rest, strings.TrimSpace(body)
	return c, c.Body != ""
}

func isSpace(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\u00a0' }

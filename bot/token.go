package bot

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
)

// tokenPattern is how BotFather's tokens look: the number of the bot, a colon, a secret.
var tokenPattern = regexp.MustCompile(`^([0-9]{1,20}):([A-Za-z0-9_-]{3,200})$`)

// Token is a bot's token. However it is printed, logged or turned into JSON, only the bot's number shows.
type Token struct{ id, secret string }

// ParseToken reads a token as BotFather gives it. Its error never holds the token.
func ParseToken(text string) (Token, error) {
	m := tokenPattern.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return Token{}, errors.New("this is no bot token. BotFather gives one like 123456789:AAH… : digits, a colon, letters")
	}
	return Token{id: m[1], secret: m[2]}, nil
}

// BotID is Telegram's number of the bot.
func (t Token) BotID() int64 {
	id, _ := strconv.ParseInt(t.id, 10, 64) // the pattern lets digits through only
	return id
}

// reveal is the token itself, for the address of a request and nothing else.
func (t Token) reveal() string { return t.id + ":" + t.secret }

// String hides the secret.
func (t Token) String() string { return t.id + ":•••" }

// GoString hides the secret from %#v.
func (t Token) GoString() string { return t.String() }

// Format hides the secret from every verb, %x and %d included.
func (t Token) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(t.String())) }

// LogValue hides the secret from slog.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText hides the secret from JSON.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// redact takes the token out of a text, whole or its secret alone.
func (t Token) redact(text string) string {
	if t.secret == "" {
		return text
	}
	return strings.ReplaceAll(text, t.secret, "•••")
}

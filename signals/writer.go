package signals

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"

	"promostack/store"
)

// Writer adds a paragraph to a post that is complete without it. It may be asked of any OpenAI-compatible server; what
// comes back is used only when it can do no harm, else a fixed line is.
type Writer struct {
	client *openai.Client // nil: fixed lines only
	model  string
	clock  store.Clock
}

// WriterOptions are what a writer needs; without a key it uses fixed lines.
type WriterOptions struct {
	Base, Key, Model string
	HTTP             *http.Client // nil = one without redirects
	Clock            store.Clock
}

// writeWithin is how long an answer may take.
const writeWithin = 5 * time.Second

// maxComment is the longest paragraph, in characters.
const maxComment = 300

// NewWriter makes a writer.
func NewWriter(o WriterOptions) *Writer {
	w := &Writer{model: o.Model, clock: o.Clock}
	if o.Key == "" {
		return w
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	cfg := openai.DefaultConfig(o.Key)
	cfg.BaseURL = strings.TrimRight(o.Base, "/")
	cfg.HTTPClient = capped{o.HTTP}
	w.client = openai.NewClientWithConfig(cfg)
	return w
}

// capped reads at most 64 KB of an answer.
type capped struct{ client *http.Client }

// Do sends a request.
func (c capped) Do(r *http.Request) (*http.Response, error) {
	res, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, 64<<10), res.Body}
	return res, nil
}

// Comment is the paragraph below a post: facts are the plain lines that the post states, prompt says what is wanted,
// seed chooses the fixed line, so that a repeated post has the same text. It never fails and takes five seconds at most.
func (w *Writer) Comment(ctx context.Context, prompt, facts string, lines []string, seed int64) string {
	fixed := ""
	if len(lines) > 0 {
		fixed = lines[int(uint64(seed)%uint64(len(lines)))]
	}
	if w == nil || w.client == nil {
		return fixed
	}
	text, err := w.ask(ctx, prompt, facts)
	if err != nil || Harmful(text, facts) != "" {
		return fixed
	}
	return text
}

func (w *Writer) ask(ctx context.Context, prompt, facts string) (string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := w.clock.Timer(writeWithin)
	defer timer.Stop()
	go func() {
		select {
		case <-timer.C():
			cancel(errors.New("the AI took too long"))
		case <-ctx.Done():
		}
	}()
	req := openai.ChatCompletionRequest{
		Model: w.model, Temperature: 0.7,
		//lint:ignore SA1019 servers other than OpenAI's own know only this name
		MaxTokens: 200,
		Messages: []openai.ChatCompletionMessage{
			{Role: openai.ChatMessageRoleSystem, Content: prompt + " Plain text, at most 280 characters, no links, no markup, no promises."},
			{Role: openai.ChatMessageRoleUser, Content: facts},
		},
	}
	res, err := w.client.CreateChatCompletion(ctx, req)
	var refused *openai.APIError
	if errors.As(err, &refused) && refused.HTTPStatusCode == http.StatusBadRequest { // reasoning models want other names
		//lint:ignore SA1019 the name is taken out again
		req.MaxTokens = 0
		req.MaxCompletionTokens, req.Temperature = 200, 0
		res, err = w.client.CreateChatCompletion(ctx, req)
	}
	if err != nil {
		return "", fmt.Errorf("ask the AI: %w", err)
	}
	if len(res.Choices) == 0 {
		return "", errors.New("the AI said nothing")
	}
	return strings.Join(strings.Fields(res.Choices[0].Message.Content), " "), nil
}

var (
	figure  = regexp.MustCompile(`\d+(?:[.,]\d+)*`)
	link    = regexp.MustCompile(`(?i)(https?://|www\.|t\.me/|@\w{3,}|\b[a-z0-9-]+\.(com|net|org|io|me|ru|xyz|app|link)\b)`)
	ticker  = regexp.MustCompile(`\b(?:[A-Z]{3}/?[A-Z]{3}|BTC|ETH|XAG|OIL|USOIL|NASDAQ|SPX)\b`)
	promise = regexp.MustCompile(`(?i)\b(guarantee\w*|risk[- ]?free|sure (thing|profit|win)|can(no|')t lose|never lose|easy money|double your|100 ?%|always wins?|no risk|financial freedom|buy now|all[- ]in)\b`)
)

// Harmful says why a paragraph may not stand below the facts; "" when it may. It refuses what is empty, too long or
// markup, links, any number or ticker that the facts do not hold, and promises.
func Harmful(text, facts string) string {
	switch {
	case strings.TrimSpace(text) == "":
		return "it is empty"
	case utf8.RuneCountInString(text) > maxComment:
		return "it is too long"
	case strings.ContainsAny(text, "<>[]`*_#|~"):
		return "it holds markup"
	case link.MatchString(text):
		return "it holds a link or a name"
	case promise.MatchString(text):
		return "it promises something"
	}
	for _, r := range text {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' {
			return "it holds a control character"
		}
		if unicode.IsNumber(r) && (r < '0' || r > '9') {
			return "it writes a number in other digits"
		}
	}
	for _, n := range figure.FindAllString(text, -1) {
		if !holds(facts, n) {
			return "the number " + n + " is not among the facts"
		}
	}
	for _, t := range ticker.FindAllString(text, -1) {
		if !strings.Contains(strings.ReplaceAll(facts, "/", ""), strings.ReplaceAll(t, "/", "")) {
			return t + " is not among the facts"
		}
	}
	return ""
}

// holds reports whether the facts hold the number as a whole one, not as a part of another.
func holds(facts, number string) bool {
	for _, n := range figure.FindAllString(facts, -1) {
		if strings.ReplaceAll(n, ",", "") == strings.ReplaceAll(number, ",", "") {
			return true
		}
	}
	return false
}

// The fixed lines, for when no AI is there or what it said may not be posted.
var (
	wonLines = []string{
		"Clean exit at the target. On to the next one.",
		"The plan was written down, the market did the rest.",
		"Target reached, exactly as posted.",
		"Patience paid. The level was hit.",
	}
	dayLines  = []string{"Every signal above is in the public record, whatever its result.", "The same rule decides again tomorrow."}
	weekLines = []string{"A week is a small sample. The record shows the long run.", "Every result of the week is in the public record."}
)

// CommentFor is the paragraph of a post of the given kind ("won", "daily", "weekly").
func (w *Writer) CommentFor(ctx context.Context, kind, facts string, seed int64, p Posting) string {
	prompt, lines := p.Celebrate, wonLines
	switch kind {
	case "daily":
		prompt, lines = p.Day, dayLines
	case "weekly":
		prompt, lines = p.Week, weekLines
	}
	if !p.Comment {
		return (&Writer{}).Comment(ctx, prompt, facts, lines, seed)
	}
	return w.Comment(ctx, prompt, facts, lines, seed)
}

package signals

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"promostack/store"
)

const facts = "BUY XAU/USD closed at 2662.00: +120.0 pips, +12.00 USD, +2.00 R."

// fakeAI answers each request with the next of its handlers, the last one again and again.
func fakeAI(t *testing.T, handlers ...http.HandlerFunc) *Writer {
	t.Helper()
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer sk-test" {
			t.Errorf("%s with %q", r.URL.Path, r.Header.Get("Authorization"))
		}
		h := handlers[min(n, len(handlers)-1)]
		n++
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return NewWriter(WriterOptions{Base: s.URL + "/v1", Key: "sk-test", Model: "gpt-4o-mini", Clock: store.SystemClock()})
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		body, _ := json.Marshal(map[string]any{"choices": []any{map[string]any{"message": map[string]any{"role": "assistant", "content": text}}}})
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

func TestGoodParagraphIsUsed(t *testing.T) {
	for _, text := range []string{"Another winner in the books!", "That is +120.0 pips, well done.", "Gold did what the plan said."} {
		if got := fakeAI(t, says(text)).Comment(t.Context(), "p", facts, []string{"fixed"}, 1); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestHarmfulParagraphsAreNotUsed(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "html": "<b>Yes</b>", "markdown": "*bold* and _more_", "long": strings.Repeat("word ", 1800), "wrong number": "We made +500 pips!",
		"part of a number": "That is 12 pips", "other digits": "We made ٥٠٠ pips", "link": "See https://example.com", "bare link": "join example.com today",
		"handle": "follow @goldking", "promise": "Guaranteed profit again tomorrow!", "risk free": "A risk-free trade", "ticker": "Next up is BTC", "pair": "Now buy EUR/USD",
		"percent": "We win 100 % of the time", "control": "fine\u202etext",
	} {
		if got := fakeAI(t, says(text)).Comment(t.Context(), "p", facts, []string{"fixed"}, 1); got != "fixed" {
			t.Errorf("%s: %q was used", name, got)
		}
	}
}

func TestBrokenAIGivesTheFixedLine(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"401": status(401, `{"error":{"message":"Incorrect API key provided: sk-test","type":"invalid_request_error","code":"invalid_api_key"}}`),
		"429": status(429, `{"error":{"message":"quota","type":"insufficient_quota","code":"insufficient_quota"}}`),
		"500": status(500, `{"error":{"message":"x","type":"server_error"}}`), "html": status(502, "<html>"), "not json": status(200, "hello"),
		"no choices": status(200, `{"choices":[]}`), "null": status(200, `{"choices":[{"message":{"content":null,"refusal":"no"}}]}`),
		"huge": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1<<20)) },
	} {
		if got := fakeAI(t, h).Comment(t.Context(), "p", facts, []string{"fixed"}, 1); got != "fixed" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := NewWriter(WriterOptions{}).Comment(t.Context(), "p", facts, []string{"a", "b"}, 3); got != "b" {
		t.Errorf("without a key: %q", got)
	}
}

// TestReasoningModelsAreAskedAgainInTheirWords: they refuse max_tokens and temperature once.
func TestReasoningModelsAreAskedAgainInTheirWords(t *testing.T) {
	second := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"max_tokens"`) || !strings.Contains(string(body), `"max_completion_tokens"`) {
			t.Errorf("asked again with %s", body)
		}
		says("Well done.")(w, r)
	}
	w := fakeAI(t, status(400, `{"error":{"message":"Unsupported parameter: 'max_tokens'","param":"max_tokens","code":"unsupported_parameter"}}`), second)
	if got := w.Comment(t.Context(), "p", facts, []string{"fixed"}, 1); got != "Well done." {
		t.Errorf("%q", got)
	}
}

func TestHangingAIIsGivenUpAfterFiveSeconds(t *testing.T) {
	clock := store.NewManualClock(tuesday)
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(release) })
	w := NewWriter(WriterOptions{Base: s.URL + "/v1", Key: "k", Model: "m", Clock: clock})
	got := make(chan string)
	go func() { got <- w.Comment(t.Context(), "p", facts, []string{"fixed"}, 1) }()
	for clock.Waiting() == 0 {
		select {
		case text := <-got:
			t.Fatalf("gave %q before the deadline", text)
		case <-time.After(time.Millisecond):
		}
	}
	clock.Advance(writeWithin)
	if text := <-got; text != "fixed" {
		t.Fatalf("%q", text)
	}
}

package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
)

const (
	answerMost    = 8 << 20          // bytes of an answer that are read: a hundred updates of the largest kind
	callTimeout   = 20 * time.Second // for a request without a file
	uploadTimeout = 60 * time.Second // for one with a file
	pollTimeout   = 50 * time.Second // Telegram's longest long poll
)

// client speaks to one Bot API server for one bot. It is safe for concurrent use.
type client struct {
	token Token
	base  string
	http  *http.Client
	lib   *tg.Bot
}

// newClient makes a client; it asks nothing yet.
func newClient(token Token, base string, log *slog.Logger) (*client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	transport.ResponseHeaderTimeout = pollTimeout + 15*time.Second
	c := &client{token: token, base: strings.TrimRight(base, "/")}
	c.http = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	lib, err := tg.New(token.reveal(), tg.WithSkipGetMe(), tg.WithServerURL(c.base), tg.WithHTTPClient(pollTimeout, c),
		tg.WithErrorsHandler(func(err error) { log.Debug("telegram client", "err", token.redact(err.Error())) }))
	if err != nil {
		return nil, fmt.Errorf("make the client: %s", token.redact(err.Error()))
	}
	c.lib = lib
	return c, nil
}

type answerKey struct{}

// Do carries a request of the library. It caps the answer, keeps what Telegram said where call finds it, and turns
// what is no JSON (a proxy's page) into an answer that the library can read.
func (c *client) Do(r *http.Request) (*http.Response, error) {
	res, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil {
		return nil, err
	}
	got, body := readAnswer(res, body)
	if into, ok := r.Context().Value(answerKey{}).(*answer); ok {
		*into = got
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// readAnswer reads the frame that every answer comes in.
func readAnswer(res *http.Response, body []byte) (answer, []byte) {
	var frame struct {
		OK          bool   `json:"ok"`
		ErrorCode   int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int   `json:"retry_after"`
			MigrateTo  int64 `json:"migrate_to_chat_id"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(body, &frame); err != nil || (!frame.OK && frame.ErrorCode == 0) {
		frame.OK, frame.ErrorCode, frame.Description = false, res.StatusCode, "the answer is not from the Bot API: "+http.StatusText(res.StatusCode)
		if res.StatusCode < 400 {
			frame.ErrorCode = http.StatusBadGateway
		}
		body, _ = json.Marshal(frame) // plain fields always marshal
	}
	a := answer{
		ok: frame.OK, status: res.StatusCode, code: frame.ErrorCode, description: frame.Description,
		retryAfter: frame.Parameters.RetryAfter, migrateTo: frame.Parameters.MigrateTo,
	}
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && a.retryAfter == 0 {
		a.retryAfter = n
	}
	return a, body
}

// call makes one attempt at a method through the library. Its error is a *Failure.
func (c *client) call(ctx context.Context, method string, do func(ctx context.Context, lib *tg.Bot) error) error {
	var got answer
	err := do(context.WithValue(ctx, answerKey{}, &got), c.lib)
	switch {
	case err == nil:
		return nil
	case got.status == 0:
		return network(method, err, c.token)
	case got.ok:
		return &Failure{Class: Ambiguous, Method: method, Code: got.status, Description: c.token.redact(err.Error())}
	}
	return got.classify(method)
}

// raw makes one attempt at a method that the library does not offer, and gives the result as JSON.
func (c *client) raw(ctx context.Context, method string, params any) (json.RawMessage, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/bot"+c.token.reveal()+"/"+method, bytes.NewReader(body))
	if err != nil {
		return nil, network(method, err, c.token)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, network(method, err, c.token)
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(io.LimitReader(res.Body, answerMost)); err != nil {
		return nil, network(method, err, c.token)
	}
	got, body := readAnswer(res, body)
	if !got.ok {
		return nil, got.classify(method)
	}
	var frame struct {
		Result json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(body, &frame); err != nil {
		return nil, &Failure{Class: Ambiguous, Method: method, Description: "the answer cannot be read"}
	}
	return frame.Result, nil
}

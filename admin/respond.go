package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"promostack/render"
	"promostack/store"
)

// problem is an answer other than success, in words for the person who asked.
type problem struct {
	status   int
	sentence string
	field    string         // what in the request is to blame; "" = all of it
	retry    time.Duration  // when it makes sense to try again; 0 = not said
	more     map[string]any // further keys of the answer
}

// Error is the sentence.
func (p problem) Error() string { return p.sentence }

var unauthorized = problem{status: http.StatusUnauthorized, sentence: "Unauthorized"}

func tooLarge(limit int64) problem {
	size := strconv.FormatInt(limit>>10, 10) + " KB"
	if limit >= 1<<20 {
		size = strconv.FormatInt(limit>>20, 10) + " MB"
	}
	return problem{status: http.StatusRequestEntityTooLarge, sentence: "That is too large. At most " + size + " are accepted here."}
}

var tooSlow = problem{status: http.StatusRequestTimeout, sentence: "This arrived too slowly. Check your connection, then try again."}

func badRequest(sentence string) problem {
	return problem{status: http.StatusBadRequest, sentence: sentence}
}

// tooMany asks the person to wait; wait is rounded up to whole seconds.
func tooMany(wait time.Duration) problem {
	return problem{status: http.StatusTooManyRequests, retry: wait,
		sentence: fmt.Sprintf("Too many requests. Try again in %s.", seconds(wait))}
}

func seconds(d time.Duration) string {
	n := wholeSeconds(d)
	if n == 1 {
		return "one second"
	}
	return strconv.Itoa(n) + " seconds"
}

func wholeSeconds(d time.Duration) int { return max(1, int((d+time.Second-1)/time.Second)) }

// explain is the one mapping from an error to an answer. The second result is false for what nobody planned: such an
// error goes to the log, and the person gets a general sentence with the request's number.
func explain(err error) (problem, bool) {
	var (
		p       problem
		invalid store.Invalid
		large   *http.MaxBytesError
	)
	switch {
	case errors.As(err, &p):
		return p, true
	case errors.As(err, &invalid):
		return problem{status: http.StatusUnprocessableEntity, sentence: invalid.Sentence, field: invalid.Field}, true
	case errors.As(err, &large):
		return tooLarge(large.Limit), true
	case errors.Is(err, store.ErrNotFound):
		return problem{status: http.StatusNotFound, sentence: "There is nothing here, or not any more."}, true
	case errors.Is(err, store.ErrConflict):
		return problem{status: http.StatusConflict, sentence: "Somebody else changed this in the meantime. Load it again, then repeat your change."}, true
	case errors.Is(err, store.ErrBusy), errors.Is(err, render.ErrBusy):
		return problem{status: http.StatusServiceUnavailable, sentence: "There is too much to do right now. Try again in a moment.", retry: 2 * time.Second}, true
	case errors.Is(err, store.ErrFull):
		return problem{status: http.StatusInsufficientStorage, sentence: "The disk of the server is full. Free some space, then try again."}, true
	case errors.Is(err, context.DeadlineExceeded):
		return problem{status: http.StatusServiceUnavailable, sentence: "This took too long. Try again in a moment.", retry: 5 * time.Second}, true
	}
	return problem{status: http.StatusInternalServerError,
		sentence: "Something went wrong on our side. Try again; if it stays, tell us the number of this request."}, false
}

// fail answers with an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	in := about(r)
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		s.Log.Debug("the client went away", "request", in.id, "err", err)
		return
	}
	p, planned := explain(err)
	if !planned {
		s.Log.Error("request failed", "request", in.id, "method", r.Method, "route", in.pattern, "err", err)
	}
	if in.wrote() {
		// The head is gone; all that is left is to break off, so that nobody takes the rest for the whole.
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Encoding", "Content-Disposition", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(wholeSeconds(p.retry)))
	}
	if p.status == http.StatusRequestEntityTooLarge {
		h.Set("Connection", "close") // the rest of the body is not worth reading
	}
	if !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.errorPage(w, r, p)
		return
	}
	body := map[string]any{"success": false, "error": p.sentence, "id": in.id}
	if p.field != "" {
		body["field"] = p.field
	}
	if p.retry > 0 {
		body["retry_after"] = wholeSeconds(p.retry)
	}
	maps.Copy(body, p.more)
	if err := s.writeJSON(w, r, p.status, body); err != nil {
		s.Log.Debug("answer not delivered", "request", in.id, "err", err)
	}
}

// ok answers success with nothing to say.
func (s *Server) ok(w http.ResponseWriter, r *http.Request) error {
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true})
}

// writeJSON answers with v. Answers of the API are not kept by anybody unless the handler said otherwise.
func (s *Server) writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // the answer is application/json with nosniff; escaping would only fatten it
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	return writeText(w, r, status, body.Bytes())
}

// readJSON reads a JSON body into v; keys that v does not have are skipped.
func readJSON(r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return problem{status: http.StatusUnsupportedMediaType, sentence: "Send this as JSON, with Content-Type: application/json."}
	}
	decoder := json.NewDecoder(r.Body)
	err := decoder.Decode(v)
	if err == nil {
		if _, rest := decoder.Token(); !errors.Is(rest, io.EOF) {
			return badRequest("There is something behind the end of the JSON.")
		}
		return nil
	}
	var (
		large *http.MaxBytesError
		kind  *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &large):
		return err
	case errors.As(err, &kind):
		return problem{status: http.StatusBadRequest, field: kind.Field, sentence: fmt.Sprintf("%q has the wrong type.", kind.Field)}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return err
	case isTimeout(err):
		return bodyError(err)
	}
	return badRequest("This is not valid JSON.")
}

package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// readBody reads a JSON body into v and gives the bytes too, for a second look.
func readBody(r *http.Request, v any) (json.RawMessage, error) {
	var raw json.RawMessage
	if err := readJSON(r, &raw); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return nil, wrongType(err)
	}
	return raw, nil
}

// wrongType says which part of a JSON body could not be read.
func wrongType(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return problem{status: http.StatusBadRequest, field: kind.Field, sentence: fmt.Sprintf("%q has the wrong type.", kind.Field)}
	}
	return badRequest("This is not valid JSON.")
}

// encode is v as JSON; only for our own shapes, all of which can be encoded.
func encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return raw
}

// queryNumber is a number of the query, or otherwise when it is missing or odd; at least low, at most high.
func queryNumber(r *http.Request, name string, otherwise, low, high int) int {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil {
		return otherwise
	}
	return min(max(n, low), high)
}

// readForm walks the parts of a multipart body, at most maxParts of them, each field of at most maxField bytes. file is called
// for every part that has a file name, with the fields that came before it; its reader ends with the call.
func readForm(r *http.Request, file func(fields map[string]string, name string, body io.Reader) error) (map[string]string, error) {
	reader, err := r.MultipartReader()
	if err != nil {
		return nil, problem{status: http.StatusUnsupportedMediaType, sentence: "Send this as multipart/form-data."}
	}
	fields := map[string]string{}
	for n := 0; ; n++ {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil
		}
		if err != nil {
			return nil, bodyError(err)
		}
		if n >= maxParts {
			return nil, badRequest("This form has too many parts.")
		}
		if part.FileName() != "" {
			if err := file(fields, part.FormName(), part); err != nil {
				return nil, err
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, maxField+1))
		if err != nil {
			return nil, bodyError(err)
		}
		if len(text) > maxField {
			return nil, badRequest("A field of this form is too long.")
		}
		fields[part.FormName()] = string(text)
	}
}

const (
	maxParts = 32
	maxField = 64 << 10
)

// bodyError tells a body that is too large from one that is broken.
func bodyError(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	if isTimeout(err) {
		return tooSlow
	}
	return badRequest("This form is broken off or not well-formed. Send it again.")
}

func isTimeout(err error) bool {
	var slow interface{ Timeout() bool }
	return errors.As(err, &slow) && slow.Timeout()
}

// asMap is one of our own shapes as an object to be added to.
func asMap(v any) map[string]any {
	var out map[string]any
	if err := json.Unmarshal(encode(v), &out); err != nil {
		panic(fmt.Sprintf("not an object: %T", v))
	}
	return out
}

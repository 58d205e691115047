package bottest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

const maxRequest = 50 << 20 // what an upload may weigh

// parseRequest reads the fields of a request in any of the four shapes that the API takes.
func parseRequest(r *http.Request) (map[string]any, error) {
	fields := map[string]any{}
	for name, values := range r.URL.Query() {
		fields[name] = values[len(values)-1]
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return nil, fmt.Errorf("content type: %w", err)
	}
	body := io.LimitReader(r.Body, maxRequest)
	switch kind {
	case "multipart/form-data":
		return fields, parseMultipart(multipart.NewReader(body, params["boundary"]), fields)
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, err
		}
		for name, values := range r.PostForm {
			fields[name] = values[len(values)-1]
		}
		return fields, nil
	case "application/json":
		raw, err := io.ReadAll(body)
		if err != nil {
			return nil, err
		}
		v, err := decodeJSON(raw)
		if err != nil {
			return nil, err
		}
		object, ok := v.(map[string]any)
		if !ok {
			return nil, errors.New("the body is no JSON object")
		}
		for name, one := range object {
			fields[name] = one
		}
	}
	return fields, nil
}

func parseMultipart(parts *multipart.Reader, fields map[string]any) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("multipart: %w", err)
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return fmt.Errorf("multipart %s: %w", part.FormName(), err)
		}
		if _, twice := fields[part.FormName()]; twice {
			return fmt.Errorf("the field %q came twice", part.FormName())
		}
		if part.FileName() != "" {
			fields[part.FormName()] = upload{Name: part.FileName(), Bytes: raw}
			continue
		}
		fields[part.FormName()] = string(raw)
	}
}

// decodeJSON keeps numbers as they were written, so that an Integer can be told from a Float.
func decodeJSON(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, errors.New("something follows the JSON value")
	}
	return v, nil
}

// args gives typed access to checked fields.
type args map[string]any

func (a args) text(name string) string { s, _ := a[name].(string); return s }
func (a args) number(name string) int64 {
	n, _ := a[name].(int64)
	return n
}
func (a args) flag(name string) bool { b, _ := a[name].(bool); return b }
func (a args) object(name string) args {
	o, _ := a[name].(map[string]any)
	return o
}
func (a args) list(name string) []any { l, _ := a[name].([]any); return l }
func (a args) has(name string) bool   { _, ok := a[name]; return ok }

package bottest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

//go:embed testdata/bot_api.json
var specJSON []byte

// spec is the machine-readable description of the Bot API that requests are checked against. A type is written
// as in the documentation ("Integer|String", "Array of MessageEntity"), with a leading ! when the field is required.
type spec struct {
	Methods map[string]map[string]string `json:"methods"`
	Types   map[string]map[string]string `json:"types"`
	Unions  map[string][]string          `json:"unions"`
}

func loadSpec() (*spec, error) {
	s := &spec{}
	if err := json.Unmarshal(specJSON, s); err != nil {
		return nil, fmt.Errorf("read the description of the Bot API: %w", err)
	}
	return s, nil
}

// upload is a file that came with a multipart request.
type upload struct {
	Name  string
	Bytes []byte
}

// check turns the fields of a request into typed values: unknown, missing and ill-typed ones are refused.
// Parts of a multipart request that only media refer to (attach://name) stand in files and need no field.
func (s *spec) check(method string, raw map[string]any) (map[string]any, error) {
	fields := s.Methods[method]
	out := map[string]any{}
	for name, v := range raw {
		want, known := fields[name]
		if !known {
			return nil, fmt.Errorf("unknown field %q in %s", name, method)
		}
		typed, err := s.value(strings.TrimPrefix(want, "!"), v, true)
		if err != nil {
			return nil, fmt.Errorf("field %q of %s: %w", name, method, err)
		}
		out[name] = typed
	}
	return out, missing(fields, out)
}

func missing(fields map[string]string, have map[string]any) error {
	for name, want := range fields {
		if _, ok := have[name]; !ok && strings.HasPrefix(want, "!") {
			return fmt.Errorf("required field %q is missing", name)
		}
	}
	return nil
}

// value checks v against a type; top says that a string may still be the form-encoded shape of something else.
func (s *spec) value(want string, v any, top bool) (any, error) {
	if alternatives := strings.Split(want, "|"); len(alternatives) > 1 {
		var firstErr error
		for _, one := range alternatives {
			typed, err := s.value(one, v, top)
			if err == nil {
				return typed, nil
			}
			if firstErr == nil || isObject(one) == isMap(v) {
				firstErr = err
			}
		}
		return nil, firstErr
	}
	if text, ok := v.(string); ok && top && want != "String" {
		return s.formValue(want, text)
	}
	switch want {
	case "String":
		return typeOf[string](v, want)
	case "Boolean":
		return typeOf[bool](v, want)
	case "Integer":
		return integer(v)
	case "Float":
		return typeOf[json.Number](v, want)
	case "InputFile":
		return typeOf[upload](v, want)
	}
	if item, ok := strings.CutPrefix(want, "Array of "); ok {
		return s.array(item, v)
	}
	return s.object(want, v)
}

func isObject(want string) bool {
	switch want {
	case "String", "Boolean", "Integer", "Float", "InputFile":
		return false
	}
	return !strings.HasPrefix(want, "Array of ")
}

func isMap(v any) bool { _, ok := v.(map[string]any); return ok }

// formValue reads what a form can only carry as text.
func (s *spec) formValue(want, text string) (any, error) {
	switch want {
	case "Integer":
		return integer(json.Number(text))
	case "Boolean":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%q is no Boolean", text)
		}
		return b, nil
	case "Float":
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return nil, fmt.Errorf("%q is no number", text)
		}
		return json.Number(text), nil
	case "InputFile":
		return nil, fmt.Errorf("%.40q is no file", text)
	}
	v, err := decodeJSON([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%.60q is no JSON for %s", text, want)
	}
	return s.value(want, v, false)
}

func typeOf[T any](v any, want string) (T, error) {
	t, ok := v.(T)
	if !ok {
		return t, fmt.Errorf("%.60v (%T) is no %s", v, v, want)
	}
	return t, nil
}

func integer(v any) (any, error) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, fmt.Errorf("%.60v (%T) is no Integer", v, v)
	}
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%.40q is no Integer", n.String())
	}
	return i, nil
}

func (s *spec) array(item string, v any) (any, error) {
	list, err := typeOf[[]any](v, "Array of "+item)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(list))
	for i, one := range list {
		typed, err := s.value(item, one, false)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		out = append(out, typed)
	}
	return out, nil
}

func (s *spec) object(want string, v any) (any, error) {
	in, err := typeOf[map[string]any](v, want)
	if err != nil {
		return nil, err
	}
	if members, ok := s.Unions[want]; ok {
		return s.union(want, members, in)
	}
	fields, ok := s.Types[want]
	if !ok {
		return nil, fmt.Errorf("the type %s is not described", want)
	}
	out := map[string]any{}
	for name, one := range in {
		t, known := fields[name]
		if !known {
			return nil, fmt.Errorf("unknown field %q in %s", name, want)
		}
		typed, err := s.value(strings.TrimPrefix(t, "!"), one, false)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", want, name, err)
		}
		out[name] = typed
	}
	return out, missing(fields, out)
}

// union finds the member of a union by its "type" where the members have one, else the first that fits.
func (s *spec) union(want string, members []string, in map[string]any) (any, error) {
	kind, _ := in["type"].(string)
	compact := strings.ReplaceAll(kind, "_", "")
	var lastErr error
	for _, m := range members {
		if kind != "" && !strings.HasSuffix(strings.ToLower(m), compact) {
			continue
		}
		typed, err := s.object(m, in)
		if err == nil {
			return typed, nil
		}
		lastErr = err
	}
	if lastErr == nil {
		lastErr = fmt.Errorf("%s has no kind %q", want, kind)
	}
	return nil, lastErr
}

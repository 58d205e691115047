package markup

import (
	"fmt"
	"html"
	"io"
	"reflect"
	"strings"
	"text/template/parse"
)

// execution is one filling of a page.
type execution struct {
	page  *Page
	w     io.Writer
	depth int
}

func valueOf(data any) reflect.Value { return reflect.ValueOf(data) }

func (x *execution) template(name string, dot reflect.Value) error {
	tree := x.page.trees[name]
	if tree == nil {
		return fmt.Errorf("page %s: there is no template %q", x.page.name, name)
	}
	if x.depth++; x.depth > 50 {
		return fmt.Errorf("page %s: template %q calls itself", x.page.name, name)
	}
	defer func() { x.depth-- }()
	if err := x.node(tree.Root, dot); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	return nil
}

func (x *execution) node(n parse.Node, dot reflect.Value) error {
	switch n := n.(type) {
	case *parse.ListNode:
		return x.list(n, dot)
	case *parse.TextNode:
		_, err := x.w.Write(n.Text)
		return err
	case *parse.ActionNode:
		return x.action(n, dot)
	case *parse.IfNode:
		v, err := x.pipe(n.Pipe, dot)
		if err != nil {
			return err
		}
		if truth(v) {
			return x.list(n.List, dot)
		}
		return x.list(n.ElseList, dot)
	case *parse.WithNode:
		v, err := x.pipe(n.Pipe, dot)
		if err != nil {
			return err
		}
		if truth(v) {
			return x.list(n.List, v)
		}
		return x.list(n.ElseList, dot)
	case *parse.RangeNode:
		return x.each(n, dot)
	case *parse.TemplateNode:
		v, err := x.pipe(n.Pipe, dot)
		if err != nil {
			return err
		}
		return x.template(n.Name, v)
	case *parse.CommentNode:
		return nil
	}
	return fmt.Errorf("%s is not supported", n)
}

func (x *execution) list(n *parse.ListNode, dot reflect.Value) error {
	if n == nil {
		return nil
	}
	for _, one := range n.Nodes {
		if err := x.node(one, dot); err != nil {
			return err
		}
	}
	return nil
}

// action writes one value, escaped.
func (x *execution) action(n *parse.ActionNode, dot reflect.Value) error {
	v, err := x.pipe(n.Pipe, dot)
	if err != nil {
		return err
	}
	text := ""
	if v = plain(v); v.IsValid() {
		text = fmt.Sprint(v.Interface())
	}
	if x.page.urls[n] && !safeAddress(text) {
		text = "#"
	}
	_, err = io.WriteString(x.w, html.EscapeString(text))
	return err
}

// each runs a range over a slice, or as often as a number says.
func (x *execution) each(n *parse.RangeNode, dot reflect.Value) error {
	v, err := x.pipe(n.Pipe, dot)
	if err != nil {
		return err
	}
	v = plain(v)
	if !truth(v) {
		return x.list(n.ElseList, dot)
	}
	switch v.Kind() {
	case reflect.Int:
		for i := range v.Int() {
			if err := x.list(n.List, valueOf(i)); err != nil {
				return err
			}
		}
		return nil
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := x.list(n.List, v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%s: cannot range over %s", n.Pipe, v.Type())
}

// pipe is the value of a pipeline; of more than one command or of variables we know nothing.
func (x *execution) pipe(n *parse.PipeNode, dot reflect.Value) (reflect.Value, error) {
	if n == nil {
		return reflect.Value{}, nil
	}
	if len(n.Cmds) != 1 || len(n.Decl) != 0 {
		return reflect.Value{}, fmt.Errorf("%s is not supported", n)
	}
	args := n.Cmds[0].Args
	if name, ok := args[0].(*parse.IdentifierNode); ok {
		return x.call(name.Ident, args[1:], dot)
	}
	if len(args) != 1 {
		return reflect.Value{}, fmt.Errorf("%s: only functions take arguments", n)
	}
	return x.argument(args[0], dot)
}

func (x *execution) argument(n parse.Node, dot reflect.Value) (reflect.Value, error) {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot, nil
	case *parse.FieldNode:
		return field(dot, n.Ident)
	case *parse.StringNode:
		return valueOf(n.Text), nil
	case *parse.BoolNode:
		return valueOf(n.True), nil
	case *parse.NumberNode:
		if n.IsInt {
			return valueOf(int(n.Int64)), nil
		}
		return valueOf(n.Float64), nil
	case *parse.PipeNode:
		return x.pipe(n, dot)
	}
	return reflect.Value{}, fmt.Errorf("%s is not supported", n)
}

// field follows names through structs and maps with text keys.
func field(v reflect.Value, names []string) (reflect.Value, error) {
	for _, name := range names {
		v = plain(v)
		var next reflect.Value
		switch v.Kind() {
		case reflect.Struct:
			next = v.FieldByName(name)
		case reflect.Map:
			next = v.MapIndex(valueOf(name))
		}
		if !next.IsValid() {
			return reflect.Value{}, fmt.Errorf("there is no .%s", strings.Join(names, "."))
		}
		v = next
	}
	return v, nil
}

// plain looks through interfaces and pointers.
func plain(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v
}

// truth is false for nothing, zero, "" and what is empty.
func truth(v reflect.Value) bool {
	switch v = plain(v); v.Kind() {
	case reflect.Invalid:
		return false
	case reflect.Slice, reflect.Map:
		return v.Len() > 0
	}
	return !v.IsZero()
}

// safeAddress lets through addresses of this site, of the web and of mail.
func safeAddress(s string) bool {
	scheme, _, found := strings.Cut(s, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return true
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return true
	}
	return false
}

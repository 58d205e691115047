// Package markup fills HTML pages from plain data. Its syntax is that of html/template as far as our pages use it:
// fields, range, if, with, define, template, and functions.
//
// Why not html/template itself: it calls methods by their names at run time, so the linker must keep every exported
// method of everything that is linked, which made the binary 9 MB larger. Here a name is only ever a field, a map's key or
// a function that was given.
//
// Every value is escaped. A value may stand in text or inside a quoted attribute and nowhere else (Parse refuses
// the rest), and one at the begin of href, src or action must be an address that is safe to follow.
package markup

import (
	"fmt"
	"io"
	"maps"
	"text/template/parse"
)

// Funcs are what a page may call beside eq, ne, ge and index. Each returns one value, or a value and an error.
type Funcs map[string]any

// Page is a parsed page. It is safe for concurrent use.
type Page struct {
	name  string
	trees map[string]*parse.Tree
	funcs Funcs
	urls  map[parse.Node]bool // actions that begin an address
}

// Parse reads a page. The error is a mistake in the page: its syntax, or a value in a place where it cannot be escaped.
func Parse(name, text string, funcs Funcs) (*Page, error) {
	p := &Page{name: name, funcs: Funcs{"eq": equal, "ne": notEqual, "ge": atLeast, "index": index}, urls: map[parse.Node]bool{}}
	maps.Copy(p.funcs, funcs)
	trees, err := parse.Parse(name, text, "{{", "}}", p.funcs)
	if err != nil {
		return nil, fmt.Errorf("parse page %s: %w", name, err)
	}
	p.trees = trees
	for _, tree := range trees {
		if err := p.check(tree.Root, &place{}); err != nil {
			return nil, fmt.Errorf("page %s: %w", tree.Name, err)
		}
	}
	return p, nil
}

// Execute writes the page filled with data: a map with text keys, or a struct. A name that the data lacks is an error.
func (p *Page) Execute(w io.Writer, data any) error {
	x := &execution{page: p, w: w}
	return x.template(p.name, valueOf(data))
}

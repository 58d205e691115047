package markup

import (
	"fmt"
	"strings"
	"text/template/parse"
)

// place is where in the markup the text has got to.
type place struct {
	inTag     bool
	tag       string // name of the open tag
	attribute string // of the open quotes
	quote     byte   // 0 outside quotes
	begin     bool   // nothing stands in the quotes yet
	raw       string // "script" or "style" while inside one
	comment   bool
	opening   bool // the text ended with "<" or "</", and what follows would name a tag
}

// text moves the place over a piece of text.
func (p *place) text(s string) {
	p.opening = false
	for i := 0; i < len(s); i++ {
		rest := s[i:]
		switch {
		case p.comment:
			if strings.HasPrefix(rest, "-->") {
				p.comment = false
			}
		case p.quote != 0:
			p.begin = false
			if s[i] == p.quote {
				p.quote, p.attribute = 0, ""
			}
		case p.inTag:
			p.tagByte(s, i)
		case p.raw != "":
			if len(rest) > len(p.raw)+2 && strings.EqualFold(rest[:len(p.raw)+2], "</"+p.raw) {
				p.raw, p.inTag, p.tag = "", true, ""
			}
		case strings.HasPrefix(rest, "<!--"):
			p.comment = true
		case s[i] == '<' && len(rest) > 1 && (rest[1] == '/' || rest[1] == '!' || isLetter(rest[1])):
			p.inTag, p.tag = true, strings.ToLower(word(rest[1:]))
		case rest == "<":
			p.opening = true
		}
	}
	p.opening = p.opening || p.inTag && strings.HasSuffix(s, "</")
}

// tagByte moves over one byte inside a tag and outside quotes.
func (p *place) tagByte(s string, i int) {
	switch s[i] {
	case '"', '\'':
		p.quote, p.begin = s[i], true
		before := strings.TrimRight(s[:i], "= \t\n")
		p.attribute = strings.ToLower(before[strings.LastIndexAny(before, " \t\n\"'")+1:])
	case '>':
		p.inTag = false
		if p.tag == "script" || p.tag == "style" {
			p.raw = p.tag
		}
		p.tag = ""
	}
}

// value says whether a value may stand here, and whether it begins an address.
func (p *place) value() (url bool, err error) {
	switch {
	case p.comment:
		return false, nil
	case p.opening:
		return false, fmt.Errorf("a value cannot name a tag")
	case p.quote != 0:
		if strings.HasPrefix(p.attribute, "on") || p.attribute == "style" {
			return false, fmt.Errorf("a value cannot stand in the attribute %s", p.attribute)
		}
		// A value may be empty, so that the next one still begins the address.
		return p.begin && (p.attribute == "href" || p.attribute == "src" || p.attribute == "action"), nil
	case p.inTag:
		return false, fmt.Errorf("a value in the tag <%s> stands outside quotes", p.tag)
	case p.raw != "":
		return false, fmt.Errorf("a value cannot stand inside <%s>", p.raw)
	}
	return false, nil
}

// check walks the nodes in the order of the text and marks the actions that begin an address. Branches begin where
// their condition stands and must end alike.
func (p *Page) check(n parse.Node, at *place) error {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		for _, one := range n.Nodes {
			if err := p.check(one, at); err != nil {
				return err
			}
		}
	case *parse.TextNode:
		at.text(string(n.Text))
	case *parse.ActionNode:
		url, err := at.value()
		if err != nil {
			return fmt.Errorf("%s: %w", n, err)
		}
		if url {
			p.urls[n] = true
		}
	case *parse.IfNode:
		return p.branches(n.List, n.ElseList, at)
	case *parse.WithNode:
		return p.branches(n.List, n.ElseList, at)
	case *parse.RangeNode:
		return p.branches(n.List, n.ElseList, at)
	case *parse.TemplateNode:
		if at.inTag || at.raw != "" {
			return fmt.Errorf("%s: a template cannot stand inside a tag", n)
		}
	case *parse.CommentNode:
	default:
		return fmt.Errorf("%s is not supported", n)
	}
	return nil
}

func (p *Page) branches(list, otherwise *parse.ListNode, at *place) error {
	begin := *at
	if err := p.check(list, at); err != nil {
		return err
	}
	if otherwise != nil {
		if err := p.check(otherwise, &begin); err != nil {
			return err
		}
	}
	end := *at
	at.begin = at.begin || begin.begin
	end.begin, begin.begin = false, false
	if end != begin {
		return fmt.Errorf("a branch must end in the markup where the other one does")
	}
	return nil
}

func word(s string) string {
	for i := range len(s) {
		if !isLetter(s[i]) && (s[i] < '0' || s[i] > '9') {
			return s[:i]
		}
	}
	return s
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

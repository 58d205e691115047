package bot

import "strconv"

// heading is the little that must be known of an update before it is stored.
type heading struct {
	id   int64
	kind string
	lane int64 // the person's number; the chat's where there is no person
}

// readHeading finds the heading without decoding the rest: the webhook answers after this and one insert. It
// reports false for anything that is no update. The rest may still be unsound; that shows when it is handled.
func readHeading(body []byte) (h heading, ok bool) {
	s := scanner{b: body}
	seen := false
	sound := s.object(func(key []byte) bool {
		if string(key) == "update_id" {
			n, ok := s.number()
			h.id, seen = n, ok
			return ok
		}
		if s.peek() != '{' || h.kind != "" {
			return s.skip()
		}
		h.kind = string(key)
		return s.lane(&h)
	})
	return h, sound && seen && h.id >= 0
}

// lane reads whose update it is: from.id, else chat.id.
func (s *scanner) lane(h *heading) bool {
	var from, chat int64
	ok := s.object(func(key []byte) bool {
		switch string(key) {
		case "from":
			return s.id(&from)
		case "chat":
			return s.id(&chat)
		}
		return s.skip()
	})
	if h.lane = from; from == 0 || h.kind == "channel_post" {
		h.lane = chat
	}
	return ok
}

// id reads the field id of an object.
func (s *scanner) id(into *int64) bool {
	if s.peek() != '{' {
		return s.skip()
	}
	return s.object(func(key []byte) bool {
		if string(key) != "id" || s.peek() == '"' {
			return s.skip()
		}
		n, ok := s.number()
		*into = n
		return ok
	})
}

// scanner walks over JSON without taking memory.
type scanner struct {
	b []byte
	i int
}

// peek is the next byte that is no white space, 0 at the end.
func (s *scanner) peek() byte {
	for ; s.i < len(s.b); s.i++ {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
		default:
			return s.b[s.i]
		}
	}
	return 0
}

func (s *scanner) eat(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.i++
	return true
}

// object calls field at the value of every field; field must read or skip it.
func (s *scanner) object(field func(key []byte) bool) bool {
	if !s.eat('{') {
		return false
	}
	if s.eat('}') {
		return true
	}
	for {
		key, ok := s.text()
		if !ok || !s.eat(':') || !field(key) {
			return false
		}
		if s.eat('}') {
			return true
		}
		if !s.eat(',') {
			return false
		}
	}
}

// text reads a string as it is written, its escapes untouched.
func (s *scanner) text() ([]byte, bool) {
	if !s.eat('"') {
		return nil, false
	}
	for start := s.i; s.i < len(s.b); s.i++ {
		switch s.b[s.i] {
		case '\\':
			s.i++
		case '"':
			s.i++
			return s.b[start : s.i-1], true
		}
	}
	return nil, false
}

func (s *scanner) number() (int64, bool) {
	s.peek()
	start := s.i
	for s.i < len(s.b) && (s.b[s.i] == '-' || s.b[s.i] >= '0' && s.b[s.i] <= '9') {
		s.i++
	}
	n, err := strconv.ParseInt(string(s.b[start:s.i]), 10, 64)
	return n, err == nil
}

// skip walks over one value of any kind.
func (s *scanner) skip() bool {
	switch s.peek() {
	case '"':
		_, ok := s.text()
		return ok
	case '{', '[':
		return s.skipNested()
	case 0:
		return false
	}
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ',', '}', ']', ' ', '\n', '\t', '\r':
			return true
		}
		s.i++
	}
	return true
}

func (s *scanner) skipNested() bool {
	depth := 0
	for {
		switch s.peek() {
		case 0:
			return false
		case '"':
			if _, ok := s.text(); !ok {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.i++
		if depth == 0 {
			return true
		}
	}
}

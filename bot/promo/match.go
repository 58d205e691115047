package promo

import (
	"strings"
	"unicode"

	"promostack/store"
)

// plain is a name without case, dashes, spaces and signs: what people type is held against it.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// match finds the template that a name means: exactly, else by a beginning that only one has, else by a part that
// only one has. Where several fit equally they are the candidates.
func match(list []store.Template, name string) (found store.Template, candidates []store.Template) {
	want := plain(name)
	if want == "" {
		return store.Template{}, nil
	}
	for _, fits := range []func(have, want string) bool{
		func(have, want string) bool { return have == want }, strings.HasPrefix, strings.Contains,
	} {
		var hits []store.Template
		for _, t := range list {
			if fits(plain(t.Slug), want) || fits(plain(t.Name), want) {
				hits = append(hits, t)
			}
		}
		if len(hits) == 1 {
			return hits[0], nil
		}
		if len(hits) > 1 {
			return store.Template{}, hits
		}
	}
	return store.Template{}, nil
}

// split finds name and code in what follows the slash of a command: "flash-sale/SAVE20" or "flash sale SAVE20".
// With spaces, the longest beginning that is exactly a template's name is the name; else the first word is, unless
// only all words but the last mean something.
func split(list []store.Template, body string) (name, code string) {
	if i := strings.LastIndexByte(body, '/'); i >= 0 {
		return strings.TrimSpace(body[:i]), strings.TrimSpace(body[i+1:])
	}
	words := strings.Fields(body)
	if len(words) < 2 {
		return body, ""
	}
	for n := len(words); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		if isExactly(list, name) {
			return name, strings.Join(words[n:], " ")
		}
	}
	first, most := words[0], strings.Join(words[:len(words)-1], " ")
	if found, some := match(list, most); len(words) > 2 && (found.ID != 0 || len(some) > 0) {
		return most, words[len(words)-1]
	}
	return first, strings.Join(words[1:], " ")
}

func isExactly(list []store.Template, name string) bool {
	want := plain(name)
	for _, t := range list {
		if want != "" && (plain(t.Slug) == want || plain(t.Name) == want) {
			return true
		}
	}
	return false
}

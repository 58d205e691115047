package store_test

import (
	"bytes"
	"strings"
	"testing"

	"promostack/store"
)

func TestSealedTextOpensWithItsKeyAndPurposeOnly(t *testing.T) {
	s := store.NewSealer("correct horse")
	for _, plain := range [][]byte{[]byte("123:token"), {}, bytes.Repeat([]byte{0}, 5000)} {
		sealed := s.Seal("bot token", plain)
		if got, err := s.Open("bot token", sealed); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("got %q, %v", got, err)
		}
		if again := s.Seal("bot token", plain); again == sealed {
			t.Error("the same text is sealed the same twice")
		}
		if len(plain) > 0 && strings.Contains(sealed, string(plain)) {
			t.Error("the text is not hidden")
		}
		broken := []byte(sealed)
		broken[len(broken)/2] ^= 1
		for name, open := range map[string]func() ([]byte, error){
			"other purpose": func() ([]byte, error) { return s.Open("api key", sealed) },
			"other key":     func() ([]byte, error) { return store.NewSealer("correct horsf").Open("bot token", sealed) },
			"changed":       func() ([]byte, error) { return s.Open("bot token", string(broken)) },
			"cut":           func() ([]byte, error) { return s.Open("bot token", sealed[:10]) },
			"not sealed":    func() ([]byte, error) { return s.Open("bot token", "123:token") },
			"empty":         func() ([]byte, error) { return s.Open("bot token", "") },
		} {
			if got, err := open(); err == nil || got != nil || strings.Contains(err.Error(), "123:token") {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	}
}

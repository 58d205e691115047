package setup

import (
	"regexp"
	"strings"
	"testing"
)

func TestPasswordsFitTheirHashOnly(t *testing.T) {
	hash := HashPassword("correct horse")
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$`).MatchString(hash) || hash == HashPassword("correct horse") {
		t.Errorf("hash %s", hash)
	}
	for password, want := range map[string]bool{"correct horse": true, "": false, "correct horse ": false, strings.Repeat("x", 60_000): false} {
		if CheckPassword(password, hash) != want {
			t.Errorf("%.20q: want %v", password, want)
		}
	}
	// Made by the reference implementation: argon2 "somesalt" -id -t 2 -k 65536 -p 1 of "password".
	reference := "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !CheckPassword("password", reference) {
		t.Error("the hash of another implementation is not understood")
	}
}

func TestHashesFromOutsideAreBounded(t *testing.T) {
	for _, hash := range []string{"", "$argon2id$", "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=19456,t=99,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=19456,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=19456,t=2,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=19456,t=2,p=1$$"} {
		if _, err := parseHash(hash); err == nil {
			t.Errorf("%s is taken", hash)
		}
		if CheckPassword("", hash) {
			t.Errorf("the empty password fits %s", hash)
		}
	}
}

func TestMadePasswordsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		p := NewPassword()
		if seen[p] || !regexp.MustCompile(`^([a-z2-9]{4}-){4}[a-z2-9]{4}$`).MatchString(p) {
			t.Fatalf("password %q", p)
		}
		seen[p] = true
	}
}

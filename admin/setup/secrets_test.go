package setup

import (
	"bytes"
	"log/slog"
	"testing"

	"promostack/store/storetest"
)

func TestKeysAreKeptSealedAndMadeAnewForAnotherSecretKey(t *testing.T) {
	st := storetest.Open(t)
	key := func(secretKey string) []byte {
		t.Helper()
		s, err := OpenSecrets(t.Context(), st, secretKey, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		k, err := s.Key(t.Context(), "cookie_key")
		if err != nil || len(k) < 32 {
			t.Fatalf("key of %d bytes, %v", len(k), err)
		}
		return k
	}
	first := key("the first secret key")
	if !bytes.Equal(first, key("the first secret key")) {
		t.Error("the key changes from start to start")
	}
	if kept, err := st.Setting(t.Context(), "cookie_key"); err != nil || bytes.Contains([]byte(kept), first) {
		t.Errorf("kept in plain: %s %v", kept, err)
	}
	if bytes.Equal(first, key("another secret key")) {
		t.Error("another SECRET_KEY opens the key")
	}
	if made := key(""); !bytes.Equal(made, key("")) {
		t.Error("without SECRET_KEY the key changes from start to start")
	}
}

func TestAnotherPasswordEndsAllSessions(t *testing.T) {
	st := storetest.Open(t)
	hash := HashPassword("of the environment")
	open := func(a Admin) (*Password, string) {
		t.Helper()
		p, made, err := OpenPassword(t.Context(), st, a)
		if err != nil {
			t.Fatal(err)
		}
		return p, made
	}
	fits := func(p *Password, text string) bool {
		t.Helper()
		ok, err := p.Fits(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	// alive begins a session, does something, and tells whether the session survived it.
	alive := func(do func()) bool {
		t.Helper()
		session, err := st.CreateSession(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		do()
		_, err = st.Session(t.Context(), session.ID)
		return err == nil
	}
	p, made := open(Admin{})
	if made == "" || !fits(p, made) || fits(p, "") {
		t.Fatalf("made %q", made)
	}
	if again, shown := open(Admin{}); shown != "" || !fits(again, made) {
		t.Error("made twice")
	}
	for _, step := range []struct {
		name  string
		do    func()
		alive bool
	}{
		{"the same again", func() { open(Admin{}) }, true},
		{"ADMIN_PASSWORD appears", func() { p, _ = open(Admin{Password: "secret one"}) }, false},
		{"ADMIN_PASSWORD stays", func() { p, _ = open(Admin{Password: "secret one"}) }, true},
		{"ADMIN_PASSWORD changes", func() { p, _ = open(Admin{Password: "secret two"}) }, false},
		{"ADMIN_PASSWORD_HASH instead", func() { p, _ = open(Admin{PasswordHash: hash}) }, false},
		{"ADMIN_PASSWORD_HASH stays", func() { p, _ = open(Admin{PasswordHash: hash}) }, true},
		{"back to the made one", func() { p, _ = open(Admin{}) }, false},
		{"set at the terminal", func() {
			if err := SetPassword(t.Context(), st, "set at the terminal"); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		if got := alive(step.do); got != step.alive {
			t.Errorf("%s: session alive %v, want %v", step.name, got, step.alive)
		}
	}
	if fits(p, made) || !fits(p, "set at the terminal") {
		t.Error("a running server must take the new password at once")
	}
}

package setup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"promostack/store"
)

// Secrets keeps the product's own keys in the database, sealed. It is safe for concurrent use.
type Secrets struct {
	store  *store.Store
	sealer *store.Sealer
	log    *slog.Logger
}

// OpenSecrets makes the sealer of SECRET_KEY, or of a key that is made once and kept in the database.
func OpenSecrets(ctx context.Context, st *store.Store, secretKey string, log *slog.Logger) (*Secrets, error) {
	if secretKey == "" {
		made, err := st.SettingOnce(ctx, "secret_key", store.NewSecret)
		if err != nil {
			return nil, fmt.Errorf("make the secret key: %w", err)
		}
		secretKey = made
	}
	return &Secrets{store: st, sealer: store.NewSealer(secretKey), log: log}, nil
}

// Sealer seals tokens at rest.
func (s *Secrets) Sealer() *store.Sealer { return s.sealer }

// Key is the key of that name, 64 hexadecimal digits, made at its first use. When SECRET_KEY changed since, the old key
// cannot be read any more and a new one is made: what the old one signed is void.
func (s *Secrets) Key(ctx context.Context, name string) ([]byte, error) {
	fresh := func() string { return s.sealer.Seal(name, []byte(store.NewSecret())) }
	sealed, err := s.store.SettingOnce(ctx, name, fresh)
	if err != nil {
		return nil, fmt.Errorf("read the key %s: %w", name, err)
	}
	key, err := s.sealer.Open(name, sealed)
	if err == nil {
		return key, nil
	}
	s.log.Warn("a key of ours was sealed with another SECRET_KEY; a new one is made", "key", name)
	sealed = fresh()
	if err := s.store.SetSetting(ctx, name, sealed); err != nil {
		return nil, fmt.Errorf("keep the key %s: %w", name, err)
	}
	key, err = s.sealer.Open(name, sealed)
	return key, err
}

// The settings that hold the password's hash: the one made or set at the terminal, and the one in force, by which a
// change is noticed.
const (
	passwordSetting = "admin_password"
	inForceSetting  = "admin_password_in_force"
)

// Password is how the owner signs in. It is safe for concurrent use.
type Password struct {
	store *store.Store
	fixed string // hash of what the environment says; "" = the one in the store
}

// OpenPassword settles the password at the start: that of the environment, else the kept one, else a new one, which is
// then returned to be shown once. A password other than the last one in force ends all sessions.
func OpenPassword(ctx context.Context, st *store.Store, a Admin) (p *Password, made string, err error) {
	before, err := settingOr(ctx, st, inForceSetting)
	if err != nil {
		return nil, "", err
	}
	p = &Password{store: st}
	switch {
	case a.PasswordHash != "":
		p.fixed = a.PasswordHash
	case a.Password != "" && CheckPassword(a.Password, before):
		p.fixed = before
	case a.Password != "":
		p.fixed = HashPassword(a.Password)
	}
	now := p.fixed
	if now == "" {
		kept, err := st.SettingOnce(ctx, passwordSetting, func() string {
			made = NewPassword()
			return HashPassword(made)
		})
		if err != nil {
			return nil, "", fmt.Errorf("make the admin password: %w", err)
		}
		now = kept
	}
	return p, made, inForce(ctx, st, before, now)
}

func inForce(ctx context.Context, st *store.Store, before, now string) error {
	if before == now {
		return nil
	}
	if before != "" {
		if err := st.RevokeAllSessions(ctx); err != nil {
			return fmt.Errorf("end the sessions of the old password: %w", err)
		}
	}
	if err := st.SetSetting(ctx, inForceSetting, now); err != nil {
		return fmt.Errorf("note the password in force: %w", err)
	}
	return nil
}

func settingOr(ctx context.Context, st *store.Store, key string) (string, error) {
	text, err := st.Setting(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the setting %s: %w", key, err)
	}
	return text, nil
}

// Fits reports whether password is the right one, in the same time for every password. It asks the store, since the
// password may have been changed at the terminal meanwhile.
func (p *Password) Fits(ctx context.Context, password string) (bool, error) {
	if p.fixed != "" {
		return CheckPassword(password, p.fixed), nil
	}
	hash, err := p.store.Setting(ctx, passwordSetting)
	if err != nil {
		return false, fmt.Errorf("read the password: %w", err)
	}
	return CheckPassword(password, hash), nil
}

// SetPassword keeps another password and ends all sessions. Where the environment has one, that one stays in force.
func SetPassword(ctx context.Context, st *store.Store, password string) error {
	if err := CheckNewPassword(password); err != nil {
		return err
	}
	hash := HashPassword(password)
	before, err := settingOr(ctx, st, inForceSetting)
	if err != nil {
		return err
	}
	if err := st.SetSetting(ctx, passwordSetting, hash); err != nil {
		return fmt.Errorf("keep the password: %w", err)
	}
	return inForce(ctx, st, before, hash)
}

// CheckNewPassword says whether a password that a person chose is long enough.
func CheckNewPassword(password string) error {
	switch n := len([]rune(password)); {
	case n < 10:
		return store.Invalid{Field: "password", Sentence: "This password is too short. Take at least 10 characters."}
	case len(password) > 1024:
		return store.Invalid{Field: "password", Sentence: "This password is too long. Take at most 1024 bytes."}
	}
	return nil
}

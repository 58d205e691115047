package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// sealPrefix names the recipe of a sealed text, so that another one can follow.
const sealPrefix = "s1:"

// errSealed says that a sealed text cannot be opened. It never says more: the text is a secret.
var errSealed = errors.New("cannot be opened with this SECRET_KEY")

// Sealer encrypts secrets at rest with AES-256-GCM. It is safe for concurrent use.
type Sealer struct{ aead cipher.AEAD }

// NewSealer makes a sealer whose key is derived from secret by HKDF with SHA-256.
func NewSealer(secret string) *Sealer {
	// None of the three can fail: HKDF gives up to 8160 bytes, and 32 bytes are an AES key.
	key, _ := hkdf.Key(sha256.New, []byte(secret), nil, "promostack seal 1", 32)
	block, _ := aes.NewCipher(key)
	aead, _ := cipher.NewGCMWithRandomNonce(block)
	return &Sealer{aead: aead}
}

// Seal encrypts plain for one purpose, such as "bot token": Open needs the same purpose.
func (s *Sealer) Seal(purpose string, plain []byte) string {
	return sealPrefix + base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, plain, []byte(purpose)))
}

// Open decrypts what Seal made. It fails for another key, another purpose and a changed text alike.
func (s *Sealer) Open(purpose, sealed string) ([]byte, error) {
	body, ok := strings.CutPrefix(sealed, sealPrefix)
	if !ok {
		return nil, fmt.Errorf("open %s: %w", purpose, errSealed)
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", purpose, errSealed)
	}
	plain, err := s.aead.Open(nil, nil, raw, []byte(purpose))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", purpose, errSealed)
	}
	return plain, nil
}

// NewSecret is a fresh secret of 256 random bits, hexadecimal: for SettingOnce.
func NewSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: it ends the process instead
	return fmt.Sprintf("%x", b)
}

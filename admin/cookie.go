package admin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"promostack/store"
)

// signer makes and reads signed cookie values: version, key, subject and end in plain, a MAC over all of it and the
// purpose. What was signed for one purpose is void for every other.
type signer struct {
	key     []byte
	id      string // of the key, so that an older key's cookies are known as such
	purpose string
	clock   store.Clock
}

func newSigner(key []byte, purpose string, clock store.Clock) signer {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("promostack cookie key"))
	id := mac.Sum(nil)
	return signer{key: key, id: hex.EncodeToString(id[:4]), purpose: purpose, clock: clock}
}

const (
	cookieVersion = "v1"
	maxCookie     = 512
	leeway        = 60 * time.Second // clocks of two instances may differ by so much
)

// sign makes the value for subject (no dots in it), good until ends.
func (s signer) sign(subject string, ends time.Time) string {
	body := strings.Join([]string{cookieVersion, s.id, subject, strconv.FormatInt(ends.Unix(), 10)}, ".")
	return body + "." + base64.RawURLEncoding.EncodeToString(s.mac(body))
}

// read is the subject of a value that we signed and that has not ended.
func (s signer) read(value string) (string, bool) {
	if len(value) > maxCookie {
		return "", false
	}
	cut := strings.LastIndexByte(value, '.')
	if cut < 0 {
		return "", false
	}
	sum, err := base64.RawURLEncoding.Strict().DecodeString(value[cut+1:])
	if err != nil || !hmac.Equal(sum, s.mac(value[:cut])) {
		return "", false
	}
	parts := strings.Split(value[:cut], ".")
	if len(parts) != 4 || parts[0] != cookieVersion || parts[1] != s.id {
		return "", false
	}
	ends, err := strconv.ParseInt(parts[3], 10, 64)
	if err != nil || s.clock.Now().Add(-leeway).Unix() >= ends {
		return "", false
	}
	return parts[2], true
}

func (s signer) mac(body string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("promostack " + s.purpose + "\x00" + body))
	return mac.Sum(nil)
}

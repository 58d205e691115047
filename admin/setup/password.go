package setup

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a password hash (argon2id): 19 MiB, two passes, one lane, as OWASP's smallest recommendation; 64 MiB would
// be too much for a machine of half a gigabyte.
const (
	hashMemory = 19 << 10 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashBytes  = 32
	saltBytes  = 16

	// What a hash from outside may cost at most.
	mostMemory, mostPasses, mostLanes = 128 << 10, 10, 8
)

var errHash = errors.New("is not an argon2id hash")

type argonHash struct {
	memory, passes uint32
	lanes          uint8
	salt, sum      []byte
}

// HashPassword is the argon2id hash of a password, with a salt of its own, in the PHC form ($argon2id$v=19$…).
func HashPassword(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: it ends the process instead
	sum := argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashLanes, hashBytes)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", hashMemory, hashPasses, hashLanes, encode(salt), encode(sum))
}

// CheckPassword reports whether password belongs to hash. It takes the same time for every password; a hash that
// cannot be read fits none.
func CheckPassword(password, hash string) bool {
	h, err := parseHash(hash)
	if err != nil {
		return false
	}
	sum := argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.lanes, uint32(len(h.sum)))
	return subtle.ConstantTimeCompare(sum, h.sum) == 1
}

func parseHash(text string) (argonHash, error) {
	var h argonHash
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return h, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); n != 3 || err != nil {
		return h, errHash
	}
	var badSalt, badSum error
	h.salt, badSalt = base64.RawStdEncoding.DecodeString(parts[4])
	h.sum, badSum = base64.RawStdEncoding.DecodeString(parts[5])
	if badSalt != nil || badSum != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.sum) < 16 || len(h.sum) > 64 {
		return h, errHash
	}
	if h.memory < 8*uint32(h.lanes) || h.passes < 1 || h.lanes < 1 || h.memory > mostMemory || h.passes > mostPasses || h.lanes > mostLanes {
		return h, fmt.Errorf("costs too much or too little to check (at most m=%d,t=%d,p=%d)", mostMemory, mostPasses, mostLanes)
	}
	return h, nil
}

// passwordSigns leaves out what is mistaken for one another in print.
const passwordSigns = "abcdefghjkmnpqrstuvwxyz23456789"

// NewPassword makes a password that can be read aloud: five groups of four signs, 99 bits.
func NewPassword() string {
	var out strings.Builder
	for i := range 20 {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(passwordSigns))))
		if err != nil {
			panic(err) // crypto/rand never fails; it ends the process instead
		}
		out.WriteByte(passwordSigns[n.Int64()])
	}
	return out.String()
}

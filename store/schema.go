package store

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
)

// Schema is a fingerprint of the migrations: two binaries with the same one can share a database.
func Schema() string {
	sum := sha256.New()
	files, err := fs.Glob(migrationFiles, "migrations/*.sql") // in name order
	if err != nil {
		return "" // only a malformed pattern fails
	}
	for _, name := range files {
		body, err := fs.ReadFile(migrationFiles, name)
		if err != nil {
			return "" // embedded files are always there
		}
		_, _ = io.WriteString(sum, name)
		_, _ = sum.Write(body)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

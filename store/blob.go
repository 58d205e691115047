package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"regexp"
	"strings"
	"time"
)

// BlobInfo describes a stored file.
type BlobInfo struct {
	Key      string
	Size     int64
	Type     string // media type, from the key's ending
	Modified time.Time
}

// Blobs keeps files by key. Keys are slash-separated, lower-case and made by us, never by a person.
// All methods are safe for concurrent use.
type Blobs interface {
	// Put stores body under key, replacing what was there; the file is durable when Put returns.
	Put(ctx context.Context, key string, body []byte) error
	// Open reads the file under key; ErrNotFound when there is none. The caller closes it.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, BlobInfo, error)
	// Delete removes the file under key; deleting nothing is fine.
	Delete(ctx context.Context, key string) error
	// List names the files whose key begins with prefix, in key order.
	List(ctx context.Context, prefix string) ([]BlobInfo, error)
}

var keyPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9/._-]*$`)

// CheckKey says whether key may name a blob: Invalid otherwise. It is the only shape that may reach a disk.
func CheckKey(key string) error {
	if len(key) > 512 || !keyPattern.MatchString(key) || path.Clean(key) != key || strings.Contains(key, "..") || strings.Contains(key, "/.") {
		return Invalid{"key", "This is not the name of a stored file."}
	}
	return nil
}

// BlobKey names a file by its content: prefix/ and the first 32 hexadecimal digits of its SHA-256, with ext
// (".png"). The same content always has the same key, so a changed picture has a new address.
func BlobKey(prefix string, body []byte, ext string) string {
	sum := sha256.Sum256(body)
	return strings.Trim(prefix, "/") + "/" + hex.EncodeToString(sum[:])[:32] + ext
}

// BlobType is the media type of a stored file, told by the ending of its key alone: never by what somebody sent.
func BlobType(key string) string {
	switch path.Ext(key) {
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".gif":
		return "image/gif"
	case ".json":
		return "application/json"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".zip":
		return "application/zip"
	}
	return "application/octet-stream"
}

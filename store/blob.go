package store

import (
	"context"
	"io"
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

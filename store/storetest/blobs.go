package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"

	"promostack/store"
)

// TestBlobs is what every place for files must do: open gives an empty one each time. One suite for all of them, so
// that a folder and an object storage are the same to whoever uses them.
func TestBlobs(t *testing.T, open func() store.Blobs) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(t *testing.T, b store.Blobs)
	}{
		{"what was put is opened", blobsRoundTrip},
		{"an open file can be sought", blobsSeek},
		{"a second put replaces the first", blobsReplace},
		{"nothing is not found, and deleting it is fine", blobsNothing},
		{"files are listed by prefix in key order", blobsList},
		{"a key that is no key is refused", blobsBadKeys},
		{"a context that is over ends the call", blobsCancelled},
		{"readers see one whole content while writers replace it", blobsConcurrent},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open()) })
	}
}

func put(t testing.TB, b store.Blobs, key string, body []byte) {
	t.Helper()
	if err := b.Put(t.Context(), key, body); err != nil {
		t.Fatal(err)
	}
}

// read is the whole file under key.
func read(ctx context.Context, b store.Blobs, key string) ([]byte, store.BlobInfo, error) {
	file, info, err := b.Open(ctx, key)
	if err != nil {
		return nil, info, err
	}
	body, err := io.ReadAll(file)
	return body, info, errors.Join(err, file.Close())
}

func blobsRoundTrip(t *testing.T, b store.Blobs) {
	for key, want := range map[string]string{
		"a.png": "image/png", "templates/spring/0f3a.jpg": "image/jpeg", "templates/index.json": "application/json",
		"deep/er/and/deeper/still.bin": "application/octet-stream", "empty.csv": "text/csv; charset=utf-8",
	} {
		body := bytes.Repeat([]byte(key), 9000)
		if key == "empty.csv" {
			body = []byte{}
		}
		put(t, b, key, body)
		got, info, err := read(t.Context(), b, key)
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("%s: %d bytes of %d, %v", key, len(got), len(body), err)
		}
		if info.Key != key || info.Size != int64(len(body)) || info.Type != want || info.Modified.IsZero() {
			t.Errorf("%s: info %+v", key, info)
		}
	}
}

func blobsSeek(t *testing.T, b store.Blobs) {
	put(t, b, "seek.bin", []byte("0123456789"))
	file, _, err := b.Open(t.Context(), "seek.bin")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := io.ReadAll(file); err != nil {
		t.Fatal(err)
	}
	if n, err := file.Seek(-3, io.SeekEnd); n != 7 || err != nil {
		t.Errorf("seek: %d, %v", n, err)
	}
	if rest, err := io.ReadAll(file); string(rest) != "789" || err != nil {
		t.Errorf("read %q, %v", rest, err)
	}
}

func blobsReplace(t *testing.T, b store.Blobs) {
	put(t, b, "x/y.bin", []byte("a long first content"))
	put(t, b, "x/y.bin", []byte("short"))
	if got, info, err := read(t.Context(), b, "x/y.bin"); string(got) != "short" || info.Size != 5 || err != nil {
		t.Errorf("got %q, %+v, %v", got, info, err)
	}
}

func blobsNothing(t *testing.T, b store.Blobs) {
	put(t, b, "x/y.bin", []byte("y"))
	for _, key := range []string{"x/z.bin", "none", "x", "x/y.bin.more"} {
		if _, _, err := b.Open(t.Context(), key); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("open %s: %v", key, err)
		}
		if err := b.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %s: %v", key, err)
		}
	}
	for range 2 {
		if err := b.Delete(t.Context(), "x/y.bin"); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := b.Open(t.Context(), "x/y.bin"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("open after delete: %v", err)
	}
}

func blobsList(t *testing.T, b store.Blobs) {
	for _, key := range []string{"b/2.png", "a/10.png", "a/9.png", "a-b/1.png", "a.png", "a/c/1.png"} {
		put(t, b, key, []byte(key))
	}
	for prefix, want := range map[string][]string{
		"":      {"a-b/1.png", "a.png", "a/10.png", "a/9.png", "a/c/1.png", "b/2.png"},
		"a":     {"a-b/1.png", "a.png", "a/10.png", "a/9.png", "a/c/1.png"},
		"a/":    {"a/10.png", "a/9.png", "a/c/1.png"},
		"a/1":   {"a/10.png"},
		"a/c/1": {"a/c/1.png"},
		"none/": {},
		"../":   {},
	} {
		list, err := b.List(t.Context(), prefix)
		keys := []string{}
		for _, info := range list {
			keys = append(keys, info.Key)
			if info.Size != int64(len(info.Key)) || info.Type != "image/png" {
				t.Errorf("list %q: %+v", prefix, info)
			}
		}
		if err != nil || !slices.Equal(keys, want) {
			t.Errorf("list %q: got %v, want %v (%v)", prefix, keys, want, err)
		}
	}
}

func blobsBadKeys(t *testing.T, b store.Blobs) {
	for _, key := range []string{
		"", ".", "..", "/a", "a/", "a//b", "a/./b", "a/../b", "../a", "A.png", "a b", "a\x00", "ä", ".part/x", "a/.hidden", `a\b`, "a?b",
	} {
		var invalid store.Invalid
		if err := b.Put(t.Context(), key, []byte("x")); !errors.As(err, &invalid) {
			t.Errorf("put %q: %v", key, err)
		}
		if _, _, err := b.Open(t.Context(), key); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("open %q: %v", key, err)
		}
		if err := b.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %q: %v", key, err)
		}
	}
	if list, err := b.List(t.Context(), ""); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}

func blobsCancelled(t *testing.T, b store.Blobs) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Put(ctx, "a.png", []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if _, _, err := b.Open(ctx, "a.png"); !errors.Is(err, context.Canceled) {
		t.Errorf("open: %v", err)
	}
}

func blobsConcurrent(t *testing.T, b store.Blobs) {
	body := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 20_000) }
	put(t, b, "hot/one.bin", body(0))
	errs := make(chan error, 8)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 10 {
				if err := b.Put(t.Context(), "hot/one.bin", body(i)); err != nil {
					errs <- err
					return
				}
			}
		})
		wg.Go(func() {
			for range 10 {
				got, _, err := read(t.Context(), b, "hot/one.bin")
				if err != nil || len(got) != 20_000 || !bytes.Equal(got, bytes.Repeat(got[:1], 20_000)) {
					errs <- fmt.Errorf("read %d bytes: %w", len(got), err)
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
}

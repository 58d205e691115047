package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"promostack/store"
	"promostack/store/storetest"
)

func TestFolderKeepsFilesAsEveryPlaceMust(t *testing.T) {
	storetest.TestBlobs(t, func() store.Blobs { return openFolder(t, t.TempDir()) })
}

func openFolder(t *testing.T, dir string) *store.Folder {
	t.Helper()
	f, err := store.OpenFolder(dir)
	fatal(t, err)
	t.Cleanup(func() { fatal(t, f.Close()) })
	return f
}

func TestFolderFilesArePrivateAndCannotLeadOutside(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	fatal(t, f.Put(t.Context(), "templates/a.png", []byte("a")))
	for name, want := range map[string]os.FileMode{"blobs": 0o700, "blobs/templates": 0o700, "blobs/templates/a.png": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	secret := filepath.Join(dir, "secret")
	fatal(t, os.WriteFile(secret, []byte("s"), 0o600))
	fatal(t, os.Symlink(secret, filepath.Join(dir, "blobs", "link.png")))
	if file, _, err := f.Open(t.Context(), "link.png"); err == nil {
		t.Error("a link led outside")
		fatal(t, file.Close())
	}
}

// A child process of the test writes files until it is killed: no key may ever name half a file.
func TestKilledWriterLeavesNoHalfFileUnderAKey(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	dir := t.TempDir()
	for range rounds {
		killChild(t, "blobs", dir, 5)
		f := openFolder(t, dir)
		list, err := f.List(t.Context(), "")
		fatal(t, err)
		if len(list) == 0 {
			t.Fatal("the child wrote nothing")
		}
		for _, info := range list {
			body, err := os.ReadFile(filepath.Join(dir, "blobs", info.Key))
			if err != nil || len(body) != childFileSize || !bytes.Equal(body, bytes.Repeat(body[:1], childFileSize)) {
				t.Errorf("%s has %d bytes, %v", info.Key, len(body), err)
			}
		}
		parts, err := os.ReadDir(filepath.Join(dir, "blobs", ".part"))
		if err != nil || len(parts) != 0 {
			t.Errorf("left half-written: %v, %v", parts, err)
		}
	}
}

func TestBlobKeyFollowsTheContent(t *testing.T) {
	a := store.BlobKey("templates/spring/", []byte("a"), ".png")
	if a != "templates/spring/ca978112ca1bbdcafac231b39a23dc4d.png" {
		t.Error(a)
	}
	if store.BlobKey("templates/spring", []byte("b"), ".png") == a || store.CheckKey(a) != nil {
		t.Error("other content, same key")
	}
}

func TestDataFolderThatCannotBeWrittenIsASentence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	fatal(t, os.WriteFile(file, nil, 0o600))
	for name, open := range map[string]func() error{
		"store": func() error {
			_, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(file, "data")})
			return err
		},
		"lock":  func() error { _, err := store.LockDir(filepath.Join(file, "data")); return err },
		"blobs": func() error { _, err := store.OpenFolder(file); return err },
		"none":  func() error { _, err := store.Open(t.Context(), store.Options{}); return err },
	} {
		err := open()
		if err == nil || !strings.Contains(err.Error(), "DATA_DIR") || errors.Unwrap(errors.Unwrap(err)) != nil && name == "none" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package assets

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// packed shows files that are kept compressed, NAME.gz, as what they hold, under NAME: large third-party scripts cost the
// program a third that way. It is read only and safe for concurrent use.
type packed struct {
	fs.FS
	files map[string][]byte // by their name without .gz
}

// unpack reads every compressed file of a tree. The tree is embedded, so a broken one is a mistake of the build.
func unpack(tree fs.FS) fs.FS {
	p := packed{tree, map[string][]byte{}}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		plain, gz := strings.CutSuffix(name, ".gz")
		if err != nil || d.IsDir() || !gz {
			return err
		}
		raw, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		r, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return fmt.Errorf("unpack %s: %w", name, err)
		}
		p.files[plain], err = io.ReadAll(r)
		return err
	})
	if err != nil {
		panic(err)
	}
	return p
}

// Open opens a file or folder.
func (p packed) Open(name string) (fs.File, error) {
	if body, ok := p.files[name]; ok {
		return &packedFile{Reader: bytes.NewReader(body), info: packedInfo{path.Base(name), int64(len(body))}}, nil
	}
	return p.FS.Open(name)
}

// ReadDir lists a folder.
func (p packed) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(p.FS, name)
	for i, e := range list {
		plain, gz := strings.CutSuffix(e.Name(), ".gz")
		if body, ok := p.files[path.Join(name, plain)]; gz && ok {
			list[i] = fs.FileInfoToDirEntry(packedInfo{plain, int64(len(body))})
		}
	}
	return list, err
}

type packedFile struct {
	*bytes.Reader
	info packedInfo
}

// Stat is the file's information.
func (f *packedFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close does nothing.
func (f *packedFile) Close() error { return nil }

type packedInfo struct {
	name string
	size int64
}

// Name is the base name.
func (i packedInfo) Name() string { return i.name }

// Size is the length in bytes.
func (i packedInfo) Size() int64 { return i.size }

// Mode is that of a file everybody may read.
func (i packedInfo) Mode() fs.FileMode { return 0o444 }

// ModTime is unknown, as for every embedded file.
func (i packedInfo) ModTime() time.Time { return time.Time{} }

// IsDir is false.
func (i packedInfo) IsDir() bool { return false }

// Sys is nothing.
func (i packedInfo) Sys() any { return nil }

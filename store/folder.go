package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Folder keeps blobs as files in a folder. A file is written under another name, synced and renamed, so that a key
// never names half a file, whatever happens.
type Folder struct{ root *os.Root }

// tempDir holds what is being written. Its name is no key, so nobody can ask for it.
const tempDir = ".part"

// OpenFolder opens dir/blobs, making it when it is missing, and removes what a crash left half written.
func OpenFolder(dir string) (*Folder, error) {
	name := filepath.Join(dir, "blobs")
	if err := makeDir(filepath.Join(name, tempDir)); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("cannot open the folder %s: %w. Check that this user may read and write it", name, reason(err))
	}
	f := &Folder{root: root}
	if err := f.dropParts(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return f, nil
}

// Close gives the folder back.
func (f *Folder) Close() error { return f.root.Close() }

// dropParts removes what writes that never ended left behind.
func (f *Folder) dropParts() error {
	parts, err := fs.ReadDir(f.root.FS(), tempDir)
	if err != nil {
		return fmt.Errorf("list half-written files: %w", err)
	}
	for _, part := range parts {
		if err := f.root.Remove(tempDir + "/" + part.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove a half-written file: %w", err)
		}
	}
	return nil
}

// Put stores body under key.
func (f *Folder) Put(ctx context.Context, key string, body []byte) error {
	if err := errors.Join(CheckKey(key), ctx.Err()); err != nil {
		return err
	}
	if err := f.put(key, body); err != nil {
		return fmt.Errorf("store file %s: %w", key, classifyFile(err))
	}
	return nil
}

func (f *Folder) put(key string, body []byte) (err error) {
	part := tempDir + "/" + NewSecret()
	file, err := f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(body)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, f.root.Remove(part))
	}
	folders, err := f.makeFolders(path.Dir(key))
	if err == nil {
		err = f.root.Rename(part, key)
	}
	if err != nil {
		return errors.Join(err, f.root.Remove(part))
	}
	for _, folder := range folders {
		if err := f.syncFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

// makeFolders makes the folders down to dir and names those whose entries changed: dir itself, and the parent of
// each folder that was not there.
func (f *Folder) makeFolders(dir string) ([]string, error) {
	changed := []string{dir}
	for d := dir; d != "."; d = path.Dir(d) {
		if _, err := f.root.Stat(d); err == nil {
			break
		}
		changed = append(changed, path.Dir(d))
	}
	if dir == "." {
		return changed, nil
	}
	return changed, f.root.MkdirAll(dir, 0o700)
}

// syncFolder makes a rename durable.
func (f *Folder) syncFolder(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open reads the file under key.
func (f *Folder) Open(ctx context.Context, key string) (io.ReadSeekCloser, BlobInfo, error) {
	if CheckKey(key) != nil {
		return nil, BlobInfo{}, ErrNotFound // such a file cannot be there
	}
	if err := ctx.Err(); err != nil {
		return nil, BlobInfo{}, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return nil, BlobInfo{}, fmt.Errorf("open file %s: %w", key, classifyFile(err))
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = ErrNotFound
	}
	if err != nil {
		return nil, BlobInfo{}, errors.Join(fmt.Errorf("open file %s: %w", key, err), file.Close())
	}
	return file, blobInfo(key, info), nil
}

// Delete removes the file under key.
func (f *Folder) Delete(ctx context.Context, key string) error {
	if CheckKey(key) != nil {
		return nil // such a file cannot be there
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	info, err := f.root.Stat(key)
	if err == nil && !info.IsDir() {
		err = f.root.Remove(key)
	}
	if err = classifyFile(err); err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("delete file %s: %w", key, err)
	}
	return nil
}

// List names the files whose key begins with prefix, in key order.
func (f *Folder) List(ctx context.Context, prefix string) ([]BlobInfo, error) {
	list := []BlobInfo{}
	start := "."
	if i := strings.LastIndexByte(prefix, '/'); i > 0 && CheckKey(prefix[:i]) == nil {
		start = prefix[:i]
	}
	err := fs.WalkDir(f.root.FS(), start, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed while we looked, or no such folder
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if d.IsDir() && name == tempDir {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasPrefix(name, prefix) || CheckKey(name) != nil {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		list = append(list, blobInfo(name, info))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list files %s: %w", prefix, err)
	}
	slices.SortFunc(list, func(a, b BlobInfo) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

func blobInfo(key string, info fs.FileInfo) BlobInfo {
	return BlobInfo{Key: key, Size: info.Size(), Type: BlobType(key), Modified: info.ModTime().UTC()}
}

// classifyFile gives a file error the meaning that callers look for.
func classifyFile(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrNotFound
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

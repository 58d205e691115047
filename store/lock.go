package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// DirLock is the right to work on a data folder, held by one process at a time. The system takes it back when
// the process ends, however it ends.
type DirLock struct{ file *os.File }

// LockDir takes the lock of a data folder, making the folder when it is missing. It does not wait: when another
// process holds the lock, the error says which one.
func LockDir(dir string) (*DirLock, error) {
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, "lock")
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot open the lock file %s: %w. Check that this user may write to the data folder", name, reason(err))
	}
	if err := lockFile(file); err != nil {
		holder := readHolder(name)
		return nil, errors.Join(fmt.Errorf("the data folder %s is in use by another process (%s). Stop it first, or set DATA_DIR to another folder", dir, holder), file.Close())
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	line := fmt.Sprintf("process %d on %s, since %s\n", os.Getpid(), host, SystemClock().Now().Format(time.RFC3339))
	if err := errors.Join(file.Truncate(0), writeAt(file, line)); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot write the lock file %s: %w", name, reason(err)), file.Close())
	}
	return &DirLock{file: file}, nil
}

// Release gives the lock back. The file stays: removing it would let two processes lock two files.
func (l *DirLock) Release() error {
	if err := errors.Join(l.file.Truncate(0), l.file.Close()); err != nil {
		return fmt.Errorf("release the data folder: %w", err)
	}
	return nil
}

func writeAt(file *os.File, line string) error {
	_, err := file.WriteAt([]byte(line), 0)
	return err
}

// readHolder is what the process that holds the lock wrote about itself.
func readHolder(name string) string {
	b, err := os.ReadFile(name)
	if text := strings.TrimSpace(clean(string(b))); err == nil && text != "" {
		return text
	}
	return "which one is not known"
}

// makeDir makes a private folder, with a sentence when it cannot.
func makeDir(dir string) error {
	if dir == "" {
		return errors.New("no data folder was named: set DATA_DIR")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the data folder %s: %w. Set DATA_DIR to a folder that this user may write to", dir, reason(err))
	}
	return nil
}

// reason is the system's own word for a failed file operation, without the path that the sentence names already.
func reason(err error) error {
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

//go:build unix

package store

import (
	"os"
	"syscall"
)

// lockFile takes an exclusive lock on an open file without waiting.
func lockFile(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

//go:build linux || darwin || freebsd

package setup

import "syscall"

// FreeBytes is the room that is left for this user on the disk of dir.
func FreeBytes(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

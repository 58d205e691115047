//go:build !linux && !darwin && !freebsd

package setup

import "math"

// FreeBytes does not know this system's disks, and lets everything pass.
func FreeBytes(string) (int64, error) { return math.MaxInt64, nil }

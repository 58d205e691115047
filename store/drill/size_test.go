package drill

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

// TestRestoreOfALargeDatabase tells how long a start on an empty disk takes; PROMOSTACK_DRILL_MB says how large.
func TestRestoreOfALargeDatabase(t *testing.T) {
	program(t)
	size := 10
	if text := os.Getenv("PROMOSTACK_DRILL_MB"); text != "" {
		var err error
		size, err = strconv.Atoi(text)
		fatal(t, err)
	}
	server := storetest.StartS3(t)
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	fatal(t, err)
	for i := range size {
		var b strings.Builder
		for b.Len() < 1_000_000 {
			b.WriteString(store.NewSecret())
		}
		fatal(t, s.SetSetting(t.Context(), fmt.Sprintf("filler-%05d", i), b.String()))
	}
	fatal(t, s.Close())
	h := open(t, settings(dir, server))
	h.awaitReplicated()
	h.stop()
	fatal(t, os.RemoveAll(dir))
	h = open(t, settings(t.TempDir(), server))
	t.Logf("%d MB: ready %s after the start on an empty disk", size, h.readyAt.Sub(h.started).Round(time.Millisecond))
	h.stop()
}

package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

// writeOn is a child that writes until a write fails, then tries twenty more. It prints what was acknowledged, what was
// refused, and why the process has to end.
func writeOn(ctx context.Context, dir string) error {
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	ws, refused := s.Workspace(store.DefaultWorkspace), 0
	for i := 0; i < 5000 && refused < 20; i++ {
		err := ws.SetSetting(ctx, "disk-test", fmt.Sprint(i))
		if i%2 == 1 {
			err = ws.RecordUsage(ctx, store.Usage{Source: "bot", Kind: "make", Outcome: "made", Code: fmt.Sprint("C", i)})
		}
		if err != nil {
			refused++
			fmt.Println("refused", err)
			continue
		}
		fmt.Println("acknowledged", i)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	fmt.Println("end", s.Watch(ctx))
	return nil
}

// TestAFailedSyncEndsAllWriting has the system fail one fsync of each thread and work again afterwards, as a kernel does
// that forgot the pages it could not write: the syncs that succeed later must not be believed.
func TestAFailedSyncEndsAllWriting(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		storetest.Missing(t, "strace", "no strace to make a sync fail")
	}
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	fatal(t, err)
	fatal(t, s.Close())
	self, err := os.Executable()
	fatal(t, err)
	cmd := exec.CommandContext(t.Context(), strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
		"-e", "inject=fsync,fdatasync:error=EIO:when=12", self)
	cmd.Env = append(os.Environ(), childEnv+"=disk", childEnv+"_DIR="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	fatal(t, err)
	fatal(t, cmd.Start())
	acknowledged, refused, end := 0, 0, ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		switch word, rest, _ := strings.Cut(lines.Text(), " "); word {
		case "acknowledged":
			if acknowledged++; refused > 0 {
				t.Errorf("%s after a sync had failed", lines.Text())
			}
		case "refused":
			refused++
		case "end":
			end = rest
		}
	}
	if err := cmd.Wait(); err != nil && acknowledged == 0 {
		t.Skipf("strace may not trace here: %v", err)
	}
	if refused != 20 || !strings.Contains(end, "Check the disk") {
		t.Errorf("%d acknowledged, %d refused, end: %s", acknowledged, refused, end)
	}
}

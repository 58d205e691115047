package drill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

// TestLitestreamsOwnProgramRestores what we wrote, with the file in the repository.
func TestLitestreamsOwnProgramRestores(t *testing.T) {
	own := litestreamProgram(t)
	program(t)
	server := storetest.StartS3(t)
	dir := t.TempDir()
	env := settings(dir, server)
	h := open(t, env)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	acked := h.writeCoupons(ctx, "CLI", 50)
	cancel()
	h.stop()
	restored := t.TempDir()
	cmd := exec.Command(own, "restore", "-config", filepath.Join(repository, "litestream.yml"), "-o", filepath.Join(restored, "promostack.db"), "data/promostack.db")
	cmd.Env, cmd.Dir = env, repository
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	h = open(t, settings(restored, nil))
	if n, _ := lost(t, acked, h.codes(), time.Now()); n > 0 || len(acked) == 0 {
		t.Errorf("%d of %d writes are not in what it restored", n, len(acked))
	}
	h.stop()
}

// TestFlippedBytesAreNoticed: a damaged database is never served. Without a replica the program says what to do, with one
// it sets the file aside and restores.
func TestFlippedBytesAreNoticed(t *testing.T) {
	program(t)
	server := storetest.StartS3(t)
	dir := t.TempDir()
	h := open(t, settings(dir, server))
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	acked := h.writeCoupons(ctx, "FL", 50)
	cancel()
	h.stop()
	file := filepath.Join(dir, "promostack.db")
	copied := filepath.Join(t.TempDir(), "copy.db")
	fatal(t, store.Backup(t.Context(), dir, copied))
	whole, err := os.ReadFile(copied)
	fatal(t, err)
	for round := range rounds(3, 20) {
		broken := append([]byte(nil), whole...)
		page := 1 + rand.IntN(len(broken)/4096-1)
		for i := range 512 { // a sector of another file
			broken[page*4096+i] ^= byte(0x5a + i)
		}
		alone := t.TempDir()
		fatal(t, os.WriteFile(filepath.Join(alone, "promostack.db"), broken, 0o600))
		if store.CheckFile(t.Context(), filepath.Join(alone, "promostack.db")) == nil {
			continue // a free page, or only text
		}
		h := launch(t, settings(alone, nil))
		<-h.ended
		if h.exit == nil || !strings.Contains(h.log(), "damaged") {
			t.Errorf("round %d, page %d: %v: %s", round, page, h.exit, h.log())
		}
		for _, end := range []string{"-wal", "-shm"} { // it may hold the pages that are damaged in the file
			_ = os.Remove(file + end)
		}
		fatal(t, os.WriteFile(file, broken, 0o600))
		h = open(t, settings(dir, server))
		if n, _ := lost(t, acked, h.codes(), time.Now()); n > 0 {
			t.Errorf("round %d: %d writes did not come back", round, n)
		}
		if aside, _ := filepath.Glob(file + ".damaged-*"); len(aside) == 0 {
			t.Errorf("round %d: the damaged file was not kept", round)
		}
		h.stop()
	}
}

// TestFullDisk fills a small disk: what was acknowledged stays, reading works, and writing works again
// once there is room.
func TestFullDisk(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("a disk of its own needs Linux and root")
	}
	program(t)
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
	h := open(t, settings(filepath.Join(disk, "data"), nil))
	if status, body, err := h.upload("too-late", picture(t, 1)); err != nil || status != http.StatusInsufficientStorage || !strings.Contains(body, "disk") {
		t.Errorf("upload with less than 200 MB: %d %s %v", status, body, err)
	}
	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast, 1<<20)
	var acked []write
	refused := map[int]int{}
	for i := range 3000 {
		code := fmt.Sprintf("FULL%05d", i)
		status, body, err := h.post("/api/panel/coupons", map[string]any{"code": code, "note": strings.Repeat("x", 400)})
		fatal(t, err)
		if status == http.StatusCreated {
			acked = append(acked, write{code, time.Now()})
			continue
		}
		refused[status]++
		if status != http.StatusInsufficientStorage && status != http.StatusServiceUnavailable {
			t.Fatalf("a write on a full disk: %d %s", status, body)
		}
		if refused[status] > 20 {
			break
		}
	}
	if len(refused) == 0 {
		t.Fatal("the disk never was full")
	}
	t.Logf("%d writes acknowledged, refused %v", len(acked), refused)
	for _, path := range []string{"/", "/api/templates", "/api/panel/templates", "/healthz", "/readyz"} {
		if status, body, err := h.get(path); err != nil || status != http.StatusOK {
			t.Errorf("reading %s: %d %v %s", path, status, err, body)
		}
	}
	fatal(t, os.Remove(ballast))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	later := h.writeCoupons(ctx, "ROOM", 50)
	cancel()
	if len(later) == 0 {
		t.Error("no write was taken once there was room again")
	}
	h.kill()
	h = open(t, settings(filepath.Join(disk, "data"), nil))
	have := h.codes()
	for _, list := range [][]write{acked, later} {
		if n, _ := lost(t, list, have, time.Now()); n > 0 {
			t.Errorf("%d of %d acknowledged writes are gone", n, len(list))
		}
	}
	h.stop()
}

// fill takes all the room there is, but for a rest.
func fill(t *testing.T, name string, rest int64) {
	t.Helper()
	file, err := os.Create(name)
	fatal(t, err)
	for size := 1 << 20; size >= 4096; {
		if _, err := file.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	info, err := file.Stat()
	fatal(t, err)
	fatal(t, errors.Join(file.Truncate(info.Size()-rest), file.Close()))
}

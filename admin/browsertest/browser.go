// Package browsertest drives a real Chromium in tests: one browser per test process, a fresh profile per page,
// real key, mouse and touch events, and a page that complained on its console fails its test.
//
// It is a test helper: only _test.go files import it.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"promostack/store/storetest"
)

// profilePrefix names the profile folders under os.TempDir; the number behind it is the process that owns one.
const profilePrefix = "promostack-browser-"

// process is the one browser of this test process.
var process struct {
	sync.Once
	ctx  context.Context
	stop func()
	err  error
}

// Main runs the tests of a package and closes the browser they shared. Use it as
//
//	func TestMain(m *testing.M) { browsertest.Main(m) }
//
// Without it the browser still ends with the process; only its profile folder stays until the next run sweeps it.
func Main(m *testing.M) {
	code := m.Run()
	Close()
	os.Exit(code)
}

// Close ends the browser of this process, if one was started. No page can be opened afterwards.
func Close() {
	if process.stop != nil {
		process.stop()
	}
}

// shared starts Chromium at the first call and skips (or fails, see missing) the test that cannot have it.
func shared(t testing.TB) context.Context {
	t.Helper()
	path, err := Find()
	if err != nil {
		storetest.Missing(t, "chromium", err.Error())
	}
	process.Do(func() { start(path) })
	if process.err != nil {
		t.Fatalf("start %s: %v", path, process.err)
	}
	return process.ctx
}

// Find looks for Chromium or Chrome on PATH, or takes CHROMIUM.
func Find() (string, error) {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no chromium on PATH: install it or set CHROMIUM to its path")
}

func start(path string) {
	sweep()
	profile := filepath.Join(os.TempDir(), profilePrefix+strconv.Itoa(os.Getpid()))
	if process.err = os.MkdirAll(profile, 0o700); process.err != nil {
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.WindowSize(1440, 900),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", false),
		chromedp.Flag("lang", "en-GB"),
		chromedp.Env("LANGUAGE=en_GB", "TZ=UTC"),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	process.ctx = ctx
	process.stop = func() {
		cancel()
		stopAllocator()
		_ = os.RemoveAll(profile)
	}
	// The first run binds the browser's life to its context, so it carries no deadline.
	process.err = chromedp.Do(ctx)
}

// sweep removes the profiles of test processes that are gone.
func sweep() {
	found, _ := filepath.Glob(filepath.Join(os.TempDir(), profilePrefix+"*"))
	for _, dir := range found {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), profilePrefix))
		if err == nil && pid != os.Getpid() && syscall.Kill(pid, 0) == syscall.ESRCH {
			_ = os.RemoveAll(dir)
		}
	}
}

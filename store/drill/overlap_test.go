package drill

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"promostack/store/storetest"
)

// TestOverlappingDeployments: a second program on a folder of its own waits while the first serves, and when that is
// killed it serves what the first one had: again and again, one history.
func TestOverlappingDeployments(t *testing.T) {
	program(t)
	server := storetest.StartS3(t)
	serving := open(t, settings(t.TempDir(), server))
	var kept []write // what earlier rounds left for good
	var worst, slowest time.Duration
	for round := range rounds(3, 20) {
		next := launch(t, settings(t.TempDir(), server))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		acked := serving.writeCoupons(ctx, string(rune('A'+round))+"O", 50)
		cancel()
		select {
		case <-next.ready:
			t.Fatalf("round %d: two programs serve one prefix", round)
		default:
		}
		end := time.Now()
		serving.kill()
		next.await()
		took := time.Since(end)
		next.signIn()
		have := next.codes()
		n, window := lost(t, acked, have, end)
		if gone, _ := lost(t, kept, have, end); gone > 0 {
			t.Errorf("round %d: %d writes of earlier rounds are gone", round, gone)
		}
		for _, w := range acked {
			if have[w.code] {
				kept = append(kept, w)
			}
		}
		worst, slowest = max(worst, window), max(slowest, took)
		t.Logf("round %d: %d acknowledged, %d lost, the first %s before the end; the other one serves after %s", round, len(acked), n, window.Round(time.Millisecond), took.Round(time.Millisecond))
		serving = next
	}
	t.Logf("worst loss %s, slowest change over %s", worst.Round(time.Millisecond), slowest.Round(time.Millisecond))
	if worst > slack*promised {
		t.Errorf("writes of %s were lost", worst)
	}
	serving.stop()
}

// TestTwoProgramsOnOneFolder: the second one leaves at once and says who is there.
func TestTwoProgramsOnOneFolder(t *testing.T) {
	dir := t.TempDir()
	first := open(t, settings(dir, nil))
	second := launch(t, settings(dir, nil))
	<-second.ended
	if took := time.Since(second.started); second.exit == nil || !strings.Contains(second.log(), "in use by another process") {
		t.Errorf("the second: %v after %s: %s", second.exit, took, second.log())
	} else {
		t.Logf("the second left after %s", took.Round(time.Millisecond))
	}
	if status, _, err := first.get("/readyz"); err != nil || status != http.StatusOK {
		t.Errorf("the first: %d %v", status, err)
	}
	first.stop()
}

// litestreamProgram is Litestream's own program, or the test is skipped.
func litestreamProgram(t *testing.T) string {
	t.Helper()
	if named := os.Getenv("PROMOSTACK_LITESTREAM"); named != "" {
		return named
	}
	found, err := exec.LookPath("litestream")
	if err != nil {
		t.Skip("litestream's own program is neither on the PATH nor named by PROMOSTACK_LITESTREAM")
	}
	return found
}

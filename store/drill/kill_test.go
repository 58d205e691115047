package drill

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"promostack/store/storetest"
)

// promised is how much of the acknowledged writes a lost disk may take with it.
const promised = 2 * time.Second

// slack is for machines that do many things at once while they test.
const slack = 5

// TestKilledAndDiskLost kills the program under 50 writes a second at a random moment, deletes its folder and starts it
// again on an empty one.
func TestKilledAndDiskLost(t *testing.T) {
	program(t)
	server := storetest.StartS3(t)
	var worst, slowest time.Duration
	var before []write
	for round := range rounds(3, 20) {
		h := open(t, settings(t.TempDir(), server))
		slowest = max(slowest, h.readyAt.Sub(h.started))
		if n, _ := lost(t, before, h.codes(), time.Now()); n > 0 {
			t.Errorf("round %d: %d writes of the round before the last are gone", round, n)
		}
		moment := 3*time.Second + rand.N(4*time.Second)
		cut := make(chan time.Time, 1)
		timer := time.AfterFunc(moment, func() { cut <- time.Now(); h.kill() })
		acked := h.writeCoupons(t.Context(), string(rune('A'+round))+"K", 50)
		timer.Stop()
		end := <-cut
		h = open(t, settings(t.TempDir(), server))
		slowest = max(slowest, h.readyAt.Sub(h.started))
		have := h.codes()
		n, window := lost(t, acked, have, end)
		t.Logf("round %d: killed after %s, %d writes acknowledged, %d lost, the first %s before the end; ready again after %s", round, moment.Round(time.Millisecond),
			len(acked), n, window.Round(time.Millisecond), h.readyAt.Sub(h.started).Round(time.Millisecond))
		if len(acked) == 0 {
			t.Errorf("no write was acknowledged")
		}
		worst = max(worst, window)
		before = before[:0]
		for _, w := range acked {
			if have[w.code] {
				before = append(before, w)
			}
		}
		h.kill()
	}
	t.Logf("worst loss %s, slowest start %s", worst.Round(time.Millisecond), slowest.Round(time.Millisecond))
	if worst > slack*promised {
		t.Errorf("writes of %s were lost", worst)
	}
}

// TestStoppedAndDiskLost: a stop in order loses nothing at all.
func TestStoppedAndDiskLost(t *testing.T) {
	program(t)
	server := storetest.StartS3(t)
	for round := range rounds(2, 10) {
		dir := t.TempDir()
		h := open(t, settings(dir, server))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second+rand.N(2*time.Second))
		acked := h.writeCoupons(ctx, string(rune('A'+round))+"S", 50)
		cancel()
		h.stop()
		fatal(t, os.RemoveAll(dir))
		h = open(t, settings(t.TempDir(), server))
		if n, _ := lost(t, acked, h.codes(), time.Now()); n > 0 || len(acked) == 0 {
			t.Errorf("%d of %d writes are gone", n, len(acked))
		}
		h.stop()
	}
}

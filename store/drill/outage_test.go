package drill

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"promostack/store/storetest"
)

// visit is how long requests took, and how many failed.
type visit struct {
	took   []time.Duration
	failed int
}

func (v visit) p99() time.Duration {
	slices.Sort(v.took)
	return v.took[len(v.took)*99/100]
}

// call does what people do: reads the gallery and a picture, and every fifth time something is written.
func (h *house) call(n int, prefix, picture string) (v visit, acked []write) {
	for i := range n {
		path := []string{"/api/templates", "/", picture}[i%3]
		begun := time.Now()
		var status int
		var err error
		if i%5 == 4 {
			code := fmt.Sprintf("%s%04d", prefix, i)
			if status, _, err = h.post("/api/panel/coupons", map[string]any{"code": code}); err == nil && status == http.StatusCreated {
				acked = append(acked, write{code, time.Now()})
			}
		} else {
			status, _, err = h.get(path)
		}
		v.took = append(v.took, time.Since(begun))
		if err != nil || status >= 400 {
			v.failed++
			h.t.Logf("request %s: %d %v", path, status, err)
		}
		time.Sleep(2 * time.Millisecond)
	}
	return v, acked
}

// TestStorageInTrouble: whatever the storage does, no request fails for it, an upload meanwhile works, and afterwards
// everything is there without a restart.
func TestStorageInTrouble(t *testing.T) {
	program(t)
	server := storetest.StartS3(t)
	h := open(t, settings(t.TempDir(), server))
	art := picture(t, 1)
	if status, body, err := h.upload("before", art); err != nil || status != http.StatusOK {
		t.Fatalf("upload: %d %s %v", status, body, err)
	}
	media := h.mediaOf("before")
	h.call(rounds(50, 500), "W", media) // warm
	fine, acked := h.call(rounds(300, 3000), "F", media)
	t.Logf("fine: p99 %s, %d failed", fine.p99(), fine.failed)
	slugs := []string{"before"}
	for _, trouble := range []struct {
		name string
		mode storetest.Trouble
	}{{"down", storetest.Down}, {"silent", storetest.Silent}, {"torn", storetest.Torn}, {"slow", storetest.Slow}, {"denied", storetest.Denied}} {
		server.Proxy.Set(trouble.mode)
		slug := "while-" + trouble.name
		begun := time.Now()
		if status, body, err := h.upload(slug, picture(t, len(slugs)+1)); err != nil || status != http.StatusOK {
			t.Errorf("upload while %s: %d %s %v", trouble.name, status, body, err)
		}
		uploaded := time.Since(begun)
		slugs = append(slugs, slug)
		v, more := h.call(rounds(200, 3000), strings.ToUpper(trouble.name[:2]), media)
		acked = append(acked, more...)
		t.Logf("%s: p99 %s, %d failed; the upload took %s", trouble.name, v.p99(), v.failed, uploaded.Round(time.Millisecond))
		if v.failed > 0 {
			t.Errorf("%d requests failed while the storage was %s", v.failed, trouble.name)
		}
	}
	server.Proxy.Set(storetest.Fine)
	begun := time.Now()
	h.awaitReplicated()
	t.Logf("caught up %s after the storage was back", time.Since(begun).Round(time.Millisecond))
	h.kill()
	h = open(t, settings(t.TempDir(), server))
	if n, _ := lost(t, acked, h.codes(), time.Now()); n > 0 {
		t.Errorf("%d writes of the outages are gone", n)
	}
	for _, slug := range slugs {
		if status, _, err := h.get(h.mediaOf(slug)); err != nil || status != http.StatusOK {
			t.Errorf("the picture of %s: %d %v", slug, status, err)
		}
	}
	h.stop()
}

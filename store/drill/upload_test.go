package drill

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"promostack/store/storetest"
)

// picture is a PNG that no other number gives.
func picture(t *testing.T, n int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 600, 600))
	shade := rand.New(rand.NewPCG(uint64(n), 7))
	for y := range 600 {
		for x := range 600 {
			m.SetRGBA(x, y, color.RGBA{uint8(n), uint8(x / 3), uint8(y/3) + uint8(shade.IntN(8)), 255})
		}
	}
	var b bytes.Buffer
	fatal(t, png.Encode(&b, m))
	return b.Bytes()
}

// upload publishes a template by the previous product's form.
func (h *house) upload(slug string, art []byte) (int, string, error) {
	return h.form("/api/upload-template", map[string]string{
		"name": "Template " + slug, "slug": slug, "@squareImage": string(art), "squarePlaceholderX": "50", "squarePlaceholderY": "60",
		"squareBoxX": "10", "squareBoxY": "60", "squareBoxWidth": "80", "squareBoxHeight": "15", "squareLeftPct": "10", "squareTopPct": "60",
		"squareWidthPct": "80", "squareHeightPct": "15", "squareMaxFontPx": "80", "squareFontColor": "#ffffff",
	})
}

// gallery is what people see: template to the address of its picture.
func (h *house) gallery() map[string]string {
	h.t.Helper()
	status, body, err := h.get("/api/templates")
	if err != nil || status != http.StatusOK {
		h.t.Fatalf("gallery: %d %v", status, err)
	}
	var list struct {
		Templates []struct {
			Slug   string
			Square *struct{ URL string }
		}
	}
	fatal(h.t, json.Unmarshal([]byte(body), &list))
	found := map[string]string{}
	for _, t := range list.Templates {
		found[t.Slug] = ""
		if t.Square != nil {
			found[t.Slug] = t.Square.URL
		}
	}
	return found
}

func (h *house) mediaOf(slug string) string {
	h.t.Helper()
	url := h.gallery()[slug]
	if !strings.HasPrefix(url, "/media/") {
		h.t.Fatalf("%s has no picture: %q", slug, url)
	}
	return url
}

// awaitReplicated waits until nothing waits for the storage any more.
func (h *house) awaitReplicated() {
	h.t.Helper()
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		_, body, err := h.get("/readyz")
		var state struct {
			Replica *struct {
				LagSeconds float64 `json:"lag_seconds"`
			}
			Files struct{ Waiting int }
		}
		if err == nil && json.Unmarshal([]byte(body), &state) == nil && state.Replica != nil && state.Files.Waiting == 0 && state.Replica.LagSeconds < 3 {
			return
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("not replicated: %s; %s", body, h.log())
		}
	}
}

// TestKilledDuringUpload: each template is there with its picture, or not there at all; one that was acknowledged is.
func TestKilledDuringUpload(t *testing.T) {
	program(t)
	server := storetest.StartS3(t)
	dir := t.TempDir()
	whole, absent := 0, 0
	h := open(t, settings(dir, server))
	begun := time.Now()
	if status, body, err := h.upload("in-peace", picture(t, 999)); err != nil || status != http.StatusOK {
		t.Fatalf("upload: %d %s %v", status, body, err)
	}
	usual := time.Since(begun) // what an upload takes here: the moments of death spread over it
	h.kill()
	for round := range rounds(6, 100) {
		h := open(t, settings(dir, server))
		slug := fmt.Sprintf("kill-%03d", round)
		art := picture(t, round)
		timer := time.AfterFunc(rand.N(usual*3/2), h.kill)
		status, body, err := h.upload(slug, art)
		<-h.ended
		timer.Stop()
		if err == nil && status != http.StatusOK {
			t.Fatalf("upload: %d %s", status, body)
		}
		h = open(t, settings(dir, server))
		for name, url := range h.gallery() {
			if url == "" {
				continue
			}
			if code, _, err := h.get(url); err != nil || code != http.StatusOK {
				t.Errorf("round %d: %s is shown without its picture: %d %v", round, name, code, err)
			}
		}
		_, there := h.gallery()[slug]
		if err == nil && !there {
			t.Errorf("round %d: an acknowledged template is gone", round)
		}
		if there {
			whole++
		} else {
			absent++
		}
		h.kill()
	}
	t.Logf("%d whole, %d absent", whole, absent)
}

package render

import (
	"bytes"
	"errors"
	"image"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"promostack/store"
)

// TestIntakeStandsHostilePictures sends the whole set eight at a time and looks at what came of each, how long it
// took (five seconds are promised, five times that are allowed here), and how much memory it all took.
func TestIntakeStandsHostilePictures(t *testing.T) {
	set := hostiles()
	if len(set) < 60 {
		t.Fatalf("only %d hostile pictures", len(set))
	}
	clock := store.NewManualClock(time.Unix(0, 0)) // stands still, so that a slow machine changes no outcome
	o := IntakeOptions{MaxSide: 2160, Clock: clock, Budget: NewDecodeBudget(0)}
	for _, h := range set {
		if !testing.Short() || !heavy[h.name] {
			h.body() // built before the memory is watched
		}
	}
	memory := watchMemory(t)
	jobs := make(chan hostile)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for h := range jobs {
				checkHostile(t, h, o)
			}
		})
	}
	for _, h := range set {
		if !testing.Short() || !heavy[h.name] {
			jobs <- h
		}
	}
	close(jobs)
	workers.Wait()
	mapped, resident := memory()
	t.Logf("%d pictures; %d MB more mapped, %d MB more resident at the most", len(set), mapped>>20, resident>>20)
	if mapped > 300<<20 || resident > 300<<20 {
		t.Errorf("memory grew by %d MB mapped, %d MB resident", mapped>>20, resident>>20)
	}
}

func checkHostile(t *testing.T, h hostile, o IntakeOptions) {
	body := h.body()
	start := time.Now()
	p, err := Intake(t.Context(), body, o)
	if took := time.Since(start); took > 5*intakeTime && !raceDetector {
		t.Errorf("%s: took %v", h.name, took)
	}
	var invalid store.Invalid
	if h.refused != "" || err != nil {
		if !errors.As(err, &invalid) || h.refused == "" || !strings.Contains(invalid.Sentence, h.refused) || invalid.Field != "file" || len(p.Bytes) > 0 {
			t.Errorf("%s: %v; want %q", h.name, err, h.refused)
		}
		return
	}
	checkClean(t, h.name, p)
}

// checkClean opens a clean picture and looks for what must not be in it.
func checkClean(t *testing.T, name string, p CleanPicture) image.Image {
	t.Helper()
	m, kind, err := image.Decode(bytes.NewReader(p.Bytes))
	if err != nil || p.Type != "image/"+kind || p.Ext != map[string]string{"png": "png", "jpeg": "jpg"}[kind] {
		t.Errorf("%s: %s %s comes out as %s, %v", name, p.Type, p.Ext, kind, err)
		return image.NewRGBA(image.Rect(0, 0, 1, 1))
	}
	if m.Bounds() != image.Rect(0, 0, p.Width, p.Height) {
		t.Errorf("%s: says %d × %d, is %v", name, p.Width, p.Height, m.Bounds())
	}
	for _, word := range []string{planted, "Exif", "EXIF", "eXIf", "ICC", "iCCP", "tEXt", "zTXt", "iTXt", "tIME", "http:", "8BIM", "<script", "PK\x03\x04", "acTL"} {
		if bytes.Contains(p.Bytes, []byte(word)) {
			t.Errorf("%s: %q survived", name, word)
		}
	}
	if kind == "png" && !onlyNeeded(p.Bytes) {
		t.Errorf("%s: there are other chunks than a picture needs", name)
	}
	return m
}

func onlyNeeded(file []byte) bool {
	sound := true
	pngChunks(file[8:], func(name string, _ []byte) {
		sound = sound && strings.Contains("IHDR PLTE tRNS IDAT IEND", name)
	})
	return sound
}

// watchMemory begins to watch; the func it returns says by how much the mapped memory grew and, on Linux without
// the race detector, the most that was ever resident.
func watchMemory(t *testing.T) func() (mapped, resident int64) {
	t.Helper()
	debug.FreeOSMemory()
	before := mappedBytes()
	rss := int64(0)
	watch := runtime.GOOS == "linux" && !raceDetector && os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) == nil
	if watch {
		rss = peakRSS(t)
	}
	return func() (int64, int64) {
		if !watch {
			return mappedBytes() - before, 0
		}
		return mappedBytes() - before, peakRSS(t) - rss
	}
}

// mappedBytes is all that the runtime ever took from the machine: it never shrinks, so it needs no watching.
func mappedBytes() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

func peakRSS(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// TestIntakeGivesTheErrorsOfItsReaderBack keeps a broken connection apart from a broken picture.
func TestIntakeGivesTheErrorsOfItsReaderBack(t *testing.T) {
	lost := errors.New("connection lost")
	_, err := Intake(t.Context(), io.MultiReader(strings.NewReader(pngSignature), failing{lost}), IntakeOptions{})
	if !errors.Is(err, lost) || errors.As(err, new(store.Invalid)) {
		t.Fatalf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

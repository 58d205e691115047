package render

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"promostack/store"
)

var update = flag.Bool("update", false, "write testdata anew from what the code does now")

// fitVector is one line of fit.json, which assets/web/js/_test/fit.test.js holds the browser's arithmetic against.
type fitVector struct {
	Font   string    `json:"font"`
	Width  int       `json:"width"`
	Height int       `json:"height"`
	Box    store.Box `json:"box"`
	MaxPx  int       `json:"maxFontPx"`
	PadPct float64   `json:"padPct"`
	Code   string    `json:"code"`
	Want   fitAnswer `json:"want"`
}

type fitAnswer struct {
	Quarters int    `json:"quarters,omitempty"`
	X        int    `json:"x"`
	Y        int    `json:"y"`
	Units    int    `json:"units,omitempty"`
	Field    string `json:"field,omitempty"`
	Sentence string `json:"sentence,omitempty"`
}

func (v fitVector) answer(t testing.TB) fitAnswer {
	t.Helper()
	fit, err := VariantFit(store.Variant{
		Width: v.Width, Height: v.Height, Box: v.Box, MaxFontPx: v.MaxPx, Font: v.Font, PaddingPct: v.PadPct,
	}, v.Code)
	var invalid store.Invalid
	if errors.As(err, &invalid) {
		return fitAnswer{Field: invalid.Field, Sentence: invalid.Sentence}
	}
	if err != nil {
		t.Fatal(err)
	}
	return fitAnswer{Quarters: fit.Quarters, X: fit.X, Y: fit.Y, Units: fit.Units}
}

func TestFitGivesWhatTheSharedVectorsSay(t *testing.T) {
	if *update {
		writeVectors(t, "testdata/fit.json")
	}
	var vectors []fitVector
	readTestdata(t, "fit.json", &vectors)
	if len(vectors) < 500 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	misfits := 0
	for i, v := range vectors {
		if got := v.answer(t); got != v.Want {
			t.Errorf("vector %d, %s in %+v: %+v, want %+v", i, v.Code, v.Box, got, v.Want)
		}
		if v.Want.Field != "" {
			misfits++
		}
	}
	if misfits < 50 || misfits > len(vectors)/2 {
		t.Errorf("%d of %d vectors do not fit: the set is one-sided", misfits, len(vectors))
	}
}

func writeVectors(t *testing.T, name string) {
	t.Helper()
	var out strings.Builder
	for i, v := range append(edgeVectors(), randomVectors(700)...) {
		v.Want = v.answer(t)
		line, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s%s", []string{"[\n", ",\n"}[min(i, 1)], line)
	}
	out.WriteString("\n]\n")
	if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// edgeVectors are boxes and codes made to hurt: ties of every rounding, no room, beyond the picture, strange text.
func edgeVectors() []fitVector {
	square := func(code string, box store.Box) fitVector {
		return fitVector{Font: "inter-700", Width: 1080, Height: 1080, Box: box, Code: code}
	}
	mid := store.Box{LeftPct: 5, TopPct: 78, WidthPct: 90, HeightPct: 12, HAlign: "center", VAlign: "middle"}
	var all []fitVector
	for _, code := range []string{"WELCOME-30", "VA", "-", "_", "A", strings.Repeat("W", 64), "MIWI-QJ_0", "", "a", "A B", "É", "😀", "АВС", "A\u0000", "constructor", "A\u200bB"} {
		all = append(all, square(code, mid))
	}
	for _, h := range []string{"left", "center", "right", ""} {
		for _, v := range []string{"top", "middle", "bottom", ""} {
			for _, box := range []store.Box{{LeftPct: 50.37, TopPct: 83.98, WidthPct: 38.8, HeightPct: 4.3}, {LeftPct: 0.05, TopPct: 0.05, WidthPct: 99.95, HeightPct: 99.95}, {LeftPct: 12.5, TopPct: 12.5, WidthPct: 62.5, HeightPct: 7.5}} {
				box.HAlign, box.VAlign = h, v
				all = append(all, square("AVATAR-TOWAY", box), square("I", box))
			}
		}
	}
	for _, box := range []store.Box{{}, {WidthPct: 100}, {HeightPct: 100}, {LeftPct: -5, TopPct: -5, WidthPct: 20, HeightPct: 20},
		{LeftPct: 95, TopPct: 95, WidthPct: 50, HeightPct: 50}, {LeftPct: 200, TopPct: 200, WidthPct: 10, HeightPct: 10},
		{LeftPct: 1001, WidthPct: 10, HeightPct: 10}, {WidthPct: -10, HeightPct: 10}, {WidthPct: 1e300, HeightPct: 10}, {WidthPct: 100, HeightPct: 0.8},
		{LeftPct: 100.0 / 3, TopPct: 200.0 / 3, WidthPct: 100.0 / 3, HeightPct: 100.0 / 7}, {LeftPct: 0.046296296296296294, TopPct: 50.046296296296298, WidthPct: 40, HeightPct: 9.953703703703704}} {
		all = append(all, square("SAVE20", box))
	}
	for _, max := range []int{0, 1, 11, 12, 13, 79, 80, 239, 240, 241, 100000, -3} {
		v := square("A", store.Box{WidthPct: 100, HeightPct: 100, HAlign: "center", VAlign: "middle"})
		v.MaxPx = max
		all = append(all, v)
	}
	for _, pad := range []float64{0, 2, 0.1, 33.3, 49.9, 50, 50.1, 99, 100, 101, -1, 1e9} {
		v := square("PADDED-CODE", mid)
		v.PadPct = pad
		all = append(all, v)
	}
	return append(all, tieVectors()...)
}

// tieVectors have boxes exactly as wide as a text at a quarter-pixel size, one pixel less and one more.
func tieVectors() []fitVector {
	var all []fitVector
	for _, f := range Fonts() {
		for _, code := range []string{"WELCOME-30", "SAVE20", "AV", "0123456789"} {
			units, err := textUnits(&f, code)
			if err != nil {
				continue
			}
			for _, quarters := range []int{48, 97, 365} {
				width := quarters * units / (4 * f.Upem)
				for _, w := range []int{width - 1, width, width + 1} {
					all = append(all, fitVector{Font: f.ID, Width: w, Height: w + 7, Code: code, Box: store.Box{WidthPct: 100, HeightPct: 100, HAlign: "center", VAlign: "middle"}})
				}
			}
		}
	}
	return all
}

func randomVectors(n int) []fitVector {
	rng := rand.New(rand.NewPCG(2026, 11))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	percent := func(max float64) float64 {
		p := rng.Float64() * max
		if rng.IntN(2) == 0 {
			p = float64(int(p*20)) / 20 // as the editor saves them
		}
		return p
	}
	all := make([]fitVector, n)
	for i := range all {
		code := make([]byte, 1+rng.IntN([]int{4, 12, 64}[rng.IntN(3)]))
		for k := range code {
			code[k] = alphabet[rng.IntN(len(alphabet))]
		}
		v := fitVector{Font: fontTable()[rng.IntN(len(fontTable()))].ID, Width: 100 + rng.IntN(2000), Height: 100 + rng.IntN(2000), Code: string(code)}
		v.Box = store.Box{LeftPct: percent(60), TopPct: percent(90), WidthPct: percent(100), HeightPct: 1 + percent(40),
			HAlign: pick("left", "center", "right"), VAlign: pick("top", "middle", "bottom")}
		v.MaxPx, v.PadPct = []int{0, 80, rng.IntN(300)}[rng.IntN(3)], []float64{0, 2, percent(20)}[rng.IntN(3)]
		all[i] = v
	}
	return all
}

func TestBoxesAreRoundedLikeThePreviousProduct(t *testing.T) {
	for _, c := range []struct {
		box  store.Box
		want PixelBox
	}{
		{store.Box{LeftPct: 50.4, TopPct: 84, WidthPct: 38.8, HeightPct: 4.3}, PixelBox{544, 907, 419, 46}}, // promo-3
		{store.Box{LeftPct: 5, TopPct: 78, WidthPct: 90, HeightPct: 12}, PixelBox{54, 842, 972, 130}},
		{store.Box{LeftPct: 12.5, TopPct: 0, WidthPct: 0.04629629629629629, HeightPct: 100}, PixelBox{135, 0, 1, 1080}}, // half a pixel goes up
	} {
		got, err := BoxPixels(c.box, 1080, 1080)
		if err != nil || got != c.want {
			t.Errorf("%+v: %+v, %v, want %+v", c.box, got, err, c.want)
		}
	}
}

// The text a fit describes stands inside its box, and a quarter of a pixel more would not.
func FuzzFitText(f *testing.F) {
	f.Add("WELCOME-30", 544, 907, 419, 46, 0, 0, byte(0))
	f.Add("A", -5, 0, 1, 1, 240, 3, byte(5))
	f.Add("😀", 0, 0, 1<<20, 1<<20, -1, 9, byte(11))
	f.Fuzz(func(t *testing.T, text string, x, y, w, h, maxPx, pad int, align byte) {
		if max(x, y, w, h, maxPx, pad) > 1<<24 || min(x, y, w, h, maxPx, pad) < -1<<24 || len(text) > 1000 {
			t.Skip("no picture is that large")
		}
		font := fontTable()[int(align>>4)%len(fontTable())]
		rule := FitRule{MaxPx: maxPx, PadPx: pad, HAlign: []string{"left", "center", "right"}[align%3], VAlign: []string{"top", "middle", "bottom"}[align/3%3]}
		fit, err := FitText(&font, text, PixelBox{x, y, w, h}, rule)
		if err != nil {
			if !errors.As(err, new(store.Invalid)) {
				t.Fatalf("%v is no sentence for a person", err)
			}
			return
		}
		em := 4 * font.Upem
		fits := func(q int) bool {
			return q*fit.Units <= (w-2*pad)*em && q*font.Cap <= h*em && q <= 4*maxFontPx && (maxPx <= 0 || q <= 4*max(maxPx, minFontPx))
		}
		if !fits(fit.Quarters) || fits(fit.Quarters+1) || fit.Quarters < 4*minFontPx {
			t.Fatalf("%q in %dx%d: %d quarters", text, w, h, fit.Quarters)
		}
		left, right := fit.X-x-pad, (x+w-pad)*em-fit.X*em-fit.Quarters*fit.Units
		if left < 0 || 2*right < -em { // the origin is rounded to a whole pixel
			t.Fatalf("%q sticks out: %d px on the left, %d/%d on the right", text, left, right, em)
		}
		top, low := 2*(fit.Y-y)*em-2*fit.Quarters*font.Cap, y+h-fit.Y
		if top < -em || low < 0 {
			t.Fatalf("%q sticks out: %d/%d at the top, %d px below", text, top, 2*em, low)
		}
	})
}

func BenchmarkFitText(b *testing.B) {
	font, _ := FontByID("inter-700")
	for b.Loop() {
		if _, err := FitText(font, "WELCOME-30", PixelBox{54, 842, 972, 130}, FitRule{PadPx: 19, HAlign: "center", VAlign: "middle"}); err != nil {
			b.Fatal(err)
		}
	}
}

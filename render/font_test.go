package render

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"promostack/assets"
)

func readTestdata(t testing.TB, name string, into any) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func TestKerningOfEveryPairIsHarfBuzzs(t *testing.T) {
	var want map[string][][]int
	readTestdata(t, "kern.json", &want)
	for _, f := range Fonts() {
		rows := want[f.File]
		if len(rows) != len(alphabet) {
			t.Fatalf("%s: the fixture has %d rows", f.File, len(rows))
		}
		pairs := 0
		for i, row := range rows {
			for j, advance := range row {
				a, b := alphabet[i], alphabet[j]
				alone, ok := f.Advance(a)
				if !ok {
					t.Fatalf("%s lacks %c", f.Name, a)
				}
				if got := alone + f.Kern(a, b); got != advance {
					t.Errorf("%s %c%c: advance %d, HarfBuzz says %d", f.Name, a, b, got, advance)
				}
				pairs++
			}
		}
		if pairs != 38*38 {
			t.Errorf("%s: %d pairs compared", f.Name, pairs)
		}
	}
}

func TestKerningKnowsThePairsThatShapersLost(t *testing.T) {
	inter, _ := FontByID("inter-700")
	for pair, want := range map[string]int{"VA": -162, "AV": -162, "HH": 0} {
		if got := inter.Kern(pair[0], pair[1]); got != want {
			t.Errorf("Inter %s is kerned by %d, want %d", pair, got, want)
		}
	}
}

func TestFontMetricsForTheBrowserAreWhole(t *testing.T) {
	var doc struct {
		Fonts []struct {
			ID, Name, File, URL string
			Upem, Cap           int
			Adv, Kern           map[string]int
		}
	}
	if err := json.Unmarshal(FontMetricsJSON(), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Fonts) != len(shippedFonts) {
		t.Fatalf("%d fonts", len(doc.Fonts))
	}
	for _, d := range doc.Fonts {
		f, ok := FontByID(d.ID)
		if !ok || d.Upem != f.Upem || d.Cap != f.Cap || len(d.Adv) != len(alphabet) || d.URL != assets.FontURL(d.File) || d.URL == "" {
			t.Errorf("%s: upem %d, cap %d, %d advances, %s", d.ID, d.Upem, d.Cap, len(d.Adv), d.URL)
		}
		for i := range len(alphabet) {
			for j := range len(alphabet) {
				if pair := alphabet[i:i+1] + alphabet[j:j+1]; d.Kern[pair] != f.Kern(pair[0], pair[1]) {
					t.Errorf("%s %s: %d for the browser, %d here", d.ID, pair, d.Kern[pair], f.Kern(pair[0], pair[1]))
				}
			}
		}
	}
}

func TestShippedFontsStandBesideTheirLicences(t *testing.T) {
	for _, name := range []string{"Inter-OFL.txt", "Poppins-OFL.txt", "Montserrat-OFL.txt", "BebasNeue-OFL.txt"} {
		text, err := fs.ReadFile(assets.Fonts(), name)
		if err != nil || !bytes.Contains(text, []byte("SIL Open Font License, Version 1.1")) {
			t.Errorf("%s: %v, or not the OFL", name, err)
		}
	}
}

// A table that is cut off reads as zeros and takes nobody down.
func TestKerningSurvivesTablesThatAreCutOff(t *testing.T) {
	data, err := fs.ReadFile(assets.Fonts(), "code-inter-700.ttf")
	if err != nil {
		t.Fatal(err)
	}
	font, _ := FontByID("inter-700")
	gpos := findTable(data, "GPOS")
	if len(gpos) == 0 || font.Kern('V', 'A') == 0 {
		t.Fatalf("%d bytes of GPOS, VA kerned by %d", len(gpos), font.Kern('V', 'A'))
	}
	for cut := range len(gpos) {
		lookups, err := kernLookups(gpos[:cut:cut])
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		_ = pairAdvance(lookups, int(font.glyph['V']), int(font.glyph['A']))
	}
}

func TestOldKernTableIsReadWhereGPOSIsMissing(t *testing.T) {
	table := otTable{0, 0, 0, 1, 0, 0, 0, 20, 0, 1, 0, 1, 0, 6, 0, 0, 0, 0, 0, 3, 0, 5, 0xff, 0xb0}
	if got := oldKern(table)[3<<16|5]; got != -80 {
		t.Errorf("kern of 3, 5 is %d, want -80", got)
	}
}

// fonts.json is what the scripts' tests compute with: it must be what the server gives to browsers.
func TestSharedFontTableIsUpToDate(t *testing.T) {
	if *update {
		if err := os.WriteFile("testdata/fonts.json", FontMetricsJSON(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	body, err := os.ReadFile("testdata/fonts.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(body, FontMetricsJSON()) {
		t.Error("testdata/fonts.json is not what FontMetricsJSON gives: go test ./render -run Shared -update")
	}
}

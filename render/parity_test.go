package render

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"promostack/admin/browsertest"
	"promostack/assets"
	"promostack/store"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// browserCase is a coupon that browser and server both draw on plain ground.
type browserCase struct {
	Name    string         `json:"name"`
	Ground  string         `json:"ground"`
	Code    string         `json:"code"`
	Variant browserVariant `json:"variant"`
}

// browserVariant is a variant as the page gets it.
type browserVariant struct {
	Width     int       `json:"width"`
	Height    int       `json:"height"`
	Box       store.Box `json:"box"`
	MaxFontPx int       `json:"maxFontPx"`
	FontColor string    `json:"fontColor"`
	Font      string    `json:"font"`
	Stroke    bool      `json:"stroke"`
	PadPct    float64   `json:"padPct"`
	Logo      bool      `json:"logo"`
}

func (v browserVariant) variant() store.Variant {
	return store.Variant{Name: "square", Width: v.Width, Height: v.Height, Box: v.Box, MaxFontPx: v.MaxFontPx,
		FontColor: v.FontColor, Font: v.Font, Stroke: v.Stroke, PaddingPct: v.PadPct, Logo: v.Logo}
}

const parityPage = `<!doctype html><meta charset="utf-8"><title>parity</title><canvas id="c"></canvas><script type="module">
import { drawCoupon, showScaled } from "/js/editor/draw.js";
import { openFonts } from "/js/editor/font.js";
const fonts = openFonts("/fonts.json");
const canvas = document.querySelector("#c");
function ground(variant, colour) {
	const c = document.createElement("canvas");
	c.width = variant.width;
	c.height = variant.height;
	const ctx = c.getContext("2d");
	ctx.fillStyle = colour;
	ctx.fillRect(0, 0, c.width, c.height);
	return c;
}
window.coupon = async (one, logo) => {
	const font = await fonts.font(one.variant.font);
	const fit = drawCoupon(canvas, { image: ground(one.variant, one.ground), variant: one.variant, code: one.code, font, logo });
	return { fit, png: canvas.toDataURL("image/png").split(",")[1] };
};
window.picture = async (url) => { const i = new Image(); i.src = url; await i.decode(); return i; };
window.preview = (cssWidth, ratio) => { const c = document.createElement("canvas"); showScaled(c, canvas, cssWidth, ratio); return [c.width, c.height]; };
window.ready = true;
</script>`

// openParity serves the page's own modules and fonts, and opens a page that draws with them.
func openParity(t *testing.T) *browsertest.Page {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/js/", http.FileServerFS(assets.Web()))
	mux.Handle("/img/", http.FileServerFS(assets.Web()))
	mux.HandleFunc("/fonts.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(FontMetricsJSON())
	})
	mux.HandleFunc("/assets/f/{hash}/{file}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, assets.Fonts(), path.Base(r.PathValue("file")))
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte(parityPage))
	})
	mux.HandleFunc("/favicon.ico", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	page := browsertest.Open(t, browsertest.Desktop())
	page.Goto(server.URL + "/")
	page.Until("window.ready === true")
	return page
}

// drawInBrowser lets the page draw a coupon.
func drawInBrowser(t *testing.T, page *browsertest.Page, one browserCase, logo string) (fitAnswer, image.Image) {
	t.Helper()
	argument, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	answer := browsertest.Eval[struct {
		Fit fitAnswer `json:"fit"`
		PNG string    `json:"png"`
	}](page, fmt.Sprintf("(async () => coupon(%s, %s))()", argument, logo))
	data, err := base64.StdEncoding.DecodeString(answer.PNG)
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return answer.Fit, m
}

// drawHere draws the same coupon as the Studio does.
func drawHere(t *testing.T, set *typesetter, one browserCase) (fitAnswer, *image.RGBA) {
	t.Helper()
	v := one.Variant.variant()
	m := image.NewRGBA(image.Rect(0, 0, v.Width, v.Height))
	draw.Draw(m, m.Rect, image.NewUniform(parseColor(one.Ground)), image.Point{}, draw.Src)
	fit, err := VariantFit(v, one.Code)
	if err != nil {
		t.Fatalf("%s: %v", one.Name, err)
	}
	font, _ := FontByID(v.Font)
	set.draw(m, font, one.Code, fit, style{parseColor(v.FontColor), v.Stroke})
	return fitAnswer{Quarters: fit.Quarters, X: fit.X, Y: fit.Y, Units: fit.Units}, m
}

// parityCodes: kerning pairs, digits, 40 characters, and single characters up to the largest size.
var parityCodes = []struct {
	code string
	box  store.Box // of 900 x 300 px
}{
	{"VA", store.Box{LeftPct: 10, TopPct: 10, WidthPct: 60, HeightPct: 50}},
	{"AVATAR-TOWAY", store.Box{LeftPct: 5, TopPct: 20, WidthPct: 88.35, HeightPct: 50}},
	{"WELCOME-30", store.Box{LeftPct: 5, TopPct: 20, WidthPct: 71.15, HeightPct: 50}},
	{"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_-J", store.Box{LeftPct: 2, TopPct: 40, WidthPct: 96, HeightPct: 30}},
	{"W", store.Box{LeftPct: 5, TopPct: 8, WidthPct: 90, HeightPct: 80}},
	{"Q", store.Box{LeftPct: 5, TopPct: 8, WidthPct: 90, HeightPct: 80}},
	{"_", store.Box{LeftPct: 31.3, TopPct: 8, WidthPct: 40, HeightPct: 30}},
	{"8", store.Box{LeftPct: 40, TopPct: 33, WidthPct: 40, HeightPct: 17}},
	{"SAVE20", store.Box{LeftPct: 13, TopPct: 30, WidthPct: 33, HeightPct: 50}},
	{"WE", store.Box{LeftPct: 51, TopPct: 30, WidthPct: 44, HeightPct: 34}},
	{"0123456789", store.Box{LeftPct: 11, TopPct: 60, WidthPct: 24, HeightPct: 20}},
	{"T_O-P-1_7-LTY", store.Box{LeftPct: 15.1, TopPct: 15, WidthPct: 55, HeightPct: 20}},
}

var parityLooks = []struct{ name, ground, ink string }{
	{"dark", "#0d1117", "#ffffff"},
	{"stroked dark", "#1d2733", "#ffd23f"},
	{"light", "#f4f1ea", "#15171c"},
	{"stroked light", "#e9e4d8", "#ffffff"},
}

func TestBrowserAndServerDrawTheSame(t *testing.T) {
	page := openParity(t)
	set := newTypesetter()
	codes, looks := parityCodes, parityLooks
	if testing.Short() {
		codes, looks = codes[1:3], looks[2:]
	}
	worst, worstName, worstEdge := 1.0, "", 0
	for _, f := range Fonts() {
		for i, c := range codes {
			for _, look := range looks {
				one := browserCase{Name: f.ID + " " + c.code + " " + look.name, Ground: look.ground, Code: c.code, Variant: browserVariant{
					Width: 900, Height: 300, Box: c.box, FontColor: look.ink, Font: f.ID, Stroke: strings.HasPrefix(look.name, "stroked"), PadPct: 2}}
				one.Variant.Box.HAlign = []string{"center", "left", "right"}[i%3]
				one.Variant.Box.VAlign = []string{"middle", "top", "bottom"}[i%3]
				score, edge := compareDrawings(t, page, set, one)
				if score < worst {
					worst, worstName = score, one.Name
				}
				worstEdge = max(worstEdge, edge)
			}
		}
	}
	t.Logf("%d drawings: SSIM %.4f at least (%s), ink box within %d px", len(Fonts())*len(codes)*len(looks), worst, worstName, worstEdge)
}

// compareDrawings holds both drawings against each other: equal fit, ink box within a pixel, SSIM on the tight crop.
func compareDrawings(t *testing.T, page *browsertest.Page, set *typesetter, one browserCase) (float64, int) {
	t.Helper()
	theirFit, theirs := drawInBrowser(t, page, one, "null")
	ourFit, ours := drawHere(t, set, one)
	if theirFit != ourFit {
		t.Errorf("%s: the browser fits %+v, the server %+v", one.Name, theirFit, ourFit)
	}
	return comparePixels(t, one, theirs, ours)
}

func comparePixels(t *testing.T, one browserCase, theirs, ours image.Image) (float64, int) {
	t.Helper()
	all := ours.Bounds()
	ground := browsertest.LumaOf(image.NewUniform(parseColor(one.Ground)), image.Rect(0, 0, 1, 1)).Pix[0]
	a, b := browsertest.InkBox(browsertest.LumaOf(theirs, all), ground), browsertest.InkBox(browsertest.LumaOf(ours, all), ground)
	edge := max(abs(a.Min.X-b.Min.X), abs(a.Min.Y-b.Min.Y), abs(a.Max.X-b.Max.X), abs(a.Max.Y-b.Max.Y))
	if edge > 1 || a.Empty() {
		t.Errorf("%s: ink in %v, the server's in %v", one.Name, a, b)
	}
	crop := a.Union(b).Inset(-6).Intersect(all)
	score := browsertest.SSIM(browsertest.LumaOf(theirs, crop), browsertest.LumaOf(ours, crop))
	if score < 0.98 {
		t.Errorf("%s: SSIM %.4f", one.Name, score)
	}
	return score, edge
}

func abs(v int) int { return max(v, -v) }

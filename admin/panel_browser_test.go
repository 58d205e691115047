package admin

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"promostack/admin/browsertest"
	"promostack/store"
)

// openPanel signs in with the keyboard and waits for the first room.
func openPanel(t *testing.T, site *liveSite, screen browsertest.Screen) *browsertest.Page {
	t.Helper()
	p := site.visit(t, screen, "/admin")
	p.Fill("#signin-password", rightPassword)
	p.Press("Enter")
	p.WaitFor("#shell .bar h1")
	p.WaitText(".bar h1", "Overview")
	return p
}

// room opens an address of the panel and waits for a part of it.
func room(p *browsertest.Page, hash, selector string) {
	browsertest.Eval[string](p, `location.hash = `+fmt.Sprintf("%q", hash))
	p.WaitFor(selector)
}

// photo is a picture such as a camera makes: soft gradients, grain, a light and a dark part.
func photo(t *testing.T, width, height int) []byte {
	t.Helper()
	grain := rand.New(rand.NewPCG(3, 9))
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			fx, fy := float64(x)/float64(width), float64(y)/float64(height)
			light := 0.35 + 0.3*math.Sin(3*fx+2*fy) + 0.05*grain.NormFloat64()
			at := func(k float64) uint8 { return uint8(min(max(light*k*(1-0.7*fy)*255, 0), 255)) }
			m.SetRGBA(x, y, color.RGBA{R: at(1), G: at(0.7 + 0.3*fx), B: at(0.9), A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 85}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// give hands a file to a file field, as choosing it would.
func give(p *browsertest.Page, field, name, kind string, body []byte) {
	browsertest.Eval[bool](p, fmt.Sprintf(`(() => {
		const bytes = Uint8Array.from(atob(%q), c => c.charCodeAt(0));
		const files = new DataTransfer();
		files.items.add(new File([bytes], %q, {type: %q}));
		const field = document.querySelector(%q);
		field.files = files.files;
		field.dispatchEvent(new Event("change", {bubbles: true}));
		return true;
	})()`, base64.StdEncoding.EncodeToString(body), name, kind, field))
}

// box is what the four fields of the editor show.
func box(p *browsertest.Page) string {
	return browsertest.Eval[string](p, `["leftPct","topPct","widthPct","heightPct"].map(n => document.querySelector("[name=" + n + "]").value).join(" ")`)
}

// drawn waits until the editor shows its picture with the code set on it.
func drawn(p *browsertest.Page) {
	p.WaitFor(".bench")
	p.Until(`document.querySelector("#preview-fit strong") !== null && document.querySelector(".sheet canvas").getBoundingClientRect().width > 60`)
}

// onPicture is a point of the editor's picture, in percent.
func onPicture(p *browsertest.Page, x, y float64) (float64, float64) {
	return p.Rect(".sheet").At(x/100, y/100)
}

// drawBox draws a box from one corner to the other, with the mouse or the finger.
func drawBox(p *browsertest.Page, x0, y0, x1, y1 float64) {
	ax, ay := onPicture(p, x0, y0)
	bx, by := onPicture(p, x1, y1)
	p.Drag(ax, ay, bx, by)
}

// saved waits until the draft is on the server.
func saved(p *browsertest.Page) { p.WaitText(".savenote", "Saved") }

// publishDraft publishes what the editor holds and waits for the version.
func publishDraft(p *browsertest.Page, version int) {
	button := ".bar .actions .primary"
	if p.Screen.Touch {
		button = ".dock .primary"
	}
	p.Click(button)
	p.Until(`document.querySelector("dialog footer .primary")?.getAttribute("aria-disabled") === null && !document.querySelector("dialog .bones")`)
	p.Click("dialog footer .primary")
	p.WaitText(".savenote", fmt.Sprintf("Version %d", version))
}

func TestPanelSignIn(t *testing.T) {
	site := openSite(t)
	p := site.visit(t, browsertest.Desktop(), "/admin")
	p.Allow("401")
	p.Allow("429")
	p.WaitFor("#signin-password")
	if got := p.Focused(); !strings.Contains(got, "signin-password") {
		t.Errorf("the focus is on %s", got)
	}
	p.Axe("sign-in")
	p.Type("#signin-password", "not the password")
	p.Press("Enter")
	p.WaitText("#signin-error", "not the password")
	if p.Attr("#signin-password", "aria-invalid") != "true" {
		t.Error("the field is not marked")
	}
	p.Axe("sign-in, refused")
	for i := 0; i < 30 && !strings.Contains(p.Text("#signin-error"), "Too many"); i++ {
		p.Fill("#signin-password", fmt.Sprintf("guess %d", i))
		p.Press("Enter")
		p.Until(`!document.querySelector("#signin form button.primary").hasAttribute("aria-busy")`)
	}
	p.WaitText("#signin-error", "Too many tries")
	p.WaitText("#signin form button.primary", "Try again in")
	p.Axe("sign-in, throttled")
	p.Shot("panel-signin-throttled")

	open := openPanel(t, openSite(t), browsertest.Phone())
	open.WaitFor(".bottombar a[aria-current=page]")
	open.Reload()
	open.WaitText(".bar h1", "Overview")
}

func TestPanelMakesATemplateWithTheMouse(t *testing.T) { makeTemplate(t, browsertest.Desktop()) }

func TestPanelMakesATemplateWithTheFinger(t *testing.T) { makeTemplate(t, browsertest.Phone()) }

// makeTemplate uploads a photo, draws the place for the code, nudges it, publishes it and finds it on the public page.
func makeTemplate(t *testing.T, screen browsertest.Screen) {
	site := openSite(t)
	p := openPanel(t, site, screen)
	room(p, "#/templates/new", ".newform")
	p.Type("#new-name", "Summer Photo")
	give(p, "#slot-art-square", "IMG_2044.jpg", "image/jpeg", photo(t, 1080, 1080))
	p.WaitFor(".slotfield.square .face img[alt]")
	p.WaitText(".slotfield.square .hint", "1080 × 1080")
	p.Shot("panel-new")
	p.Click(".newform footer .primary")
	drawn(p)
	if got := box(p); got != "12 72 76 14" {
		t.Errorf("a new picture begins with the box %s", got)
	}

	drawBox(p, 10, 20, 60, 35)
	if got := box(p); !near(got, 10, 20, 50, 15) {
		t.Errorf("drawn from 10,20 to 60,35: %s", got)
	}
	ax, ay := onPicture(p, 30, 28)
	bx, by := onPicture(p, 34, 70)
	p.Drag(ax, ay, bx, by)
	if got := box(p); !near(got, 14, 62, 50, 15) {
		t.Errorf("moved by 4,42: %s", got)
	}
	saved(p) // a tap right behind a swipe only stops it
	nudge(t, p)
	if screen.Touch {
		p.Click(".tabs [data-id=colour]")
	}
	p.Click(".swatch")
	p.WaitText(".contrast", "to 1")
	saved(p)
	p.Shot("panel-drawn")
	publishDraft(p, 1)

	tpl, err := site.ws.Template(t.Context(), "summer-photo")
	if err != nil {
		t.Fatal(err)
	}
	v, ok := tpl.Variant("square")
	if !ok || v.Width != 1080 || !near(fmt.Sprint(v.Box.LeftPct, v.Box.TopPct, v.Box.WidthPct, v.Box.HeightPct), 14.5, 62, 50, 15) {
		t.Errorf("published: %+v", v)
	}
	public := site.visit(t, screen, "/?t=summer-photo&c=SAVE20")
	public.Until(`document.querySelector('` + part("preview", "square") + `').getAttribute("aria-label").includes("Summer Photo")`)
	public.Shot("panel-made-public")
}

// nudge moves the box half a percent to the right: with the keys, on a phone with the pad.
func nudge(t *testing.T, p *browsertest.Page) {
	t.Helper()
	left := browsertest.Eval[float64](p, `+document.querySelector("[name=leftPct]").value`)
	at := func(by float64) {
		p.Until(fmt.Sprintf(`+document.querySelector("[name=leftPct]").value === %v`, math.Round((left+by)*20)/20))
	}
	if p.Screen.Touch {
		p.Click(".nudge .right")
		at(0.5)
		return
	}
	p.Press("ArrowRight")
	at(0.5)
	p.Press("Shift+ArrowLeft", "Alt+ArrowDown")
	at(-4.5)
	if got := browsertest.Eval[float64](p, `+document.querySelector("[name=heightPct]").value`); math.Abs(got-15.5) > 0.6 {
		t.Errorf("Alt and an arrow made the height %v", got)
	}
	browsertest.Eval[*bool](p, `document.activeElement.blur()`)
	p.Press("Control+z")
	at(0)
	p.Press("Control+Shift+z")
	at(-4.5)
	p.Press("Control+z", "b", "ArrowRight")
	at(0.5)
}

// near compares what the fields show with four numbers, give or take what a pixel of the screen is worth.
func near(shown string, want ...float64) bool {
	var got [4]float64
	if n, err := fmt.Sscan(shown, &got[0], &got[1], &got[2], &got[3]); n != 4 || err != nil {
		return false
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 0.6 {
			return false
		}
	}
	return true
}

func TestPanelZeroPercentStaysZero(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/templates/black-friday", ".bench")
	drawn(p)
	p.Fill("[name=leftPct]", "0")
	p.Fill("[name=topPct]", "0,0")
	p.Press("Tab")
	p.Click(".swatch") // white: the dark corner there would stop the publish
	saved(p)
	publishDraft(p, 2)
	p.Reload()
	drawn(p)
	if got := box(p); !strings.HasPrefix(got, "0 0 ") {
		t.Errorf("after publishing and loading again: %s", got)
	}
	tpl, err := site.ws.Template(t.Context(), "black-friday")
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := tpl.Variant("square"); v.Box.LeftPct != 0 || v.Box.TopPct != 0 || v.Box.WidthPct < 1 {
		t.Errorf("kept: %+v", v.Box)
	}
	p.Fill("[name=leftPct]", "abc")
	if p.Attr("[name=leftPct]", "aria-invalid") != "true" {
		t.Error("a word in a field of numbers is not marked")
	}
	p.Press("Tab")
	if got := box(p); !strings.HasPrefix(got, "0 0 ") {
		t.Errorf("a word changed the box: %s", got)
	}
}

func TestPanelEditsAndRollsBack(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/templates/flash-sale", ".bench")
	drawn(p)
	before := box(p)
	drawBox(p, 5, 5, 45, 15)
	p.Click("#stroke, .flipfield:has(.hint) .switch")
	saved(p)
	publishDraft(p, 2)
	p.WaitText(".toast", "Version 2 is out")
	room(p, "#/templates/flash-sale/versions", ".versions li:nth-child(2)")
	p.WaitText(".versions", "Changed:")
	p.Click(".versions li:nth-child(2) button")
	p.WaitText(".versions", "Version 3")
	old, err := site.ws.TemplateVersion(t.Context(), "flash-sale", 1)
	if err != nil {
		t.Fatal(err)
	}
	now, err := site.ws.Template(t.Context(), "flash-sale")
	if err != nil || now.Version != 3 {
		t.Fatalf("version %d, %v", now.Version, err)
	}
	a, _ := old.Variant("square")
	b, _ := now.Variant("square")
	if a.Box != b.Box || a.Stroke != b.Stroke {
		t.Errorf("rolled back to %+v, version 1 was %+v", b, a)
	}
	p.Back()
	drawn(p)
	if got := box(p); got != before {
		t.Errorf("the editor shows %s after the way back, it was %s", got, before)
	}
}

// kept reads a template that may be gone.
func kept(t *testing.T, site *liveSite, slug string) (store.Template, bool) {
	t.Helper()
	tpl, err := site.ws.Template(t.Context(), slug)
	return tpl, err == nil
}

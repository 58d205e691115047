package admin

import (
	"encoding/json"
	"fmt"
	"image"
	"strings"
	"testing"

	"promostack/admin/browsertest"
	"promostack/render/coupon/crmtest"
	"promostack/store"
)

func staysHonestWithASlowServer(t *testing.T, site *liveSite) {
	p := browsertest.Open(t, browsertest.Desktop())
	p.NoServiceWorker()
	p.ReduceMotion()
	list := p.Hold("/api/templates")
	p.Goto(site.url + "/")
	p.Until(`document.querySelector("#stage").dataset.list === "loading" && document.querySelectorAll(".frame .skeleton").length > 0`)
	if why := p.Text(part("why", "square")); why != "The templates are loading." {
		t.Errorf("while the list is on its way the download says %q", why)
	}
	p.Type(codeField, "SAVE20")
	list()
	shows(t, p, "Black Friday")
	p.WaitText(verdict, "Valid")

	check := p.Hold("/api/validate-coupon")
	p.Press("End", "Backspace") // SAVE2
	p.WaitText(verdict, "Checking")
	if !blocked(p, part("download", "square")) || p.Text(part("why", "square")) != "Checking the code…" {
		t.Errorf("while the code is checked the download says %q", p.Text(part("why", "square")))
	}
	p.Keys("0") // typed on while the first answer is still held: the newest counts
	check()
	p.WaitText(verdict, "Valid")
	p.Until(`document.querySelector('` + part("download", "square") + `').getAttribute("aria-disabled") !== "true"`)
}

func saysThatTheServerIsDead(t *testing.T, site *liveSite) {
	for _, screen := range []browsertest.Screen{browsertest.Desktop(), browsertest.Phone()} {
		t.Run(screen.Name, func(t *testing.T) {
			p := browsertest.Open(t, screen)
			p.NoServiceWorker()
			p.ReduceMotion()
			p.Allow("ERR_CONNECTION_REFUSED")
			dead := p.Refuse("/api/*")
			p.Goto(site.url + "/?c=SAVE20")
			p.WaitFor(stageAct)
			if text := p.Text("#stage-word"); !strings.Contains(text, "could not be loaded") || !strings.Contains(text, "Retry") {
				t.Errorf("a dead server is told as %q", text)
			}
			if n := p.Count(`[data-testid="template"]`); n != 0 {
				t.Errorf("%d templates were invented", n)
			}
			p.WaitText(verdict, "Not checked")
			p.Axe("dead server")
			p.NoSidewaysScroll("dead server")
			p.Click(stageAct) // still dead
			p.WaitFor(stageAct)
			dead()
			p.Click(stageAct)
			shows(t, p, "Black Friday")
			p.Click("#recheck")
			p.WaitText(verdict, "Valid")
			p.Until(`document.querySelector('` + part("download", "square") + `').getAttribute("aria-disabled") !== "true"`)
		})
	}
}

func TestOutageOfTheProviderIsNeverCalledInvalid(t *testing.T) {
	heavy(t)
	site := openSite(t)
	site.crm.On("SAVE20", crmtest.Answer{Reset: true})
	p := site.visit(t, browsertest.Desktop(), "/?c=SAVE20")
	shows(t, p, "Black Friday")
	p.WaitText(verdict, "Not checked")
	if !blocked(p, part("download", "square")) || p.Attr(codeField, "aria-invalid") == "true" {
		t.Error("an outage must block the download without calling the code invalid")
	}
	if why := p.Text(part("why", "square")); why != "This code could not be checked yet." {
		t.Errorf("the download says %q", why)
	}
}

func TestTemplateGoneWhileOpen(t *testing.T) {
	heavy(t)
	site := openSite(t)
	p := site.visit(t, browsertest.Desktop(), "/?t=summer-drop&c=SAVE20")
	shows(t, p, "Summer Drop")
	p.WaitText(verdict, "Valid")
	if _, err := site.ws.DeleteTemplates(t.Context(), []string{"summer-drop"}); err != nil {
		t.Fatal(err)
	}
	p.Offline(true)
	p.Allow("ERR_INTERNET_DISCONNECTED")
	p.Offline(false) // the page looks again when the network is back
	p.WaitText("#stage-word", "no longer offered")
	if !blocked(p, part("download", "square")) {
		t.Error("a template that is gone can still be downloaded")
	}
	if n := p.Count(`[data-testid="template"]`); n != 5 {
		t.Errorf("the gallery still shows %d templates", n)
	}
	p.Click(stageAct)
	shows(t, p, "Members Only") // what came after it
	if p.Value(codeField) != "SAVE20" {
		t.Errorf("the code became %q", p.Value(codeField))
	}
}

func TestMissingVariantSaysSo(t *testing.T) {
	heavy(t)
	site := openSite(t)
	tpl, err := site.ws.Template(t.Context(), "welcome-gift")
	if err != nil {
		t.Fatal(err)
	}
	square, _ := tpl.Variant("square")
	only := store.Template{Slug: "square-only", Name: "Square Only", Web: true, Position: 1, Variants: []store.Variant{square}}
	if _, err := site.ws.PublishTemplate(t.Context(), only, 0); err != nil {
		t.Fatal(err)
	}
	for _, screen := range []browsertest.Screen{browsertest.Desktop(), browsertest.Phone()} {
		t.Run(screen.Name, func(t *testing.T) {
			p := site.visit(t, screen, "/?t=square-only&c=SAVE20&v=story")
			p.WaitText(verdict, "Valid")
			p.Until(`document.querySelector('` + part("print", "story") + `').dataset.state === "missing"`)
			p.Until(`document.querySelector('` + part("print", "square") + `').dataset.state === "ready"`)
			want := "“Square Only” has no portrait picture. Pick another template for it."
			if !blocked(p, part("download", "story")) || p.Text(part("why", "story")) != want {
				t.Errorf("the missing portrait says %q", p.Text(part("why", "story")))
			}
			p.Until(`document.querySelector('` + part("download", "square") + `').getAttribute("aria-disabled") !== "true"`)
			p.Axe("missing variant")
		})
	}
}

func TestCodeThatDoesNotFitIsSaid(t *testing.T) {
	heavy(t)
	site := openSite(t)
	long := strings.Repeat("W", 64)
	site.crm.On(long, crmtest.Status(200))
	tpl, err := site.ws.Template(t.Context(), "welcome-gift")
	if err != nil {
		t.Fatal(err)
	}
	narrow, _ := tpl.Variant("square")
	narrow.Box.WidthPct = 20
	if _, err := site.ws.PublishTemplate(t.Context(), store.Template{Slug: "narrow", Name: "Narrow", Web: true, Variants: []store.Variant{narrow}}, 0); err != nil {
		t.Fatal(err)
	}
	p := site.visit(t, browsertest.Desktop(), "/?t=narrow&c="+long)
	p.WaitText(verdict, "Valid")
	p.Until(`document.querySelector('` + part("why", "square") + `').textContent.includes("fit")`)
	if !blocked(p, part("download", "square")) {
		t.Error("a code that overflows its place can be downloaded")
	}
}

func TestPageOpensWithoutANetworkButGivesNothingUnchecked(t *testing.T) {
	heavy(t)
	site := openSite(t)
	p := browsertest.Open(t, browsertest.Desktop())
	p.ReduceMotion()
	p.Goto(site.url + "/?c=SAVE20")
	shows(t, p, "Black Friday")
	p.WaitText(verdict, "Valid")
	p.Until(`navigator.serviceWorker.ready.then(r => !!r.active && !!navigator.serviceWorker.controller)`)
	p.Reload() // this time the service worker sees what the page needs
	shows(t, p, "Black Friday")
	p.WaitText(verdict, "Valid")

	p.Allow("ERR_CONNECTION_REFUSED")
	site.stop()
	p.Reload()
	shows(t, p, "Black Friday")
	p.WaitText(verdict, "Not checked")
	if !blocked(p, part("download", "square")) {
		t.Error("without a server an unchecked code can be downloaded")
	}
	p.WaitText("#link-down", "No answer from the server")
	p.Axe("without a server")
	site.start(t)
	p.Click("#link-down button")
	p.WaitGone("#link-down")
	p.Click("#recheck")
	p.WaitText(verdict, "Valid")
}

// gallery is GET /api/templates as the page reads it.
func gallery(t *testing.T, site *liveSite) []string {
	t.Helper()
	res := ask{path: "/api/templates", status: 200}.of(t, site.Server)
	var list struct{ Templates []struct{ Slug string } }
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	var slugs []string
	for _, one := range list.Templates {
		slugs = append(slugs, one.Slug)
	}
	return slugs
}

func setsEveryStarterTemplateWell(t *testing.T, site *liveSite) {
	slugs := gallery(t, site)
	if len(slugs) != 6 {
		t.Fatalf("templates %v", slugs)
	}
	p := site.visit(t, browsertest.Desktop(), "/")
	for _, slug := range slugs {
		tpl, err := site.ws.Template(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		pick(t, p, slug, tpl.Name)
		before := map[string]image.Image{}
		p.Fill(codeField, "-")
		p.WaitText(verdict, "Not valid") // the same words both times, so that nothing moves
		painted(p)
		for _, v := range tpl.Variants {
			before[v.Name] = p.Canvas(part("preview", v.Name))
		}
		p.Fill(codeField, "MIDNIGHT-SAVER25")
		p.WaitText(verdict, "Not valid")
		painted(p)
		for _, v := range tpl.Variants {
			m := p.Canvas(part("preview", v.Name))
			box := pixels(v.Box, m.Bounds())
			ink := changed(browsertest.LumaOf(before[v.Name], box), browsertest.LumaOf(m, box))
			if ink.Dx() < box.Dx()*6/10 || ink.Min.X < 2 || ink.Max.X > box.Dx()-2 {
				t.Errorf("%s %s: sixteen characters cover %v of %v", slug, v.Name, ink, box)
			}
		}
	}
}

// changed is the box around what differs between two pictures of one size.
func changed(a, b browsertest.Luma) image.Rectangle {
	var box image.Rectangle
	for i := range a.Pix {
		if d := a.Pix[i] - b.Pix[i]; d > 40 || d < -40 {
			box = box.Union(image.Rect(i%a.Width, i/a.Width, i%a.Width+1, i/a.Width+1))
		}
	}
	return box
}

// shown says whether the middle of an element lies inside the window.
func shown(p *browsertest.Page, selector string) bool {
	return browsertest.Eval[bool](p, fmt.Sprintf(`(r => r.top >= 0 && r.top + r.height / 2 <= innerHeight && r.bottom > 0)(document.querySelector(%q).getBoundingClientRect())`, selector))
}

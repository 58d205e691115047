package admin

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"promostack/admin/browsertest"
	"promostack/admin/setup"
	"promostack/render"
	"promostack/render/coupon/crmtest"
	"promostack/store"
	"promostack/store/storetest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// heavy leaves a walk out of a short run, where the race detector makes drawing ten times slower.
func heavy(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("heavy: not with -short")
	}
}

// liveSite is the product on a real port: a real store with the starter templates, and FunderPro played by a strict
// server that knows no code until it is told of one.
type liveSite struct {
	*Server
	url string
	crm *crmtest.Server
	ws  *store.Workspace
	web *httptest.Server
}

func openSite(t *testing.T) *liveSite {
	t.Helper()
	crm := crmtest.New(t, "product-1")
	crm.On("SAVE20", crmtest.Status(200))
	st := storetest.Open(t)
	log := slog.New(slog.DiscardHandler)
	desks := setup.NewDesks(st, setup.Config{Coupons: setup.Coupons{Provider: "funderpro", Outage: "deny", FunderProProduct: "product-1", FunderProBase: crm.URL}}, log)
	studio, err := render.New(render.Options{Store: st, Coupons: desks.For, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ws := st.Workspace(store.DefaultWorkspace)
	if err := studio.Install(t.Context(), ws); err != nil {
		t.Fatal(err)
	}
	s := testServer(t, func(o *Options) { o.Store, o.Studio, o.Desks = st, studio, desks })
	l := &liveSite{Server: s, crm: crm, ws: ws, web: httptest.NewServer(s)}
	l.url = l.web.URL
	t.Cleanup(func() { l.web.Close() })
	return l
}

// stop takes the server away: from now on connections are refused.
func (l *liveSite) stop() {
	l.web.CloseClientConnections()
	l.web.Close()
}

// start brings the server back under its old address.
func (l *liveSite) start(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", strings.TrimPrefix(l.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	l.web = &httptest.Server{Listener: listener, Config: &http.Server{Handler: l.Server}}
	l.web.Start()
}

// visit opens a page of the site past its service worker, so that the gate sees every request.
func (l *liveSite) visit(t *testing.T, screen browsertest.Screen, path string) *browsertest.Page {
	t.Helper()
	p := browsertest.Open(t, screen)
	p.NoServiceWorker()
	p.ReduceMotion()
	p.Goto(l.url + path)
	return p
}

// Parts of the page, by the marks it carries for tests.
const (
	codeField = `[data-testid="code"]`
	verdict   = `[data-testid="verdict"]`
	said      = `[data-testid="said"]`
	stageAct  = `[data-testid="stage-act"]`
)

func part(name, shape string) string { return fmt.Sprintf(`[data-testid="%s-%s"]`, name, shape) }

// shows waits until both pictures of a template are drawn.
func shows(t *testing.T, p *browsertest.Page, name string) {
	t.Helper()
	for _, shape := range []string{"square", "story"} {
		p.Until(fmt.Sprintf(`document.querySelector('%s').dataset.state === "ready" && document.querySelector('%s').getAttribute("aria-label").includes(%q)`,
			part("print", shape), part("preview", shape), name))
	}
	painted(p)
}

// painted waits until what was asked for so far is on the screen.
func painted(p *browsertest.Page) {
	browsertest.Eval[bool](p, `new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`)
}

// pick chooses a template in the gallery.
func pick(t *testing.T, p *browsertest.Page, slug, name string) {
	t.Helper()
	p.Click(fmt.Sprintf(`[data-testid="template"]:has(input[value="%s"])`, slug))
	shows(t, p, name)
}

// blocked says whether a button is off in the way that still tells a screen reader why.
func blocked(p *browsertest.Page, selector string) bool {
	return p.Attr(selector, "aria-disabled") == "true"
}

// TestPublicPage walks the page in a browser, on one site that no walk changes.
func TestPublicPage(t *testing.T) {
	site := openSite(t)
	for i, walk := range []struct {
		name string
		run  func(*testing.T, *liveSite)
	}{ // the first three also with -short
		{"MakesACouponAndGivesItAway", makesACouponAndGivesItAway},
		{"BlocksAnInvalidCodeWithASentence", blocksAnInvalidCodeWithASentence},
		{"SaysThatTheServerIsDead", saysThatTheServerIsDead},
		{"RedrawsInTheFrameOfTheKey", redrawsInTheFrameOfTheKey},
		{"KeepsTheStateInTheAddress", keepsTheStateInTheAddress},
		{"KeepsOnlyWhatCanBePrinted", keepsOnlyWhatCanBePrinted},
		{"WorksByKeyboardAlone", worksByKeyboardAlone},
		{"SharesTheFileWithinTheTap", sharesTheFileWithinTheTap},
		{"CopiesWhereItCannotShare", copiesWhereItCannotShare},
		{"KeepsTwoTabsApart", keepsTwoTabsApart},
		{"IsSharpOnEveryScreen", isSharpOnEveryScreen},
		{"StaysHonestWithASlowServer", staysHonestWithASlowServer},
		{"SetsEveryStarterTemplateWell", setsEveryStarterTemplateWell},
		{"IsReadableByEverybody", isReadableByEverybody},
		{"NeverScrollsSideways", neverScrollsSideways},
		{"KeepsThePictureInViewOnAPhone", keepsThePictureInViewOnAPhone},
		{"IsLight", isLight},
	} {
		t.Run(walk.name, func(t *testing.T) {
			if i >= 3 {
				heavy(t)
			}
			walk.run(t, site)
		})
	}
}

func makesACouponAndGivesItAway(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Desktop(), "/")
	shows(t, p, "Black Friday")
	if got := p.Count(`[data-testid="template"] img`); got != 6 {
		t.Errorf("the gallery shows %d thumbnails", got)
	}
	if !blocked(p, part("download", "square")) || p.Text(part("why", "square")) != "Type your code first." {
		t.Errorf("without a code the download says %q", p.Text(part("why", "square")))
	}
	sample := codeInk(p, "square")

	p.Type(codeField, "sae20")
	p.Press("ArrowLeft", "ArrowLeft", "ArrowLeft")
	p.Keys("v")
	if got := p.Value(codeField); got != "SAVE20" {
		t.Errorf("the field holds %q", got)
	}
	if caret := browsertest.Eval[int](p, `document.activeElement.selectionStart`); caret != 3 {
		t.Errorf("the caret went to %d, it was typed at 3", caret)
	}
	p.WaitText(verdict, "Valid")
	if typed := codeInk(p, "square"); browsertest.MaxDiff(sample, typed) < 100 {
		t.Error("the preview did not change with the code")
	}

	for _, shape := range []string{"square", "story"} {
		downloadMatchesStudio(t, site, p, "black-friday", shape)
	}
	pick(t, p, "welcome-gift", "Welcome Gift")
	downloadMatchesStudio(t, site, p, "welcome-gift", "square")
	if r := p.WaitRequest("/api/events"); r.Status != 200 {
		t.Errorf("the download was reported with status %d", r.Status)
	}
	p.Until(`document.querySelector('` + part("why", "square") + `').textContent.startsWith("Saved as")`)
	counted, err := site.ws.UsageHours(t.Context(), store.UsageFilter{Source: "web", Kind: "download"})
	if err != nil || len(counted) == 0 {
		t.Errorf("downloads counted: %v, %v", counted, err)
	}
}

// codeInk is what stands where the code goes, in the preview.
func codeInk(p *browsertest.Page, shape string) browsertest.Luma {
	m := p.Canvas(part("preview", shape))
	b := m.Bounds()
	return browsertest.LumaOf(m, image.Rect(b.Dx()/4, b.Dy()*6/10, b.Dx()*9/10, b.Dy()*95/100))
}

// downloadMatchesStudio downloads what the page made and holds it against the server's picture of the same order.
func downloadMatchesStudio(t *testing.T, site *liveSite, p *browsertest.Page, slug, shape string) {
	t.Helper()
	p.Until(`document.querySelector('` + part("download", shape) + `').getAttribute("aria-disabled") !== "true"`)
	file := p.Download(func() { p.Click(part("download", shape)) })
	if want := "SAVE20-" + shape + ".png"; file.Name != want {
		t.Errorf("the file is called %q, want %q", file.Name, want)
	}
	got, err := png.Decode(bytes.NewReader(file.Data))
	if err != nil {
		t.Fatalf("%s %s is not a PNG: %v", slug, shape, err)
	}
	made, err := site.Studio.Make(t.Context(), site.ws, render.Order{Template: slug, Variant: shape, Code: "SAVE20", Logo: true, Format: "png", By: render.By{Source: "web"}})
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(made.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if got.Bounds() != want.Bounds() || got.Bounds().Dx() != 1080 {
		t.Fatalf("%s %s: the page made %v, the server %v", slug, shape, got.Bounds(), want.Bounds())
	}
	tpl, err := site.ws.Template(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := tpl.Variant(shape)
	box := pixels(v.Box, got.Bounds())
	if s := browsertest.SSIM(browsertest.LumaOf(got, box), browsertest.LumaOf(want, box)); s < 0.98 {
		t.Errorf("%s %s: SSIM of the code's place is %.4f, at least 0.98 is wanted", slug, shape, s)
	}
	// Browser and server decode a JPEG with roundings of their own, so the whole may differ by a breath.
	if d := meanDiff(browsertest.LumaOf(got, got.Bounds()), browsertest.LumaOf(want, want.Bounds())); d > 1 {
		t.Errorf("%s %s: the pictures differ by %.2f levels on average", slug, shape, d)
	}
}

func pixels(b store.Box, r image.Rectangle) image.Rectangle {
	at := func(pct float64, of int) int { return int(math.Floor(pct*float64(of)/100 + 0.5)) }
	x, y := at(b.LeftPct, r.Dx()), at(b.TopPct, r.Dy())
	return image.Rect(x, y, x+at(b.WidthPct, r.Dx()), y+at(b.HeightPct, r.Dy()))
}

func meanDiff(a, b browsertest.Luma) float64 {
	sum := 0.0
	for i := range a.Pix {
		sum += math.Abs(a.Pix[i] - b.Pix[i])
	}
	return sum / float64(len(a.Pix))
}

func redrawsInTheFrameOfTheKey(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Desktop(), "/")
	shows(t, p, "Black Friday")
	// The page asks for its frame before this does, so both run in the same one.
	browsertest.Eval[*bool](p, `void (window.frames_ = 0, window.late_ = 0, document.querySelector("#code").addEventListener("input", () => {
		const c = document.querySelector('[data-testid="preview-square"]'), ink = () => c.toDataURL();
		const before = ink(); requestAnimationFrame(() => { window.frames_++; if (ink() === before) window.late_++ });
	}))`)
	p.Type(codeField, "ABC")
	p.Until(`window.frames_ === 3`)
	if late := browsertest.Eval[int](p, `window.late_`); late != 0 {
		t.Errorf("%d of 3 keys were not seen in their own frame", late)
	}
}

func blocksAnInvalidCodeWithASentence(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Desktop(), "/?c=WRONG-ONE")
	shows(t, p, "Black Friday")
	p.WaitText(verdict, "Not valid")
	for _, shape := range []string{"square", "story"} {
		if !blocked(p, part("download", shape)) || !blocked(p, part("share", shape)) {
			t.Errorf("%s can be taken away", shape)
		}
		if why := p.Text(part("why", shape)); why != "This code is not valid." {
			t.Errorf("%s says %q", shape, why)
		}
	}
	if p.Attr(codeField, "aria-invalid") != "true" {
		t.Error("the field is not marked as invalid")
	}
	p.Click(part("download", "square"))
	p.WaitText(said, "This code is not valid.")
	if p.Focused() != "input#code" {
		t.Errorf("the focus went to %s", p.Focused())
	}
	if len(p.Complaints()) > 0 {
		t.Error("an invalid code is no error of the page")
	}
	p.Fill(codeField, "SAVE20")
	p.WaitText(verdict, "Valid")
	p.Until(`document.querySelector('` + part("download", "square") + `').getAttribute("aria-disabled") !== "true"`)
}

func keepsTheStateInTheAddress(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Desktop(), "/")
	shows(t, p, "Black Friday")
	p.Type(codeField, "SAVE20")
	pick(t, p, "summer-drop", "Summer Drop")
	pick(t, p, "flash-sale", "Flash Sale")
	p.Click(`.switch:has(#logo)`)
	query := func(key, want string) {
		t.Helper()
		p.Until(fmt.Sprintf(`(new URLSearchParams(location.search).get(%q) ?? "") === %q`, key, want))
	}
	query("t", "flash-sale")
	query("c", "SAVE20")
	query("logo", "0")

	p.Reload()
	shows(t, p, "Flash Sale")
	if p.Value(codeField) != "SAVE20" || browsertest.Eval[bool](p, `document.querySelector("#logo").checked`) {
		t.Error("reload lost the code or the logo switch")
	}
	p.Back()
	shows(t, p, "Summer Drop")
	query("t", "summer-drop")
	if p.Value(codeField) != "SAVE20" {
		t.Errorf("back changed the code to %q", p.Value(codeField))
	}
	p.Forward()
	shows(t, p, "Flash Sale")
	query("t", "flash-sale")

	link, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	picture := browsertest.LumaOf(p.Canvas(part("preview", "square")), image.Rect(0, 0, 4000, 4000))
	other := browsertest.Open(t, browsertest.Desktop()) // somebody else, with nothing kept
	other.ReduceMotion()
	other.Goto(link.String())
	shows(t, other, "Flash Sale")
	other.WaitText(verdict, "Valid")
	if d := browsertest.MaxDiff(picture, browsertest.LumaOf(other.Canvas(part("preview", "square")), image.Rect(0, 0, 4000, 4000))); d > 0 {
		t.Errorf("the link shows another picture, by %.0f levels", d)
	}
}

func keepsOnlyWhatCanBePrinted(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Desktop(), "/")
	shows(t, p, "Black Friday")
	for _, c := range []struct{ name, put, want string }{
		{"lower case and spaces", "welcome  30", "WELCOME-30"},
		{"emoji", "SAVE🎉20", "SAVE20"},
		{"arabic", "خصم SALE", "SALE"},
		{"html", `<b onclick="x">A</b>`, "BONCLICKX-AB"},
		{"control and zero width", "A\u200bB\u0007C", "ABC"},
		{"too long", "A123456789B123456789C123456789D123456789E123456789F123456789G123456789", "A123456789B123456789C123456789D123456789E123456789F123456789G123"},
	} {
		p.Focus(codeField)
		p.Press("Control+a", "Backspace")
		p.Paste(c.put)
		if got := browsertest.Eval[string](p, `document.querySelector("#code").value`); len(got) > 64 || (c.name != "html" && got != c.want) {
			t.Errorf("%s: the field holds %q, want %q", c.name, got, c.want)
		}
	}
}

func worksByKeyboardAlone(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Desktop(), "/")
	shows(t, p, "Black Friday")
	p.Press("Tab", "Enter") // the skip link
	if p.Focused() != "input#code" {
		t.Fatalf("the skip link led to %s", p.Focused())
	}
	p.Keys("save20")
	p.Press("Enter")
	p.WaitText(verdict, "Valid")
	tabTo(t, p, part("download", "square"))
	file := p.Download(func() { p.Press("Enter") })
	if file.Name != "SAVE20-square.png" {
		t.Errorf("got %q", file.Name)
	}
	tabTo(t, p, `#logo`)
	p.Press("Space")
	if browsertest.Eval[bool](p, `document.querySelector("#logo").checked`) {
		t.Error("the space bar did not switch the logo off")
	}
	tabTo(t, p, `input[name="template"]:checked`)
	p.Press("ArrowDown")
	shows(t, p, "Summer Drop")
}

// tabTo presses Tab until an element has the focus, and fails when it cannot be reached or its focus cannot be seen.
func tabTo(t *testing.T, p *browsertest.Page, selector string) {
	t.Helper()
	for range 40 {
		p.Press("Tab")
		if browsertest.Eval[bool](p, `document.activeElement.matches(`+fmt.Sprintf("%q", selector)+`)`) {
			return
		}
	}
	t.Fatalf("Tab never reaches %s", selector)
}

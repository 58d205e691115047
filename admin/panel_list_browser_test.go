package admin

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"promostack/admin/browsertest"
	"promostack/assets"
)

// pickRow ticks the box of a template in the list.
func pickRow(p *browsertest.Page, slug string) { p.Click(`tr[data-slug="` + slug + `"] .tick`) }

// rows is how many templates the list shows.
func rows(p *browsertest.Page) int { return p.Count("tr[data-slug]") }

func TestPanelHidesAndDeletesManyAndTakesItBack(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/templates", "tr[data-slug]")
	if got := rows(p); got != 6 {
		t.Fatalf("%d rows", got)
	}
	pickRow(p, "flash-sale")
	pickRow(p, "launch-day")
	p.WaitText(".bulk strong", "2 selected")
	p.Shot("panel-list")
	p.Click(`.bulk .pair[aria-label^="Web"] button:last-child`)
	p.WaitText(".toast", "2 templates hidden from the web app")
	p.Focus(".toast .button:not(.icon-only)") // a toast waits for whoever is at it, also on a slow machine
	for _, slug := range []string{"flash-sale", "launch-day"} {
		if tpl, ok := kept(t, site, slug); !ok || tpl.Web || !tpl.Telegram {
			t.Errorf("%s after hiding: %+v", slug, tpl)
		}
	}
	public := site.visit(t, browsertest.Desktop(), "/")
	shows(t, public, "Black Friday")
	if got := public.Count(`[data-testid="template"] img`); got != 4 {
		t.Errorf("the public page offers %d templates", got)
	}
	p.Click(".toast .button:not(.icon-only)")
	p.WaitText(".toast", "as it was")
	if tpl, _ := kept(t, site, "launch-day"); !tpl.Web {
		t.Error("undo did not show it again")
	}

	p.Until(`document.querySelector(".bulk").hidden === false`)
	p.Click(".bulk .danger")
	p.WaitText(".toast", "Deleted 2 templates")
	p.Until(`document.querySelectorAll("tr[data-slug]").length === 4`)
	if _, ok := kept(t, site, "flash-sale"); ok {
		t.Error("it is still there")
	}
	browsertest.Eval[*bool](p, `document.activeElement.blur()`)
	p.Press("Control+z")
	p.WaitText(".toast", "2 templates are back")
	p.Until(`document.querySelectorAll("tr[data-slug]").length === 6`)
	if _, ok := kept(t, site, "flash-sale"); !ok {
		t.Error("undo did not bring it back")
	}

	p.Click(`tr[data-slug="summer-drop"] .act button`)
	p.WaitText(".toast", "Deleted “Summer Drop”")
	room(p, "#/templates/deleted", ".lines li")
	p.WaitText(".lines", "Summer Drop")
	p.Click(".lines li button")
	p.WaitText(".empty", "Nothing was deleted")
	if _, ok := kept(t, site, "summer-drop"); !ok {
		t.Error("restore did not bring it back")
	}
}

func TestPanelSearchesAndSortsTheList(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/templates", "tr[data-slug]")
	browsertest.Eval[*bool](p, `document.activeElement.blur()`)
	p.Press("/")
	if got := p.Focused(); !strings.HasPrefix(got, "input") {
		t.Errorf("/ leads to %s", got)
	}
	p.Fill("[data-search]", "day")
	p.Until(`document.querySelectorAll("tr[data-slug]").length === 2`)
	if !strings.Contains(p.URL(), "q=day") {
		t.Errorf("the address does not know the search: %s", p.URL())
	}
	p.Reload()
	p.Until(`document.querySelectorAll("tr[data-slug]").length === 2`)
	p.Fill("[data-search]", "nothing like it")
	p.WaitText(".empty", "Nothing fits")
	p.Click(".empty button")
	p.Until(`document.querySelectorAll("tr[data-slug]").length === 6`)
	p.Click("th[scope=col]:nth-child(3) .sort")
	p.Until(`document.querySelector("tr[data-slug]").dataset.slug === "black-friday" && document.querySelector("[aria-sort=ascending]") !== null`)
}

func TestPanelTelegramSwitchSurvivesAReloadAndIsInTheIndex(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/templates", "tr[data-slug]")
	p.Click(`tr[data-slug="welcome-gift"] .flip:has([data-channel=telegram]) .switch`)
	p.WaitText(".toast", "hidden from Telegram")
	p.Reload()
	p.WaitFor("tr[data-slug]")
	state := `document.querySelector('tr[data-slug="welcome-gift"] [data-channel=telegram]').checked`
	if browsertest.Eval[bool](p, state) {
		t.Error("the switch is on again after a reload")
	}
	var index struct {
		Templates []struct {
			Slug            string
			TelegramEnabled bool
		}
	}
	if _, err := site.writeExports(t.Context(), site.ws, false); err != nil {
		t.Fatal(err)
	}
	raw, err := site.blob(t.Context(), "templates/index.json", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &index); err != nil || len(index.Templates) != 6 {
		t.Fatalf("%d templates in index.json, %v", len(index.Templates), err)
	}
	for _, tpl := range index.Templates {
		if tpl.TelegramEnabled != (tpl.Slug != "welcome-gift") {
			t.Errorf("%s in index.json: %v", tpl.Slug, tpl.TelegramEnabled)
		}
	}
}

func TestPanelSwitchGoesBackWhenTheServerRefuses(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/coupons", ".provider .body strong")
	room(p, "#/templates", "tr[data-slug]")
	p.Allow("Failed to load resource")
	site.stop()
	p.Click(`tr[data-slug="welcome-gift"] .flip:has([data-channel=web]) .switch`)
	p.WaitText(".toast", "did not answer")
	if !browsertest.Eval[bool](p, `document.querySelector('tr[data-slug="welcome-gift"] [data-channel=web]').checked`) {
		t.Error("the switch shows what the server does not know")
	}
	room(p, "#/coupons", ".provider .empty button")
	site.start(t)
	p.Click(".provider .empty button")
	p.WaitFor(".provider .body strong")
}

func TestPanelBrandShowsOnThePublicPage(t *testing.T) {
	site := openSite(t)
	p := openPanel(t, site, browsertest.Desktop())
	room(p, "#/brand", ".brandform")
	give(p, "#slot-logo-one", "logo.jpg", "image/jpeg", photo(t, 400, 400))
	p.WaitText(".slotfield.logo .hint", "400 × 400")
	fill := func(label, text string) {
		id := browsertest.Eval[string](p, fmt.Sprintf(`[...document.querySelectorAll(".brandform label")].find(l => l.textContent === %q).htmlFor`, label))
		p.Fill("#"+id, text)
	}
	fill("Product name", "Acme Deals")
	fill("Accent colour", "#45D19A")
	fill("Referral link", "https://acme.example/buy?promo={code}")
	p.Click(".brandform footer .primary")
	p.WaitText(".toast", "The brand is saved")
	p.Axe("brand")
	p.WaitText(".sidebar .brand", "Acme Deals")

	public := site.visit(t, browsertest.Desktop(), "/")
	shows(t, public, "Black Friday")
	if title := browsertest.Eval[string](public, "document.title"); !strings.Contains(title, "Acme Deals") {
		t.Errorf("the page's title is %q", title)
	}
	if accent := browsertest.Eval[string](public, `getComputedStyle(document.documentElement).getPropertyValue("--accent").trim().toUpperCase()`); accent != "#45D19A" {
		t.Errorf("the page's accent is %q", accent)
	}
	if !browsertest.Eval[bool](public, `[...document.images].some(i => i.src.includes("/media/logo/") && i.naturalWidth > 0)`) {
		t.Error("the logo is not on the page")
	}

	p.Allow("422")
	fill("Referral link", "https://acme.example/buy")
	p.Click(".brandform footer .primary")
	p.WaitText(".field:has([aria-invalid=true]) .error", "{code}")
}

// walk is every view of the panel with a part that shows that it is there.
var walk = []struct{ name, hash, part string }{
	{"overview", "#/overview", ".view .card"},
	{"templates", "#/templates", "tr[data-slug]"},
	{"new template", "#/templates/new", ".newform"},
	{"deleted templates", "#/templates/deleted", ".empty"},
	{"editor", "#/templates/black-friday", ".bench"},
	{"versions", "#/templates/black-friday/versions", ".versions"},
	{"coupons", "#/coupons?try=SAVE20", ".trial .notice"},
	{"brand", "#/brand", ".brandform"},
	{"system", "#/system", ".lines li"},
	{"nowhere", "#/nowhere", ".empty"},
}

func TestPanelIsReadableByEverybody(t *testing.T) {
	if testing.Short() {
		t.Skip("a walk through every view at two widths takes long")
	}
	site := openSite(t)
	for _, screen := range []browsertest.Screen{browsertest.Desktop(), browsertest.Phone()} {
		t.Run(screen.Name, func(t *testing.T) {
			p := openPanel(t, site, screen)
			check := func(name string) {
				p.Axe(name)
				p.NoSidewaysScroll(name)
				p.Shot("panel-" + strings.ReplaceAll(name, " ", "-"))
				if small := p.SmallTargets(44); screen.Touch && len(small) > 0 {
					t.Errorf("%s: too small for a finger: %s", name, strings.Join(small, "; "))
				}
			}
			for _, v := range walk {
				room(p, v.hash, v.part)
				p.Until(`!document.querySelector(".bones")`)
				check(v.name)
			}
			if screen.Touch {
				p.Click("[data-more]")
				p.WaitFor("dialog .rooms")
				check("more")
				return
			}
			p.Press("Control+k")
			p.WaitFor(".palette li")
			p.Keys("coup")
			p.Until(`document.querySelector(".palette [aria-selected=true]").textContent.startsWith("Coupons")`)
			check("palette")
			p.Press("Enter")
			p.WaitText(".bar h1", "Coupons")
			p.Press("?")
			p.WaitFor(".keymaps")
			check("keyboard map")
		})
	}
}

// packed is how many bytes files of the web folder have in gzip.
func packed(t *testing.T, names ...string) int {
	t.Helper()
	n := 0
	for _, name := range names {
		body, err := fs.ReadFile(assets.Web(), name)
		if err != nil {
			t.Fatal(err)
		}
		n += gzipped(body)
	}
	return n
}

func gzipped(body []byte) int {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Len()
}

func TestPanelShellIsLight(t *testing.T) {
	shell := gzipped(assets.Sheet("admin")) + packed(t, "admin.html") + packed(t, assets.Modules("admin")...)
	if shell > 60<<10 {
		t.Errorf("the panel's frame weighs %d KiB packed, 60 at most", shell>>10)
	}
	rooms, err := fs.Glob(assets.Web(), "js/admin/*")
	if err != nil || len(rooms) < 8 {
		t.Fatalf("%d rooms, %v", len(rooms), err)
	}
	editor, err := fs.Glob(assets.Web(), "js/editor/*.js")
	if err != nil {
		t.Fatal(err)
	}
	total := shell + packed(t, editor...)
	for _, room := range rooms {
		files, err := fs.Glob(assets.Web(), room+"/*.js")
		if err != nil {
			t.Fatal(err)
		}
		weight := packed(t, files...)
		t.Logf("%s: %d KiB", room, weight>>10)
		if weight > 40<<10 {
			t.Errorf("%s weighs %d KiB packed, 40 at most", room, weight>>10)
		}
		if !strings.HasSuffix(room, "/frame") {
			total += weight
		}
	}
	t.Logf("frame %d KiB, with every room %d KiB packed", shell>>10, total>>10)
}

package admin

import (
	"fmt"
	"strings"
	"testing"

	"promostack/admin/browsertest"
	"promostack/store"
)

// sharesTheFileWithinTheTap holds that the picture is ready before the finger comes: a browser lets a page share only
// while the tap is fresh.
func sharesTheFileWithinTheTap(t *testing.T, site *liveSite) {
	p := browsertest.Open(t, browsertest.Phone())
	p.NoServiceWorker()
	p.ReduceMotion()
	p.Before(`window.shared = []
		navigator.canShare = d => d.files?.length === 1
		navigator.share = async d => { shared.push({name: d.files[0].name, type: d.files[0].type, size: d.files[0].size, fresh: navigator.userActivation.isActive}) }`)
	p.Goto(site.url + "/?c=SAVE20")
	shows(t, p, "Black Friday")
	p.WaitText(verdict, "Valid")
	p.Until(`document.querySelector('` + part("share", "square") + `').getAttribute("aria-disabled") !== "true"`)
	if got := p.Text(part("share", "square")); !strings.HasPrefix(got, "Share") {
		t.Errorf("the button says %q where sharing works", got)
	}
	p.Click(part("share", "square"))
	p.Until(`shared.length === 1`)
	got := browsertest.Eval[struct {
		Name, Type string
		Size       int
		Fresh      bool
	}](p, `shared[0]`)
	if got.Name != "SAVE20-square.png" || got.Type != "image/png" || got.Size < 10_000 || !got.Fresh {
		t.Errorf("shared %+v", got)
	}
	p.WaitRequest("/api/events")
	counted, err := site.ws.UsageHours(t.Context(), store.UsageFilter{Source: "web", Kind: "share"})
	if err != nil || len(counted) == 0 {
		t.Errorf("shares counted: %v, %v", counted, err)
	}
}

func copiesWhereItCannotShare(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Desktop(), "/?c=SAVE20")
	shows(t, p, "Black Friday")
	p.WaitText(verdict, "Valid")
	p.Until(`document.querySelector('` + part("share", "square") + `').getAttribute("aria-disabled") !== "true"`)
	if got := p.Text(part("share", "square")); !strings.HasPrefix(got, "Copy") {
		t.Fatalf("the button says %q where there is nothing to share with", got)
	}
	p.Grant("clipboard-read")
	p.Click(part("share", "square"))
	p.WaitText(part("why", "square"), "Picture copied")
	size := browsertest.Eval[[]int](p, `navigator.clipboard.read().then(i => i[0].getType("image/png")).then(createImageBitmap).then(b => [b.width, b.height])`)
	if fmt.Sprint(size) != "[1080 1080]" {
		t.Errorf("the clipboard holds a picture of %v", size)
	}
	p.Click("#copy-code")
	p.WaitText(said, "The code is copied.")
	if got := browsertest.Eval[string](p, `navigator.clipboard.readText()`); got != "SAVE20" {
		t.Errorf("the clipboard holds %q", got)
	}
	p.Click("#copy-link")
	p.WaitText(said, "The link to this picture is copied.")
	if got := browsertest.Eval[string](p, `navigator.clipboard.readText()`); !strings.Contains(got, "c=SAVE20") || !strings.HasPrefix(got, site.url) {
		t.Errorf("the clipboard holds %q", got)
	}
}

func keepsTwoTabsApart(t *testing.T, site *liveSite) {
	one := site.visit(t, browsertest.Desktop(), "/?t=flash-sale&c=SAVE20")
	shows(t, one, "Flash Sale")
	two := one.Tab()
	two.NoServiceWorker()
	two.Goto(site.url + "/?t=launch-day&c=OTHER-CODE")
	shows(t, two, "Launch Day")
	two.Fill(codeField, "THIRD-CODE")
	two.Until(`location.search.includes("THIRD-CODE")`)
	one.Reload()
	shows(t, one, "Flash Sale")
	if got := one.Value(codeField); got != "SAVE20" {
		t.Errorf("what was typed in one tab came to the other: %q", got)
	}
	two.Goto(site.url + "/") // the plain address begins where this browser last was
	shows(t, two, "Launch Day")
	if got := two.Value(codeField); got != "THIRD-CODE" {
		t.Errorf("the plain page begins with %q", got)
	}
}

func isSharpOnEveryScreen(t *testing.T, site *liveSite) {
	p := browsertest.Open(t, browsertest.Desktop())
	p.NoServiceWorker()
	for _, scale := range []float64{1, 2, 3} {
		p.SetScreen(browsertest.Screen{Name: "dense", Width: 1440, Height: 900, Scale: scale})
		p.Goto(site.url + "/?c=SAVE20") // an emulated screen does not tell the page that it changed
		shows(t, p, "Black Friday")
		for _, shape := range []string{"square", "story"} {
			ratio := map[string]string{"square": "1", "story": "16 / 9"}[shape]
			p.Until(fmt.Sprintf(`(c => Math.abs(c.width - c.getBoundingClientRect().width * devicePixelRatio) <= 1 && Math.abs(c.height / c.width - %s) < 0.01)(document.querySelector('%s'))`,
				ratio, part("preview", shape)))
		}
	}
}

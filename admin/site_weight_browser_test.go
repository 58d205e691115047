package admin

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"promostack/admin/browsertest"
)

// isReadableByEverybody lets axe look at the page in each of its states, on both screens.
func isReadableByEverybody(t *testing.T, site *liveSite) {
	for _, screen := range []browsertest.Screen{browsertest.Desktop(), browsertest.Phone()} {
		t.Run(screen.Name, func(t *testing.T) {
			p := site.visit(t, screen, "/")
			shows(t, p, "Black Friday")
			look := func(state string) {
				t.Helper()
				painted(p)
				p.Axe(state)
				p.NoSidewaysScroll(state)
				p.Shot("site-" + state)
			}
			look("first")
			p.Type(codeField, "SAVE20")
			p.WaitText(verdict, "Valid")
			look("valid")
			p.Fill(codeField, "WRONG-ONE")
			p.WaitText(verdict, "Not valid")
			look("invalid")
			if small := p.SmallTargets(24); len(small) > 0 {
				t.Errorf("hard to hit: %v", small)
			}
			p.Goto(site.url + "/help")
			look("help")
		})
	}
}

func neverScrollsSideways(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Phone(), "/?c=A-CODE-OF-SIXTY-FOUR-CHARACTERS-WHICH-IS-AS-LONG-AS-ONE-MAY-BE-64")
	shows(t, p, "Black Friday")
	for _, width := range []int{320, 360, 390, 768, 1024} {
		p.SetScreen(browsertest.Screen{Name: "narrow", Width: width, Height: 740, Scale: 2, Touch: true})
		painted(p)
		p.NoSidewaysScroll("page")
	}
	p.SetScreen(browsertest.Desktop()) // and there the whole of it fits into the window
	painted(p)
	if over := browsertest.Eval[int](p, `document.scrollingElement.scrollHeight - innerHeight`); over > 0 {
		t.Errorf("at 1440 x 900 the page is %d px higher than the window", over)
	}
}

func keepsThePictureInViewOnAPhone(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Phone(), "/")
	shows(t, p, "Black Friday")
	p.Click(codeField)
	keyboard := browsertest.Phone()
	keyboard.Height -= 336 // what a keyboard leaves
	p.SetScreen(keyboard)
	p.Keys("SAVE20")
	painted(p)
	if !shown(p, codeField) || !shown(p, part("preview", "square")) {
		t.Errorf("with the keyboard up the code is shown: %v, the picture: %v", shown(p, codeField), shown(p, part("preview", "square")))
	}
	p.Shot("site-typing")
}

// isLight holds the weight of the public page: 60 KiB on the wire without pictures and fonts; document, sheet
// and API in at most 6 requests; at most 15 modules, all preloaded; nothing inline.
func isLight(t *testing.T, site *liveSite) {
	p := site.visit(t, browsertest.Desktop(), "/")
	shows(t, p, "Black Friday")
	preloaded := browsertest.Eval[[]string](p, `[...document.querySelectorAll("link[rel=modulepreload]")].map(l => new URL(l.href).pathname)`)
	bytes, few, modules := 0, 0, 0
	for _, r := range p.Requests() {
		at := pathOf(t, r.URL)
		switch {
		case r.Kind == "Font", r.Kind == "Image", strings.HasPrefix(at, "/assets/f/"), strings.HasPrefix(at, "/assets/p/"), strings.HasPrefix(r.URL, "data:"), strings.HasPrefix(r.URL, "blob:"):
			continue
		case strings.HasSuffix(at, ".js"):
			modules++
			if !slices.Contains(preloaded, at) {
				t.Errorf("module %s is not preloaded", at)
			}
		default:
			few++
		}
		if r.Status != 200 {
			t.Errorf("%s answered %d %s", r.URL, r.Status, r.Failure)
		}
		if r.Bytes > 1500 && r.Encoding == "" {
			t.Errorf("%s comes without compression, %d bytes", at, r.Bytes)
		}
		bytes += r.Bytes
		t.Logf("%6d %-12s %-5s %s", r.Bytes, r.Kind, r.Encoding, at)
	}
	t.Logf("%d bytes, %d requests, %d modules", bytes, few, modules)
	if bytes > 60<<10 || few > 6 || modules > 15 || modules == 0 {
		t.Errorf("%d bytes, %d requests, %d modules; 61440, 6 and 15 are allowed", bytes, few, modules)
	}
	for _, address := range []string{"/", "/help", "/nothing"} {
		page := plain(t, site.url+address)
		if inline := inlineCode.FindString(page); inline != "" || !strings.Contains(page, "<main") {
			t.Errorf("%s has script or style inside: %q", address, inline)
		}
	}
}

var inlineCode = regexp.MustCompile(`(?i)<style|<script(?:\s[^>]*)?>[^<]|\sstyle=|\son[a-z]+=|javascript:`)

func plain(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	res, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func pathOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}

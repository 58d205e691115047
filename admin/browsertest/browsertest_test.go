package browsertest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"promostack/admin/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

const sample = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sample</title><meta name="viewport" content="width=device-width">
<body><main><h1>Sample</h1><label>Code <input id="code"></label><p id="out"></p><button id="get">Get</button>
<div id="pad" style="width:200px;height:100px;background:#222;touch-action:none"></div><canvas id="c" width="20" height="10"></canvas></main>
<script>
code.oninput = () => { out.textContent = code.value.toUpperCase() }
get.onclick = async () => { try { const r = await fetch("/api/thing"); out.textContent = "status " + r.status + " " + await r.text() } catch { out.textContent = "failed" } }
let from; pad.onpointerdown = e => { from = e; pad.setPointerCapture(e.pointerId) }
pad.onpointerup = e => { out.textContent = e.pointerType + " " + Math.round(e.clientX - from.clientX) + "," + Math.round(e.clientY - from.clientY) }
const g = c.getContext("2d"); g.fillStyle = "#f00"; g.fillRect(0, 0, 10, 10)
function save() { const a = document.createElement("a"); a.href = URL.createObjectURL(new Blob(["hello"])); a.download = "hello.txt"; a.click() }
</script></body></html>`

func serve(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, sample)
		case "/api/thing":
			fmt.Fprint(w, "real")
		case "/strict":
			w.Header().Set("Content-Security-Policy", "default-src 'none'")
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, sample)
		case "/favicon.ico":
			w.WriteHeader(http.StatusNoContent)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestPageTypesWithTheCaretInTheMiddle(t *testing.T) {
	p := browsertest.Open(t, browsertest.Desktop())
	p.Goto(serve(t))
	p.Type("#code", "sae20")
	p.Press("ArrowLeft", "ArrowLeft", "ArrowLeft")
	p.Keys("v")
	if got := p.Value("#code"); got != "save20" {
		t.Errorf("value %q", got)
	}
	p.WaitText("#out", "SAVE20")
	p.Fill("#code", "X")
	if got := p.Text("#out"); got != "X" {
		t.Errorf("after filling anew: %q", got)
	}
	p.Press("Tab")
	if got := p.Focused(); got != "button#get" {
		t.Errorf("Tab went to %s", got)
	}
	p.Axe("sample page")
	p.NoSidewaysScroll("sample page")
}

func TestPageDragsWithMouseAndFinger(t *testing.T) {
	address := serve(t)
	for _, c := range []struct {
		screen browsertest.Screen
		want   string
	}{{browsertest.Desktop(), "mouse 100,50"}, {browsertest.Phone(), "touch 100,50"}} {
		t.Run(c.screen.Name, func(t *testing.T) {
			p := browsertest.Open(t, c.screen)
			p.Goto(address)
			x, y := p.Rect("#pad").At(0.25, 0.25)
			p.Drag(x, y, x+100, y+50)
			p.WaitText("#out", c.want)
			if m := p.Window(); m.Bounds().Dx() != int(float64(c.screen.Width)*c.screen.Scale) {
				t.Errorf("the window is %d device pixels wide", m.Bounds().Dx())
			}
		})
	}
}

func TestGateHoldsRefusesAndAnswers(t *testing.T) {
	p := browsertest.Open(t, browsertest.Desktop())
	p.Allow("ERR_CONNECTION_REFUSED")
	p.Allow("503")
	p.Goto(serve(t))

	release := p.Hold("/api/*")
	p.Click("#get")
	if got := p.Text("#out"); got != "" {
		t.Errorf("a held request was answered: %q", got)
	}
	release()
	p.WaitText("#out", "status 200 real")

	restore := p.Refuse("/api/*")
	p.Click("#get")
	p.WaitText("#out", "failed")
	restore()

	restore = p.Answer("/api/thing", 503, `{"error":"down"}`)
	p.Click("#get")
	p.WaitText("#out", `status 503 {"error":"down"}`)
	restore()

	p.Offline(true)
	p.Allow("ERR_INTERNET_DISCONNECTED")
	p.Click("#get")
	p.WaitText("#out", "failed")
	p.Offline(false)
	p.Click("#get")
	p.WaitText("#out", "status 200")
}

func TestDownloadIsRead(t *testing.T) {
	p := browsertest.Open(t, browsertest.Desktop())
	p.Goto(serve(t))
	for range 2 {
		f := p.Download(func() { browsertest.Eval[*bool](p, "save()") })
		if f.Name != "hello.txt" || string(f.Data) != "hello" {
			t.Errorf("got %q %q", f.Name, f.Data)
		}
	}
}

func TestComplaintsNameBrokenPolicy(t *testing.T) {
	p := browsertest.Open(t, browsertest.Desktop())
	p.Goto(serve(t) + "/strict")
	said := strings.Join(p.Complaints(), "\n")
	if !strings.Contains(said, "Content Security Policy") {
		t.Errorf("an inline script under default-src 'none' was not reported: %q", said)
	}
	p.Allow("Content Security Policy")
	p.Allow("favicon")
}

func TestRequestsAreCounted(t *testing.T) {
	p := browsertest.Open(t, browsertest.Desktop())
	p.Goto(serve(t))
	p.Click("#get")
	p.WaitText("#out", "status 200")
	p.Until("true")
	var api browsertest.Request
	for _, r := range p.Requests() {
		if strings.HasSuffix(r.URL, "/api/thing") {
			api = r
		}
	}
	if api.Status != 200 || api.Kind != "Fetch" || api.Bytes < 4 {
		t.Errorf("got %+v of %+v", api, p.Requests())
	}
}

func TestCanvasAndShot(t *testing.T) {
	p := browsertest.Open(t, browsertest.Phone())
	p.Goto(serve(t))
	m := p.Canvas("#c")
	if r, _, _, a := m.At(3, 3).RGBA(); r != 0xffff || a != 0xffff || m.Bounds().Dx() != 20 {
		t.Errorf("pixel %v of %v", m.At(3, 3), m.Bounds())
	}
	for _, file := range []string{p.Shot("sample"), p.ShotOf("pad", "#pad"), p.FullShot("full")} {
		if info, err := os.Stat(file); err != nil || info.Size() < 200 {
			t.Errorf("screenshot %s: %v", file, err)
		}
	}
	whole := browsertest.LumaOf(m, m.Bounds())
	if box := browsertest.InkBox(whole, 0); box.Dx() != 10 || box.Dy() != 10 {
		t.Errorf("ink box %v", box)
	}
}

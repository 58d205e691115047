package browsertest

import (
	"bytes"
	"encoding/base64"
	"image"
	_ "image/jpeg" // pages show both kinds
	_ "image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/page"
)

// Shot saves a PNG of the window as name-screen.png in the folder PROMOSTACK_SHOTS names, or in the test's own, and
// gives its path.
func (p *Page) Shot(name string) string {
	p.t.Helper()
	return p.save(name, page.CaptureScreenshotParams{})
}

// ShotOf saves a PNG of one element.
func (p *Page) ShotOf(name, selector string) string {
	p.t.Helper()
	r := p.Rect(selector)
	return p.save(name, page.CaptureScreenshotParams{Clip: &page.Viewport{X: r.X, Y: r.Y, Width: r.Width, Height: r.Height, Scale: 1}})
}

// FullShot saves a PNG of the whole page, also of what lies below the fold.
func (p *Page) FullShot(name string) string {
	p.t.Helper()
	size := Eval[struct{ W, H float64 }](p, `({W: document.documentElement.clientWidth, H: document.documentElement.scrollHeight})`)
	beyond := true
	return p.save(name, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond, Clip: &page.Viewport{Width: size.W, Height: size.H, Scale: 1}})
}

func (p *Page) save(name string, params page.CaptureScreenshotParams) string {
	p.t.Helper()
	picture := call(p, page.CaptureScreenshot, params).Data
	dir := os.Getenv("PROMOSTACK_SHOTS")
	if dir == "" {
		dir = p.t.TempDir()
	}
	file := filepath.Join(dir, name+"-"+p.Screen.Name+".png")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatalf("make the folder for screenshots: %v", err)
	}
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		p.t.Fatalf("save a screenshot: %v", err)
	}
	return file
}

// Canvas reads the pixels of a canvas at its own size.
func (p *Page) Canvas(selector string) image.Image {
	p.t.Helper()
	url := Eval[string](p, find(selector)+`.toDataURL("image/png")`)
	data, err := base64.StdEncoding.DecodeString(url[strings.IndexByte(url, ',')+1:])
	if err != nil {
		p.t.Fatalf("read canvas %s: %v", selector, err)
	}
	return p.decode(data)
}

// Window reads the pixels of the window as a person sees them, at device pixels.
func (p *Page) Window() image.Image {
	p.t.Helper()
	return p.decode(call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{}).Data)
}

func (p *Page) decode(data []byte) image.Image {
	p.t.Helper()
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		p.t.Fatalf("decode a picture of %d bytes: %v", len(data), err)
	}
	return m
}

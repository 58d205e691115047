//go:build ignore

// Draws the starter templates: the pages of this folder, photographed in Chromium at their natural size, as PNG
// (palette, by pngquant and optipng) or JPEG (4:4:4, quality 88 or what fits into 200 kB, by cjpeg), and the manifest beside them.
//
//	go run assets/starter/_gen/main.go -fonts DIR [-only SLUG] [-look DIR]
//
// DIR of -fonts holds the unpacked npm packages @expo-google-fonts/{inter,poppins,montserrat,bebas-neue}, all under
// the SIL Open Font License. With -look nothing is written but proofs: each template with a short and a long code.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/chromedp/chromedp"
)

const (
	here  = "assets/starter/_gen"
	limit = 200_000 // bytes a picture may have
)

type variant struct {
	Name       string         `json:"name"`
	File       string         `json:"file"`
	Box        map[string]any `json:"box"`
	MaxFontPx  int            `json:"maxFontPx"`
	FontColor  string         `json:"fontColor"`
	Font       string         `json:"font"`
	PaddingPct float64        `json:"paddingPct"`
	Logo       bool           `json:"logo"`
}

type template struct {
	Slug     string    `json:"slug"`
	Name     string    `json:"name"`
	Position int       `json:"position"`
	Variants []variant `json:"variants"`
}

type drawn struct {
	Slug, Name, Encode string
	Position           int
	Variant            variant
}

func main() {
	fonts := flag.String("fonts", "", "folder of the font packages")
	only := flag.String("only", "", "draw this template only")
	look := flag.String("look", "", "write proofs with sample codes into this folder instead")
	flag.Parse()
	mux := http.NewServeMux()
	mux.Handle("/fonts/", http.StripPrefix("/fonts/", http.FileServer(http.Dir(*fonts))))
	mux.Handle("/repo/", http.StripPrefix("/repo/", http.FileServer(http.Dir("assets"))))
	mux.Handle("/", http.FileServer(http.Dir(here)))
	server := httptest.NewServer(mux)
	defer server.Close()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("force-color-profile", "srgb"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	ctx, cancel := chromedp.NewContext(allocator)
	defer cancel()
	pages, err := filepath.Glob(filepath.Join(here, "*.html"))
	check(err)
	var all []template
	for _, page := range pages {
		slug := strings.TrimSuffix(filepath.Base(page), ".html")
		if *only != "" && *only != slug {
			continue
		}
		var t template
		for _, shape := range []string{"square", "story"} {
			if *look != "" {
				proofs(ctx, server.URL, *look, slug, shape)
				continue
			}
			d, picture := shoot(ctx, server.URL+"/"+slug+".html?shape="+shape, shape)
			t.Slug, t.Name, t.Position = d.Slug, d.Name, d.Position
			d.Variant.File = encode(d.Encode, slug+"-"+shape, picture)
			t.Variants = append(t.Variants, d.Variant)
		}
		all = append(all, t)
	}
	if *only != "" || *look != "" {
		return
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Position < all[j].Position })
	text, err := json.MarshalIndent(all, "", "  ")
	check(err)
	check(os.WriteFile("assets/starter/manifest.json", append(text, '\n'), 0o644))
}

func proofs(ctx context.Context, base, dir, slug, shape string) {
	check(os.MkdirAll(dir, 0o755))
	for name, q := range map[string]string{"short": "&code=SAVE20&logo=1", "long": "&code=MIDNIGHT-SAVER25", "guides": "&code=W&logo=1&guides=1"} {
		_, picture := shoot(ctx, base+"/"+slug+".html?shape="+shape+q, shape)
		check(os.WriteFile(filepath.Join(dir, slug+"-"+shape+"-"+name+".png"), picture, 0o644))
	}
}

func shoot(ctx context.Context, url, shape string) (drawn, []byte) {
	height := int64(1080)
	if shape == "story" {
		height = 1920
	}
	check(chromedp.Do(ctx, chromedp.EmulateViewport(1080, height), chromedp.Navigate(url)))
	d, err := chromedp.Run(ctx, chromedp.Evaluate[drawn]("window.ready", chromedp.EvalAwaitPromise))
	check(err)
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	check(err)
	return d, picture
}

// encode writes the picture in the way the page asks for ("jpeg", "png 64") and gives the file's name.
func encode(how, name string, picture []byte) string {
	kind, colours, _ := strings.Cut(how, " ")
	work, err := os.MkdirTemp("", "starter")
	check(err)
	defer os.RemoveAll(work)
	raw := filepath.Join(work, "raw.png")
	check(os.WriteFile(raw, picture, 0o644))
	_ = os.Remove("assets/starter/" + name + ".png")
	_ = os.Remove("assets/starter/" + name + ".jpg")
	file := name + ".png"
	if kind == "jpeg" {
		file = name + ".jpg"
		run("convert", raw, filepath.Join(work, "raw.ppm"))
		for quality := 88; quality >= 70; quality -= 2 { // the best that stays under the limit
			run("cjpeg", "-quality", strconv.Itoa(quality), "-sample", "1x1", "-optimize", "-progressive", "-outfile", "assets/starter/"+file, filepath.Join(work, "raw.ppm"))
			if info, err := os.Stat("assets/starter/" + file); err == nil && info.Size() <= limit {
				break
			}
		}
	} else {
		run("pngquant", "--speed", "1", "--strip", "--force", "--output", "assets/starter/"+file, colours, raw)
		run("optipng", "-quiet", "-o5", "-strip", "all", "assets/starter/"+file)
	}
	report("assets/starter/" + file)
	return file
}

func report(file string) {
	data, err := os.ReadFile(file)
	check(err)
	m, _, err := image.DecodeConfig(bytes.NewReader(data))
	check(err)
	fmt.Printf("%-45s %4d x %4d %7d bytes\n", file, m.Width, m.Height, len(data))
}

func run(name string, args ...string) {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		log.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

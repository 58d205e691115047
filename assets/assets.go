// Package assets holds the bytes we ship: pages, scripts, styles, fonts and starter templates.
//
// A page is web/NAME.html, a page of package markup that the HTTP floor fills (see admin/page.go for its data).
// Its styles are one sheet, joined by Sheet; its scripts are ES modules served as they are.
package assets

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed web
var web embed.FS

//go:embed fonts
var fonts embed.FS

//go:embed starter
var starter embed.FS

// Web is assets/web: *.html, css/, js/, vendor/, img/. Names that begin with an underscore or a dot are not shipped.
func Web() fs.FS { return webTree() }

var webTree = sync.OnceValue(func() fs.FS { return unpack(sub(web, "web")) })

// Fonts is assets/fonts: TrueType files with their licences (SIL OFL 1.1). The code-*.ttf files are the cuts that coupon
// codes are set in, by browser and server alike; ui/ is the face of the pages.
func Fonts() fs.FS { return sub(fonts, "fonts") }

// Starter is assets/starter: manifest.json and the artwork that it names.
func Starter() fs.FS { return sub(starter, "starter") }

// sub is the folder name of fsys; the names are fixed by the embed directives, so it cannot fail.
func sub(fsys fs.FS, name string) fs.FS {
	folder, err := fs.Sub(fsys, name)
	if err != nil {
		panic(err)
	}
	return folder
}

// Hash names the present state of everything a page loads: it is the path prefix /assets/{hash}/ under which
// scripts and styles are cached for ever. It reads all files, so ask once and keep the answer.
func Hash() string {
	sum := sha256.New()
	for _, tree := range []fs.FS{Web(), Fonts()} {
		_ = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := fs.ReadFile(tree, name)
			fmt.Fprintf(sum, "%s %d\n", name, len(body))
			sum.Write(body)
			return err
		})
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// FontURL is the address of a file of Fonts, by its content; "" when there is no such file.
func FontURL(file string) string { return contentURL(Fonts(), "/assets/f/", file) }

// PictureURL is the address of a file of web/img, by its content; "" when there is no such file.
func PictureURL(file string) string { return contentURL(sub(Web(), "img"), "/assets/p/", file) }

func contentURL(fsys fs.FS, prefix, file string) string {
	body, err := fs.ReadFile(fsys, file)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(body)
	return prefix + hex.EncodeToString(sum[:])[:16] + "/" + file
}

// Modules are the scripts that js/PAGE.js loads, itself first, each as a path inside Web ("js/lib/fit.js"):
// a page preloads them, so that no import waits for another one. Imports must be relative and literal;
// import() with parentheses is left out, since it is meant to come later.
func Modules(page string) []string {
	var order []string
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		body, err := fs.ReadFile(Web(), name)
		if seen[name] || err != nil {
			return
		}
		seen[name] = true
		order = append(order, name)
		for _, m := range importLine.FindAllStringSubmatch(string(body), -1) {
			visit(path.Join(path.Dir(name), m[1]))
		}
	}
	visit("js/" + page + ".js")
	return order
}

// Pages are the names of the pages in Web, without ".html".
func Pages() []string {
	files, err := fs.Glob(Web(), "*.html")
	if err != nil {
		return nil
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".html")
	}
	return files
}

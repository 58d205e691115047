// Package assets holds the bytes we ship: pages, scripts, styles, fonts and starter templates.
package assets

import (
	"embed"
	"io/fs"
)

//go:embed fonts
var files embed.FS

// Fonts is the folder of fonts: TrueType files with their licences (SIL OFL 1.1). The code-*.ttf files are
// the cuts that coupon codes are set in, by browser and server alike.
func Fonts() fs.FS {
	sub, err := fs.Sub(files, "fonts")
	if err != nil {
		panic(err) // an embedded folder of that name is there or the binary does not build
	}
	return sub
}

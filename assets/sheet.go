package assets

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

var (
	importLine = regexp.MustCompile(`(?m)^\s*(?:import|export)\b[^'"(;]*['"](\.[^'"]+)['"]`)
	assetURL   = regexp.MustCompile(`url\(\s*["']?/(fonts|img)/([^"')\s]+)["']?\s*\)`)
)

// Sheet joins the styles of a page: css/layers.css first, the other files of css/ and css/components/ by name, then
// css/pages/PAGE.css and css/pages/PAGE/*.css. In it url(/fonts/NAME) and url(/img/NAME) become the
// addresses of the embedded files.
func Sheet(page string) []byte {
	names := []string{"css/layers.css"}
	for _, pattern := range []string{"css/*.css", "css/components/*.css", "css/pages/" + page + ".css", "css/pages/" + page + "/*.css"} {
		found, err := fs.Glob(Web(), pattern)
		if err != nil {
			continue
		}
		for _, name := range found {
			if path.Base(name) != "layers.css" {
				names = append(names, name)
			}
		}
	}
	var sheet bytes.Buffer
	for _, name := range names {
		body, err := fs.ReadFile(Web(), name)
		if err != nil {
			continue
		}
		sheet.Write(assetURL.ReplaceAllFunc(body, embedded))
		if !strings.HasSuffix(string(body), "\n") {
			sheet.WriteByte('\n')
		}
	}
	return sheet.Bytes()
}

// embedded turns one url(/fonts/…) or url(/img/…) into the address of the embedded file.
func embedded(match []byte) []byte {
	m := assetURL.FindSubmatch(match)
	address := FontURL(string(m[2]))
	if string(m[1]) == "img" {
		address = PictureURL(string(m[2]))
	}
	return []byte(`url("` + address + `")`)
}

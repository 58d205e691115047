package assets

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestEveryPageFindsItsStylesAndScripts(t *testing.T) {
	for _, page := range Pages() {
		sheet := Sheet(page)
		if bytes.Contains(sheet, []byte(`url("")`)) {
			t.Errorf("%s: the sheet names a font or picture that is not embedded", page)
		}
		for _, module := range Modules(page) {
			body, err := fs.ReadFile(Web(), module)
			if err != nil {
				t.Errorf("%s: %v", page, err)
			}
			for _, m := range importLine.FindAllStringSubmatch(string(body), -1) {
				target := path.Join(path.Dir(module), m[1])
				if _, err := fs.Stat(Web(), target); err != nil && strings.HasSuffix(target, ".js") {
					t.Errorf("%s imports %s, which is not there", module, m[1])
				}
			}
		}
	}
}

func TestHashIsStableAndShort(t *testing.T) {
	if h := Hash(); h != Hash() || !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(h) {
		t.Fatalf("hash %q", h)
	}
}

func TestContentURLNamesTheContent(t *testing.T) {
	if got := FontURL("code-inter-700.ttf"); !strings.HasPrefix(got, "/assets/f/") || !strings.HasSuffix(got, "/code-inter-700.ttf") {
		t.Errorf("FontURL = %q", got)
	}
	if got := PictureURL("nothing.png"); got != "" {
		t.Errorf("PictureURL of nothing = %q", got)
	}
}

func TestImportsAreFoundInTheFormsWeWrite(t *testing.T) {
	src := "import { a,\n  b } from './lib/a.js'\nimport \"../b.js\"\nexport { c } from './c.js'\nconst d = import('./later.js')\n// import './no.js'\n"
	var got []string
	for _, m := range importLine.FindAllStringSubmatch(src, -1) {
		got = append(got, m[1])
	}
	if want := "./lib/a.js ../b.js ./c.js"; strings.Join(got, " ") != want {
		t.Fatalf("got %v", got)
	}
}

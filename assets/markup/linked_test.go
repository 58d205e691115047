package markup_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

// TestNothingLinksTheStandardTemplates keeps html/template and text/template out of the binary: the first use of one
// costs 9 MB, as the linker then keeps every exported method of everything.
func TestNothingLinksTheStandardTemplates(t *testing.T) {
	seen := 0
	err := fs.WalkDir(os.DirFS("../.."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		seen++
		body, err := os.ReadFile("../../" + name)
		if err != nil {
			return err
		}
		for _, path := range []string{`"html/template"`, `"text/template"`} {
			if strings.Contains(string(body), "\n\t"+path) {
				t.Errorf("%s imports %s: use promostack/assets/markup", name, path)
			}
		}
		return nil
	})
	if err != nil || seen < 50 {
		t.Fatalf("%d files seen: %v", seen, err)
	}
}

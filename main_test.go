package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors is the house: a package may import only packages of a lower floor. The longest matching prefix counts.
var floors = map[string]int{
	".":                     100, // main
	"admin":                 80,  // the HTTP floor
	"admin/setup":           70,
	"admin/bench":           70,
	"bot/promo":             60,
	"bot/forex":             60,
	"bot":                   50,
	"signals":               50,
	"render":                40,
	"render/coupon":         30,
	"render/splice":         30,
	"store/move":            10,
	"store":                 0,
	"assets":                0,
	"store/storetest":       1,
	"bot/bottest":           51,
	"signals/markettest":    51,
	"render/coupon/crmtest": 31,
	"admin/browsertest":     81,
	"render/renderbench":    41,
}

// testHelpers may be imported from _test.go files and from one another only.
var testHelpers = []string{"store/storetest", "bot/bottest", "signals/markettest", "render/coupon/crmtest", "admin/browsertest"}

// topLevel is fixed by the owner.
var topLevel = map[string]bool{
	"main.go": true, "main_test.go": true, "assets": true, "store": true, "render": true, "bot": true, "signals": true,
	"admin": true, "go.mod": true, "go.sum": true, "README.md": true, "litestream.yml": true, "LICENSE": true,
	"promostack": true, "data": true, // what a build and a first start leave behind
}

// TestFloors guards the architecture: imports only go down, siblings do not know each other, test helpers stay
// in tests, time comes from store.Clock, and nothing joins the top level.
func TestFloors(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !topLevel[e.Name()] {
			t.Errorf("%s does not belong to the top level", e.Name())
		}
	}
	files := 0
	err = filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		base := path.Base(name)
		if d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || name == "data" || base == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		files++
		checkFile(t, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Fatalf("only %d Go files seen: the walk is broken", files)
	}
}

func checkFile(t *testing.T, name string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	pkg, isTest := path.Dir(name), strings.HasSuffix(name, "_test.go")
	mine := floorOf(pkg)
	if mine < 0 {
		t.Errorf("%s: package %s stands on no floor: add it to the table", name, pkg)
		return
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.HasPrefix(imported, "promostack/") {
			continue
		}
		imported = strings.TrimPrefix(imported, "promostack/")
		if isHelper(imported) {
			if !isTest && !isHelper(pkg) {
				t.Errorf("%s imports the test helper %s outside a test", name, imported)
			}
			continue
		}
		if imported == pkg {
			continue // an external test of its own package
		}
		if floorOf(imported) >= mine {
			t.Errorf("%s imports %s: imports only go down", name, imported)
		}
	}
	if !isTest && !isHelper(pkg) && name != "store/clock.go" {
		checkClock(t, name, file)
	}
}

// checkClock refuses the clock of package time: everything that waits or dates goes by store.Clock.
func checkClock(t *testing.T, name string, file *ast.File) {
	t.Helper()
	forbidden := map[string]bool{"Now": true, "After": true, "Sleep": true, "Tick": true, "NewTimer": true, "NewTicker": true, "AfterFunc": true, "Since": true, "Until": true}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && forbidden[sel.Sel.Name] {
			t.Errorf("%s uses time.%s: take store.Clock", name, sel.Sel.Name)
		}
		return true
	})
}

func floorOf(pkg string) int {
	for p := pkg; ; p = path.Dir(p) {
		if f, ok := floors[p]; ok && (p != "." || pkg == ".") {
			return f
		}
		if p == "." {
			return -1
		}
	}
}

func isHelper(pkg string) bool {
	for _, h := range testHelpers {
		if pkg == h || strings.HasPrefix(pkg, h+"/") {
			return true
		}
	}
	return false
}

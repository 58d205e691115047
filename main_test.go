package main

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"promostack/admin/setup"
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
	"store/drill":           10, // tests only: the real program in trouble
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

// output is what a run of the program prints; ready closes with its first line.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ready chan struct{}
	once  sync.Once
}

func newOutput() *output { return &output{ready: make(chan struct{})} }

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(b)
	if strings.Contains(o.text.String(), "\n") {
		o.once.Do(func() { close(o.ready) })
	}
	return len(b), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start runs the program until the test ends it; the second result stops it and gives the exit code.
func start(t *testing.T, env ...string) (stdout, stderr *output, stop func() int) {
	t.Helper()
	t.Chdir(t.TempDir())
	stdout, stderr = newOutput(), newOutput()
	ctx, cancel := context.WithCancel(t.Context())
	code := make(chan int, 1)
	go func() { code <- run(ctx, nil, env, stdout, stderr); stdout.once.Do(func() { close(stdout.ready) }) }()
	stop = sync.OnceValue(func() int { cancel(); return <-code })
	t.Cleanup(func() { stop() })
	<-stdout.ready
	return stdout, stderr, stop
}

func TestServeStartsAnswersAndStops(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	stdout, stderr, stop := start(t, "PORT=0", "DATA_DIR="+dir)
	where := regexp.MustCompile(`http://localhost:[0-9]+`).FindString(stdout.String())
	if where == "" {
		t.Fatalf("no address in %q; %s", stdout, stderr)
	}
	res, err := http.Get(where + "/readyz")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("not ready: %v %v", res, err)
	}
	res.Body.Close()

	var second bytes.Buffer
	if code := run(t.Context(), []string{"serve"}, []string{"PORT=0", "DATA_DIR=" + dir}, &bytes.Buffer{}, &second); code != failed ||
		!strings.Contains(second.String(), "in use by another process") || strings.Count(second.String(), "\n") != 1 {
		t.Errorf("second process on the folder: exit %d, %q", code, second.String())
	}
	port := where[strings.LastIndex(where, ":")+1:]
	second.Reset()
	if code := run(t.Context(), nil, []string{"PORT=" + port, "DATA_DIR=" + t.TempDir()}, &bytes.Buffer{}, &second); code != failed ||
		!strings.Contains(second.String(), "Port "+port+" is taken by another program") {
		t.Errorf("taken port: exit %d, %q", code, second.String())
	}
	if code := stop(); code != done {
		t.Errorf("stopped with %d: %s", code, stderr)
	}
	if _, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
		t.Error("the port is still open")
	}
	if _, again, stop := start(t, "PORT=0", "DATA_DIR="+dir); stop() != done {
		t.Errorf("second start: %s", again)
	}
}

func TestWrongUseIsRefusedInPlainWords(t *testing.T) {
	t.Chdir(t.TempDir())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args, env []string
		code      int
		want      string
	}{
		{nil, []string{"PORT=eighty", "LOG_LEVEL=loud"}, refused, "PORT: \"eighty\" is not a port number (1 to 65535); for example PORT=8080\n"},
		{[]string{"serve", "now"}, nil, refused, "takes no arguments"},
		{[]string{"dance"}, nil, refused, `no command "dance"`},
		{nil, []string{"PORT=0", "DATA_DIR=" + file}, failed, "annot"},
		{nil, []string{"PORT=0", "HOST=203.0.113.1", "DATA_DIR=" + t.TempDir()}, failed, "is not an address of this machine"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), c.args, c.env, &stdout, &stderr); code != c.code || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%v %v: exit %d, %q", c.args, c.env, code, stderr.String())
		}
	}
}

func TestHelpNamesEveryCommandAndSetting(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"help"}, nil, &stdout, &stderr); code != done {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	for _, name := range strings.Fields("serve doctor backtest replay backup restore move bulk demo import bench password help version licenses") {
		if !strings.Contains(stdout.String(), "\n  "+name+" ") {
			t.Errorf("help does not name the command %s", name)
		}
	}
	for _, s := range setup.Table() {
		if !strings.Contains(stdout.String(), s.Name) {
			t.Errorf("help does not name the setting %s", s.Name)
		}
	}
}

func TestPasswordIsShownOnceAndCanBeSetWhileTheServerRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	env := []string{"PORT=0", "DATA_DIR=" + dir}
	stdout, _, stop := start(t, env...)
	where := regexp.MustCompile(`http://localhost:[0-9]+`).FindString(stdout.String())
	made := regexp.MustCompile(`its password is (\S+)`).FindStringSubmatch(stdout.String())
	if made == nil {
		t.Fatalf("no password in %q", stdout)
	}
	signIn := func(text string) int {
		res, err := http.Post(where+"/api/login", "application/json", strings.NewReader(`{"password":"`+text+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	if got := signIn(made[1]); got != http.StatusOK {
		t.Errorf("the password that was shown: %d", got)
	}
	var out, wrong bytes.Buffer
	set := func(text string) int {
		return password(t.Context(), call{env: env, stdin: strings.NewReader(text + "\n"), stdout: &out, stderr: &wrong})
	}
	if code := set("short"); code != failed || !strings.Contains(wrong.String(), "too short") {
		t.Errorf("short password: exit %d, %s", code, wrong.String())
	}
	if code := set("a much better password"); code != done {
		t.Fatalf("exit %d: %s", code, wrong.String())
	}
	if got := signIn(made[1]); got != http.StatusUnauthorized {
		t.Errorf("the old password: %d", got)
	}
	if got := signIn("a much better password"); got != http.StatusOK {
		t.Errorf("the new password: %d", got)
	}
	stop()
	if again, _, _ := start(t, env...); strings.Contains(again.String(), "password") {
		t.Errorf("shown again: %s", again)
	}
}

func TestLicensesNameEveryModuleInside(t *testing.T) {
	list, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"licenses"}, nil, &stdout, &stderr); code != done || !strings.Contains(stdout.String(), "MIT License") {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	for module := range strings.Lines(string(list)) {
		module = strings.TrimSpace(module)
		if module != "" && module != "promostack" && !strings.Contains(stdout.String(), module+"\n") {
			t.Errorf("the licence of %s is missing: go run ./assets/_src/licences", module)
		}
	}
}

// Command licences writes the licences of everything inside the program, for assets/licences.txt.gz:
//
//	go run ./assets/_src/licences
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([._-].*)?$`)

func main() {
	texts := map[string][]string{} // text to the things that it is for
	var order []string
	add := func(name, file string) {
		body, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n"))
		if texts[text] == nil {
			order = append(order, text)
		}
		texts[text] = append(texts[text], name)
	}
	list, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}} {{.Dir}}{{end}}", ".").Output()
	if err != nil {
		log.Fatal(err)
	}
	modules := strings.Fields(strings.ReplaceAll(string(list), "promostack  ", "promostack - "))
	seen := map[string]bool{}
	for i := 0; i+2 < len(modules); i += 3 {
		path, version, dir := modules[i], modules[i+1], modules[i+2]
		if seen[path] || path == "promostack" {
			continue
		}
		seen[path] = true
		addFolder(dir, path+" "+version, add)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		log.Fatal(err)
	}
	add("The Go standard library and runtime", filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))
	for _, file := range glob("assets/fonts/*OFL*.txt", "assets/fonts/ui/OFL.txt", "assets/web/vendor/*LICENSE*", "assets/web/vendor/*NOTICE*") {
		add(file, file)
	}
	write(order, texts)
}

func addFolder(dir, name string, add func(name, file string)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		log.Fatal(err)
	}
	found := false
	for _, e := range entries {
		if !e.IsDir() && licenceFile.MatchString(e.Name()) && !strings.HasSuffix(e.Name(), ".go") {
			add(name, filepath.Join(dir, e.Name()))
			found = true
		}
	}
	if !found {
		log.Fatalf("%s has no licence", name)
	}
}

func glob(patterns ...string) (files []string) {
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil {
			log.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}

func write(order []string, texts map[string][]string) {
	slices.SortFunc(order, func(a, b string) int { return strings.Compare(texts[a][0], texts[b][0]) })
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	for _, text := range order {
		slices.Sort(texts[text])
		fmt.Fprintf(zip, "==============================================================================\n%s\n\n%s\n\n",
			strings.Join(slices.Compact(texts[text]), "\n"), text)
	}
	if err := zip.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("assets/licences.txt.gz", out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

package markup_test

import (
	"html/template"
	"strings"
	"testing"

	"promostack/assets/markup"
)

type inner struct{ Open, Lost int }

type data struct {
	inner
	Name, Link string
	Modules    []string
	Brand      map[string]string
	Price      float64
	Status     int
	Empty      []int
	Pointer    *inner
}

func sample() data {
	return data{inner: inner{3, 0}, Name: `<b>"A" & 'B'`, Link: "/a?b=1&c=2", Modules: []string{"/x.js", "/y.js"},
		Brand: map[string]string{"Name": "Ours", "Logo": ""}, Price: 1.5, Status: 404, Pointer: &inner{Open: 7}}
}

// TestPagesComeOutAsFromTheStandardLibrary holds the same pages against html/template, which tests may link.
func TestPagesComeOutAsFromTheStandardLibrary(t *testing.T) {
	shout := func(s string) string { return s + "!" }
	for _, page := range []string{
		`<p>{{.Name}}</p>`,
		`<p title="{{.Name}}" class='{{.Name}}'>x</p>`,
		`<a href="{{.Link}}">x</a>`,
		`<a href="{{.Brand.Name}}">x</a>`,
		`{{range .Modules}}<link href="{{.}}">{{end}}{{range .Empty}}x{{else}}none{{end}}`,
		`{{range 3}}<i></i>{{end}}`,
		`{{if .Brand.Logo}}<img src="{{.Brand.Logo}}">{{else}}{{.Brand.Name}}{{end}}`,
		`{{with .Pointer}}{{.Open}}{{end}}{{.Open}} {{if .Lost}}lost{{end}}`,
		`{{define "part"}}<b>{{.}}</b>{{end}}{{template "part" "one"}}{{template "part" .Price}}`,
		`{{if eq .Status 404}}gone{{end}}{{if ge .Status 500}}broken{{else}}fine{{end}}{{if eq .Name "x"}}y{{end}}`,
		`<script src="{{index .Modules 0}}"></script><p>{{shout .Name}}</p><style>p { color: red }</style>{{.Price}}`,
		`<!-- a comment --><p>{{/* another */}}1 < 2 {{.Name}}</p>`,
	} {
		funcs := map[string]any{"shout": shout}
		std := template.Must(template.New("page").Funcs(funcs).Parse(page))
		var want, got strings.Builder
		if err := std.Execute(&want, sample()); err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		p, err := markup.Parse("page", page, funcs)
		if err != nil {
			t.Errorf("%s: %v", page, err)
			continue
		}
		if err := p.Execute(&got, sample()); err != nil {
			t.Errorf("%s: %v", page, err)
		}
		// The standard library drops comments and writes + and a lone < as entities; all are as safe.
		clean := strings.NewReplacer("<!-- a comment -->", "", "&#43;", "+", "1 < 2", "1 &lt; 2")
		if clean.Replace(got.String()) != clean.Replace(want.String()) {
			t.Errorf("%s:\n got %s\nwant %s", page, got.String(), want.String())
		}
	}
}

func TestValuesWhereTheyCannotBeEscapedAreRefused(t *testing.T) {
	for _, page := range []string{
		`<p class={{.Name}}>`, `<p {{.Name}}="x">`, `<{{.Name}}>`, `</{{.Name}}>`, `<script>let a = "{{.Name}}"</script>`,
		`<style>p { color: {{.Name}} }</style>`, `<p onclick="{{.Name}}">`, `<p style="color: {{.Name}}">`,
		`<p {{if .Name}}title="{{else}}{{end}}">`, `{{if .Name}}<p title="{{end}}x`, `{{.Name | printf "%s"}}`, `{{$x := .Name}}`,
		`{{.Name`, `{{nothing .Name}}`, `<p {{template "a" .}}>{{define "a"}}{{end}}`,
	} {
		if p, err := markup.Parse("page", page, nil); err == nil {
			var out strings.Builder
			if err := p.Execute(&out, sample()); err == nil {
				t.Errorf("%s was filled: %s", page, out.String())
			}
		}
	}
}

func TestAddressesThatRunCodeAreCut(t *testing.T) {
	p, err := markup.Parse("page", `<a href="{{.}}">x</a><a href="/x?{{.}}">y</a>`, nil)
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"javascript:alert(1)":     `<a href="#">x</a><a href="/x?javascript:alert(1)">y</a>`,
		"JaVaScRiPt:alert(1)":     `<a href="#">x</a><a href="/x?JaVaScRiPt:alert(1)">y</a>`,
		" javascript:alert(1)":    `<a href="#">x</a><a href="/x? javascript:alert(1)">y</a>`,
		"https://example.com/a:b": `<a href="https://example.com/a:b">x</a><a href="/x?https://example.com/a:b">y</a>`,
		"/a:b":                    `<a href="/a:b">x</a><a href="/x?/a:b">y</a>`,
		`"><script>`:              `<a href="&#34;&gt;&lt;script&gt;">x</a><a href="/x?&#34;&gt;&lt;script&gt;">y</a>`,
	} {
		var out strings.Builder
		if err := p.Execute(&out, address); err != nil || out.String() != want {
			t.Errorf("%s: %s, %v", address, out.String(), err)
		}
	}
}

func TestAnAddressBeginsBehindWhatIsEmpty(t *testing.T) {
	for _, page := range []string{
		`<a href="{{.A}}{{.B}}">x</a>`, `<a href="{{if .A}}/{{end}}{{.B}}">x</a>`, `<a href="{{if .A}}{{.B}}{{else}}{{.B}}{{end}}">x</a>`,
		`<a href="{{with .A}}/{{else}}{{end}}{{.B}}">x</a>`,
	} {
		p, err := markup.Parse("page", page, nil)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := p.Execute(&out, map[string]string{"A": "", "B": "javascript:alert(1)"}); err != nil || strings.Contains(out.String(), "javascript") {
			t.Errorf("%s: %s, %v", page, out.String(), err)
		}
	}
}

func TestMissingNamesAreErrors(t *testing.T) {
	for _, page := range []string{`{{.Nothing}}`, `{{.Brand.Nothing}}`, `{{.Name.More}}`, `{{range .Name}}{{end}}`, `{{index .Modules 5}}`, `{{template "nothing"}}`, `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`} {
		p, err := markup.Parse("page", page, nil)
		if err != nil {
			t.Errorf("%s: %v", page, err)
			continue
		}
		if err := p.Execute(&strings.Builder{}, sample()); err == nil {
			t.Errorf("%s was filled", page)
		}
	}
}

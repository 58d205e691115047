package browsertest

import (
	_ "embed"
	"fmt"
	"strings"
)

// axeScript is axe-core; testdata/VENDOR.md says which.
//
//go:embed testdata/axe.min.js
var axeScript string

// Violation is a rule of axe that the page breaks.
type Violation struct {
	ID, Impact, Help string
	Nodes            []string // selector and reason of each
}

// AxeViolations lets axe-core look at the page as it stands.
func (p *Page) AxeViolations() []Violation {
	p.t.Helper()
	if !Eval[bool](p, `typeof window.axe === "object"`) {
		Eval[*bool](p, axeScript+"\n;null")
	}
	return Eval[[]Violation](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact ?? "", Help: v.help,
		Nodes: v.nodes.map(n => n.target.join(" ") + ": " + (n.any[0] ?? n.all[0] ?? n.none[0] ?? {message: ""}).message)})))`)
}

// Axe fails the test for every rule of axe that the page breaks.
func (p *Page) Axe(where string) {
	p.t.Helper()
	for _, v := range p.AxeViolations() {
		p.t.Errorf("axe, %s at %d px: %s (%s): %s\n\t%s", where, p.Screen.Width, v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

// NoSidewaysScroll fails the test when the page is wider than the window, and names the elements that stick out.
func (p *Page) NoSidewaysScroll(where string) {
	p.t.Helper()
	if over := Eval[int](p, `document.scrollingElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		out := Eval[[]string](p, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
			.slice(0, 8).map(e => e.localName + "." + e.className + " ends at " + Math.round(e.getBoundingClientRect().right))`)
		p.t.Errorf("%s scrolls sideways by %d px at %d px: %s", where, over, p.Screen.Width, strings.Join(out, ", "))
	}
}

// SmallTargets lists the controls a finger can hardly hit: what can be pressed and is under size CSS pixels both ways.
// Links inside running text are left out, as the guidelines do.
func (p *Page) SmallTargets(size int) []string {
	p.t.Helper()
	return Eval[[]string](p, fmt.Sprintf(`[...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,[role=button],[role=switch],[role=tab],[role=radio]")]
		.filter(e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && getComputedStyle(e).display !== "inline")
		.map(e => { let r = e.getBoundingClientRect(); const l = e.closest("label"); if (l) r = l.getBoundingClientRect(); return {e, r} })
		.filter(({r}) => r.width > 1 && r.height > 1 && (r.width < %[1]d || r.height < %[1]d))
		.map(({e, r}) => e.localName + (e.id ? "#" + e.id : "") + "." + e.className + " " + Math.round(r.width) + "x" + Math.round(r.height))`, size))
}

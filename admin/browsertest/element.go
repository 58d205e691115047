package browsertest

import (
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// WaitFor waits until an element is there and can be seen.
func (p *Page) WaitFor(selector string) {
	p.t.Helper()
	p.Until(`(e => !!e && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden")(` + find(selector) + `)`)
}

// WaitGone waits until no such element can be seen.
func (p *Page) WaitGone(selector string) {
	p.t.Helper()
	p.Until(`(e => !e || e.getClientRects().length === 0 || getComputedStyle(e).visibility === "hidden")(` + find(selector) + `)`)
}

// WaitText waits until the text an element shows contains what is wanted.
func (p *Page) WaitText(selector, want string) {
	p.t.Helper()
	p.Until(`(` + find(selector) + `?.innerText ?? "").includes(` + quote(want) + `)`)
}

// Text is what an element shows.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return strings.TrimSpace(Eval[string](p, find(selector)+`.innerText`))
}

// Value is the value of a field.
func (p *Page) Value(selector string) string {
	p.t.Helper()
	return Eval[string](p, find(selector)+`.value`)
}

// Attr is an attribute of an element, "" when it has none.
func (p *Page) Attr(selector, name string) string {
	p.t.Helper()
	return Eval[string](p, find(selector)+`.getAttribute(`+quote(name)+`) ?? ""`)
}

// Count counts the elements that match.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	return Eval[int](p, `document.querySelectorAll(`+quote(selector)+`).length`)
}

// Focused describes the element that has the focus, for messages and comparisons: "input#code", "button.primary".
func (p *Page) Focused() string {
	p.t.Helper()
	return Eval[string](p, `(e => e.localName + (e.id ? "#" + e.id : "") + [...e.classList].map(c => "." + c).join(""))(document.activeElement)`)
}

// Click presses the middle of an element, with the finger on a touch screen and with the mouse elsewhere. The
// element must be visible, and nothing may lie over it.
func (p *Page) Click(selector string) {
	p.t.Helper()
	x, y := p.middle(selector)
	if p.Screen.Touch {
		p.do("tap "+selector, chromedp.TapXY(x, y))
		return
	}
	p.do("click "+selector, chromedp.MouseEvent(chromedp.MouseMoved, x, y), chromedp.MouseClickXY(x, y))
}

// middle scrolls an element into view and gives the point in its middle; it waits until that point really belongs to
// the element, so that a click never lands on what lies over it.
func (p *Page) middle(selector string) (x, y float64) {
	p.t.Helper()
	p.WaitFor(selector)
	at := `((e) => {
		e.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
		const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2, top = document.elementFromPoint(x, y);
		return {x, y, free: !!top && (e === top || e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some(l => l.contains(top)))};
	})(` + find(selector) + `)`
	p.Until(at + ".free")
	point := Eval[struct{ X, Y float64 }](p, at)
	return point.X, point.Y
}

// Focus gives an element the focus.
func (p *Page) Focus(selector string) {
	p.t.Helper()
	p.WaitFor(selector)
	Eval[*bool](p, find(selector)+`.focus()`)
}

// Type focuses a field and types with real key events, after what stands there.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.Focus(selector)
	p.Keys(text)
}

// Fill empties a field with the keyboard and types text into it.
func (p *Page) Fill(selector, text string) {
	p.t.Helper()
	p.Focus(selector)
	p.Press("Control+a", "Backspace")
	p.Keys(text)
}

// Keys types into whatever has the focus.
func (p *Page) Keys(text string) {
	p.t.Helper()
	if text != "" {
		p.do("type "+text, chromedp.KeyEvent(text))
	}
}

// Paste puts a text in at the caret at once, as a paste or an input method does, without key events.
func (p *Page) Paste(text string) {
	p.t.Helper()
	call(p, input.InsertText, input.InsertTextParams{Text: text})
}

// Press presses keys one after the other: "Enter", "ArrowLeft", "Shift+Tab", "Control+a".
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		name := key
		var held []chromedp.KeyOption
		for {
			modifier, rest, more := strings.Cut(name, "+")
			if !more || rest == "" {
				break
			}
			m, ok := modifiers[modifier]
			if !ok {
				p.t.Fatalf("press %s: no such modifier", key)
			}
			held, name = append(held, chromedp.KeyModifiers(m)), rest
		}
		if code, ok := keyNames[name]; ok {
			name = code
		}
		p.do("press "+key, chromedp.KeyEvent(name, held...))
	}
}

var modifiers = map[string]chromedp.Modifier{
	"Shift": chromedp.ModifierShift, "Control": chromedp.ModifierCtrl, "Alt": chromedp.ModifierAlt, "Meta": chromedp.ModifierMeta,
}

var keyNames = map[string]string{
	"Enter": kb.Enter, "Tab": kb.Tab, "Escape": kb.Escape, "Backspace": kb.Backspace, "Delete": kb.Delete, "Space": " ",
	"ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight, "ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown,
	"Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown,
}

// find is the JavaScript that finds an element.
func find(selector string) string { return `document.querySelector(` + quote(selector) + `)` }

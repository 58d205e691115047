package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// dragSteps is how many moves lie between press and release.
const dragSteps = 8

// Rect is where an element stands in the viewport, CSS pixels.
type Rect struct{ X, Y, Width, Height float64 }

// At is the point at a fraction of the rectangle: At(0.5, 0.5) is its middle.
func (r Rect) At(fx, fy float64) (x, y float64) { return r.X + r.Width*fx, r.Y + r.Height*fy }

// Rect scrolls an element into view and measures it.
func (p *Page) Rect(selector string) Rect {
	p.t.Helper()
	p.WaitFor(selector)
	return Eval[Rect](p, `(e => { e.scrollIntoView({block: "nearest", behavior: "instant"}); const r = e.getBoundingClientRect();
		return {X: r.x, Y: r.y, Width: r.width, Height: r.height} })(`+find(selector)+`)`)
}

// Drag presses at one point, moves to another and lets go: with a finger on a touch screen, with the mouse elsewhere.
func (p *Page) Drag(x1, y1, x2, y2 float64) {
	p.t.Helper()
	if p.Screen.Touch {
		p.touchDrag(x1, y1, x2, y2)
		return
	}
	p.do("drag", chromedp.DragAndDropXY(x1, y1, x2, y2, dragSteps))
}

func (p *Page) touchDrag(x1, y1, x2, y2 float64) {
	p.t.Helper()
	p.do("drag with a finger", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if err := touch(ctx, t, input.DispatchTouchEventTypeTouchStart, x1, y1); err != nil {
			return err
		}
		for i := 1; i <= dragSteps; i++ {
			f := float64(i) / dragSteps
			if err := touch(ctx, t, input.DispatchTouchEventTypeTouchMove, x1+(x2-x1)*f, y1+(y2-y1)*f); err != nil {
				return err
			}
		}
		return touch(ctx, t, input.DispatchTouchEventTypeTouchEnd, 0, 0)
	}))
}

func touch(ctx context.Context, t *chromedp.Target, kind input.DispatchTouchEventType, x, y float64) error {
	params := input.DispatchTouchEventParams{Type: kind, TouchPoints: []*input.TouchPoint{}}
	if kind != input.DispatchTouchEventTypeTouchEnd {
		params.TouchPoints = []*input.TouchPoint{{X: x, Y: y}}
	}
	_, err := cdp.Call(ctx, t, input.DispatchTouchEvent, params)
	return err
}

package render

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"runtime"
	"time"

	"promostack/render/coupon"
	"promostack/store"
)

// Options says what a Studio works with.
type Options struct {
	Store      *store.Store
	Coupons    func(ws int64) coupon.Checker // the coupon gate of a workspace
	Log        *slog.Logger                  // nil: slog.Default()
	CacheBytes int64                         // for decoded artwork; 0 = min(256 MB, a quarter of the memory limit)
}

// Studio makes coupon pictures. It is safe for concurrent use.
type Studio struct {
	store   *store.Store
	coupons func(ws int64) coupon.Checker
	log     *slog.Logger
	gate    *gate
	shelf   *shelf
	letters *typesetter
	encoder *encoder
	decodes *DecodeBudget
}

// New makes a Studio.
func New(o Options) (*Studio, error) {
	if o.Store == nil || o.Coupons == nil {
		return nil, errors.New("a studio needs a store and a coupon gate")
	}
	s := &Studio{
		store:   o.Store,
		coupons: o.Coupons,
		log:     cmp.Or(o.Log, slog.Default()),
		gate:    newGate(runtime.GOMAXPROCS(0), o.Store.Clock()),
		letters: newTypesetter(),
		encoder: newEncoder(),
		decodes: NewDecodeBudget(0),
	}
	s.shelf = newShelf(cmp.Or(o.CacheBytes, cacheBytes()), s.prepare)
	return s, nil
}

// Make makes the picture of an order, once the coupon gate let its code pass, and records the attempt with its
// outcome, whatever that was (only not when we were too busy or the caller gave up). Errors: *Refused when the gate
// did not let it pass, store.ErrNotFound when there is no such template or variant, store.Invalid when the code is
// malformed or does not fit, ErrBusy when too much is asked for at once.
func (s *Studio) Make(ctx context.Context, ws *store.Workspace, o Order) (Picture, error) {
	start := s.store.Clock().Now()
	job, err := s.plan(ctx, ws, o)
	var p Picture
	if err == nil {
		p, err = s.draw(ctx, job)
	}
	s.record(ctx, ws, o, job, err, s.store.Clock().Now().Sub(start))
	return p, err
}

// Key is the Key of the picture that Make would make, for caches and conditional requests: it asks the coupon gate
// as Make does and has its errors, but draws and records nothing. Who answers from a cache records the use.
func (s *Studio) Key(ctx context.Context, ws *store.Workspace, o Order) (string, coupon.Verdict, error) {
	job, err := s.plan(ctx, ws, o)
	if err != nil {
		return "", job.verdict, err
	}
	return job.key(), job.verdict, nil
}

// job is an order that may be drawn.
type job struct {
	template store.Template
	variant  store.Variant
	text     string
	fit      Fit
	logo     string
	format   Format
	verdict  coupon.Verdict
	ended    bool
}

// plan finds the template, asks the gate and fits the code: everything that can say no.
func (s *Studio) plan(ctx context.Context, ws *store.Workspace, o Order) (job, error) {
	j, err := s.find(ctx, ws, o.Template, o.Variant, o.Format)
	if err != nil {
		return j, err
	}
	if j.verdict, err = s.coupons(ws.ID()).Check(ctx, o.Code); err != nil {
		return j, err
	}
	if !j.verdict.Passed {
		return j, &Refused{j.verdict}
	}
	j.text = j.verdict.Canonical
	if j.fit, err = VariantFit(j.variant, j.text); err != nil {
		return j, misfit{err}
	}
	j.logo, err = s.logoKey(ctx, ws, j.variant, o.Logo)
	return j, err
}

// find begins a job with its template and variant.
func (s *Studio) find(ctx context.Context, ws *store.Workspace, slug, variant string, f Format) (job, error) {
	j := job{format: cmp.Or(f, PNG)}
	if j.format != PNG && j.format != JPEG {
		return j, store.Invalid{Field: "format", Sentence: "Pictures are made as png or jpeg."}
	}
	var err error
	if j.template, err = ws.Template(ctx, slug); err != nil {
		return j, err
	}
	var ok bool
	if j.variant, ok = j.template.Variant(variant); !ok {
		return j, noVariant{slug, variant}
	}
	return j, nil
}

// draw makes the picture of a job when its turn comes.
func (s *Studio) draw(ctx context.Context, j job) (Picture, error) {
	leave, err := s.gate.enter(ctx)
	if err != nil {
		return Picture{}, err
	}
	defer leave()
	v := j.variant
	art, err := s.shelf.get(ctx, preparedKey{v.Art, j.logo, v.Width, v.Height})
	if err != nil {
		return Picture{}, fmt.Errorf("template %s %s: %w", j.template.Slug, v.Name, ourFault(err))
	}
	f := art.take()
	defer art.give(f)
	if j.ended {
		fade(f.RGBA)
		f.dirty = f.Rect
	}
	f.dirty = f.dirty.Union(s.letter(f.RGBA, j))
	body, err := s.encoder.encode(f.RGBA, art.opaque, j.format)
	if err != nil {
		return Picture{}, err
	}
	return Picture{Bytes: body, Type: j.format.MediaType(), Key: j.key(), Width: v.Width, Height: v.Height,
		Code: j.verdict.Canonical, Verdict: j.verdict}, nil
}

// letter sets the job's text and returns what it touched.
func (s *Studio) letter(dst *image.RGBA, j job) image.Rectangle {
	font, ok := FontByID(j.variant.Font)
	if !ok || j.text == "" {
		return image.Rectangle{}
	}
	return s.letters.draw(dst, font, j.text, j.fit, style{parseColor(j.variant.FontColor), j.variant.Stroke})
}

// recipe grows when the same order would give other pixels, so that no cache keeps the old ones.
const recipe = "1"

// key is the identity of the picture.
func (j job) key() string {
	kind := "coupon"
	if j.ended {
		kind = "ended"
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d %q %q %q %s",
		recipe, kind, j.template.ID, j.template.Version, j.variant.Name, j.text, j.logo, j.format))
	return hex.EncodeToString(sum[:16])
}

// record writes the attempt down. A picture that is made is not kept back because of it.
func (s *Studio) record(ctx context.Context, ws *store.Workspace, o Order, j job, err error, took time.Duration) {
	outcome := outcomeOf(err)
	if outcome == "" {
		return
	}
	u := store.Usage{
		Source: o.By.Source, Kind: "make", Outcome: outcome, Template: o.Template, Variant: o.Variant,
		Code: cmp.Or(j.verdict.Canonical, o.Code), Member: o.By.Member, ChatKind: o.By.ChatKind, Millis: int(took.Milliseconds()),
	}
	if err := ws.RecordUsage(context.WithoutCancel(ctx), u); err != nil {
		s.log.Error("a picture was not counted", "workspace", ws.ID(), "template", o.Template, "outcome", outcome, "err", err)
	}
}

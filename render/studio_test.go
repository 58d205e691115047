package render

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg"
	"image/png"
	"sync"
	"testing"
	"time"

	"promostack/render/coupon"
	"promostack/store"
	"promostack/store/storetest"
)

// strictGate answers what its test says and counts how often it was asked.
type strictGate struct {
	mu      sync.Mutex
	verdict coupon.Verdict
	asked   int
}

func (g *strictGate) Check(_ context.Context, raw string) (coupon.Verdict, error) {
	code, err := coupon.Canonical(raw)
	if err != nil {
		return coupon.Verdict{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	v := g.verdict
	v.Canonical = code
	return v, nil
}

func (g *strictGate) Cached(string) bool { return true }

// studioFor gives a studio on a fresh store whose gate lets everything pass until the test says otherwise.
func studioFor(t testing.TB) (*Studio, *store.Workspace, *strictGate) {
	t.Helper()
	st := storetest.Open(t)
	gate := &strictGate{verdict: coupon.Verdict{Status: coupon.Valid, Passed: true}}
	s, err := New(Options{Store: st, Coupons: func(int64) coupon.Checker { return gate }})
	if err != nil {
		t.Fatal(err)
	}
	return s, st.Workspace(store.DefaultWorkspace), gate
}

// stripes is artwork of which every pixel can be told: colours run with x and y.
func stripes(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.SetRGBA(x, y, color.RGBA{uint8(20 + x*60/width), uint8(30 + y*60/height), 70, 255})
		}
	}
	return m
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// publish puts a template with one variant into the workspace.
func publish(t testing.TB, s *Studio, ws *store.Workspace, slug string, m image.Image, v store.Variant) store.Variant {
	t.Helper()
	v.Name = "square"
	if err := s.StoreArt(t.Context(), &v, pngOf(t, m)); err != nil {
		t.Fatal(err)
	}
	tpl, err := ws.PublishTemplate(t.Context(), store.Template{Slug: slug, Name: slug, Web: true, Variants: []store.Variant{v}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return tpl.Variants[0]
}

var lowBox = store.Box{LeftPct: 10, TopPct: 60, WidthPct: 80, HeightPct: 20, HAlign: "center", VAlign: "middle"}

func decoded(t testing.TB, p Picture) *image.RGBA {
	t.Helper()
	m, kind, err := image.Decode(bytes.NewReader(p.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if "image/"+kind != p.Type || m.Bounds().Dx() != p.Width || m.Bounds().Dy() != p.Height {
		t.Fatalf("%s of %v, said to be %s of %dx%d", kind, m.Bounds(), p.Type, p.Width, p.Height)
	}
	out := image.NewRGBA(m.Bounds())
	draw.Draw(out, out.Rect, m, image.Point{}, draw.Src)
	return out
}

func TestStudioDrawsTheCodeInItsBoxAndNothingElse(t *testing.T) {
	s, ws, _ := studioFor(t)
	art := stripes(400, 300)
	publish(t, s, ws, "plain", art, store.Variant{Box: lowBox, FontColor: "#FFFFFF", Font: "inter-700", PaddingPct: 2})
	p, err := s.Make(t.Context(), ws, Order{Template: "plain", Variant: "square", Code: " save 20 ", By: By{Source: "bot", Member: 7, ChatKind: "private"}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Code != "SAVE-20" || p.Type != "image/png" || p.Verdict.Status != coupon.Valid {
		t.Errorf("%q, %s, %s", p.Code, p.Type, p.Verdict.Status)
	}
	m, inked := decoded(t, p), 0
	box := image.Rect(40, 180, 360, 240)
	for y := range 300 {
		for x := range 400 {
			if m.RGBAAt(x, y) == art.RGBAAt(x, y) {
				continue
			}
			inked++
			if !image.Pt(x, y).In(box) {
				t.Fatalf("pixel %d, %d is outside of the box and changed", x, y)
			}
		}
	}
	if inked < 1000 {
		t.Errorf("only %d pixels are inked", inked)
	}
	log, err := ws.UsageLog(t.Context(), 7, false, time.Time{}, 10)
	if err != nil || len(log) != 1 || log[0].Outcome != "made" || log[0].Code != "SAVE-20" || log[0].Source != "bot" || log[0].Kind != "make" {
		t.Errorf("usage %+v, %v", log, err)
	}
}

func TestStudioLeavesNoTraceOfTheCodeBefore(t *testing.T) {
	s, ws, _ := studioFor(t)
	publish(t, s, ws, "plain", stripes(400, 300), store.Variant{Box: lowBox, FontColor: "#FFD23F", Font: "bebas-neue-400", Stroke: true})
	make := func(code string, f Format) []byte {
		p, err := s.Make(t.Context(), ws, Order{Template: "plain", Variant: "square", Code: code, Format: f})
		if err != nil {
			t.Fatal(err)
		}
		return p.Bytes
	}
	first := make("WWWWWWWWWW", PNG)
	for _, code := range []string{"I", "LONGER-THAN-BEFORE", "Q_"} {
		if bytes.Equal(make(code, JPEG), first) {
			t.Error("two codes, one picture")
		}
	}
	if !bytes.Equal(make("WWWWWWWWWW", PNG), first) {
		t.Error("the same order gives another picture the second time")
	}
}

func TestStudioMakesNoPictureForADeadCode(t *testing.T) {
	s, ws, gate := studioFor(t)
	publish(t, s, ws, "plain", stripes(400, 300), store.Variant{Box: lowBox})
	for i, status := range []coupon.Status{coupon.Invalid, coupon.Expired, coupon.Exhausted, coupon.Unknown} {
		gate.verdict = coupon.Verdict{Status: status, Message: "This code has ended."}
		member := int64(i + 1)
		p, err := s.Make(t.Context(), ws, Order{Template: "plain", Variant: "square", Code: "DEAD", By: By{Source: "image", Member: member}})
		var refused *Refused
		if !errors.As(err, &refused) || refused.Verdict.Status != status || err.Error() != "This code has ended." || p.Bytes != nil {
			t.Errorf("%s: %d bytes, %v", status, len(p.Bytes), err)
		}
		if log, err := ws.UsageLog(t.Context(), member, false, time.Time{}, 10); err != nil || len(log) != 1 || log[0].Outcome != string(status) || log[0].Code != "DEAD" {
			t.Errorf("usage %+v, %v", log, err)
		}
	}
}

func TestStudioLetsAnUnknownCodePassWhereThePolicyDoes(t *testing.T) {
	s, ws, gate := studioFor(t)
	gate.verdict = coupon.Verdict{Status: coupon.Unknown, Passed: true}
	publish(t, s, ws, "plain", stripes(400, 300), store.Variant{Box: lowBox})
	if _, err := s.Make(t.Context(), ws, Order{Template: "plain", Variant: "square", Code: "A"}); err != nil {
		t.Error(err)
	}
}

func TestStudioSaysWhatIsWrongWithAnOrder(t *testing.T) {
	s, ws, gate := studioFor(t)
	publish(t, s, ws, "plain", stripes(400, 300), store.Variant{Box: lowBox})
	invalid := func(err error) bool { return errors.As(err, new(store.Invalid)) }
	missing := func(err error) bool { return errors.Is(err, store.ErrNotFound) }
	for _, c := range []struct {
		order   Order
		is      func(error) bool
		outcome string
	}{
		{Order{Template: "other", Variant: "square", Code: "A"}, missing, "no_template"},
		{Order{Template: "plain", Variant: "story", Code: "A"}, missing, "no_variant"},
		{Order{Template: "plain", Variant: "square", Code: "É"}, invalid, "invalid"},
		{Order{Template: "plain", Variant: "square", Code: ""}, invalid, "invalid"},
		{Order{Template: "plain", Variant: "square", Code: "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"}, invalid, "too_long"},
		{Order{Template: "plain", Variant: "square", Code: "A", Format: "gif"}, invalid, "invalid"},
	} {
		c.order.By = By{Source: "bot", Member: 9}
		p, err := s.Make(t.Context(), ws, c.order)
		if !c.is(err) || p.Bytes != nil {
			t.Errorf("%+v: %v", c.order, err)
		}
		log, err := ws.UsageLog(t.Context(), 9, false, time.Time{}, 1)
		if err != nil || len(log) != 1 || log[0].Outcome != c.outcome {
			t.Errorf("%+v: usage %+v, %v", c.order, log, err)
		}
	}
	if gate.asked != 1 {
		t.Errorf("the gate was asked %d times: only well-formed codes of known templates are worth a question", gate.asked)
	}
}

func TestArtworkThatIsGoneIsOurFault(t *testing.T) {
	s, ws, _ := studioFor(t)
	v := publish(t, s, ws, "plain", stripes(400, 300), store.Variant{Box: lowBox})
	if err := s.store.Blobs().Delete(t.Context(), v.Art); err != nil {
		t.Fatal(err)
	}
	_, err := s.Make(t.Context(), ws, Order{Template: "plain", Variant: "square", Code: "A", By: By{Member: 5}})
	if err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v: it must not read as a template that is not there", err)
	}
	if log, err := ws.UsageLog(t.Context(), 5, false, time.Time{}, 1); err != nil || len(log) != 1 || log[0].Outcome != "failed" {
		t.Errorf("usage %+v, %v", log, err)
	}
}

func TestPictureKeysTellPicturesApart(t *testing.T) {
	s, ws, _ := studioFor(t)
	v := publish(t, s, ws, "plain", stripes(400, 300), store.Variant{Box: lowBox})
	key := func(o Order) string {
		k, _, err := s.Key(t.Context(), ws, o)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Make(t.Context(), ws, o)
		if err != nil || p.Key != k {
			t.Fatalf("the picture's key is %s, the asked one %s, %v", p.Key, k, err)
		}
		return k
	}
	one := Order{Template: "plain", Variant: "square", Code: "A"}
	first := key(one)
	if key(one) != first || key(Order{Template: "plain", Variant: "square", Code: "a ", Format: PNG}) != first {
		t.Error("one picture, two keys")
	}
	seen := map[string]bool{first: true, key(Order{Template: "plain", Variant: "square", Code: "B"}): true,
		key(Order{Template: "plain", Variant: "square", Code: "A", Format: JPEG}): true}
	v.FontColor = "#000000"
	if _, err := ws.PublishTemplate(t.Context(), store.Template{Slug: "plain", Name: "plain", Variants: []store.Variant{v}}, 1); err != nil {
		t.Fatal(err)
	}
	seen[key(one)] = true
	sample, err := s.Sample(t.Context(), ws, "plain", "square", PNG)
	if err != nil {
		t.Fatal(err)
	}
	ended, err := s.Ended(t.Context(), ws, "plain", "square", PNG)
	if err != nil {
		t.Fatal(err)
	}
	seen[sample.Key], seen[ended.Key] = true, true
	if len(seen) != 6 {
		t.Errorf("%d keys for 6 pictures", len(seen))
	}
}

func TestManyDrawAtOnce(t *testing.T) {
	s, ws, _ := studioFor(t)
	publish(t, s, ws, "plain", stripes(400, 300), store.Variant{Box: lowBox, Stroke: true})
	order := func(i int) Order {
		return Order{Template: "plain", Variant: "square", Code: "CODE-" + string(rune('A'+i)), Format: []Format{PNG, JPEG}[i%2]}
	}
	var alone [8][]byte
	for i := range alone {
		p, err := s.Make(t.Context(), ws, order(i))
		if err != nil {
			t.Fatal(err)
		}
		alone[i] = p.Bytes
	}
	var wg sync.WaitGroup
	for i := range alone {
		wg.Go(func() {
			for range 4 {
				p, err := s.Make(t.Context(), ws, order(i))
				if err != nil || !bytes.Equal(p.Bytes, alone[i]) {
					t.Errorf("order %d gives another picture in company, %v", i, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestTransparentArtworkStaysTransparentAsPNGAndStandsOnWhiteAsJPEG(t *testing.T) {
	s, ws, _ := studioFor(t)
	publish(t, s, ws, "glass", image.NewNRGBA(image.Rect(0, 0, 400, 300)), store.Variant{Box: lowBox, FontColor: "#C00000"})
	for f, want := range map[Format]color.RGBA{PNG: {}, JPEG: {255, 255, 255, 255}} {
		p, err := s.Make(t.Context(), ws, Order{Template: "glass", Variant: "square", Code: "A", Format: f})
		if err != nil {
			t.Fatal(err)
		}
		if got := decoded(t, p).RGBAAt(3, 3); got != want {
			t.Errorf("%s: the ground is %v, want %v", f, got, want)
		}
	}
}

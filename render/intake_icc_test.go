package render

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"testing"
)

// The colours of three spaces under D50: a row for each of red, green and blue.
var (
	p3Light    = [3][3]float64{{0.51512, 0.24120, -0.00105}, {0.29198, 0.69225, 0.04189}, {0.15710, 0.06657, 0.78407}}
	adobeLight = [3][3]float64{{0.60974, 0.31111, 0.01947}, {0.20528, 0.62567, 0.06087}, {0.14919, 0.06322, 0.74457}}
	srgbLight  = [3][3]float64{{0.43607, 0.22249, 0.01392}, {0.38515, 0.71687, 0.09708}, {0.14307, 0.06061, 0.71410}}
)

func s15Bytes(v float64) []byte { return be32(uint32(int32(math.Round(v * 65536)))) }

// paraCurve is a parametricCurveType tag.
func paraCurve(kind int, p ...float64) []byte {
	out := join([]byte("para"), be32(0), []byte{0, byte(kind), 0, 0})
	for _, v := range p {
		out = append(out, s15Bytes(v)...)
	}
	return out
}

// curvCurve is a curveType tag.
func curvCurve(points ...uint16) []byte {
	out := join([]byte("curv"), be32(0), be32(uint32(len(points))))
	for _, v := range points {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	return out
}

var srgbCurve = paraCurve(3, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)

// profile builds an ICC profile of three colours and one curve; the planted word stands in its description.
func profile(light [3][3]float64, curve []byte) []byte {
	var tags, data []byte
	const count = 7
	add := func(name string, body []byte) {
		tags = join(tags, []byte(name), be32(uint32(132+12*count+len(data))), be32(uint32(len(body))))
		data = append(data, body...)
		data = append(data, make([]byte, (4-len(data)%4)%4)...)
	}
	add("desc", join([]byte("desc"), be32(0), be32(uint32(len(planted)+1)), []byte(planted), make([]byte, 90)))
	for i, name := range []string{"r", "g", "b"} {
		add(name+"XYZ", join([]byte("XYZ "), be32(0), s15Bytes(light[i][0]), s15Bytes(light[i][1]), s15Bytes(light[i][2])))
		add(name+"TRC", curve)
	}
	head := make([]byte, 128)
	copy(head, be32(uint32(132+len(tags)+len(data))))
	copy(head[8:], "\x04\x30\x00\x00mntrRGB XYZ ")
	copy(head[36:], "acsp")
	copy(head[68:], join(s15Bytes(0.9642), s15Bytes(1), s15Bytes(0.8249)))
	return join(head, be32(count), tags, data)
}

// oneColour is a picture of one colour.
func oneColour(c color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 16, 16))
	for y := range 16 {
		for x := range 16 {
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// withProfile puts a profile into a PNG.
func withProfile(m image.Image, icc []byte) []byte {
	return encodedPNG(m, chunk("iCCP", join([]byte("x\x00\x00"), deflated(bytes.NewReader(icc)))))
}

// TestIntakeTakesColoursToSRGB holds us against Little CMS 2.14, relative colorimetric, on the same profiles.
func TestIntakeTakesColoursToSRGB(t *testing.T) {
	adobe := profile(adobeLight, curvCurve(0x0233))
	p3 := profile(p3Light, srgbCurve)
	for _, c := range []struct {
		name     string
		icc      []byte
		was, now color.NRGBA
	}{
		{"P3", p3, color.NRGBA{200, 100, 50, 255}, color.NRGBA{214, 92, 30, 255}},
		{"P3", p3, color.NRGBA{50, 200, 100, 255}, color.NRGBA{0, 203, 86, 255}},
		{"P3", p3, color.NRGBA{255, 0, 0, 255}, color.NRGBA{255, 0, 0, 255}},
		{"P3", p3, color.NRGBA{0, 255, 0, 255}, color.NRGBA{0, 255, 0, 255}},
		{"P3", p3, color.NRGBA{128, 128, 128, 255}, color.NRGBA{127, 128, 127, 255}},
		{"P3", p3, color.NRGBA{30, 60, 90, 255}, color.NRGBA{17, 60, 92, 255}},
		{"P3", p3, color.NRGBA{250, 250, 240, 255}, color.NRGBA{249, 250, 238, 255}},
		{"P3", p3, color.NRGBA{10, 5, 2, 255}, color.NRGBA{11, 4, 1, 255}},
		{"Adobe RGB", adobe, color.NRGBA{200, 100, 50, 255}, color.NRGBA{227, 100, 42, 255}},
		{"Adobe RGB", adobe, color.NRGBA{50, 200, 100, 255}, color.NRGBA{0, 201, 92, 255}},
		{"Adobe RGB", adobe, color.NRGBA{128, 128, 128, 255}, color.NRGBA{129, 129, 129, 255}},
		{"Adobe RGB", adobe, color.NRGBA{30, 60, 90, 255}, color.NRGBA{0, 57, 90, 255}},
		{"Adobe RGB", adobe, color.NRGBA{250, 250, 240, 255}, color.NRGBA{250, 250, 240, 255}},
	} {
		_, out := take(t, withProfile(oneColour(c.was), c.icc), IntakeOptions{})
		if !near(out.At(8, 8), c.now, 1) {
			t.Errorf("%s %v becomes %v, want %v", c.name, c.was, out.At(8, 8), c.now)
		}
	}
}

func TestIntakeFindsTheProfileOfEachFormat(t *testing.T) {
	icc := profile(p3Light, srgbCurve)
	half := len(icc) / 2
	part := func(n byte, b []byte) []byte {
		return jpegSegment(0xe2, join([]byte(iccMark), []byte{n, 2}, b))
	}
	was, now := color.NRGBA{200, 100, 50, 255}, color.NRGBA{214, 92, 30, 255}
	for name, body := range map[string][]byte{
		"jpeg, parts in disorder": encodedJPEG(oneColour(was), part(2, icc[half:]), part(1, icc[:half])),
		"png":                     withProfile(oneColour(was), icc),
	} {
		if _, out := take(t, body, IntakeOptions{}); !near(out.At(8, 8), now, 4) { // a JPEG's own loss
			t.Errorf("%s: %v", name, out.At(8, 8))
		}
	}
	webp := riff(vp8x(0x20, 9, 9), riffChunk("ICCP", icc), riffChunk("VP8L", lossless(9, 9, nil)))
	if _, out := take(t, webp, IntakeOptions{}); near(out.At(4, 4), color.NRGBA{10, 128, 20, 255}, 3) {
		t.Errorf("webp: %v, as without a profile", out.At(4, 4))
	}
}

func TestIntakeKeepsAlphaApartFromColours(t *testing.T) {
	_, out := take(t, withProfile(oneColour(color.NRGBA{200, 100, 50, 128}), profile(p3Light, srgbCurve)), IntakeOptions{})
	if !near(out.At(8, 8), color.NRGBA{214, 92, 30, 128}, 3) {
		t.Errorf("half see-through: %v", out.At(8, 8))
	}
}

// TestIntakeLeavesOtherColoursAlone takes sRGB itself, in several spellings, and profiles that make no sense.
func TestIntakeLeavesOtherColoursAlone(t *testing.T) {
	var table []uint16
	for i := range 1024 {
		x := float64(i) / 1023
		v := x / 12.92
		if x >= 0.04045 {
			v = math.Pow((x+0.055)/1.055, 2.4)
		}
		table = append(table, uint16(math.Round(v*65535)))
	}
	good := profile(p3Light, srgbCurve)
	change := func(at int, with string) []byte {
		b := bytes.Clone(good)
		copy(b[at:], with)
		return b
	}
	loud := p3Light
	loud[0][0] = 3
	was := color.NRGBA{200, 100, 50, 255}
	for name, icc := range map[string][]byte{
		"sRGB": profile(srgbLight, srgbCurve), "sRGB by a table": profile(srgbLight, curvCurve(table...)),
		"for CMYK": change(16, "CMYK"), "for Lab": change(20, "Lab "), "cut": good[:len(good)-40], "head only": good[:128], "empty": {},
		"three times as bright": profile(loud, srgbCurve), "no curve": profile(p3Light, nil), "a curve of no kind": profile(p3Light, []byte("sf32\x00\x00\x00\x00\x00\x00\x00\x00")),
		"a table that is not there": profile(p3Light, join([]byte("curv"), be32(0), be32(1<<31))),
		"a formula of no kind":      profile(p3Light, paraCurve(9, 1, 1, 1, 1, 1, 1, 1)),
		"a formula that overflows":  profile(p3Light, paraCurve(0, -30000)),
		"tags behind its end":       change(132+12+4, "\xff\xff\xff\xff\xff\xff\xff\xff"),
		"more tags than bytes":      change(128, "\xff\xff\xff\xff")[:140],
		"a bomb":                    make([]byte, 4<<20),
	} {
		if _, out := take(t, withProfile(oneColour(was), icc), IntakeOptions{}); !near(out.At(8, 8), was, 0) {
			t.Errorf("%s: %v becomes %v", name, was, out.At(8, 8))
		}
	}
}

func FuzzProfile(f *testing.F) {
	f.Add(profile(p3Light, srgbCurve))
	f.Add(profile(adobeLight, curvCurve(0x0233)))
	f.Add(profile(srgbLight, curvCurve(0, 9, 65535)))
	f.Fuzz(func(t *testing.T, icc []byte) {
		g, ok := readProfile(icc)
		if !ok {
			return
		}
		lut := lightTable()
		for v := range 256 {
			g.convert([3]uint8{uint8(v), uint8(255 - v), uint8(v / 2)}, lut)
		}
	})
}

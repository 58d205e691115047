package render

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"io"
	"math"
	"slices"
)

// maxProfile bounds a colour profile, unpacked, in bytes. Those of cameras and screens have a few thousand.
const maxProfile = 1 << 20

// gamut is the colour space of a picture that was not made for sRGB: Display P3 of phones, Adobe RGB of cameras.
type gamut struct {
	linear [3][256]float32 // light of each value of red, green and blue
	matrix [3][3]float32   // from that light to sRGB's
}

// fromXYZ takes XYZ under D50, in which profiles are written, to the light of sRGB (Lindbloom, Bradford-adapted).
var fromXYZ = [3][3]float64{
	{3.1338561, -1.6168667, -0.4906146},
	{-0.9787684, 1.9161415, 0.0334540},
	{0.0719453, -0.2289914, 1.4052427},
}

// readProfile reads an ICC profile of the kind that screens and cameras have: three colours and a curve for each
// (ICC.1:2022, 8.4 and 9.2). It reports false for every other kind, for one that makes no sense, and for sRGB itself.
func readProfile(b []byte) (*gamut, bool) {
	if len(b) < 132 || len(b) > maxProfile || string(b[16:20]) != "RGB " || string(b[20:24]) != "XYZ " {
		return nil, false
	}
	tags := profileTags(b)
	var g gamut
	var light [3][3]float64
	white := [3]float64{}
	for i, colour := range []string{"r", "g", "b"} {
		xyz, curve := tags[colour+"XYZ"], tags[colour+"TRC"]
		if len(xyz) < 20 || string(xyz[:4]) != "XYZ " || !readCurve(curve, &g.linear[i]) {
			return nil, false
		}
		for axis := range 3 {
			light[axis][i] = s15(xyz[8+4*axis:])
			white[axis] += light[axis][i]
		}
	}
	for axis, want := range [3]float64{0.9642, 1, 0.8249} { // all three colours together are the white of D50
		if math.Abs(white[axis]-want) > 0.03 {
			return nil, false
		}
	}
	for row := range 3 {
		for column := range 3 {
			for axis := range 3 {
				g.matrix[row][column] += float32(fromXYZ[row][axis] * light[axis][column])
			}
		}
	}
	return &g, !g.same()
}

// profileTags finds the tags of a profile that lie inside it.
func profileTags(b []byte) map[string][]byte {
	tags := map[string][]byte{}
	table := b[132:]
	for range min(binary.BigEndian.Uint32(b[128:]), 100) {
		if len(table) < 12 {
			break
		}
		start, size := uint64(binary.BigEndian.Uint32(table[4:])), uint64(binary.BigEndian.Uint32(table[8:]))
		if start+size <= uint64(len(b)) {
			tags[string(table[:4])] = b[start : start+size]
		}
		table = table[12:]
	}
	return tags
}

// s15 reads an s15Fixed16Number.
func s15(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// readCurve fills in the light of 256 values from a "curv" or a "para" tag.
func readCurve(b []byte, light *[256]float32) bool {
	if len(b) < 12 {
		return false
	}
	var at func(x float64) float64
	switch string(b[:4]) {
	case "curv":
		at = tableCurve(b[12:], binary.BigEndian.Uint32(b[8:]))
	case "para":
		at = formulaCurve(b[12:], binary.BigEndian.Uint16(b[8:]))
	}
	if at == nil {
		return false
	}
	for i := range light {
		v := at(float64(i) / 255)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
		light[i] = float32(min(max(v, 0), 1))
	}
	return true
}

// tableCurve is a curve of n points, or with one point a power in 1/256.
func tableCurve(b []byte, n uint32) func(float64) float64 {
	if uint64(len(b)) < 2*uint64(n) {
		return nil
	}
	point := func(i int) float64 { return float64(binary.BigEndian.Uint16(b[2*i:])) }
	switch n {
	case 0:
		return func(x float64) float64 { return x }
	case 1:
		return func(x float64) float64 { return math.Pow(x, point(0)/256) }
	}
	return func(x float64) float64 {
		x *= float64(n - 1)
		i := min(int(x), int(n)-2)
		return (point(i) + (x-float64(i))*(point(i+1)-point(i))) / 65535
	}
}

// formulaCurve is one of the five formulas of parametricCurveType (ICC.1:2022, table 68).
func formulaCurve(b []byte, kind uint16) func(float64) float64 {
	counts := []int{1, 3, 4, 5, 7}
	if int(kind) >= len(counts) || len(b) < 4*counts[kind] {
		return nil
	}
	var p [7]float64 // g a b c d e f
	for i := range counts[kind] {
		p[i] = s15(b[4*i:])
	}
	power := func(x float64) float64 { return math.Pow(max(0, p[1]*x+p[2]), p[0]) }
	switch kind {
	case 0:
		return func(x float64) float64 { return math.Pow(x, p[0]) }
	case 1:
		return power // nothing below -b/a, where power is nothing too
	case 2:
		return func(x float64) float64 { return power(x) + p[3] }
	}
	return func(x float64) float64 {
		if x >= p[4] {
			return power(x) + p[5]
		}
		return p[3]*x + p[6]
	}
}

// same reports whether the space is sRGB as far as eight bits can tell.
func (g *gamut) same() bool {
	lut := lightTable()
	steps := []uint8{0, 16, 64, 128, 192, 255}
	for _, r := range steps {
		for _, green := range steps {
			for _, b := range steps {
				was := [3]uint8{r, green, b}
				is := g.convert(was, lut)
				for c := range 3 {
					if d := int(was[c]) - int(is[c]); d > 2 || d < -2 {
						return false
					}
				}
			}
		}
	}
	return true
}

const lightSteps = 1 << 14

// lightTable gives sRGB's value for a light from 0 to lightSteps (IEC 61966-2-1).
func lightTable() []uint8 {
	table := make([]uint8, lightSteps+1)
	for i := range table {
		light := float64(i) / lightSteps
		v := 12.92 * light
		if light > 0.0031308 {
			v = 1.055*math.Pow(light, 1/2.4) - 0.055
		}
		table[i] = uint8(v*255 + 0.5)
	}
	return table
}

// convert takes one colour to sRGB; what lies outside of it comes to its edge.
func (g *gamut) convert(c [3]uint8, lut []uint8) (out [3]uint8) {
	r, green, b := g.linear[0][c[0]], g.linear[1][c[1]], g.linear[2][c[2]]
	for i, m := range g.matrix {
		light := m[0]*r + m[1]*green + m[2]*b
		out[i] = lut[int(min(max(light, 0), 1)*lightSteps+0.5)]
	}
	return out
}

// apply takes a picture to sRGB.
func (g *gamut) apply(m *image.RGBA, p *patience) error {
	lut := lightTable()
	for y := range m.Rect.Dy() {
		if err := p.err(); err != nil {
			return err
		}
		for px := m.Pix[y*m.Stride:][:4*m.Rect.Dx()]; len(px) >= 4; px = px[4:] {
			a := uint32(px[3])
			if a == 0 {
				continue
			}
			c := [3]uint8{px[0], px[1], px[2]}
			for i := range c {
				c[i] = uint8(min(255, (uint32(c[i])*255+a/2)/a))
			}
			for i, v := range g.convert(c, lut) {
				px[i] = uint8((uint32(v)*a + 127) / 255)
			}
		}
	}
	return nil
}

// jpegProfile joins the parts of a profile that APP2 segments carry, each with its number in front.
func jpegProfile(parts [][]byte) []byte {
	slices.SortStableFunc(parts, func(a, b []byte) int { return int(a[0]) - int(b[0]) })
	var out []byte
	for _, part := range parts {
		if len(out)+len(part) > maxProfile {
			return nil
		}
		out = append(out, part[2:]...)
	}
	return out
}

// pngProfile unpacks the profile of an iCCP chunk, as much of it as a profile may have.
func pngProfile(chunk []byte) []byte {
	end := bytes.IndexByte(chunk, 0)
	if end < 0 || end+2 > len(chunk) {
		return nil
	}
	unpack, err := zlib.NewReader(bytes.NewReader(chunk[end+2:]))
	if err != nil {
		return nil
	}
	out, err := io.ReadAll(io.LimitReader(unpack, maxProfile+1))
	if err != nil || len(out) > maxProfile {
		return nil
	}
	return out
}

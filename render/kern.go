package render

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"golang.org/x/image/font/sfnt"
)

// otTable is an OpenType table read big-endian; what lies outside of it reads as zero.
type otTable []byte

func (t otTable) u16(at int) int {
	if at < 0 || at+2 > len(t) {
		return 0
	}
	return int(t[at])<<8 | int(t[at+1])
}

func (t otTable) i16(at int) int { return int(int16(t.u16(at))) }
func (t otTable) u32(at int) int { return t.u16(at)<<16 | t.u16(at+2) }

// from is the table that begins at this offset; empty when there is none.
func (t otTable) from(at int) otTable {
	if at <= 0 || at >= len(t) {
		return nil
	}
	return t[at:]
}

func (t otTable) tag(at int) string {
	if at < 0 || at+4 > len(t) {
		return ""
	}
	return string(t[at : at+4])
}

// findTable is the table with this tag in a TrueType file; empty when there is none.
func findTable(data []byte, tag string) otTable {
	file := otTable(data)
	for i := range file.u16(4) {
		rec := 12 + 16*i
		if file.tag(rec) != tag {
			continue
		}
		start, size := file.u32(rec+8), file.u32(rec+12)
		if start < 0 || size < 0 || start+size > len(data) {
			return nil
		}
		return file[start : start+size]
	}
	return nil
}

var errPairShape = errors.New("kerning moves more than the advance of the first glyph")

// kernPairs is the kerning of every pair of the alphabet, by pairIndex: from the kern feature of GPOS, and
// only where there is none from the kern table. This replaces a shaper: the walk is OpenType's for two glyphs
// (every lookup of the feature in index order, in each the first subtable that matches), and a test holds it
// against HarfBuzz. It fails on value records that our renderer could not follow.
func kernPairs(data []byte, glyph [128]sfnt.GlyphIndex) ([]int16, error) {
	pairs := make([]int16, pairPlaces)
	lookups, err := kernLookups(findTable(data, "GPOS"))
	if err != nil {
		return nil, err
	}
	old := oldKern(findTable(data, "kern"))
	for i := range len(alphabet) {
		for j := range len(alphabet) {
			a, b := alphabet[i], alphabet[j]
			left, right := int(glyph[a]), int(glyph[b])
			units := old[left<<16|right]
			if lookups != nil {
				units = pairAdvance(lookups, left, right)
			}
			if left != 0 && right != 0 {
				pairs[pairIndex(a, b)] = int16(units)
			}
		}
	}
	return pairs, nil
}

// pairAdvance adds up what each lookup does to the advance of left before right.
func pairAdvance(lookups [][]otTable, left, right int) int {
	sum := 0
	for _, subtables := range lookups {
		for _, sub := range subtables {
			if units, ok := matchPair(sub, left, right); ok {
				sum += units
				break
			}
		}
	}
	return sum
}

// kernLookups are the pair subtables of the kern feature, lookup by lookup, for Latin text in the default
// language; nil when GPOS has no such feature.
func kernLookups(gpos otTable) ([][]otTable, error) {
	langSys := defaultLangSys(gpos)
	features, list := gpos.from(gpos.u16(6)), gpos.from(gpos.u16(8))
	var indices []int
	for i := range langSys.u16(4) {
		rec := 2 + 6*langSys.u16(6+2*i)
		if features.tag(rec) != "kern" {
			continue
		}
		feature := features.from(features.u16(rec + 4))
		for k := range feature.u16(2) {
			indices = append(indices, feature.u16(4+2*k))
		}
	}
	slices.Sort(indices)
	var lookups [][]otTable
	for _, index := range slices.Compact(indices) {
		subtables, err := pairSubtables(list.from(list.u16(2 + 2*index)))
		if err != nil {
			return nil, fmt.Errorf("GPOS lookup %d: %w", index, err)
		}
		lookups = append(lookups, subtables)
	}
	return lookups, nil
}

// defaultLangSys is the default language system of the script latn, else of DFLT.
func defaultLangSys(gpos otTable) otTable {
	scripts := gpos.from(gpos.u16(4))
	for _, want := range []string{"latn", "DFLT"} {
		for i := range scripts.u16(0) {
			if rec := 2 + 6*i; scripts.tag(rec) == want {
				script := scripts.from(scripts.u16(rec + 4))
				return script.from(script.u16(0))
			}
		}
	}
	return nil
}

// pairSubtables are the pair adjustments of a lookup (type 2), seen through extension subtables (type 9).
func pairSubtables(lookup otTable) ([]otTable, error) {
	var subtables []otTable
	for i := range lookup.u16(4) {
		kind, sub := lookup.u16(0), lookup.from(lookup.u16(6+2*i))
		if kind == 9 {
			kind, sub = sub.u16(2), sub.from(sub.u32(4))
		}
		if kind != 2 {
			continue // kerns marks or by context: touches no pair of our alphabet, or the fixture test says so
		}
		if first, second := sub.u16(4), sub.u16(6); first&^4 != 0 || second != 0 {
			return nil, errPairShape
		}
		subtables = append(subtables, sub)
	}
	return subtables, nil
}

// matchPair is what one pair subtable adds to the advance of left; false when it does not cover the pair, so
// that the next subtable is asked.
func matchPair(sub otTable, left, right int) (int, bool) {
	index := coverage(sub.from(sub.u16(2)), left)
	if index < 0 {
		return 0, false
	}
	size := 2 * bits.OnesCount(uint(sub.u16(4)))
	switch sub.u16(0) {
	case 1:
		return pairOfSet(sub.from(sub.u16(10+2*index)), right, size)
	case 2:
		row, column := glyphClass(sub.from(sub.u16(8)), left), glyphClass(sub.from(sub.u16(10)), right)
		if row >= sub.u16(12) || column >= sub.u16(14) {
			return 0, false
		}
		return valueAt(sub, 16+size*(row*sub.u16(14)+column), size), true
	}
	return 0, false
}

func pairOfSet(set otTable, right, size int) (int, bool) {
	for i := range set.u16(0) {
		if rec := 2 + i*(2+size); set.u16(rec) == right {
			return valueAt(set, rec+2, size), true
		}
	}
	return 0, false
}

// valueAt reads the advance of a value record, which is empty when its format is.
func valueAt(t otTable, at, size int) int {
	if size == 0 {
		return 0
	}
	return t.i16(at)
}

// coverage is the place of glyph in a coverage table, -1 when it is not covered.
func coverage(t otTable, glyph int) int {
	for i := range t.u16(2) {
		switch t.u16(0) {
		case 1:
			if t.u16(4+2*i) == glyph {
				return i
			}
		case 2:
			rec := 4 + 6*i
			if first := t.u16(rec); first <= glyph && glyph <= t.u16(rec+2) {
				return t.u16(rec+4) + glyph - first
			}
		}
	}
	return -1
}

// glyphClass is the class of glyph, 0 when the table names it in none.
func glyphClass(t otTable, glyph int) int {
	switch t.u16(0) {
	case 1:
		if i := glyph - t.u16(2); i >= 0 && i < t.u16(4) {
			return t.u16(6 + 2*i)
		}
	case 2:
		for i := range t.u16(2) {
			if rec := 4 + 6*i; t.u16(rec) <= glyph && glyph <= t.u16(rec+2) {
				return t.u16(rec + 4)
			}
		}
	}
	return 0
}

// oldKern reads the horizontal format-0 subtables of a kern table, by left<<16|right.
func oldKern(t otTable) map[int]int {
	pairs := map[int]int{}
	at := 4
	for range t.u16(2) {
		if coverage := t.u16(at + 4); coverage>>8 == 0 && coverage&7 == 1 {
			for i := range t.u16(at + 6) {
				rec := at + 14 + 6*i
				pairs[t.u32(rec)] += t.i16(rec + 4)
			}
		}
		at += t.u16(at + 2)
	}
	return pairs
}

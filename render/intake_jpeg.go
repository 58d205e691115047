package render

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

const (
	maxScans = 64 // of a progressive JPEG; a cell phone's has about ten
	// maxPlainScans is for a JPEG that is not progressive: one for each colour. Go decodes the whole picture anew
	// with each scan.
	maxPlainScans = 4
	// maxScanMarks bounds the scans that can hide where the walk below and Go's decoder could come to disagree: in
	// skipped segments and behind broken restart markers. 256 empty scans of 24 megapixels take about three seconds.
	maxScanMarks = 256
)

// iccMark stands before each part of a colour profile.
const iccMark = "ICC_PROFILE\x00"

// jpegWalk gathers what the segments of a JPEG say.
type jpegWalk struct {
	head
	framed      bool
	progressive bool
	rgb         bool
	parts       int // colours
	blocks      int64
	scans       int
	profiles    [][]byte
}

// jpegHead walks over all segments, just as Go's decoder does, and counts what each of them will cost.
func jpegHead(b []byte) (head, error) {
	var w jpegWalk
	for at := 2; ; {
		marker, next, ok := nextMarker(b, at)
		if !ok || marker == 0xd9 || len(b)-next < 2 {
			break // the end, or the decoder will find out what is missing
		}
		size := int(binary.BigEndian.Uint16(b[next:]))
		if size < 2 {
			return head{}, damaged("JPEG")
		}
		end := min(len(b), next+size)
		if err := w.segment(marker, b[min(next+2, end):end]); err != nil {
			return head{}, err
		}
		at = end
	}
	if !w.framed {
		return head{}, damaged("JPEG")
	}
	most := maxPlainScans
	if w.progressive {
		most = maxScans
	}
	marks := bytes.Count(b, []byte{0xff, 0xda})
	if w.scans > most || marks > maxScanMarks {
		return head{}, refusal(fmt.Sprintf("This JPEG is built of %d scans, and at most %d are read. Save it again as an ordinary JPEG.", max(w.scans, marks), most))
	}
	w.decode = w.memory()
	if len(w.profiles) > 0 {
		w.profile = func() []byte { return jpegProfile(w.profiles) }
	}
	return w.head, nil
}

// nextMarker finds the next marker at or after at, and where its segment's length stands. Everything else is passed
// over, scans with it: inside them 0xff is followed by 0 or a restart marker.
func nextMarker(b []byte, at int) (marker byte, next int, ok bool) {
	for at < len(b) {
		i := bytes.IndexByte(b[at:], 0xff)
		if i < 0 {
			return 0, 0, false
		}
		at += i + 1
		for at < len(b) && b[at] == 0xff {
			at++
		}
		if at == len(b) {
			return 0, 0, false
		}
		marker = b[at]
		at++
		if marker != 0 && (marker < 0xd0 || marker > 0xd7) {
			return marker, at, true
		}
	}
	return 0, 0, false
}

func (w *jpegWalk) segment(marker byte, body []byte) error {
	switch {
	case marker == 0xda:
		w.scans++
		if !w.framed {
			return damaged("JPEG")
		}
	case marker == 0xe1 && w.orientation == 0 && bytes.HasPrefix(body, []byte(exifMark)):
		w.orientation = tiffOrientation(body[len(exifMark):])
	case marker == 0xe2 && len(body) > len(iccMark)+2 && bytes.HasPrefix(body, []byte(iccMark)):
		w.profiles = append(w.profiles, body[len(iccMark):])
	case marker == 0xee && len(body) >= 12 && bytes.HasPrefix(body, []byte("Adobe")):
		w.rgb = w.rgb || body[11] == 0
	case marker >= 0xc0 && marker <= 0xc2:
		w.progressive = marker == 0xc2
		return w.frame(body)
	case marker > 0xc2 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
		return refusal("This JPEG is saved in a rare way (lossless or arithmetic) that cannot be read. Save it again as an ordinary JPEG.")
	}
	return nil
}

// frame reads SOF0, SOF1 or SOF2.
func (w *jpegWalk) frame(b []byte) error {
	if w.framed || len(b) < 6 || len(b) < 6+3*int(b[5]) {
		return damaged("JPEG")
	}
	if b[0] != 8 {
		return refusal(fmt.Sprintf("This JPEG has %d bits a colour, and only 8 can be read. Save it again as an ordinary JPEG.", b[0]))
	}
	w.framed = true
	w.height, w.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	w.parts = int(b[5])
	if w.parts != 1 && w.parts != 3 && w.parts != 4 {
		return damaged("JPEG")
	}
	var ids []byte
	sum, across, down := int64(0), 1, 1
	for part := b[6 : 6+3*w.parts]; len(part) > 0; part = part[3:] {
		h, v := int(part[1]>>4), int(part[1]&15)
		if h < 1 || h > 4 || v < 1 || v > 4 {
			return damaged("JPEG")
		}
		ids = append(ids, part[0])
		sum += int64(h * v)
		across, down = max(across, h), max(down, v)
	}
	if w.parts == 1 {
		sum, across, down = 1, 1, 1 // as the decoder takes it
	}
	w.rgb = w.rgb || string(ids) == "RGB"
	w.blocks = sum * int64((w.width+8*across-1)/(8*across)) * int64((w.height+8*down-1)/(8*down))
	return nil
}

// memory is what the decoder takes: 64 bytes for each block of 8 × 8 samples, 256 more for the coefficients of a
// progressive one (15 bytes a pixel at full colour), and the whole picture again where it must be converted.
func (w *jpegWalk) memory() int64 {
	need := 64 * w.blocks
	if w.progressive {
		need += 256 * w.blocks
	}
	if w.parts == 4 || w.rgb {
		need += 4 * int64(w.width) * int64(w.height)
	}
	return need
}

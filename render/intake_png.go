package render

import (
	"encoding/binary"
	"fmt"
)

// maxPNGParts bounds the chunks beside the pixels: Go's decoder throws 4 KB away for each of them.
const maxPNGParts = 4096

// pngHead reads the header of a PNG and looks through its chunks for an orientation.
func pngHead(b []byte) (head, error) {
	const ihdr = 8 + 8 + 13
	if len(b) < ihdr || string(b[12:16]) != "IHDR" || binary.BigEndian.Uint32(b[8:]) != 13 {
		return head{}, damaged("PNG")
	}
	w, height := binary.BigEndian.Uint32(b[16:]), binary.BigEndian.Uint32(b[20:])
	if w > 1<<31-1 || height > 1<<31-1 {
		return head{}, damaged("PNG")
	}
	h := head{width: int(w), height: int(height)}
	depth, colour, interlaced := b[24], b[25], b[28] != 0
	seeThrough, parts := false, int64(0)
	pngChunks(b[8:], func(name string, body []byte) {
		if name != "IDAT" {
			parts++
		}
		switch name {
		case "tRNS":
			seeThrough = true
		case "iCCP":
			h.profile = func() []byte { return pngProfile(body) }
		case "eXIf":
			if h.orientation == 0 {
				h.orientation = tiffOrientation(body)
			}
		}
	})
	if err := checkSize("PNG", h.width, h.height); err != nil {
		return head{}, err // before it is multiplied
	}
	if parts > maxPNGParts {
		return head{}, refusal(fmt.Sprintf("This PNG is built of %d parts beside its picture, and at most %d are read. Save it again as an ordinary PNG.", parts, maxPNGParts))
	}
	pixel := int64(4)
	switch {
	case depth == 16:
		pixel = 8
	case colour == 3 || colour == 0 && !seeThrough:
		pixel = 1
	}
	h.decode = pixel * int64(w) * int64(height)
	if interlaced {
		h.decode *= 2 // each pass is a picture of its own first
	}
	h.decode += parts << 12
	return h, nil
}

// pngChunks calls see for every chunk that is whole. What comes after a broken one is not looked at.
func pngChunks(b []byte, see func(name string, body []byte)) {
	for len(b) >= 12 {
		size := binary.BigEndian.Uint32(b)
		if int64(size) > int64(len(b)-12) {
			return
		}
		name := string(b[4:8])
		see(name, b[8:8+size])
		if name == "IEND" {
			return
		}
		b = b[12+size:]
	}
}

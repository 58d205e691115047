package render

import "encoding/binary"

// gifHead reads the screen of a GIF and goes on to its first frame, because Go's decoder makes room for a frame of
// any size before it looks whether there is one (golang/go#79063). The picture is the screen; the frame may be a
// part of it.
func gifHead(b []byte) (head, error) {
	if len(b) < 13 {
		return head{}, damaged("GIF")
	}
	h := head{width: int(binary.LittleEndian.Uint16(b[6:])), height: int(binary.LittleEndian.Uint16(b[8:]))}
	at := 13 + colourTable(b[10])
	for at < len(b) {
		switch b[at] {
		case 0x21: // extension: a label, then blocks
			at += 2
			for at < len(b) && b[at] != 0 {
				at += 1 + int(b[at])
			}
			at++
		case 0x2c:
			return h.gifFrame(b[at+1:])
		default:
			return head{}, damaged("GIF")
		}
	}
	return head{}, damaged("GIF")
}

// gifFrame adds the first frame to what is known of the screen.
func (h head) gifFrame(b []byte) (head, error) {
	if len(b) < 9 {
		return head{}, damaged("GIF")
	}
	left, top := int(binary.LittleEndian.Uint16(b)), int(binary.LittleEndian.Uint16(b[2:]))
	w, height := int(binary.LittleEndian.Uint16(b[4:])), int(binary.LittleEndian.Uint16(b[6:]))
	if h.width > 0 && h.height > 0 && (w == 0 || height == 0 || left+w > h.width || top+height > h.height) { // 0 × 0 has its own words
		return head{}, damaged("GIF")
	}
	h.decode = 2 * int64(h.width) * int64(h.height) // an interlaced frame is put in order in a copy
	return h, nil
}

// colourTable is the size of the table that a flags byte announces.
func colourTable(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (1 + flags&7)
}

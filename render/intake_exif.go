package render

import "encoding/binary"

// exifMark stands before the TIFF structure in a JPEG, and in some WebPs.
const exifMark = "Exif\x00\x00"

// tiffOrientation finds the orientation (1 to 8) in the first directory of a TIFF structure, as EXIF has it; 0 when
// it is not said or makes no sense. It follows one offset once, so nothing in the file can make it go round.
func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(b[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	start := int64(order.Uint32(b[4:]))
	if start > int64(len(b)-2) {
		return 0
	}
	entries := b[start+2:]
	for range order.Uint16(b[start:]) {
		if len(entries) < 12 {
			return 0
		}
		const tag, short = 0x0112, 3
		if order.Uint16(entries) == tag {
			value := int(order.Uint16(entries[8:]))
			if order.Uint16(entries[2:]) != short || order.Uint32(entries[4:]) != 1 || value < 1 || value > 8 {
				return 0
			}
			return value
		}
		entries = entries[12:]
	}
	return 0
}

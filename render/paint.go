package render

import (
	"image/color"
	"strconv"
)

// parseColor reads "#RRGGBB" or "#RGB"; anything else is white, as the previous product had it.
func parseColor(s string) color.RGBA {
	white := color.RGBA{255, 255, 255, 255}
	if len(s) == 4 && s[0] == '#' {
		s = string([]byte{'#', s[1], s[1], s[2], s[2], s[3], s[3]})
	}
	if len(s) != 7 || s[0] != '#' {
		return white
	}
	v, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return white
	}
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

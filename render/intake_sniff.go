package render

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// sniff tells a file by its first bytes. What is no picture of ours is refused by its name.
func sniff(body []byte) (*format, error) {
	has := func(magic string) bool { return strings.HasPrefix(string(body[:min(len(body), 16)]), magic) }
	switch {
	case has("\x89PNG\r\n\x1a\n"):
		return &pngFormat, nil
	case has("\xff\xd8\xff"):
		return &jpegFormat, nil
	case has("GIF87a"), has("GIF89a"):
		return &gifFormat, nil
	case has("RIFF") && len(body) >= 12 && string(body[8:12]) == "WEBP":
		return &webpFormat, nil
	}
	return nil, refusal("This is " + nameOf(body) + ". " + acceptedFormats)
}

// foreign names files by what they begin with.
var foreign = []struct{ magic, name string }{
	{"PK\x03\x04", "a ZIP archive or an office document, not a picture"},
	{"PK\x05\x06", "a ZIP archive, not a picture"},
	{"BM", "a BMP picture, which is not accepted"},
	{"II*\x00", "a TIFF or raw camera picture, which is not accepted"},
	{"MM\x00*", "a TIFF picture, which is not accepted"},
	{"8BPS", "a Photoshop file, which is not accepted: export it"},
	{"\x00\x00\x01\x00", "an icon file, which is not accepted"},
	{"%!PS", "a PostScript file, not a picture"},
	{"\x1f\x8b", "a compressed file, not a picture"},
	{"Rar!", "a RAR archive, not a picture"},
	{"7z\xbc\xaf", "a 7z archive, not a picture"},
	{"\x7fELF", "a program, not a picture"},
	{"MZ", "a program, not a picture"},
	{"\xff\x0a", "a JPEG XL picture, which is not accepted"},
	{"\x00\x00\x00\x0cJXL ", "a JPEG XL picture, which is not accepted"},
	{"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture, which is not accepted"},
	{"\x1aE\xdf\xa3", "a video, not a picture"},
	{"RIFF", "a sound or a video, not a picture"},
	{"ID3", "a sound, not a picture"},
	{"OggS", "a sound or a video, not a picture"},
}

// nameOf says what a file is that is no picture of ours.
func nameOf(body []byte) string {
	start := body[:min(len(body), 4096)]
	text := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n\v\f\x00")))
	markup := strings.HasPrefix(text, "<")
	switch {
	case bytes.Contains(start[:min(len(start), 1024)], []byte("%PDF-")):
		return "a PDF document, not a picture"
	case markup && strings.Contains(text, "<svg"):
		return "an SVG drawing, which is not accepted because it can hold programs: export it"
	case markup && (strings.HasPrefix(text, "<!doctype html") || strings.Contains(text, "<html") || strings.Contains(text, "<script") || strings.Contains(text, "<body")):
		return "a web page, not a picture"
	case strings.HasPrefix(text, "<?xml"):
		return "an XML document, not a picture"
	}
	if brand := isoBrand(start); brand != "" {
		return brand
	}
	for _, f := range foreign {
		if bytes.HasPrefix(start, []byte(f.magic)) {
			return f.name
		}
	}
	if readable(start) {
		return "a text, not a picture"
	}
	return "no picture that we know"
}

// isoBrand names the files that begin with an ftyp box: photos of phones, and films.
func isoBrand(start []byte) string {
	if len(start) < 12 || string(start[4:8]) != "ftyp" {
		return ""
	}
	switch string(start[8:12]) {
	case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1":
		return "a HEIC photo, which is not accepted: share or save it as a JPEG"
	case "avif", "avis":
		return "an AVIF picture, which is not accepted"
	}
	return "a video, not a picture"
}

// readable reports whether the beginning of a file is plain text; its last character may be cut.
func readable(start []byte) bool {
	for cut := range min(utf8.UTFMax, len(start)) {
		if text := start[:len(start)-cut]; utf8.Valid(text) {
			return !bytes.ContainsRune(text, 0)
		}
	}
	return false
}

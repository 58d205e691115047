package render

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
)

// hostile is one file of the set, named by what it attacks.
type hostile struct {
	name    string
	body    func() io.Reader
	refused string // part of the sentence; "" = a clean picture comes out
}

// heavy are the files that take seconds of work; a short run goes without them.
var heavy = map[string]bool{
	"png: 20000 x 20000 of one bit": true, "jpeg: 64 scans of 7 megapixels": true, "jpeg: 24 megapixels of grey": true,
	"gif: 300 frames of 2000 x 2000": true, "webp: 9 megapixels of one colour": true,
}

func file(b []byte) func() io.Reader { return func() io.Reader { return bytes.NewReader(b) } }

// later builds a large file only when it is needed.
func later(build func() []byte) func() io.Reader {
	var once sync.Once
	var body []byte
	return func() io.Reader {
		once.Do(func() { body = build() })
		return bytes.NewReader(body)
	}
}

func hostiles() []hostile {
	set := append(hostilePNGs(), hostileJPEGs()...)
	set = append(set, hostileGIFs()...)
	set = append(set, hostileWebPs()...)
	return append(set, hostileOthers()...)
}

const (
	broken   = "damaged or cut off"
	tooLarge = "No side may have more than 8192"
	nothing  = "nothing to see"
	tooHeavy = "MB is the most that a picture may take"
)

func hostilePNGs() []hostile {
	small := encodedPNG(art(40, 40))
	sig := []byte(pngSignature)
	flip := func(at int) []byte {
		b := bytes.Clone(small)
		b[at] ^= 0x40
		return b
	}
	bomb := deflated(zeros(8 << 20))
	var lines [][]byte
	for range 100_000 {
		lines = append(lines, chunk("tEXt", nil))
	}
	return []hostile{
		{"png: 20000 x 20000 of one bit", later(func() []byte { return zeroPNG(20000, 20000, 1, 0, 0, 1) }), tooLarge},
		{"png: header of 65535 x 65535 and nothing else", file(join(sig, ihdr(65535, 65535, 8, 6, 0), make([]byte, 60))), tooLarge},
		{"png: sides of 2^31-1", file(join(sig, ihdr(1<<31-1, 1<<31-1, 8, 6, 0), chunk("IEND", nil))), tooLarge},
		{"png: sides beyond 2^31", file(join(sig, ihdr(1<<32-1, 1<<31, 8, 6, 0), chunk("IEND", nil))), broken},
		{"png: product of the sides overflows to little", file(join(sig, ihdr(1<<16, 1<<16, 8, 6, 0), chunk("IEND", nil))), tooLarge},
		{"png: width 0", file(join(sig, ihdr(0, 10, 8, 6, 0), chunk("IEND", nil))), nothing},
		{"png: height 0", file(join(sig, ihdr(10, 0, 8, 6, 0), chunk("IEND", nil))), nothing},
		{"png: both sides allowed, too many pixels", later(func() []byte { return zeroPNG(8192, 8192, 1, 0, 0, 1) }), tooLarge},
		{"png: a side of one pixel too many", file(zeroPNG(8193, 1, 8, 0, 0, 8)), tooLarge},
		{"png: 24 megapixels of 64 bits", file(join(sig, ihdr(6000, 4000, 16, 6, 0), chunk("IDAT", bomb), chunk("IEND", nil))), tooHeavy},
		{"png: 24 megapixels, interlaced", file(join(sig, ihdr(6000, 4000, 8, 2, 1), chunk("IDAT", bomb), chunk("IEND", nil))), tooHeavy},
		{"png: 8 MB of zeros in the pixels of 4 x 4", file(join(sig, ihdr(4, 4, 8, 0, 0), chunk("IDAT", bomb), chunk("IEND", nil))), broken},
		{"png: too few pixels", file(join(sig, ihdr(4000, 4000, 8, 6, 0), chunk("IDAT", deflated(zeros(100))), chunk("IEND", nil))), broken},
		{"png: compressed text that is a bomb", file(encodedPNG(art(9, 9), chunk("zTXt", append([]byte("Comment\x00\x00"), bomb...)))), ""},
		{"png: international text that is a bomb", file(encodedPNG(art(9, 9), chunk("iTXt", append([]byte("Comment\x00\x01\x00\x00\x00"), bomb...)))), ""},
		{"png: colour profile that is a bomb", file(encodedPNG(art(9, 9), chunk("iCCP", append([]byte("icc\x00\x00"), bomb...)))), ""},
		{"png: 100000 empty chunks", file(encodedPNG(art(9, 9), lines...)), "built of 100"},
		{"png: 4000 empty chunks", file(encodedPNG(art(9, 9), lines[:4000]...)), ""},
		{"png: checksum of the header is wrong", file(flip(30)), broken},
		{"png: checksum of the pixels is wrong", file(flip(len(small) - 20)), broken},
		{"png: cut in the pixels", file(small[:len(small)-30]), broken},
		{"png: cut after the header", file(small[:33]), broken},
		{"png: cut in the header", file(small[:20]), broken},
		{"png: signature and no more", file(sig), broken},
		{"png: a chunk longer than the file", file(join(small[:33], be32(1<<31-1), []byte("IDAT"), make([]byte, 50))), broken},
		{"png: colour type 5", file(join(sig, ihdr(9, 9, 8, 5, 0), chunk("IEND", nil))), broken},
		{"png: depth 3", file(join(sig, ihdr(9, 9, 3, 0, 0), chunk("IEND", nil))), broken},
		{"png: palette picture without a palette", file(zeroPNG(9, 9, 8, 3, 0, 8)), broken},
		{"png: header that is not first", file(join(sig, chunk("tEXt", []byte(planted)), ihdr(9, 9, 8, 0, 0))), broken},
		{"png: animated", file(encodedPNG(art(9, 9), chunk("acTL", join(be32(900), be32(0))), chunk("fcTL", make([]byte, 26)))), ""},
		{"png: a ZIP behind it", file(join(small, []byte("PK\x03\x04"+planted))), ""},
		{"png: a web page in it and behind it", file(join(encodedPNG(art(9, 9), chunk("tEXt", []byte("a\x00<script>"+planted))), []byte("<script>"+planted))), ""},
		{"png: place and maker in EXIF, XMP in text", file(encodedPNG(art(9, 9), chunk("eXIf", tiff(binary.BigEndian, 1, 0)),
			chunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00<x:xmpmeta>"+planted)), chunk("tIME", []byte(planted)[:7]))), ""},
		{"png: EXIF directory that points at itself", file(encodedPNG(art(9, 9), chunk("eXIf", tiff(binary.LittleEndian, 1, 8)))), ""},
	}
}

func hostileJPEGs() []hostile {
	small := encodedJPEG(art(64, 64))
	plain := greyJPEG{sof: 0xc0, w: 64, h: 64, sampling: []byte{0x11, 0x11, 0x11}, scans: 1}
	with := func(change func(*greyJPEG)) func() io.Reader {
		g := plain
		change(&g)
		return file(g.bytes())
	}
	app := func(marker byte, text string) []byte { return jpegSegment(marker, []byte(text)) }
	hidden := bytes.Repeat([]byte{0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0}, 300)
	entries := join([]byte("MM\x00*"), be32(8), []byte{0xff, 0xff}, bytes.Repeat([]byte{1, 0x0f, 0, 2}, 1000))
	return []hostile{
		{"jpeg: header of 65500 x 65500", with(func(g *greyJPEG) { g.w, g.h, g.scans = 65500, 65500, 0 }), tooLarge},
		{"jpeg: 0 x 0", with(func(g *greyJPEG) { g.w, g.h = 0, 0 }), nothing},
		{"jpeg: width 0", with(func(g *greyJPEG) { g.w = 0 }), nothing},
		{"jpeg: height 0, to be told later", with(func(g *greyJPEG) { g.h = 0 }), nothing},
		{"jpeg: 8000 x 8000, progressive", with(func(g *greyJPEG) { g.sof, g.w, g.h = 0xc2, 8000, 8000 }), tooLarge},
		{"jpeg: 23 megapixels, progressive at full colour", with(func(g *greyJPEG) { g.sof, g.w, g.h = 0xc2, 4800, 4800 }), tooHeavy},
		{"jpeg: 4000 x 4000, 3000 empty scans", with(func(g *greyJPEG) { g.sof, g.w, g.h, g.scans = 0xc2, 4000, 4000, 3000 }), "built of 3000 scans"},
		{"jpeg: 65 scans", with(func(g *greyJPEG) { g.sof, g.scans = 0xc2, 65 }), "built of 65 scans"},
		{"jpeg: 64 scans of 7 megapixels", with(func(g *greyJPEG) { g.sof, g.w, g.h, g.scans = 0xc2, 2700, 2700, 64 }), ""},
		{"jpeg: 30 whole scans of 24 megapixels", with(func(g *greyJPEG) { g.w, g.h, g.scans = 6000, 4000, 30 }), "built of 30 scans"},
		{"jpeg: 24 megapixels of grey", with(func(g *greyJPEG) { g.w, g.h, g.sampling = 6000, 4000, []byte{0x11} }), ""},
		{"jpeg: one long row, sampled four by two", with(func(g *greyJPEG) { g.w, g.h, g.sampling = 8192, 1, []byte{0x42, 0x11, 0x11} }), ""},
		{"jpeg: 300 scans hidden in a comment behind a scan", file(join(plain.bytes()[:len(plain.bytes())-2], jpegSegment(0xfe, hidden), []byte{0xff, 0xd9})), "built of 301 scans"},
		{"jpeg: CMYK", with(func(g *greyJPEG) {
			g.sampling, g.before = []byte{0x11, 0x11, 0x11, 0x11}, app(0xee, "Adobe\x00\x64\x00\x00\x00\x00\x00")
		}), ""},
		{"jpeg: two colours", with(func(g *greyJPEG) { g.sampling = []byte{0x11, 0x11} }), broken},
		{"jpeg: sampled three by five", with(func(g *greyJPEG) { g.sampling = []byte{0x35, 0x11, 0x11} }), broken},
		{"jpeg: cut in the pixels", file(small[:len(small)/2]), broken},
		{"jpeg: cut after two bytes", file([]byte{0xff, 0xd8, 0xff}), broken},
		{"jpeg: no frame", file([]byte{0xff, 0xd8, 0xff, 0xd9}), broken},
		{"jpeg: no scan", with(func(g *greyJPEG) { g.scans = 0 }), broken},
		{"jpeg: a scan before the frame", file(join([]byte{0xff, 0xd8}, app(0xda, "\x01\x01\x00\x00\x3f\x00"))), broken},
		{"jpeg: two frames", with(func(g *greyJPEG) { g.before = g.frame() }), broken},
		{"jpeg: a frame cut short", file(join([]byte{0xff, 0xd8}, app(0xc0, "\x08\x00"))), broken},
		{"jpeg: a segment of length 0", file([]byte{0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xd9}), broken},
		{"jpeg: a segment longer than the file", file([]byte{0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0xff, 0xd9}), broken},
		{"jpeg: 12 bits a colour", file(join([]byte{0xff, 0xd8}, app(0xc1, "\x0c\x00\x10\x00\x10\x01\x01\x11\x00"))), "12 bits a colour"},
		{"jpeg: lossless", file(join([]byte{0xff, 0xd8}, app(0xc3, "\x08\x00\x10\x00\x10\x01\x01\x11\x00"))), "a rare way"},
		{"jpeg: arithmetic", file(join([]byte{0xff, 0xd8}, app(0xc9, "\x08\x00\x10\x00\x10\x01\x01\x11\x00"))), "a rare way"},
		{"jpeg: Huffman table of too many codes", with(func(g *greyJPEG) { g.before = app(0xc4, "\x00"+strings.Repeat("\xff", 16)) }), broken},
		{"jpeg: EXIF directory that points at itself", file(encodedJPEG(art(64, 64), exifSegment(tiff(binary.LittleEndian, 1, 8)))), ""},
		{"jpeg: EXIF that begins behind its end", file(encodedJPEG(art(64, 64), exifSegment(join([]byte("II*\x00"), le32(1<<30))))), ""},
		{"jpeg: EXIF that begins at its last byte", file(encodedJPEG(art(64, 64), exifSegment(join([]byte("II*\x00"), le32(8), []byte{9})))), ""},
		{"jpeg: EXIF of 65535 entries", file(encodedJPEG(art(64, 64), exifSegment(entries))), ""},
		{"jpeg: EXIF orientation 9", file(encodedJPEG(art(64, 64), exifSegment(tiff(binary.BigEndian, 9, 0)))), ""},
		{"jpeg: EXIF, XMP, IPTC, a profile, a comment", file(encodedJPEG(art(64, 64), exifSegment(tiff(binary.BigEndian, 1, 0)), app(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+planted),
			app(0xed, "Photoshop 3.0\x008BIM"+planted), app(0xe2, "ICC_PROFILE\x00\x01\x01"+planted), app(0xfe, planted), app(0xec, planted))), ""},
		{"jpeg: 5 MB of profile in 80 parts", file(encodedJPEG(art(64, 64), bytes.Repeat(app(0xe2, "ICC_PROFILE\x00"+strings.Repeat(planted, 5000)), 80))), ""},
		{"jpeg: a ZIP and a program behind it", file(join(small, []byte("PK\x03\x04"+planted+"<script>"+planted))), ""},
		{"jpeg: also JavaScript", file(encodedJPEG(art(64, 64), app(0xe0, "*/=1;alert('"+planted+"')/*"))), ""},
		{"jpeg: also a web page, from its first segment", file(encodedJPEG(art(64, 64), app(0xfe, "<html><script>"+planted+"</script>"))), ""},
		{"jpeg: 60 MB of body", func() io.Reader { return io.MultiReader(bytes.NewReader(small), zeros(60<<20)) }, "more than 10 MB"},
		{"jpeg: 9 MB of noise behind it", later(func() []byte { return join(small, noise(9<<20)) }), ""},
	}
}

func hostileGIFs() []hostile {
	small := encodedGIF(1, 40, 40)
	start := 13 + colourTable(small[10])
	screen := func(w, h int, flags byte) []byte {
		return join([]byte("GIF89a"), le16(w), le16(h), []byte{flags, 0, 0}, make([]byte, colourTable(flags)))
	}
	frame := func(x, y, w, h int) []byte {
		return join([]byte{0x2c}, le16(x), le16(y), le16(w), le16(h), []byte{0, 2})
	}
	return []hostile{
		{"gif: 300 frames of 2000 x 2000", later(func() []byte { return repeatFrames(encodedGIF(1, 2000, 2000), 300) }), ""},
		{"gif: 34 bytes that ask for 4 GB", file(join(screen(65535, 65535, 0x80), frame(0, 0, 65535, 65535))), tooLarge},
		{"gif: small screen, giant frame", file(join(screen(16, 16, 0x80), frame(0, 0, 65535, 65535))), broken},
		{"gif: giant screen, small frame", file(join(screen(65535, 65535, 0x80), frame(0, 0, 1, 1))), tooLarge},
		{"gif: screen of 0 x 0", file(join(screen(0, 0, 0x80), frame(0, 0, 4, 4))), nothing},
		{"gif: frame of 0 x 0", file(join(screen(4, 4, 0x80), frame(0, 0, 0, 0))), broken},
		{"gif: frame beside the screen", file(join(screen(4, 4, 0x80), frame(60000, 60000, 60000, 60000))), broken},
		{"gif: no frame", file(join(screen(4, 4, 0x80), []byte{0x3b})), broken},
		{"gif: no colours", file(join(screen(4, 4, 0), frame(0, 0, 4, 4), []byte{1, 0, 0})), broken},
		{"gif: cut in the pixels", file(small[:len(small)-8]), broken},
		{"gif: cut in the screen", file(small[:9]), broken},
		{"gif: nothing but extensions", file(join(screen(4, 4, 0x80), bytes.Repeat([]byte("\x21\xfe\x01x\x00"), 1<<20))), broken},
		{"gif: an extension that skips what the decoder reads", file(join(screen(9, 9, 0x80), []byte("\x21\x01\xff"), frame(0, 0, 65535, 65535), make([]byte, 300))), broken},
		{"gif: a comment and a program of its own", file(join(small[:start], []byte("\x21\xfe\x0c"+planted+"\x00\x21\xff\x0c"+planted+"\x00"), small[start:])), ""},
		{"gif: also JavaScript", file(join([]byte("GIF89a=1/*"), []byte("*/;alert('"+planted+"')"))), broken},
		{"gif: a frame that is a part of the screen", file(join(screen(40, 40, 0x80), frame(10, 10, 2, 2), []byte("\x03\x84\x51\x00\x00\x3b"))), ""},
	}
}

// repeatFrames shows the only frame of a GIF again and again.
func repeatFrames(one []byte, times int) []byte {
	at := 13 + colourTable(one[10])
	return join(one[:at], bytes.Repeat(one[at:len(one)-1], times), []byte{0x3b})
}

func hostileWebPs() []hostile {
	dots := func(x, y int) bool { return (x+y)%3 == 0 }
	small := riff(riffChunk("VP8L", lossless(40, 40, dots)))
	huge := riffChunk("VP8 ", bytes.Replace(lossy1, []byte("\x2a\x01\x00\x01\x00"), []byte("\x2a\xff\x3f\xff\x3f"), 1))
	claim := join([]byte("VP8 "), le32(120<<20), lossy1)
	return []hostile{
		{"webp: 16383 x 16383 of one colour in 40 bytes", file(riff(riffChunk("VP8L", lossless(16383, 16383, nil)))), tooLarge},
		{"webp: 16383 x 16383 with loss", file(riff(huge)), tooLarge},
		{"webp: canvas of 2^24 x 2^24", file(riff(vp8x(0, 1<<24, 1<<24), riffChunk("VP8L", lossless(4, 4, nil)))), tooLarge},
		{"webp: small canvas, giant picture", file(riff(vp8x(0, 4, 4), riffChunk("VP8L", lossless(16384, 16384, nil)))), broken},
		{"webp: small canvas, giant picture with loss", file(riff(vp8x(0, 1, 1), huge)), broken},
		{"webp: 24 megapixels without loss", file(riff(riffChunk("VP8L", lossless(6000, 4000, nil)))), tooHeavy},
		{"webp: 9 megapixels of one colour", file(riff(riffChunk("VP8L", lossless(3000, 2900, nil)))), ""},
		{"webp: a chunk that claims 120 MB", file(join([]byte("RIFF"), le32(125<<20), []byte("WEBP"), claim)), broken},
		{"webp: an animation", file(riff(vp8x(2, 40, 40), riffChunk("ANIM", make([]byte, 6)), riffChunk("ANMF", small))), "is an animation"},
		{"webp: alpha of 24 megapixels for one pixel", file(riff(vp8x(0x10, 6000, 4000), riffChunk("ALPH", append([]byte{1}, make([]byte, 40)...)), riffChunk("VP8 ", lossy1))), broken},
		{"webp: alpha five times", file(riff(vp8x(0x10, 1, 1), bytes.Repeat(riffChunk("ALPH", []byte{0, 128}), 5), riffChunk("VP8 ", lossy1))), broken},
		{"webp: 2600 groups of codes and more", file(riff(riffChunk("VP8L", manyGroups()))), broken},
		{"webp: two pictures", file(riff(riffChunk("VP8L", lossless(4, 4, nil)), riffChunk("VP8L", lossless(4, 4, nil)))), broken},
		{"webp: no picture", file(riff(vp8x(0, 4, 4))), broken},
		{"webp: cut in the pixels", file(small[:len(small)-100]), broken},
		{"webp: cut after twelve bytes", file(small[:12]), broken},
		{"webp: pixels that end early", file(riff(riffChunk("VP8L", lossless(40, 40, dots)[:60]))), broken},
		{"webp: maker in EXIF, XMP", file(riff(vp8x(0x0c, 40, 40), riffChunk("ICCP", []byte(planted)), riffChunk("VP8L", lossless(40, 40, dots)),
			riffChunk("EXIF", tiff(binary.BigEndian, 1, 0)), riffChunk("XMP ", []byte(planted)))), ""},
		{"webp: EXIF directory that points at itself", file(riff(vp8x(8, 40, 40), riffChunk("VP8L", lossless(40, 40, dots)), riffChunk("EXIF", tiff(binary.LittleEndian, 1, 8)))), ""},
		{"webp: a web page behind it", file(join(small, []byte("<script>"+planted))), ""},
	}
}

// manyGroups is a VP8L picture whose code image asks for 65536 groups of codes.
func manyGroups() []byte {
	b := &bitWriter{}
	b.put(0x2f, 8)
	b.put(7, 14)
	b.put(7, 14)
	b.put(1<<4-1-0xe, 4) // alpha, version 0
	b.put(0, 1)
	b.put(0, 1)
	b.put(1, 1) // many groups
	b.put(0, 3) // tiles of 4 x 4
	b.put(0, 1) // the code image has no colour cache
	for _, symbol := range []uint32{255, 255, 0, 255, 0} {
		b.put(1, 1)
		b.put(0, 1)
		b.put(1, 1)
		b.put(symbol, 8)
	}
	return append(b.out, make([]byte, 200_000)...)
}

func hostileOthers() []hostile {
	return []hostile{
		{"svg: with a program", file(svg("<script>" + planted + "</script>")), "SVG drawing"},
		{"svg: behind a byte order mark and a declaration", file(append([]byte("\xef\xbb\xbf \n<?xml version=\"1.0\"?><!-- x -->"), svg("")...)), "SVG drawing"},
		{"svg: entities that grow for ever", file(append([]byte(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>`), svg("&b;")...)), "SVG drawing"},
		{"html: named .png", file([]byte("<!DOCTYPE html><img src=x onerror=alert(1)>")), "a web page"},
		{"html: behind spaces", file([]byte(" \r\n\t<HTML><BODY>")), "a web page"},
		{"xml: a feed", file([]byte(`<?xml version="1.0"?><rss/>`)), "an XML document"},
		{"pdf", file([]byte("%PDF-1.7\n")), "a PDF document"},
		{"pdf: behind a line of junk", file(append(bytes.Repeat([]byte("x"), 500), "%PDF-1.4"...)), "a PDF document"},
		{"zip", file([]byte("PK\x03\x04" + strings.Repeat("x", 99))), "a ZIP archive"},
		{"bmp", file(append([]byte("BM"), make([]byte, 99)...)), "a BMP picture"},
		{"tiff", file(append([]byte("II*\x00"), make([]byte, 99)...)), "a TIFF"},
		{"heic", file(ftyp("heic")), "a HEIC photo"},
		{"avif", file(ftyp("avif")), "an AVIF picture"},
		{"film", file(ftyp("isom")), "a video"},
		{"icon", file(append([]byte("\x00\x00\x01\x00"), make([]byte, 99)...)), "an icon"},
		{"program", file([]byte("\x7fELF\x02\x01\x01")), "a program"},
		{"sound in the wrapper of a WebP", file([]byte("RIFF\x24\x00\x00\x00WAVEfmt ")), "a sound or a video"},
		{"text", file([]byte("hello")), "a text"},
		{"nothing", file(nil), "is empty"},
		{"one byte", file([]byte{0x89}), "no picture that we know"},
		{"noise", file(noise(100_000)), "no picture that we know"},
		{"10 MB and a byte of nothing", func() io.Reader { return zeros(10<<20 + 1) }, "more than 10 MB"},
	}
}

// noise are n bytes without sense, the same every time, that look like no file.
func noise(n int) []byte {
	source := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(source.Uint32())
	}
	b[0] = 0xfe
	return b
}

package render

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
)

// planted stands in metadata that must not come out again.
const planted = "PLANTED-4711"

func be32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func le16(n int) []byte    { return binary.LittleEndian.AppendUint16(nil, uint16(n)) }
func le32(n int) []byte    { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// art is a small picture with four different corners and a see-through middle.
func art(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := [4]color.NRGBA{{220, 20, 20, 255}, {20, 200, 20, 255}, {20, 20, 220, 255}, {240, 240, 240, 255}}[x*2/w+2*(y*2/h)]
			if x*4/w == 1 && y*4/h == 1 {
				c.A = 128
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

// ---- PNG

const pngSignature = "\x89PNG\r\n\x1a\n"

func chunk(name string, body []byte) []byte {
	named := append([]byte(name), body...)
	return join(be32(uint32(len(body))), named, be32(crc32.ChecksumIEEE(named)))
}

// ihdr is a PNG's header; colour 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
func ihdr(w, h uint32, depth, colour, interlace byte) []byte {
	return chunk("IHDR", join(be32(w), be32(h), []byte{depth, colour, 0, 0, interlace}))
}

func deflated(body io.Reader) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = io.Copy(w, body)
	_ = w.Close()
	return out.Bytes()
}

// zeros are n bytes of nothing, not all there at once.
func zeros(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }

type zeroReader struct{}

func (zeroReader) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// zeroPNG is a PNG whose pixels are all zero.
func zeroPNG(w, h uint32, depth, colour, interlace byte, bitsPerPixel int64) []byte {
	row := (int64(w)*bitsPerPixel+7)/8 + 1
	return join([]byte(pngSignature), ihdr(w, h, depth, colour, interlace), chunk("IDAT", deflated(zeros(row*int64(h)))), chunk("IEND", nil))
}

// encodedPNG is a sound PNG with more chunks after its header.
func encodedPNG(m image.Image, chunks ...[]byte) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, m)
	const head = 8 + 25
	return join(out.Bytes()[:head], join(chunks...), out.Bytes()[head:])
}

// ---- JPEG

func jpegSegment(marker byte, body []byte) []byte {
	return join([]byte{0xff, marker}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2)), body)
}

// greyJPEG builds a JPEG whose every coefficient is zero, so that each block takes two bits.
type greyJPEG struct {
	sof      byte   // 0xc0 plain, 0xc2 progressive
	w, h     int    // px
	sampling []byte // of each colour, 0x11 or 0x22
	scans    int    // of the whole picture; a progressive one has AC scans after the first
	before   []byte // segments before the frame
}

func (g greyJPEG) frame() []byte {
	body := join([]byte{8, byte(g.h >> 8), byte(g.h), byte(g.w >> 8), byte(g.w), byte(len(g.sampling))})
	for i, hv := range g.sampling {
		body = append(body, byte(i+1), hv, 0)
	}
	return jpegSegment(g.sof, body)
}

// tables are a quantiser of ones and codes of one bit: DC "no difference", AC "end of block".
func (g greyJPEG) tables() []byte {
	dc, ac := make([]byte, 17), make([]byte, 17)
	dc[1], ac[1] = 1, 1
	end := byte(0)
	if g.sof == 0xc2 {
		end = 0xe0 // an end of band for 16384 blocks
	}
	return join(jpegSegment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)),
		jpegSegment(0xc4, append(append([]byte{0}, dc[1:]...), 0)), jpegSegment(0xc4, append(append([]byte{0x10}, ac[1:]...), end)))
}

func (g greyJPEG) bytes() []byte {
	out := join([]byte{0xff, 0xd8}, g.before, g.tables(), g.frame())
	blocks := 0
	for _, hv := range g.sampling {
		blocks += int(hv>>4) * int(hv&15)
	}
	side := 8 * int(g.sampling[0]>>4)
	if len(g.sampling) == 1 {
		side, blocks = 8, 1
	}
	blocks *= (g.w + side - 1) / side * ((g.h + side - 1) / side)
	for i := range g.scans {
		head := []byte{byte(len(g.sampling))}
		for id := range g.sampling {
			head = append(head, byte(id+1), 0)
		}
		bits, band := 2*blocks, []byte{0, 63, 0}
		if g.sof == 0xc2 {
			bits, band = blocks, []byte{0, 0, 0}
			if i > 0 { // the band of one colour: 15 bits say that 16384 blocks and more are empty
				head, band, bits = []byte{1, 1, 0}, []byte{1, 63, 0}, (blocks/16384+1)*15
			}
		}
		out = append(out, jpegSegment(0xda, append(head, band...))...)
		out = append(out, make([]byte, bits/8+1)...)
	}
	return append(out, 0xff, 0xd9)
}

// encodedJPEG is a sound JPEG with more segments after its first two bytes.
func encodedJPEG(m image.Image, segments ...[]byte) []byte {
	var out bytes.Buffer
	_ = jpeg.Encode(&out, m, &jpeg.Options{Quality: 95})
	return join(out.Bytes()[:2], join(segments...), out.Bytes()[2:])
}

// ---- EXIF

// tiff is an EXIF structure: an orientation, a maker's text with the planted word, and where its next directory is.
func tiff(order binary.AppendByteOrder, orientation, next int) []byte {
	mark := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		mark = "MM\x00*"
	}
	u16 := func(b []byte, n int) []byte { return order.AppendUint16(b, uint16(n)) }
	u32 := func(b []byte, n int) []byte { return order.AppendUint32(b, uint32(n)) }
	out := u32([]byte(mark), 8)
	out = u16(out, 2)
	out = u32(u32(u16(u16(out, 0x010f), 2), len(planted)), 38) // maker
	out = u16(u16(u32(u16(u16(out, 0x0112), 3), 1), orientation), 0)
	out = u32(out, next)
	return append(out, planted...)
}

func exifSegment(body []byte) []byte { return jpegSegment(0xe1, append([]byte(exifMark), body...)) }

// ---- GIF

func encodedGIF(frames, w, h int) []byte {
	g := &gif.GIF{Config: image.Config{Width: w, Height: h}}
	for i := range frames {
		m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 255, 255}})
		for p := range m.Pix {
			m.Pix[p] = uint8(i+p) & 1
		}
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 1)
	}
	var out bytes.Buffer
	_ = gif.EncodeAll(&out, g)
	return out.Bytes()
}

// ---- WebP

func riff(chunks ...[]byte) []byte {
	body := join(append([][]byte{[]byte("WEBP")}, chunks...)...)
	return join([]byte("RIFF"), le32(len(body)), body)
}

func riffChunk(name string, body []byte) []byte {
	pad := make([]byte, len(body)&1)
	return join([]byte(name), le32(len(body)), body, pad)
}

func vp8x(flags byte, w, h int) []byte {
	return riffChunk("VP8X", join([]byte{flags, 0, 0, 0}, le32(w - 1)[:3], le32(h - 1)[:3]))
}

// bitWriter writes bits as VP8L has them, the lowest first.
type bitWriter struct {
	out  []byte
	have int
}

func (b *bitWriter) put(value uint32, n int) {
	for i := range n {
		if b.have%8 == 0 {
			b.out = append(b.out, 0)
		}
		b.out[len(b.out)-1] |= byte(value>>i&1) << (b.have % 8)
		b.have++
	}
}

// lossless is a VP8L picture of two greens, 0 and 255, over red 10 and blue 20; a nil at makes it one colour, which
// takes no bits at all for its pixels.
func lossless(w, h int, at func(x, y int) bool) []byte {
	b := &bitWriter{}
	b.put(0x2f, 8)
	b.put(uint32(w-1), 14)
	b.put(uint32(h-1), 14)
	b.put(1, 1) // alpha
	b.put(0, 3) // version
	b.put(0, 1) // no transform
	b.put(0, 1) // no colour cache
	b.put(0, 1) // one group of codes
	one := func(symbol uint32) {
		b.put(1, 1) // simple
		b.put(0, 1) // one symbol
		b.put(1, 1) // of eight bits
		b.put(symbol, 8)
	}
	if at == nil {
		one(128)
	} else {
		b.put(1, 1)
		b.put(1, 1) // two symbols
		b.put(1, 1)
		b.put(0, 8)
		b.put(255, 8)
	}
	one(10)  // red
	one(20)  // blue
	one(255) // alpha
	one(0)   // distance
	for y := range h {
		for x := range w {
			if at == nil {
				return append(b.out, 0, 0, 0, 0)
			}
			bit := uint32(0)
			if at(x, y) {
				bit = 1
			}
			b.put(bit, 1)
		}
	}
	return append(b.out, 0, 0, 0, 0)
}

// lossy1 is the VP8 chunk of a picture of one pixel.
var lossy1 = []byte("\x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x0e\xc0\xfe\x25\xa4\x00\x03\x70\x00\x00\x00\x00")

// lossyWhite is the VP8 chunk of 64 x 64 white pixels, as libwebp writes it.
var lossyWhite = []byte("\x70\x03\x00\x9d\x01\x2a\x40\x00\x40\x00\x3e\x31\x18\x8b\x44\x22\x21\xa1\x11\x04\x00\x20\x03\x04\xb4\x80\x00\x08\x1b\xa9\xa8\x02\xbc\x42\xdc\x80\x00\xfe\xfe\x55\xd0\x00\x00\x00")

// ---- others

func svg(inside string) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">` + inside + `</svg>`)
}

func ftyp(brand string) []byte {
	return join(be32(24), []byte("ftyp"+brand), be32(0), []byte(brand+"mif1"), []byte(strings.Repeat("\x00", 200)))
}

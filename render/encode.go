package render

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"sync"
)

// jpegQuality is what Telegram's own recompression leaves alone; smaller files look worse there.
const jpegQuality = 90

// encoder turns finished frames into files. It is safe for concurrent use.
type encoder struct {
	png     png.Encoder
	outputs sync.Pool // of *bytes.Buffer
}

func newEncoder() *encoder {
	return &encoder{png: png.Encoder{CompressionLevel: png.BestSpeed, BufferPool: &pngBuffers{}}}
}

// encode makes a file of m, in memory of its own. A transparent JPEG stands on white.
func (e *encoder) encode(m *image.RGBA, opaque bool, f Format) ([]byte, error) {
	buf, ok := e.outputs.Get().(*bytes.Buffer)
	if !ok {
		buf = &bytes.Buffer{}
	}
	buf.Reset()
	defer e.outputs.Put(buf)
	var err error
	switch {
	case f != JPEG:
		err = e.png.Encode(buf, m)
	case opaque:
		err = jpeg.Encode(buf, m, &jpeg.Options{Quality: jpegQuality})
	default:
		ground := image.NewRGBA(m.Rect)
		draw.Draw(ground, m.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(ground, m.Rect, m, m.Rect.Min, draw.Over)
		err = jpeg.Encode(buf, ground, &jpeg.Options{Quality: jpegQuality})
	}
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", f, err)
	}
	return bytes.Clone(buf.Bytes()), nil
}

// pngBuffers keeps the encoder's work memory.
type pngBuffers struct{ pool sync.Pool }

// Get hands out a buffer, nil when there is none: the encoder makes one.
func (p *pngBuffers) Get() *png.EncoderBuffer {
	b, _ := p.pool.Get().(*png.EncoderBuffer)
	return b
}

// Put takes a buffer back.
func (p *pngBuffers) Put(b *png.EncoderBuffer) { p.pool.Put(b) }

package render

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"

	"promostack/store"
)

// DecodeBytes is the memory that all pictures being decoded at one time may take together, in bytes.
const DecodeBytes = 160 << 20

// DecodeBudget shares out the memory for decoding pictures. Everybody who decodes takes what the picture will need
// before making any of its pixels, and waits while others hold it. It is safe for concurrent use.
type DecodeBudget struct {
	size int64
	held *semaphore.Weighted
}

// NewDecodeBudget makes a budget of so many bytes; 0 = DecodeBytes.
func NewDecodeBudget(size int64) *DecodeBudget {
	if size <= 0 {
		size = DecodeBytes
	}
	return &DecodeBudget{size: size, held: semaphore.NewWeighted(size)}
}

// Take waits until need bytes are free and holds them until release is called, once. A picture that needs more than
// there is at all is refused with store.Invalid, so that it cannot wait for ever; the other error is ctx.Err().
func (b *DecodeBudget) Take(ctx context.Context, need int64) (release func(), err error) {
	need = max(need, 1)
	if need > b.size {
		return nil, store.Invalid{Sentence: fmt.Sprintf("This picture needs about %d MB of memory to be read, and %d MB is the most that a picture may take. "+
			"Save it with fewer pixels, or as an ordinary PNG or JPEG: not progressive, not interlaced, 8 bits a colour.", need>>20, b.size>>20)}
	}
	if err := b.held.Acquire(ctx, need); err != nil {
		return nil, err
	}
	return func() { b.held.Release(need) }, nil
}

// Half is just more than half of the budget: who takes it runs beside small pictures only, never beside its like.
func (b *DecodeBudget) half() int64 { return b.size/2 + 1 }

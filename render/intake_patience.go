package render

import (
	"bytes"
	"context"
	"errors"
	"time"

	"promostack/store"
)

// errSlow refuses a picture that takes too long.
const errSlow = refusal("This picture took longer than 5 seconds to read, so it was given up. Save it again as an ordinary PNG or JPEG, with fewer pixels if need be.")

// patience ends work on a picture when its time is over or nobody waits for it any more. One goroutine uses it.
type patience struct {
	ctx   context.Context
	clock store.Clock
	until time.Time
	over  error // the first refusal stands
}

func newPatience(ctx context.Context, clock store.Clock) *patience {
	return &patience{ctx: ctx, clock: clock, until: clock.Now().Add(intakeTime)}
}

// err says why to stop, or nil.
func (p *patience) err() error {
	if p.over != nil {
		return p.over
	}
	if err := p.ctx.Err(); err != nil {
		p.over = err
	} else if p.clock.Now().After(p.until) {
		p.over = errSlow
	}
	return p.over
}

// patientReader gives a decoder its file in steps, as long as there is patience.
type patientReader struct {
	r *bytes.Reader
	p *patience
}

const readStep = 32 << 10

func (r *patientReader) Read(b []byte) (int, error) {
	if err := r.p.err(); err != nil {
		return 0, err
	}
	return r.r.Read(b[:min(len(b), readStep)])
}

// patientBuffer takes what an encoder writes, as long as there is patience and room.
type patientBuffer struct {
	bytes.Buffer
	p    *patience
	most int // bytes; 0 = no limit
}

// errFull ends an encoding that has grown past its use.
var errFull = errors.New("encoded picture is larger than it may be")

func (b *patientBuffer) Write(data []byte) (int, error) {
	if err := b.p.err(); err != nil {
		return 0, err
	}
	if b.most > 0 && b.Len()+len(data) > b.most {
		return 0, errFull
	}
	return b.Buffer.Write(data)
}

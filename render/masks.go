package render

import (
	"container/list"
	"sync"
)

// maskKey names a mask: a character of a font at a size and at one of four places within a pixel.
type maskKey struct {
	font     *Font
	char     byte
	quarters int32
	quarter  uint8
	stroke   bool
}

// maskCache keeps the masks used last, up to a number of bytes. It is safe for concurrent use.
type maskCache struct {
	mu    sync.Mutex
	limit int
	size  int
	by    map[maskKey]*list.Element
	used  *list.List // of *keptMask, used last in front
}

type keptMask struct {
	key  maskKey
	mask *mask
}

// maskOverhead is about what a kept mask takes beside its pixels.
const maskOverhead = 200

func newMaskCache(limit int) *maskCache {
	return &maskCache{limit: limit, by: map[maskKey]*list.Element{}, used: list.New()}
}

// get finds or makes the mask of a character. Two callers may make the same one at once: it is the same mask.
func (c *maskCache) get(key maskKey) *mask {
	c.mu.Lock()
	if e, ok := c.by[key]; ok {
		c.used.MoveToFront(e)
		m := e.Value.(*keptMask).mask
		c.mu.Unlock()
		return m
	}
	c.mu.Unlock()
	m := makeMask(key)
	c.keep(key, m)
	return m
}

func (c *maskCache) keep(key maskKey, m *mask) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.by[key]; ok {
		return
	}
	c.by[key] = c.used.PushFront(&keptMask{key, m})
	c.size += len(m.pix) + maskOverhead
	for c.size > c.limit && c.used.Len() > 1 {
		last := c.used.Remove(c.used.Back()).(*keptMask)
		delete(c.by, last.key)
		c.size -= len(last.mask.pix) + maskOverhead
	}
}

func makeMask(key maskKey) *mask {
	segments := scaled(key.font.shape[key.char], key.font.Upem, int(key.quarters), key.quarter)
	if key.stroke {
		return strokeMask(segments, strokeWidth(int(key.quarters)))
	}
	return fillMask(segments)
}

package coupon

import (
	"container/list"
	"time"
)

// entry is one remembered verdict.
type entry struct {
	verdict    Verdict
	fresh      time.Time // until then it is the answer
	known      time.Time // until then asking again tells nobody anything new
	used       bool      // it was an answer since the provider gave it
	remembered time.Time // when the memory was told last
}

// cache keeps the verdicts of the codes used last. Its Desk's lock guards it.
type cache struct {
	limit int
	order *list.List // of entry pointers, used last first
	by    map[string]*list.Element
}

func newCache(limit int) *cache {
	return &cache{limit: limit, order: list.New(), by: map[string]*list.Element{}}
}

// get finds an entry, fresh or not, and counts it as used last.
func (c *cache) get(code string) (*entry, bool) {
	at, ok := c.by[code]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(at)
	return at.Value.(*entry), true
}

// peek finds an entry and counts nothing.
func (c *cache) peek(code string) (*entry, bool) {
	at, ok := c.by[code]
	if !ok {
		return nil, false
	}
	return at.Value.(*entry), true
}

// put keeps an entry under its code. A refreshed one keeps its place, so that refreshing is not using.
func (c *cache) put(e *entry) {
	code := e.verdict.Canonical
	if at, ok := c.by[code]; ok {
		at.Value = e
		return
	}
	c.by[code] = c.order.PushFront(e)
	if c.order.Len() > c.limit {
		c.drop(c.order.Back().Value.(*entry).verdict.Canonical)
	}
}

func (c *cache) drop(code string) {
	if at, ok := c.by[code]; ok {
		c.order.Remove(at)
		delete(c.by, code)
	}
}

// due names the valid codes in use whose verdict was given at or before a moment, used last first.
func (c *cache) due(given, now time.Time) []string {
	var codes []string
	for at := c.order.Front(); at != nil; at = at.Next() {
		e := at.Value.(*entry)
		if e.used && e.verdict.Status == Valid && !e.verdict.At.After(given) && now.Before(e.fresh) {
			codes = append(codes, e.verdict.Canonical)
		}
	}
	return codes
}

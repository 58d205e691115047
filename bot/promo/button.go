package promo

import (
	"strconv"
	"strings"
)

// What a button does. Its data is the act, the number of a template, the number of a code and, for some, the name
// of a variant: "g:2a:1k3f9" - never a slug or a code, which would not fit into 64 bytes.
const (
	actShow    = "s" // show this template in the carousel
	actMake    = "g" // make the picture
	actVariant = "v" // make another variant
	actAll     = "a" // make every variant
	actFile    = "f" // make it as a file
	actChange  = "c" // ask for another code
	actRest    = "x" // nothing: the page number
	actMore    = "m" // show the carousel in a new message
)

// oldPrefix begins the data of the previous product's buttons: the slug of a template follows.
const oldPrefix = "template:"

// press is the data of a button.
type press struct {
	act      string
	template int64
	code     int64
	variant  string
}

// data is what Telegram keeps for the button.
func (b press) data() string {
	out := b.act + ":" + strconv.FormatInt(b.template, 36) + ":" + strconv.FormatInt(b.code, 36)
	if b.variant != "" {
		out += ":" + b.variant
	}
	return out
}

// parsePress reads data, which anybody can send: false for anything that data does not make.
func parsePress(data string) (b press, ok bool) {
	parts := strings.Split(data, ":")
	if len(parts) < 3 || len(parts) > 4 || len(data) > 64 {
		return press{}, false
	}
	b.act = parts[0]
	var err error
	if b.template, err = strconv.ParseInt(parts[1], 36, 64); err != nil {
		return press{}, false
	}
	if b.code, err = strconv.ParseInt(parts[2], 36, 64); err != nil {
		return press{}, false
	}
	if len(parts) == 4 {
		b.variant = parts[3]
	}
	return b, b.data() == data && strings.Contains("sgvafcxm", b.act) && len(b.act) == 1
}

package admin

import (
	"errors"
	"strconv"
	"strings"
)

var errDecimal = errors.New("not a decimal number")

// decimal reads "12.5" as a whole number of the smallest unit, with so many places: 12500 with three. It rounds nothing.
func decimal(text string, places int) (int64, error) {
	whole, part, _ := strings.Cut(strings.TrimSpace(text), ".")
	part = strings.TrimRight(part, "0")
	if whole == "" || len(part) > places || len(whole) > 15 || strings.ContainsFunc(whole+part, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, errDecimal
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", places-len(part)), 10, 64)
	if err != nil {
		return 0, errDecimal
	}
	return n, nil
}

// decimalText writes n, a whole number of the smallest unit, with at least least places.
func decimalText(n int64, places, least int) string {
	digits := strconv.FormatInt(n, 10)
	if len(digits) <= places {
		digits = strings.Repeat("0", places+1-len(digits)) + digits
	}
	whole, part := digits[:len(digits)-places], digits[len(digits)-places:]
	for len(part) > least && strings.HasSuffix(part, "0") {
		part = part[:len(part)-1]
	}
	if part == "" {
		return whole
	}
	return whole + "." + part
}

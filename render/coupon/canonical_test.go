package coupon

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"promostack/store"
)

func TestCanonicalFollowsTheVectorsThatTheInputFieldShares(t *testing.T) {
	raw, err := os.ReadFile("testdata/canonical.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct{ Raw, Canonical, Refused, Field string }
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) < 40 {
		t.Fatalf("only %d vectors read", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		got, err := Canonical(v.Raw)
		invalid := store.Invalid{}
		refused := errors.As(err, &invalid)
		if got != v.Canonical || invalid.Sentence != v.Refused || refused != (v.Refused != "") {
			t.Errorf("Canonical(%q) = %q, %v; want %q, %q", v.Raw, got, err, v.Canonical, v.Refused)
		}
		if refused && invalid.Field != "coupon_code" {
			t.Errorf("Canonical(%q) blames the field %q", v.Raw, invalid.Field)
		}
		if again, err := Canonical(got); err == nil && again != got {
			t.Errorf("Canonical is not its own fixed point: %q gives %q", got, again)
		}
		if again, err := Canonical(v.Field); v.Field != "" && (err != nil || again != v.Field) {
			t.Errorf("the field shows %q, which the server makes %q, %v", v.Field, again, err)
		}
	}
}

func TestCanonicalRefusesWhatJSONCannotCarry(t *testing.T) {
	for _, raw := range []string{"a\xffb", "\xed\xa0\x80", strings.Repeat("a\u0301", 5000), strings.Repeat(" ", 3000)} {
		if got, err := Canonical(raw); !errors.As(err, new(store.Invalid)) {
			t.Errorf("Canonical(%.20q…) = %q, %v", raw, got, err)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add("welcome 30")
	f.Add("\u200bа\u0301")
	f.Fuzz(func(t *testing.T, raw string) {
		code, err := Canonical(raw)
		if err != nil {
			if sentence := err.Error(); strings.ContainsAny(sentence, "\x00\n\r\u202e") {
				t.Fatalf("%q is no sentence", sentence)
			}
			return
		}
		if len(code) < 1 || len(code) > MaxCode || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			t.Fatalf("Canonical(%q) = %q", raw, code)
		}
	})
}

func TestDiscountIsWrittenForPeople(t *testing.T) {
	for want, d := range map[string]Discount{
		"":          {},
		"30 %":      {PercentMilli: 30_000},
		"12.5 %":    {PercentMilli: 12_500},
		"0.005 %":   {PercentMilli: 5},
		"100 %":     {PercentMilli: 100_000},
		"10.00 USD": {AmountMinor: 1000, Currency: "USD"},
		"0.05":      {AmountMinor: 5},
	} {
		if got := d.String(); got != want {
			t.Errorf("%+v is written %q, want %q", d, got, want)
		}
	}
}

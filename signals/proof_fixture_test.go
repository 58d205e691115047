package signals

import (
	"encoding/json"
	"os"
	"testing"

	"promostack/store"
)

// TestTheChainOfTheFixtureFits holds the file that the browser's check is tested with: one chain, one meaning.
func TestTheChainOfTheFixtureFits(t *testing.T) {
	raw, err := os.ReadFile("testdata/chain.json")
	if err != nil {
		t.Fatal(err)
	}
	var entries []store.Entry
	if err := json.Unmarshal(raw, &entries); err != nil {
		t.Fatal(err)
	}
	if n := VerifyRecord(entries); n != 0 || len(entries) < 8 {
		t.Errorf("%d entries, entry %d does not fit", len(entries), n)
	}
}

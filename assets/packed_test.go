package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"strings"
	"testing"
)

// TestCompressedScriptsAreServedAsTheyAre: the vendored chart library is there under its own name, byte for byte.
func TestCompressedScriptsAreServedAsTheyAre(t *testing.T) {
	const folder, name = "vendor/lightweight-charts", "lightweight-charts.standalone.production.mjs"
	body, err := fs.ReadFile(Web(), folder+"/"+name)
	if err != nil {
		t.Fatal(err)
	}
	notes, err := fs.ReadFile(Web(), folder+"/VENDOR.md")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(body); !strings.Contains(string(notes), hex.EncodeToString(sum[:])) {
		t.Error("the script is not the one that VENDOR.md names")
	}
	seen := false
	err = fs.WalkDir(Web(), ".", func(path string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".gz") {
			t.Errorf("%s is listed as it is kept", path)
		}
		if d.Name() == name {
			info, err := d.Info()
			seen = err == nil && info.Size() == int64(len(body))
		}
		return err
	})
	if err != nil || !seen {
		t.Errorf("not listed: %v", err)
	}
}

package setup

import (
	"os"
	"strings"
	"testing"
)

func TestTheReadmeHasTheTableOfTheCode(t *testing.T) {
	body, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(body), Markdown()) {
		t.Errorf("README.md lacks the present configuration table; it must hold:\n%s", Markdown())
	}
}

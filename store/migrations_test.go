package store_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestMigrationsSayWhyAndUseOnlyWordsThatBothEnginesKnow(t *testing.T) {
	files, err := filepath.Glob("migrations/*")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	name := regexp.MustCompile(`^migrations/\d{4}_[a-z_]+\.sql$`)
	alien := regexp.MustCompile(`(?i)\b(DATETIME|TIMESTAMP|NUMERIC|SERIAL|NOW\(\)|STRICT|WITHOUT ROWID|JSONB|BYTEA|REAL)\b`)
	numbers := map[string]string{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		fatal(t, err)
		text := string(body)
		if !name.MatchString(file) {
			t.Errorf("%s: a migration is called NNNN_noun.sql", file)
		}
		if number := file[11:15]; numbers[number] != "" {
			t.Errorf("%s has the number of %s", file, numbers[number])
		} else {
			numbers[number] = file
		}
		if !strings.HasPrefix(text, "-- ") || !strings.Contains(text, "-- +goose Up") {
			t.Errorf("%s: begin with a comment that says why, then -- +goose Up", file)
		}
		if word := alien.FindString(text); word != "" {
			t.Errorf("%s: %s does not mean the same on both engines", file, word)
		}
		if strings.Count(text, "AUTOINCREMENT") != strings.Count(text, "INTEGER PRIMARY KEY AUTOINCREMENT") {
			t.Errorf("%s: write INTEGER PRIMARY KEY AUTOINCREMENT, which is translated", file)
		}
	}
}

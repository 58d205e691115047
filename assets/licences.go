package assets

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
)

//go:embed licences.txt.gz
var licences []byte

// Licences are the licence texts of everything of others inside the program, made by _src/licences.
func Licences() (string, error) {
	zip, err := gzip.NewReader(bytes.NewReader(licences))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(zip)
	return string(text), err
}

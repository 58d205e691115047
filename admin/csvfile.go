package admin

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
)

// csvFile is the one way in which tables leave the product: for a spreadsheet, and without any cell that the
// spreadsheet would take for a formula (threat T15).
type csvFile struct {
	out bytes.Buffer
	csv *csv.Writer
}

func newCSV(columns ...string) *csvFile {
	f := &csvFile{}
	f.out.WriteString("\ufeff") // by this spreadsheets know that it is UTF-8
	f.csv = csv.NewWriter(&f.out)
	f.csv.UseCRLF = true
	f.row(columns...)
	return f
}

// row adds a line. A buffer takes everything, so it cannot fail.
func (f *csvFile) row(cells ...string) {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = defuse(cell)
	}
	_ = f.csv.Write(safe)
}

// defuse puts an apostrophe in front of what a spreadsheet would calculate: also behind blanks, and in full width.
func defuse(cell string) string {
	trimmed := strings.TrimLeft(cell, " \u00a0\u3000\ufeff")
	if trimmed == "" {
		return cell
	}
	if strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", []rune(trimmed)[0]) && !plainNumber(trimmed) {
		return "'" + cell
	}
	return cell
}

// plainNumber lets -12.50 stay a number.
func plainNumber(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	_, err := decimal(digits, 12)
	return err == nil && digits != ""
}

// undefuse takes off the apostrophe that defuse put there, so that a file that was exported comes back as it was.
func undefuse(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && defuse(rest) == cell {
		return rest
	}
	return cell
}

// send answers with the file.
func (f *csvFile) send(w http.ResponseWriter, r *http.Request, name string) error {
	f.csv.Flush()
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	return writeText(w, r, http.StatusOK, f.out.Bytes())
}

package setup

import (
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// Logger writes to stderr: JSON, or text for a person at a terminal.
func (l Log) Logger(stderr io.Writer) *slog.Logger {
	format := l.Format
	if file, ok := stderr.(*os.File); format == "" && ok && term.IsTerminal(int(file.Fd())) {
		format = "text"
	}
	options := &slog.HandlerOptions{Level: l.Level}
	if format == "text" {
		return slog.New(slog.NewTextHandler(stderr, options))
	}
	return slog.New(slog.NewJSONHandler(stderr, options))
}

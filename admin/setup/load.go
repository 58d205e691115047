package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/joho/godotenv"
)

// Mistake is one wrong value.
type Mistake struct{ Name, Wrong, Example string }

// String is the line that a person reads: the name, what is wrong, an example.
func (m Mistake) String() string {
	if m.Example == "" {
		return m.Name + ": " + m.Wrong
	}
	return fmt.Sprintf("%s: %s; for example %s=%s", m.Name, m.Wrong, m.Name, m.Example)
}

// Mistakes is why a start was refused: one line each.
type Mistakes []Mistake

// Error is all the lines.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i := range m {
		lines[i] = m[i].String()
	}
	return strings.Join(lines, "\n")
}

// Load reads the configuration: the file dotenv first (it need not exist), then env ("NAME=value"), which wins.
// A value that is empty counts as not set. Wrong values come back as Mistakes, all of them at once.
func Load(env []string, dotenv string) (Config, error) {
	l := loader{values: map[string]value{}, config: Config{set: map[string]Origin{}, texts: map[string]string{}}}
	l.readDotEnv(dotenv)
	for _, pair := range env {
		if name, text, ok := strings.Cut(pair, "="); ok {
			l.keep(name, text, FromEnvironment)
		}
	}
	for _, s := range Table() {
		l.apply(s)
	}
	l.combine()
	if len(l.mistakes) > 0 {
		return Config{}, l.mistakes
	}
	return l.config, nil
}

type value struct {
	text string
	from Origin
}

type loader struct {
	values   map[string]value
	config   Config
	mistakes Mistakes
}

func (l *loader) wrong(name, what, example string) {
	l.mistakes = append(l.mistakes, Mistake{name, what, example})
}

// keep notes a value; NAME and NAME_FILE of a later source replace both of an earlier one.
func (l *loader) keep(name, text string, from Origin) {
	if strings.TrimSpace(text) == "" {
		return
	}
	twin := name + fileSuffix
	if base, ok := strings.CutSuffix(name, fileSuffix); ok {
		twin = base
	}
	if old, ok := l.values[twin]; ok && old.from != from {
		delete(l.values, twin)
	}
	l.values[name] = value{text, from}
}

func (l *loader) readDotEnv(name string) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) || name == "" {
		return
	}
	if err != nil {
		l.wrong(name, "cannot be read: "+plain(err), "")
		return
	}
	defer file.Close()
	found, err := godotenv.Parse(file)
	if err != nil {
		// The parser's own text may quote the line, and with it a secret.
		l.wrong(name, "is not a list of NAME=value lines; put values with spaces or # into quotes", "")
		return
	}
	known := map[string]bool{}
	for _, s := range Table() {
		for _, n := range append([]string{s.Name}, s.Aliases...) {
			known[n], known[n+fileSuffix] = true, true
		}
	}
	for n, text := range found {
		if !known[n] {
			l.config.Unknown = append(l.config.Unknown, n)
		}
		l.keep(n, text, FromDotEnv)
	}
	slices.Sort(l.config.Unknown)
}

const fileSuffix = "_FILE"

// apply finds the value of one setting, under its name or an older one, and parses it.
func (l *loader) apply(s Setting) {
	for _, name := range append([]string{s.Name}, s.Aliases...) {
		text, from, ok := l.find(name, s.Secret)
		if !ok {
			continue
		}
		l.config.set[s.Name] = from
		if !s.Secret {
			l.config.texts[s.Name] = strings.TrimSpace(text)
		}
		if err := s.parse(&l.config, strings.TrimSpace(text)); err != nil {
			l.wrong(name, err.Error(), s.Example)
		}
		return
	}
	if s.Default != "" {
		if err := s.parse(&l.config, s.Default); err != nil {
			l.wrong(s.Name, "the default is wrong: "+err.Error(), "")
		}
	}
}

func (l *loader) find(name string, secret bool) (string, Origin, bool) {
	v, direct := l.values[name]
	file, byFile := l.values[name+fileSuffix]
	if !byFile || !secret {
		return v.text, v.from, direct
	}
	if direct {
		l.wrong(name, "is set together with "+name+fileSuffix+": keep one of the two", "")
		return "", "", false
	}
	body, err := os.ReadFile(strings.TrimSpace(file.text))
	if err != nil {
		l.wrong(name+fileSuffix, "the file cannot be read: "+plain(err), "/run/secrets/"+strings.ToLower(name))
		return "", "", false
	}
	if strings.TrimSpace(string(body)) == "" {
		l.wrong(name+fileSuffix, "the file is empty", "/run/secrets/"+strings.ToLower(name))
		return "", "", false
	}
	return string(body), FromFile, true
}

// plain is the reason in a file error without the path that the person just wrote.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

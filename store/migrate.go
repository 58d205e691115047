package store

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the tables up to date, each step in a transaction of its own. A database that a newer program
// made is refused, because this one would not understand what it reads. asIs refuses an older one too.
func (s *Store) migrate(ctx context.Context, asIs bool) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the database: %w", err)
	}
	known := map[int64]bool{0: true}
	for _, source := range p.ListSources() {
		known[source.Version] = true
	}
	applied, err := all(ctx, s.write, scanInt, `SELECT version_id FROM goose_db_version WHERE is_applied`)
	if err != nil {
		return fmt.Errorf("read the steps of the database: %w", err)
	}
	for _, version := range applied {
		if !known[version] {
			return fmt.Errorf("this database was made by a newer version of promostack (step %d). Start that version again, or restore a copy from before the upgrade", version)
		}
	}
	if len(applied) >= len(known) {
		return nil
	}
	if asIs {
		return OlderDatabase{Step: have}
	}
	if have > 0 {
		if err := s.engine.keepCopy(ctx, s.write, have); err != nil {
			return err
		}
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the database up to date: %w", classify(err))
	}
	return nil
}

// OlderDatabase says that a database waits for the next start to bring it up to date; see Options.AsIs.
type OlderDatabase struct{ Step int64 }

// Error is a sentence.
func (e OlderDatabase) Error() string {
	return fmt.Sprintf("this database is from an older version of promostack (step %d); the next start brings it up to date", e.Step)
}

// provider is the migrator. Out of order: every room numbers its migrations in a range of its own.
func (s *Store) provider() (*goose.Provider, error) {
	dialect, options, err := s.engine.goose()
	if err != nil {
		return nil, err
	}
	folder, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("find the migrations: %w", err)
	}
	options = append(options, goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	p, err := goose.NewProvider(dialect, s.write, wordsFS{folder, s.engine}, options...)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return p, nil
}

// wordsFS shows the migrations in the engine's own words.
type wordsFS struct {
	fs.FS
	engine engine
}

// Open reads a migration, translated.
func (f wordsFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return file, err
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	text := []byte(f.engine.words(string(body)))
	return wordsFile{bytes.NewReader(text), fileInfo{info, int64(len(text))}}, nil
}

// ReadDir lists the migrations.
func (f wordsFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }

type wordsFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f wordsFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f wordsFile) Close() error               { return nil }

// fileInfo is that of the embedded file, with the size of the translation.
type fileInfo struct {
	fs.FileInfo
	size int64
}

func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) ModTime() time.Time { return time.Time{} }

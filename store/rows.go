package store

import (
	"context"
	"database/sql"
)

// queries is what a pool and a transaction have in common.
type queries interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// scanner is a row that can be read once.
type scanner interface{ Scan(into ...any) error }

// exec runs a statement and reports how many rows it touched.
func exec(ctx context.Context, q queries, query string, args ...any) (int, error) {
	res, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, classify(err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, classify(err)
	}
	return int(n), nil
}

// one reads the first row of a query; ErrNotFound when there is none.
func one[T any](ctx context.Context, q queries, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(q.QueryRowContext(ctx, query, args...))
	if err != nil {
		var none T
		return none, classify(err)
	}
	return v, nil
}

// all reads every row of a query; no rows are an empty slice, not nil.
func all[T any](ctx context.Context, q queries, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, classify(err)
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		return nil, classify(err)
	}
	return list, nil
}

// scanInt reads a row of one whole number.
func scanInt(r scanner) (int64, error) {
	var n int64
	err := r.Scan(&n)
	return n, err
}

// scanText reads a row of one text.
func scanText(r scanner) (string, error) {
	var t string
	err := r.Scan(&t)
	return t, err
}

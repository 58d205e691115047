package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Members lists people, last seen first, and how many the filter lets through in all.
func (w *Workspace) Members(ctx context.Context, f MemberFilter) ([]Member, int, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	where, args := w.memberWhere(f)
	total, err := one(ctx, w.reader(), scanInt, `SELECT COUNT(*) FROM member WHERE `+where, args...)
	if err != nil {
		return nil, 0, fmt.Errorf("count members: %w", err)
	}
	n := len(args)
	list, err := all(ctx, w.reader(), scanMember, `
		SELECT connection_id, id, username, first_name, last_name, language, first_seen, last_seen, started_at, blocked_at, blocked_why, last_code, wanted
		FROM member
		WHERE `+where+`
		ORDER BY last_seen DESC, id
		LIMIT $`+strconv.Itoa(n+1)+` OFFSET $`+strconv.Itoa(n+2), append(args, f.Limit, f.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("list members: %w", err)
	}
	return list, int(total), nil
}

// memberWhere puts together fixed conditions; only their values come from the filter.
func (w *Workspace) memberWhere(f MemberFilter) (string, []any) {
	where, args := []string{"workspace_id = $1"}, []any{w.id}
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, strings.ReplaceAll(condition, "$?", "$"+strconv.Itoa(len(args))))
	}
	if f.Connection != 0 {
		add("connection_id = $?", f.Connection)
	}
	if f.Blocked != nil && *f.Blocked {
		where = append(where, "blocked_at <> 0")
	}
	if f.Blocked != nil && !*f.Blocked {
		where = append(where, "blocked_at = 0")
	}
	query := strings.ToLower(strings.TrimSpace(clean(f.Query)))
	if id, err := strconv.ParseInt(query, 10, 64); err == nil {
		add("id = $?", id)
	} else if query != "" {
		add(`search LIKE $? ESCAPE '\'`, "%"+escapeLike(query)+"%")
	}
	return strings.Join(where, " AND "), args
}

// escapeLike takes the meaning from the signs that LIKE gives one.
func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

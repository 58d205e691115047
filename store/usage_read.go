package store

import (
	"context"
	"fmt"
	"time"
)

// UsageFilter chooses attempts: from From up to, not including, To, cut to whole UTC hours; zero times are open ends.
// An empty text lets everything through.
type UsageFilter struct {
	From     time.Time
	To       time.Time
	Source   string
	Kind     string
	Outcome  string
	Template string
}

// UsageCount is a number of attempts of one sort in one UTC hour.
type UsageCount struct {
	Hour     time.Time
	Source   string
	Kind     string
	Outcome  string
	Template string
	Variant  string
	Count    int64
	Millis   int64 // added up: divide by Count
}

// CodeCount is what happened with one code.
type CodeCount struct {
	Code    string
	Count   int64
	Members int64 // different people
	First   int64 // the person who came first, 0 when nobody is known
	LastAt  time.Time
}

// args are the filter as $1 to $7; filterWhere is the text that goes with them.
func (f UsageFilter) args(workspace int64) []any {
	to := int64(1) << 62
	if !f.To.IsZero() {
		to = ms(hourOf(f.To))
	}
	return []any{workspace, ms(hourOf(f.From)), to, f.Source, f.Kind, f.Outcome, f.Template}
}

const filterWhere = `
		WHERE workspace_id = $1 AND hour >= $2 AND hour < $3
			AND ($4 = '' OR source = $4)
			AND ($5 = '' OR kind = $5)
			AND ($6 = '' OR outcome = $6)
			AND ($7 = '' OR template = $7)`

// UsageHours counts attempts by hour and sort, oldest hour first.
func (w *Workspace) UsageHours(ctx context.Context, f UsageFilter) ([]UsageCount, error) {
	list, err := all(ctx, w.reader(), scanUsageCount, `
		SELECT hour, source, kind, outcome, template, variant, count, millis
		FROM usage_hour`+filterWhere+`
		ORDER BY hour`, f.args(w.id)...)
	if err != nil {
		return nil, fmt.Errorf("count usage by hour: %w", err)
	}
	return list, nil
}

func scanUsageCount(r scanner) (UsageCount, error) {
	var c UsageCount
	var hour int64
	err := r.Scan(&hour, &c.Source, &c.Kind, &c.Outcome, &c.Template, &c.Variant, &c.Count, &c.Millis)
	c.Hour = at(hour)
	return c, err
}

// UsageCodes counts attempts by code, most used first, limit of them (0 = all).
func (w *Workspace) UsageCodes(ctx context.Context, f UsageFilter, limit int) ([]CodeCount, error) {
	if limit <= 0 {
		limit = 1 << 30
	}
	list, err := all(ctx, w.reader(), scanCodeCount, `
		SELECT c.code, CAST(SUM(c.count) AS BIGINT), COUNT(DISTINCT c.member),
			MAX(CASE WHEN c.turn = 1 THEN c.member ELSE 0 END), MAX(c.last_at)
		FROM (
			SELECT code, count, member, last_at,
				ROW_NUMBER() OVER (PARTITION BY code ORDER BY first_at, member) AS turn
			FROM usage_code`+filterWhere+`
		) c
		GROUP BY c.code
		ORDER BY 2 DESC, c.code
		LIMIT $8`, append(f.args(w.id), limit)...)
	if err != nil {
		return nil, fmt.Errorf("count usage by code: %w", err)
	}
	return list, nil
}

func scanCodeCount(r scanner) (CodeCount, error) {
	var c CodeCount
	var last int64
	err := r.Scan(&c.Code, &c.Count, &c.Members, &c.First, &last)
	c.LastAt = at(last)
	return c, err
}

// UsageMembers is how many different people made an attempt from From up to To; of the filter Source counts too.
func (w *Workspace) UsageMembers(ctx context.Context, f UsageFilter) (int64, error) {
	n, err := one(ctx, w.reader(), scanInt, `
		SELECT COUNT(DISTINCT member)
		FROM usage_member_hour
		WHERE workspace_id = $1 AND hour >= $2 AND hour < $3 AND ($4 = '' OR source = $4)`, f.args(w.id)[:4]...)
	if err != nil {
		return 0, fmt.Errorf("count people: %w", err)
	}
	return n, nil
}

// UsageLog lists single attempts, newest first, limit of them, older than before (zero = from the newest). member 0
// means everybody; failed leaves the successes out.
func (w *Workspace) UsageLog(ctx context.Context, member int64, failed bool, before time.Time, limit int) ([]Usage, error) {
	end := int64(1) << 62
	if !before.IsZero() {
		end = ms(before)
	}
	where := `($3 = 0 OR member = $3)`
	if member != 0 {
		where = `member = $3 AND member <> 0` // so that the index of people serves
	}
	if failed {
		where += ` AND outcome <> 'made'`
	}
	list, err := all(ctx, w.reader(), scanUsage, `
		SELECT at, source, kind, outcome, template, variant, code, member, chat_kind, millis
		FROM usage
		WHERE workspace_id = $1 AND at < $2 AND `+where+`
		ORDER BY at DESC, id DESC
		LIMIT $4`, w.id, end, member, limit)
	if err != nil {
		return nil, fmt.Errorf("list usage: %w", err)
	}
	return list, nil
}

func scanUsage(r scanner) (Usage, error) {
	var u Usage
	var moment int64
	err := r.Scan(&moment, &u.Source, &u.Kind, &u.Outcome, &u.Template, &u.Variant, &u.Code, &u.Member, &u.ChatKind, &u.Millis)
	u.At = at(moment)
	return u, err
}

// sweepStep bounds one deletion, so that nobody waits long for the writer.
const sweepStep = 5000

// SweepUsage removes single attempts from before the moment and reports how many; the roll-ups stay.
func (w *Workspace) SweepUsage(ctx context.Context, before time.Time) (int, error) {
	for swept := 0; ; {
		n, err := w.exec(ctx, `
			DELETE FROM usage
			WHERE id IN (SELECT id FROM usage WHERE workspace_id = $1 AND at < $2 ORDER BY at LIMIT $3)`,
			w.id, ms(before), sweepStep)
		if err != nil {
			return swept, fmt.Errorf("sweep usage: %w", err)
		}
		if swept += n; n < sweepStep {
			return swept, nil
		}
	}
}

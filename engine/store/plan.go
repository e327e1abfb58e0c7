package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"

	"tds-launchpad/tsql"
)

// plan is a bound statement, ready to run again while what it was bound against stays the same.
type plan struct {
	key      planKey
	sql      string
	cols     []outCol
	params   []param
	constant bool
	literal  any
	extra    any // of the kind of statement: what INSERT and the like prepared
}

// planKey is what binding depended on.
type planKey struct {
	cat    *catalog
	temp   *tempSet
	db     string
	vars   string
	quoted bool
	as     runsAs
	chain  chain // modules of several owners may share a text
}

// planCache keeps a session's plans by the tree they belong to; trees are shared through the parse cache.
type planCache map[any]*plan

// maxPlans bounds a session's plans; a few KB each.
const maxPlans = 500

func (b *binder) finish(sql string, cols []outCol) *plan {
	return &plan{sql: sql, cols: cols, params: b.params}
}

func (s *Session) planKey(f *frame) planKey {
	return planKey{cat: s.catalog(), temp: s.temp, db: s.db, vars: f.signature(), quoted: s.set.quotedID, as: s.as.runsAs, chain: s.chainOf(f)}
}

// signature lists the variables with their types.
func (f *frame) signature() string {
	if len(f.vars) == 0 {
		return ""
	}
	if f.sig == "" {
		var sb strings.Builder
		for _, name := range sortedKeys(f.vars) {
			v := f.vars[name]
			if v.table != nil {
				fmt.Fprintf(&sb, "%s:%d;", name, v.table.ID)
			} else {
				fmt.Fprintf(&sb, "%s:%s;", name, typeKey(v.typ))
			}
		}
		f.sig = sb.String()
	}
	return f.sig
}

// plan finds or makes the plan of a statement or expression.
func (s *Session) plan(f *frame, node any, bind func(*binder) (*plan, error)) (*plan, error) {
	k := s.planKey(f)
	if p := s.plans[node]; p != nil && p.key == k {
		return p, nil
	}
	p, err := bind(s.newBinder(f.batch, f))
	if err != nil {
		return nil, err
	}
	p.key = k
	if len(s.plans) >= maxPlans {
		s.plans = planCache{}
	}
	if s.plans == nil {
		s.plans = planCache{}
	}
	s.plans[node] = p
	return p, nil
}

// each runs a plan's query; row holds neutral values and is reused.
func (s *Session) each(f *frame, p *plan, fn func(row []any) error) error {
	return s.reading(func() error { return s.eachRow(f, p, fn) })
}

func (s *Session) eachRow(f *frame, p *plan, fn func(row []any) error) error {
	args, err := s.args(p.params, f)
	if err != nil {
		return err
	}
	if err := s.startRead(s.ctx); err != nil {
		return err
	}
	row := make([]any, len(p.cols))
	return s.lite.query(s.ctx, p.sql, args, func(d []driver.Value) error {
		for i := range row {
			v, err := decodeValue(d[i], p.cols[i].typ)
			if err != nil {
				return fmt.Errorf("column %d: %w", i+1, err)
			}
			row[i] = v
		}
		return fn(row)
	})
}

// single runs a plan that gives at most one row.
func (s *Session) single(f *frame, p *plan) ([]any, error) {
	var out []any
	err := s.each(f, p, func(row []any) error {
		out = append([]any(nil), row...)
		return nil
	})
	return out, err
}

// stale says that a statement met tables that another session had just changed; binding it again helps.
func stale(err error) bool {
	var already *tsql.Error
	if errors.As(err, &already) {
		return false
	}
	return sqliteCode(err) == sqlite3.SQLITE_ERROR && strings.Contains(err.Error(), "no such table")
}

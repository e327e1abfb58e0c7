package store

import (
	"context"
	"strings"

	"tds-launchpad/tsql"
)

// Bulk is an INSERT BULK under way. It belongs to its session: no other call until Commit or Abort.
type Bulk struct {
	s         *Session
	w         *writer
	t         *table
	cols      []Column
	end       func()
	count     int64
	ready     chan error // the change's end
	work      chan func() error
	result    chan error
	from      []tsql.Type
	closed    bool
	use       []int     // places of the values that count
	target    []*column // their columns
	vals      []any
	keepNulls bool
}

// Bulk begins what an INSERT BULK statement announces. Errors are *tsql.Error.
func (s *Session) Bulk(ctx context.Context, text string) (*Bulk, error) {
	done, err := s.enter(ctx, discard{})
	if err != nil {
		return nil, err
	}
	b, err := s.startBulk(ctx, text)
	if err != nil {
		done()
		return nil, err
	}
	b.end = done
	return b, nil
}

func (s *Session) startBulk(ctx context.Context, text string) (*Bulk, error) {
	st, err := s.parseBulk(text)
	if err != nil {
		return nil, err
	}
	b := &Bulk{s: s, t: st.table, ready: make(chan error, 1), work: make(chan func() error), result: make(chan error)}
	for _, c := range st.columns {
		b.cols = append(b.cols, Column{Name: c.Name, Type: c.Type, Nullable: c.Null, Identity: c.Identity != nil})
	}
	for i, c := range st.columns {
		if c.Identity == nil || st.identity {
			b.use, b.target = append(b.use, i), append(b.target, c)
		}
	}
	b.from, b.vals, b.keepNulls = make([]tsql.Type, len(b.use)), make([]any, len(b.use)), st.keepNulls
	started := make(chan error, 1)
	// change runs a function; the load's rows reach it through work
	go func() {
		opened := false
		err := s.change(ctx, !st.table.Temp, func() error {
			keep := s.identOn
			if st.identity {
				s.identOn = st.table.ID
			}
			defer func() { s.identOn = keep }()
			w, err := s.newWriter(st.table, st.db, b.target, b.from, !st.keepNulls)
			if err != nil {
				return err
			}
			defer w.close()
			b.w, opened = w, true
			started <- nil
			for fn := range b.work {
				err := fn()
				b.result <- err
				if err != nil {
					for fn := range b.work { // further rows are refused with the same error
						_ = fn
						b.result <- err
					}
					return err
				}
			}
			return b.abort()
		})
		if !opened {
			started <- err
			return
		}
		b.ready <- fromSQLite(err)
	}()
	if err := <-started; err != nil {
		return nil, fromSQLite(err)
	}
	return b, nil
}

var errAborted = &tsql.Error{Number: 4002, Class: 16, State: 1, Message: "The bulk load was cancelled."}

func (b *Bulk) abort() error {
	if b.closed {
		return nil
	}
	return errAborted
}

// Columns are the columns announced, in the order in which the rows bring them.
func (b *Bulk) Columns() []Column { return b.cols }

// Row inserts one row of neutral values. from gives the types in which they came.
func (b *Bulk) Row(from []Column, values []any) error {
	b.work <- func() error {
		for i, at := range b.use {
			b.vals[i] = nil
			if at < len(from) {
				b.from[i] = from[at].Type
			}
			if at < len(values) {
				b.vals[i] = values[at]
			}
			if b.vals[i] == nil && !b.keepNulls && b.target[i].Default != nil {
				b.vals[i] = useDefault
			}
		}
		return b.w.row(b.vals)
	}
	err := <-b.result
	if err == nil {
		b.count++
	}
	return fromSQLite(err)
}

// Commit ends the load and returns the number of rows. Errors are *tsql.Error; nothing was loaded then.
func (b *Bulk) Commit() (int64, error) {
	b.closed = true
	close(b.work)
	err := <-b.ready
	b.s.rowCount = b.count
	b.end()
	return b.count, err
}

// Abort undoes the load.
func (b *Bulk) Abort() error {
	close(b.work)
	err := <-b.ready
	b.end()
	if err == errAborted {
		return nil
	}
	return err
}

type bulkTarget struct {
	table     *table
	db        string
	columns   []*column
	identity  bool // KEEP_IDENTITY: identity values count; otherwise they are sent for nothing
	keepNulls bool // KEEP_NULLS: NULL does not mean the column's default
}

// parseBulk reads INSERT BULK table (column type [COLLATE name], ...) [WITH (options)].
func (s *Session) parseBulk(text string) (*bulkTarget, error) {
	list := tokens(text, true)
	at := 0
	near := func() error {
		if at < len(list) {
			return syntaxError(text, list[at], list[at].Text(text))
		}
		return tsql.NewError(102, "")
	}
	is := func(word string) bool { return at < len(list) && list[at].Is(text, word) }
	if !is("INSERT") {
		return nil, near()
	}
	at++
	if !is("BULK") {
		return nil, near()
	}
	at++
	start := at
	for at < len(list) && !is("(") && !is("WITH") {
		at++
	}
	if at == start {
		return nil, near()
	}
	// drivers write ..table for the default schema
	n, err := tsql.ParseName(strings.TrimLeft(text[list[start].Pos:list[at-1].End], ". "))
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(n.Object, "#") {
		n.Schema, n.Database = "", ""
	}
	o, db, err := s.lookup(n)
	if err != nil {
		return nil, err
	}
	t, ok := o.(*table)
	if !ok || t.IsType {
		return nil, tsql.NewError(208, spell(n))
	}
	if err := s.mayUnder(chain{}, "INSERT", db, t); err != nil {
		return nil, err
	}
	target := &bulkTarget{table: t, db: db}
	if is("(") {
		at++
		for depth, first := 1, true; at < len(list) && depth > 0; at++ {
			switch {
			case is("("):
				depth++
			case is(")"):
				depth--
			case is(",") && depth == 1:
				first = true
			case first && list[at].IsName():
				name := list[at].Value(text)
				c := t.column(name)
				if c == nil {
					return nil, tsql.NewError(207, name)
				}
				target.columns = append(target.columns, c)
				first = false
			}
		}
	} else {
		for _, c := range t.Columns {
			if c.Computed == "" && c.Type.Kind != tsql.KindTimestamp {
				target.columns = append(target.columns, c)
			}
		}
	}
	for _, tok := range list[at:] {
		target.identity = target.identity || tok.Is(text, "KEEP_IDENTITY")
		target.keepNulls = target.keepNulls || tok.Is(text, "KEEP_NULLS")
		if tok.Is(text, "FIRE_TRIGGERS") && len(s.triggersOf(db, t, "INSERT")) > 0 {
			return nil, unsupported("a bulk load that fires triggers")
		}
		if tok.Is(text, "FIRE_TRIGGERS") && len(s.triggersOf(target.db, target.table, "INSERT")) > 0 {
			return nil, unsupported("INSERT BULK with FIRE_TRIGGERS into a table with triggers")
		}
	}
	return target, nil
}

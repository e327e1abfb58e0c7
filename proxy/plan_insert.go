package proxy

import (
	"errors"
	"strconv"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// insertExec carries INSERT ... EXEC out: what is executed runs with its result sets kept, they
// are loaded into temporary tables, and one INSERT ... SELECT brings them to where they belong. So
// conversions, identity, defaults, triggers, constraints and rights are the engine's.
func (p *plan) insertExec(f *frame, s *tsql.Statement) (course, error) {
	if p.sink != nil {
		return p.fail(f, s.Line, tsql.NewError(8164))
	}
	ins := s.Insert
	switch {
	case ins.Execute.ResultSets != nil:
		return p.fail(f, s.Line, newError(errArgument, "INSERT ... EXEC can't have a WITH RESULT SETS clause."))
	case ins.Output, ins.Top:
		return p.fail(f, s.Line, newError(errNotSupported, "INSERT ... EXEC of a script call can't have TOP or OUTPUT."))
	}
	sink := &rowSink{tranCount: p.tranCount}
	defer sink.close()
	p.sink = sink
	inner := tsql.Statement{Kind: tsql.StatementExecute, Pos: ins.Execute.Pos, End: ins.Execute.End, Line: ins.Execute.Line, EndLine: s.EndLine, Execute: ins.Execute}
	c, err := p.executeStatement(f, &inner)
	p.sink = nil
	if c != courseNext || err != nil {
		return c, err
	}
	return p.insertRows(f, s, sink)
}

// endTransaction carries out ROLLBACK and COMMIT in what an INSERT ... EXEC executes, which is not to end the transaction that it
// is in.
func (p *plan) endTransaction(f *frame, s *tsql.Statement) (course, error) {
	switch {
	case p.sink == nil:
	case s.Keyword == "ROLLBACK":
		return p.fail(f, s.Line, tsql.NewError(3915))
	case p.tranCount <= p.sink.tranCount:
		return p.fail(f, s.Line, tsql.NewError(3916))
	}
	return p.asItIs(f, s)
}

// insertRows inserts what has been kept, and drops what held it however that ended.
func (p *plan) insertRows(f *frame, s *tsql.Statement, sink *rowSink) (course, error) {
	if len(sink.sets) == 0 {
		done := tds.Done{Token: tds.TokenDone, CurCmd: tds.CurCmdInsert}
		if p.facts.options&optionNoCount == 0 {
			done.Status = tds.DoneCount
		}
		p.statementDone(done)
		p.last, p.stepped = lastStatement{}, true
		return courseNext, nil
	}
	for _, set := range sink.sets {
		if columns := s.Insert.Columns; columns != nil && len(columns) != len(set.columns) || len(set.columns) != len(sink.sets[0].columns) {
			return p.fail(f, s.Line, tsql.NewError(213))
		}
		if !sameFamilies(set.columns, sink.sets[0].columns) {
			return p.fail(f, s.Line, newError(errNotSupported, "INSERT ... EXEC with a script call can't take result sets of different types, such as "+
				"numbers in one and strings in another. Convert them in the SELECTs."))
		}
	}
	c, err := p.loadAndInsert(f, s, sink)
	var lost *lostError
	if errors.As(err, &lost) || errors.Is(err, errSessionOver) {
		return c, err
	}
	last := p.last
	dropped := p.insisting(func() error { return p.dropLoaded(sink) })
	p.last = last
	if err == nil && dropped != nil && !errors.Is(dropped, errNoRow) {
		return courseEnd, dropped
	}
	return c, err
}

// loadAndInsert does so by way of temporary tables.
func (p *plan) loadAndInsert(f *frame, s *tsql.Statement, sink *rowSink) (course, error) {
	for _, set := range sink.sets {
		if err := p.load(set); err != nil {
			return p.fail(f, s.Line, err)
		}
	}
	out, err := p.request(step{frame: f, own: p.insertText(f, s.Insert, sink), line: s.Line, inserts: true, uses: spanOf(f, []tsql.Statement{*s})})
	if err != nil {
		return courseEnd, err
	}
	return p.after(f, out, false)
}

// dropLoaded drops the temporary tables.
func (p *plan) dropLoaded(sink *rowSink) error {
	text := ""
	for _, set := range sink.sets {
		if set.table != "" {
			text += dropTable(set.table)
			p.noteDropped(set.table)
		}
	}
	if text == "" {
		return nil
	}
	_, err := p.selectRow(text + "SELECT 1")
	return err
}

// insertText is the INSERT ... SELECT.
func (p *plan) insertText(f *frame, ins *tsql.InsertExec, sink *rowSink) string {
	target := ins.Target.String()
	if ins.Variable != "" {
		target = ins.Variable
	}
	if v := f.lookup(ins.Variable); ins.Variable != "" && v != nil && v.table != "" {
		target = tsql.QuoteName(v.table)
	}
	if name := f.tempNames[strings.ToLower(ins.Target.Object)]; name != "" && ins.Variable == "" {
		target = tsql.QuoteName(name)
	}
	columns := make([]string, len(sink.sets[0].columns))
	for i := range columns {
		columns[i] = "c" + strconv.Itoa(i+1)
	}
	text := "INSERT INTO " + target + " "
	for _, t := range f.tokensIn(ins.HintsPos, ins.HintsEnd) { // which may stand on several lines
		text += t.Text(f.text) + " "
	}
	if ins.Columns != nil {
		text += "(" + quoteNames(ins.Columns) + ") "
	}
	list := strings.Join(columns, ", ")
	if len(sink.sets) == 1 {
		return text + "SELECT " + list + " FROM " + tsql.QuoteName(sink.sets[0].table) + " ORDER BY tl_n"
	}
	selects := make([]string, len(sink.sets))
	for i, set := range sink.sets {
		selects[i] = "SELECT " + strconv.Itoa(i) + " AS tl_s, tl_n, " + list + " FROM " + tsql.QuoteName(set.table)
	}
	return text + "SELECT " + list + " FROM (" + strings.Join(selects, " UNION ALL ") + ") AS tl ORDER BY tl_s, tl_n"
}

func quoteNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = tsql.QuoteName(n)
	}
	return strings.Join(quoted, ", ")
}

// sameFamilies tells whether UNION ALL gives rows of both descriptions types that they can be inserted with as they
// would be alone: it converts strings to numbers, and not the other way round.
func sameFamilies(a, b []tds.Column) bool {
	for i := range a {
		x, errX := typeOf(a[i].Type)
		y, errY := typeOf(b[i].Type)
		if errX != nil || errY != nil || x.Kind != y.Kind && !(x.IsString() && y.IsString()) && !(x.IsNumeric() && y.IsNumeric()) {
			return false
		}
	}
	return true
}

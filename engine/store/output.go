package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// output stands between the session and the caller's sink: it marks what happens inside procedures and dynamic SQL, and applies NOCOUNT.
type output struct {
	sink   Sink
	guard  *guard
	inProc int
	dones  int
}

// guard remembers the first error of the caller's sink, which ends everything; other errors are a statement's.
type guard struct {
	Sink
	failed error
	open   bool  // a result set has been begun and not ended
	rows   int64 // of it
}

func (g *guard) keep(err error) error {
	if err != nil && g.failed == nil {
		g.failed = err
	}
	return err
}

func (g *guard) Columns(c []Column) error {
	g.open, g.rows = true, 0
	return g.keep(g.Sink.Columns(c))
}

func (g *guard) Row(r []any) error {
	g.rows++
	return g.keep(g.Sink.Row(r))
}

func (g *guard) Done(d Done) error {
	g.open = false
	return g.keep(g.Sink.Done(d))
}

func (g *guard) Message(e *tsql.Error) error { return g.keep(g.Sink.Message(e)) }
func (g *guard) Env(c EnvChange) error       { return g.keep(g.Sink.Env(c)) }
func (g *guard) ReturnStatus(n int32) error  { return g.keep(g.Sink.ReturnStatus(n)) }

func (o *output) done(d Done) error {
	d.InProc = o.inProc > 0 && !d.Proc
	o.dones++
	return o.sink.Done(d)
}

func (o *output) message(e *tsql.Error) error { return o.sink.Message(e) }

func (o *output) env(c EnvChange) error {
	if o == nil {
		return nil
	}
	return o.sink.Env(c)
}

// finishCaught ends a statement whose error goes to a CATCH: the client sees the rows that had been sent, or none changed.
func (s *Session) finishCaught(st ast.Statement, e *tsql.Error) error {
	rows := int64(0)
	switch st.(type) {
	case *ast.InsertStatement, *ast.UpdateStatement, *ast.DeleteStatement:
		if abortsCompile(e.Number) {
			return nil
		}
	default:
		if !s.out.guard.open {
			return nil
		}
		rows = s.out.guard.rows
	}
	return s.out.done(Done{Command: commandOf(st), Count: rows, HasCount: !s.set.noCount})
}

// finishStatement ends a statement with its number of rows.
func (s *Session) finishStatement(command uint16, rows int64) error {
	s.rowCount = rows
	return s.out.done(Done{Command: command, Count: rows, HasCount: !s.set.noCount})
}

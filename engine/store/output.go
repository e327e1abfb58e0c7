package store

import (
	"tds-launchpad/tsql"
)

// output stands between the session and the caller's sink: it marks what happens inside procedures and dynamic SQL, and applies NOCOUNT.
type output struct {
	sink   Sink
	inProc int
	dones  int
	quiet  bool // FMTONLY: describe only
}

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

// finish ends a statement with its number of rows.
func (s *Session) finishStatement(command uint16, rows int64) error {
	s.rowCount = rows
	return s.out.done(Done{Command: command, Count: rows, HasCount: !s.set.noCount})
}

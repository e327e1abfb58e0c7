package proxy

import (
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// emitColumns gives the client a result set's description, or the INSERT ... EXEC that takes it.
func (p *plan) emitColumns(t *tds.ColMetadata, raw []byte) error {
	if p.sink != nil {
		return p.sink.begin(p, t.Columns)
	}
	p.emit(raw)
	return nil
}

// emitRow does that with the row that tokens has just read.
func (p *plan) emitRow(tokens *tds.TokenReader, row *tds.Row) error {
	if p.sink != nil {
		return p.sink.row(row.Values)
	}
	p.emit(tokens.Raw())
	return nil
}

// emitResult gives the client a token that belongs to a result set.
func (p *plan) emitResult(raw []byte) {
	if p.sink == nil {
		p.emit(raw)
	}
}

// statementDone ends a statement. What a procedure's statements count is in other tokens than what
// a batch's do, and an INSERT ... EXEC shows nothing of what it takes.
func (p *plan) statementDone(d tds.Done) {
	if p.sink != nil && d.Status&tds.DoneError == 0 {
		return
	}
	if p.depth > 0 || p.req.rpc {
		if d.Token == tds.TokenDoneProc {
			d.Status &^= tds.DoneCount
		}
		d.Token = tds.TokenDoneInProc
	}
	d.Status = d.Status&^tds.DoneInXact | p.inTransaction()
	p.hold(d)
}

// message passes on what the engine says, with the place that it has in the client's text.
func (r *answerReader) message(m *tds.ServerMessage) {
	if r.composed.rpc && m.Number == 266 && m.Proc == "" {
		return // about our own sp_executesql
	}
	r.undoubt()
	p := r.plan
	out := *m
	if m.IsError {
		r.out.failed, r.out.number = true, m.Number
		if r.belongsToCaller(m) {
			r.out.hidden = append(r.out.hidden, *m)
			return
		}
		if p.raised != nil && m.Number == p.raised.as && m.Text == p.raised.text {
			p.emit(p.raised.message.Append(nil, p.format.Version))
			return
		}
	}
	if m.Proc == "" {
		if at := r.composed.text.where(m.Line); at.frame != nil {
			out.Line = at.line
			if at.frame.module != nil {
				out.Proc = at.frame.module.name
			}
		}
	}
	r.atEnd(out.Append(nil, p.format.Version))
}

// atEnd gives the client a token that may be of the engine's undoing of a transaction that can't be committed. That
// belongs to the end of the client's request, and it may not have got there yet.
func (r *answerReader) atEnd(raw []byte) {
	if r.settled && r.out.row.xactState < 0 {
		r.plan.ending = append(r.plan.ending, raw...)
		return
	}
	r.plan.emit(raw)
}

// sayUndone gives the client what has been kept for the end of its request.
func (p *plan) sayUndone() {
	if len(p.ending) > 0 {
		p.emit(p.ending)
		p.latest.done.Status |= tds.DoneError
		p.ending = nil
	}
}

// belongsToCaller tells whether an error that no CATCH block has taken would have been taken by one of
// the frame's callers: an error of names ends a procedure, and only there, where the engine has its text
// and the caller's TRY in one scope, it ends both.
func (r *answerReader) belongsToCaller(m *tds.ServerMessage) bool {
	p := r.plan
	return len(p.tries) > 0 && r.out.caught == nil && p.tries[len(p.tries)-1].frame != r.frame && m.Proc == "" && tsql.AbortsScope(m.Number)
}

package proxy

import (
	"errors"
	"io"
	"strconv"

	"tds-launchpad/tds"
)

// outcome is how a request of a plan has ended.
type outcome struct {
	// row is the last marker; nil: the engine has given the batch up.
	row *markerRow
	// caught is the error of the CATCH block that has run, nil if none has.
	caught *caughtError
	// failed: an error reached the client; number is the last one's.
	failed bool
	number int32
	// hidden are errors that the client has not got: a CATCH block of a caller is to have them.
	hidden []tds.ServerMessage
}

// request sends a step and passes its answer on, without our markers.
func (p *plan) request(s step) (*outcome, error) {
	if err := p.undoneBefore(s.firstLine()); err != nil && !s.raises {
		return nil, err
	}
	c, err := p.compose(s)
	if err != nil {
		return nil, err
	}
	typ, payload, err := p.payload(c, &s)
	if err != nil {
		return nil, err
	}
	p.fresh = false
	p.sayUndone()
	reply, err := p.ask(typ, payload, tds.DefaultBufferSize)
	if err != nil {
		return nil, err
	}
	reply.source.ctx = nil // the engine ends its answer itself when it is cancelled
	r := answerReader{plan: p, frame: s.frame, composed: c, reply: reply, prelude: c.prelude}
	reply.plan = &r
	depth, sink := p.depth, p.sink
	err = r.read()
	p.depth, p.sink = depth, sink
	if err != nil {
		return nil, reply.abandon(err)
	}
	if end := reply.finish(); end != nil {
		return nil, end
	}
	if r.out.row != nil {
		p.last, p.tranCount = lastStatement{r.out.row.rowCount, r.out.row.number}, r.out.row.tranCount
		p.facts.options, p.undone = r.out.row.options, r.out.row.xactState < 0
	}
	p.noteIdentity(&s, c, &r.out)
	return &r.out, nil
}

// payload is the request's message.
func (p *plan) payload(c *composed, s *step) (tds.PacketType, []byte, error) {
	text := tds.AppendUTF16(nil, c.text.text.String())
	if !c.rpc {
		batch := tds.SQLBatch{Headers: p.headers(), Text: text}
		payload, err := batch.Append(nil, p.requests)
		if err != nil {
			return 0, nil, newError(errInternal, "a part of the batch can't be written: %v.", err)
		}
		return tds.PacketSQLBatch, payload, nil
	}
	if err := p.plainOnly(s); err != nil {
		return 0, nil, err
	}
	unicode := p.unicodeType()
	params := []tds.RPCParam{{Type: unicode, Value: text}, {}}
	declarations := ""
	for i, t := range c.markers.vars {
		if i > 0 {
			declarations += ", "
		}
		name := p.parameterName(i, t)
		declarations += name + " " + t.v.declared
		params = append(params, tds.RPCParam{Name: name, Type: t.v.info, Value: t.v.raw})
	}
	params[1] = tds.RPCParam{Type: unicode, Value: tds.AppendUTF16([]byte{}, declarations)}
	message := tds.RPCRequest{Headers: p.headers(), Calls: []tds.RPCCall{{ProcID: tds.ProcExecuteSQL, Params: params}}}
	payload, err := message.Append(nil, p.requests)
	if err != nil {
		return 0, nil, newError(errInternal, "a part of the batch can't be written: %v.", err)
	}
	return tds.PacketRPC, payload, nil
}

// parameterName is what the i-th variable is called as a parameter of a request's sp_executesql.
func (p *plan) parameterName(i int, t traveller) string {
	if p.facts.babelfish {
		return "@tlp" + strconv.Itoa(i)
	}
	return t.alias
}

// answerReader reads the answer to one request of a plan.
type answerReader struct {
	plan     *plan
	frame    *frame
	composed *composed
	reply    *engineReply
	out      outcome
	prelude  bool       // what comes belongs to our declarations
	inMarker bool       // the rows are a marker's
	settled  bool       // a marker has been read that ends what the client may see
	doubts   []tds.Done // may be of what we put in front of a marker
}

func (r *answerReader) read() error {
	for {
		token, err := r.reply.next()
		if err == io.EOF {
			r.undoubt()
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.token(token); err != nil {
			return err
		}
	}
}

func (r *answerReader) token(token tds.Token) error {
	switch t := token.(type) {
	case *tds.ColMetadata:
		if r.composed.markers.isMarker(t.Columns) {
			r.inMarker, r.doubts = true, nil
			if len(t.Columns) == 1 {
				r.prelude = false
			}
			return nil
		}
		r.undoubt()
		r.inMarker = false
		return r.resultSet(t)
	case *tds.Row:
		if r.inMarker {
			return r.marker(t)
		}
		return r.plan.emitRow(r.reply.tokens, t)
	case *tds.Done:
		r.done(t)
	case *tds.ReturnStatus:
		if !r.settled && !r.composed.rpc && r.plan.depth == 0 {
			r.undoubt()
			r.plan.emitResult(r.reply.tokens.Raw())
		}
	case *tds.ReturnValue:
	default:
		if !r.inMarker && !r.settled && !r.prelude {
			r.undoubt()
			r.plan.emitResult(r.reply.tokens.Raw())
		}
	}
	return nil
}

// marker reads a marker's row.
func (r *answerReader) marker(t *tds.Row) error {
	row, err := r.composed.markers.read(r.reply.tokens.Columns(), t.Values)
	if err != nil {
		return err
	}
	switch {
	case row.mark == markBegin:
		r.prelude = false
	case row.caught != nil:
		r.prelude = false
		if raised := r.plan.raised; raised != nil && row.caught.number == int64(raised.as) && row.caught.message == raised.text {
			level := row.caught.level
			row.caught = raised.asCaught()
			row.caught.level, row.caught.raised = level, nil
		}
		if row.caught.procedure == nil && r.plan.raised == nil && r.composed.procedures[row.caught.level] != "" {
			row.caught.procedure = r.composed.procedures[row.caught.level]
		}
		r.out.caught, r.out.row = row.caught, row
		// What comes now is the CATCH block's, whatever procedures the error has come out of.
		t := r.plan.tries[row.caught.level]
		r.plan.depth, r.plan.sink = t.depth, t.sink
	default:
		r.out.row, r.settled = row, true
	}
	return nil
}

// done decides about a DONE.
func (r *answerReader) done(d *tds.Done) {
	if r.composed.rpc && !r.composed.calls && d.Token == tds.TokenDoneInProc {
		d.Token = tds.TokenDone // a statement of sp_executesql has the other in place of a batch's
	}
	switch {
	case r.inMarker:
		// A marker's own. Behind that of a CATCH block the client's statements go on.
		r.inMarker = false
	case r.prelude, r.settled:
	case d.Status&tds.DoneAttn != 0:
	case r.composed.rpc && d.Token == tds.TokenDoneProc:
	case r.composed.markers.whole && d.Status&(tds.DoneCount|tds.DoneError) == 0:
		r.doubts = append(r.doubts, *d)
	default:
		r.undoubt()
		r.pass(*d)
	}
}

func (r *answerReader) undoubt() {
	for _, d := range r.doubts {
		r.pass(d)
	}
	r.doubts = nil
}

// pass gives the client a DONE of the engine's, as a statement at this place has it.
func (r *answerReader) pass(d tds.Done) {
	if d.Status&tds.DoneError != 0 {
		r.out.failed = true
	}
	if !d.More() && d.Status&(tds.DoneCount|tds.DoneError) == 0 && d.CurCmd == 0 {
		return // the end of an answer without anything to say
	}
	if r.composed.rpc && r.plan.depth == 0 && !r.plan.req.rpc && d.Token == tds.TokenDoneInProc {
		d.Token = tds.TokenDone // it stands in our sp_executesql, not in the client's
	}
	r.plan.statementDone(d)
}

// resultSet passes a result set's description on.
func (r *answerReader) resultSet(t *tds.ColMetadata) error {
	if r.settled {
		return newError(errEngineProtocol, "the engine sent a result set behind a helper's.")
	}
	if err := r.plan.emitColumns(t, r.reply.tokens.Raw()); err != nil {
		return err
	}
	if t.NoMetadata || r.plan.sink != nil {
		return nil
	}
	if _, err := r.reply.tokens.CopyRows(r.plan.scriptCall); err != nil && !errors.Is(err, io.EOF) {
		return r.reply.failed(err)
	}
	return nil
}

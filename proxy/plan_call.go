package proxy

import (
	"errors"
	"strings"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// scriptStatement carries EXEC sp_execute_external_script out as a statement of a plan.
func (p *plan) scriptStatement(f *frame, e *tsql.Execute) (course, error) {
	p.newCall()
	next, err := p.callStatement(f, e)
	p.settle(err)
	return next, err
}

// newCall begins the record of a call.
func (p *plan) newCall() {
	p.audit.begin(p.facts.login)
	p.audit.facts(p.facts)
}

func (p *plan) callStatement(f *frame, e *tsql.Execute) (course, error) {
	site := &callSite{call: scriptCallOf(e), lookup: p.lookup(f)}
	if f.module != nil {
		site.proc = f.module.name
	}
	if err := p.undoneBefore(e.Line); err != nil {
		return courseEnd, err
	}
	facts, err := p.factsFor(site.call)
	if err != nil {
		return p.failCall(f, e.Line, err)
	}
	p.audit.facts(facts)
	if err := p.mayRun(facts); err != nil {
		return p.failCall(f, e.Line, err)
	}
	bound, err := site.bind(facts)
	if err != nil {
		return p.failCall(f, e.Line, err)
	}
	bound.InputQuery = f.renamed(bound.InputQuery)
	p.audit.bound(bound)
	call, err := p.makeCall(site, bound, facts)
	if err != nil {
		return p.failCall(f, e.Line, err)
	}
	result, err := p.execute(call, bound, facts)
	if err != nil {
		if len(p.tries) == 0 { // an error that goes to a CATCH block leaves the variable alone
			p.assignCode(f, e, 1)
		}
		return p.failCall(f, e.Line, err)
	}
	if err := p.answerCall(f, e, call, bound, result); err != nil {
		return p.failCall(f, e.Line, err)
	}
	return courseNext, nil
}

// factsFor are the facts at the place of a call: statements in front of it may have changed the
// database, the user and the options.
func (p *plan) factsFor(call *tsql.ScriptCall) (*facts, error) {
	if p.fresh && len(functionRefs(call)) == 0 {
		return p.facts, nil
	}
	facts, err := p.readFacts(call)
	if err != nil {
		return nil, err
	}
	p.facts, p.fresh = facts, true
	return facts, nil
}

// scriptCallOf is the call in an EXECUTE statement.
func scriptCallOf(e *tsql.Execute) *tsql.ScriptCall {
	return &tsql.ScriptCall{Args: e.Args, Recompile: e.Recompile, ResultSets: e.ResultSets, Line: e.Line, Pos: e.Pos, End: e.End}
}

// lookup finds the frame's variables, and what @@ROWCOUNT and @@ERROR are at this place.
func (p *plan) lookup(f *frame) func(ref string) (value, bool, error) {
	return func(ref string) (value, bool, error) {
		switch {
		case strings.EqualFold(ref, "@@ROWCOUNT"):
			return value{tsql.TypeInt, p.last.rowCount}, true, nil
		case strings.EqualFold(ref, "@@ERROR"):
			return value{tsql.TypeInt, p.last.number}, true, nil
		}
		v := f.lookup(ref)
		if v == nil || v.columns != "" || v.cursor {
			return value{}, false, nil
		}
		out, err := v.value()
		return out, true, err
	}
}

// answerCall gives the client what the script has to say, and the variables their values.
func (p *plan) answerCall(f *frame, e *tsql.Execute, call *executor.Call, b *tsql.Bound, result ScriptResult) error {
	values, err := p.outputValues(e, call, b, result)
	if err != nil {
		return err
	}
	if columns := result.Columns(); columns != nil {
		meta := tds.ColMetadata{Columns: columns}
		raw, err := meta.Append(nil, p.format)
		if err != nil {
			return newError(errInternal, "the result's columns can't be written: %v.", err)
		}
		if err := p.emitColumns(&meta, raw); err != nil {
			return err
		}
		if p.sink != nil {
			if err := p.takeResult(raw, result); err != nil {
				return err
			}
		} else if err := p.rows(result); err != nil {
			return err
		}
	}
	for _, m := range result.Messages() {
		p.emit(p.appendMessage(nil, m))
	}
	if result.Columns() != nil {
		done := tds.Done{Token: tds.TokenDoneInProc, CurCmd: tds.CurCmdSelect}
		if p.facts.options&optionNoCount == 0 {
			done.Status, done.RowCount = tds.DoneCount, uint64(result.RowCount())
		}
		p.statementDone(done)
	}
	for name, v := range values {
		if target := f.lookup(name); target != nil {
			if err := target.assign(v); err != nil {
				return err
			}
		}
	}
	p.assignCode(f, e, 0)
	p.procedureEnds(0, 0)
	p.last = lastStatement{rowCount: result.RowCount()}
	p.stepped = true
	return p.broken
}

// outputValues are the new values of the variables that are passed as OUTPUT.
func (p *plan) outputValues(e *tsql.Execute, call *executor.Call, b *tsql.Bound, result ScriptResult) (map[string]value, error) {
	values := map[string]value{}
	for i, param := range b.Params {
		if !param.Return || param.Argument < 0 {
			continue
		}
		v := value{t: param.Type}
		if raw := result.Params()[i]; raw != nil {
			var err error
			if v.v, err = call.Params[i].Type.Decode(raw); err != nil {
				return nil, newError(errInternal, "output parameter @%s can't be read: %v.", param.Name, err)
			}
		}
		values[e.Args[param.Argument].Ref] = v
	}
	return values, nil
}

// assignCode gives the variable of EXEC @rc = ... the return code.
func (p *plan) assignCode(f *frame, e *tsql.Execute, code int64) {
	if v := f.lookup(e.ReturnCode); v != nil {
		_ = v.assign(value{tsql.TypeInt, code})
	}
}

// procedureEnds writes the end of a procedure that a statement has called: in a batch its return
// code and DONEPROC, in another procedure that of the EXECUTE.
func (p *plan) procedureEnds(code int32, status tds.DoneStatus) {
	switch {
	case p.sink != nil:
	case p.depth > 0 || p.req.rpc:
		p.hold(tds.Done{Token: tds.TokenDoneInProc, Status: p.inTransaction(), CurCmd: tds.CurCmdExecute})
	default:
		p.emit((&tds.ReturnStatus{Value: code}).Append(nil))
		p.hold(tds.Done{Token: tds.TokenDoneProc, Status: status | p.inTransaction(), CurCmd: tds.CurCmdExecute})
	}
}

// fail deals with an error of a statement of ours as the engine deals with its own: it transfers to
// CATCH, or reaches the client, and the batch goes on unless XACT_ABORT ends it.
func (p *plan) fail(f *frame, line int32, err error) (course, error) {
	return p.failing(f, line, err, false)
}

// failCall is fail for a script call, which ends as a procedure that has begun does.
func (p *plan) failCall(f *frame, line int32, err error) (course, error) {
	return p.failing(f, line, err, true)
}

func (p *plan) failing(f *frame, line int32, err error, begun bool) (course, error) {
	var lost *lostError
	if errors.As(err, &lost) || errors.Is(err, errSessionOver) || errors.Is(err, errInterrupted) || p.broken != nil {
		return courseEnd, err
	}
	messages, raw := p.messagesOf(f, line, err)
	var failed *executor.CallError
	errors.As(err, &failed)
	p.audit.failed(messages, failed)
	if len(p.tries) > 0 {
		return p.raise(f, line, messages)
	}
	if raw != nil {
		p.emit(raw)
	}
	for _, m := range messages {
		if raw == nil {
			p.emit(p.appendMessage(nil, m))
		}
		if m.IsError {
			p.last = lastStatement{number: int64(m.Number)}
		}
	}
	p.failed = true
	p.stepped = true
	done := tds.Done{Token: tds.TokenDone, Status: tds.DoneError, CurCmd: tds.CurCmdExecute}
	if begun {
		done.Token = tds.TokenDoneInProc
	}
	p.statementDone(done)
	if p.facts.options&optionXactAbort == 0 && !endsBatch(messages) {
		if begun {
			p.procedureEnds(1, tds.DoneError)
		}
		return courseNext, nil
	}
	if _, rollback := p.selectRow("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"); rollback != nil && !errors.Is(rollback, errNoRow) {
		return courseEnd, rollback
	}
	return courseEnd, nil
}

// endsBatch tells whether an error gives the batch up, and with it the transaction, whatever XACT_ABORT is:
// those of WITH RESULT SETS do, and that of a ROLLBACK in an INSERT ... EXEC.
func endsBatch(messages []tds.ServerMessage) bool {
	for _, m := range messages {
		if m.IsError && (m.Number == 3915 || m.Number >= 11533 && m.Number <= 11553) {
			return true
		}
	}
	return false
}

// messagesOf are the messages of an error in order; raw are those of the engine's own, as they came.
func (p *plan) messagesOf(f *frame, line int32, err error) (messages []tds.ServerMessage, raw []byte) {
	var failed *executor.CallError
	var refusal *engineRefusal
	switch {
	case errors.As(err, &failed):
		messages = failed.Messages
	case errors.As(err, &refusal):
		return refusal.messages(p.format), refusal.tokens
	default:
		messages = []tds.ServerMessage{message(err, classStatement, line)}
	}
	for i := range messages {
		if m := &messages[i]; f.module != nil && m.Proc == "" {
			m.Proc = f.module.name
		}
	}
	return messages, nil
}

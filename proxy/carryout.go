package proxy

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// carryOut does what the request asks for, up to the last token of its answer. An error is what
// the answer has to end with instead (see conclude). The order of the steps is the order of
// refusals: nothing is asked of the caller's script before it is known that he may run one.
func (c *scriptCall) carryOut() (err error) {
	defer c.survive(&err)
	if c.req.refusal != nil {
		if err := c.forwardReset(); err != nil {
			return err
		}
		return c.req.refusal
	}
	if c.req.outer != nil && c.req.outer.proc == tds.ProcPrepare {
		handle, err := c.prepare()
		if err != nil {
			return err
		}
		return c.answerPrepared(handle)
	}
	if c.req.plan {
		return c.carryOutPlan()
	}
	facts, err := c.readFacts(c.req.call)
	if err != nil {
		return err
	}
	c.audit.facts(facts)
	return c.abortTransaction(facts, c.callScript(facts))
}

// callScript carries a call out.
func (c *scriptCall) callScript(facts *facts) error {
	if err := c.mayRun(facts); err != nil {
		return err
	}
	site := c.site()
	bound, err := site.bind(facts)
	if err != nil {
		return err
	}
	c.audit.bound(bound)
	call, err := c.makeCall(site, bound, facts)
	if err != nil {
		return err
	}
	result, err := c.execute(call, bound, facts)
	if err != nil {
		return err
	}
	var handle *int64
	if c.req.outer != nil && c.req.outer.proc == tds.ProcPrepExec {
		// Last, since the client learns of the handle only from the answer of a call that ended well.
		h, err := c.prepare()
		if err != nil {
			return err
		}
		handle = &h
	}
	return c.answerResult(call, result, bound, facts, handle)
}

// forwardReset lets the engine see a RESETCONNECTION that came with a request which it does not
// get.
func (c *scriptCall) forwardReset() error {
	if c.status == 0 {
		return nil
	}
	_, err := c.selectRow("SELECT 1")
	if errors.Is(err, errNoRow) {
		return nil
	}
	return err
}

// makeCall turns bound arguments into a call for the executor, and refuses what it can't do.
func (c *scriptCall) makeCall(site *callSite, b *tsql.Bound, f *facts) (*executor.Call, error) {
	switch {
	case b.PartitionBy != "":
		return nil, newError(errNotSupported, "@input_data_1_partition_by_columns is not supported yet. Partition inside the script.")
	case b.RowsPerRead > 0:
		return nil, newError(errNotSupported, "@r_rowsPerRead is not supported yet. The script gets all rows at once.")
	}
	var sets *tsql.ResultSets
	if site.call != nil {
		sets = site.call.ResultSets
	}
	if sets != nil {
		for _, set := range sets.Sets {
			if set.Object != nil || set.Type != nil || set.ForXML {
				return nil, newError(errNotSupported, "WITH RESULT SETS AS OBJECT, AS TYPE and AS FOR XML are not supported yet. "+
					"List the columns.")
			}
		}
	}
	if b.InputQuery != "" {
		if _, err := tsql.ClassifyInputQuery(b.InputQuery); err != nil {
			return nil, err
		}
	}
	if c.depth >= maxLoopbackDepth {
		return nil, newError(errDepth, "scripts have called each other over loopback connections %d deep, which is the limit.", c.depth)
	}
	if c.cfg.Scripts == nil {
		return nil, newError(errNoScripts, "scripts can't be run here: %v. The command doctor tells what is missing.", c.cfg.Unavailable)
	}
	call := &executor.Call{
		RequestID: uuid.New(), Language: b.Language, Script: b.Script, InputName: b.InputName, OutputName: b.OutputName,
		HasInput: b.InputQuery != "", ResultSets: sets, Login: f.login, Database: f.database, User: f.user,
		Collation: f.collation, Wording: c.wording, Line: site.line(), Proc: site.proc,
	}
	c.audit.id = call.RequestID
	for _, p := range b.Params {
		t, err := wireType(p.Type, f.collation)
		if err != nil {
			return nil, err
		}
		raw, err := encode(&t, p.Value)
		if err != nil {
			return nil, err
		}
		call.Params = append(call.Params, executor.Param{Name: p.Name, Type: t, Value: raw, Output: p.Output})
	}
	return call, nil
}

// execute runs the input query and the script. The result is closed when the call is settled.
func (c *scriptCall) execute(call *executor.Call, b *tsql.Bound, f *facts) (ScriptResult, error) {
	loop, err := c.openLoopback(call, f)
	if err != nil {
		return nil, err
	}
	defer loop.close()
	c.audit.loop = loop
	c.audit.lap(&c.audit.took.facts)
	var rows *inputRows
	if call.HasInput {
		if rows, err = c.openInput(call, b); err != nil {
			return nil, err
		}
	}
	c.audit.lap(&c.audit.took.query)
	used := &executor.Usage{}
	call.Ended = func(u executor.Usage) { *used = u }
	result, err := c.runScript(call, rows)
	c.audit.used, c.result = used, result
	c.audit.lap(nil)
	if rows != nil {
		c.audit.rowsIn = rows.count
		// Whatever became of the script: the engine's answer has to be read to its end.
		if drained := rows.reply.finish(); drained != nil {
			err = drained
		}
	}
	if c.isCancelled() {
		err = errInterrupted
	}
	if err != nil {
		return nil, scriptFailure(err)
	}
	c.audit.rowsOut = result.RowCount()
	return result, nil
}

// scriptFailure is the error of a call that has not ended well, as the answer tells it.
func scriptFailure(err error) error {
	var failed *executor.CallError
	var own *productError
	var lost *lostError
	var refusal *engineRefusal
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, errSessionOver):
		return err
	case errors.As(err, &lost):
		return lost
	case errors.As(err, &refusal):
		return refusal
	case errors.As(err, &failed):
		return failed
	case errors.As(err, &own):
		return own
	case errors.Is(err, context.Canceled):
		return errSessionOver
	}
	return newError(errInternal, "the script call failed: %v.", err)
}

// abortTransaction rolls back if the call has failed and XACT_ABORT asks for that. What the engine
// has refused it has dealt with itself.
func (c *scriptCall) abortTransaction(f *facts, err error) error {
	var failed *executor.CallError
	var known *tsql.Error
	fails := errors.As(err, &failed) || errors.As(err, &known) && known.Class == classStatement
	if !fails || f.options&optionXactAbort == 0 || c.req.headers.Descriptor == 0 {
		return err
	}
	if _, rollback := c.selectRow("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"); rollback != nil && !errors.Is(rollback, errNoRow) {
		return rollback
	}
	return err
}

func (c *scriptCall) runScript(call *executor.Call, rows *inputRows) (ScriptResult, error) {
	ctx, lost := context.WithCancelCause(c.ctx)
	defer lost(nil)
	go c.watchEngine(ctx, lost)
	var in executor.Rows
	if rows != nil {
		in = rows
	}
	// One session never has more than one satellite, and never lacks the place that its
	// own last one still holds.
	if c.leftover != nil {
		<-c.leftover
	}
	c.leftover = make(chan struct{})
	c.gone = c.leftover
	result, err := c.cfg.Scripts.Run(ctx, call, in)
	if result == nil { // nothing is left
		close(c.gone)
	}
	if err != nil && errors.Is(context.Cause(ctx), errEngineHungUp) {
		err = &lostError{errEngineHungUp}
	}
	return result, err
}

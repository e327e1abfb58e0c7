package proxy

import (
	"io"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// procedureRequest carries an RPC out that is more than one script call: a script module by its name,
// or a statement for sp_executesql, sp_prepexec or sp_execute.
func (p *plan) procedureRequest() error {
	p.depth = 1
	if p.req.module != (tsql.Name{}) {
		return p.moduleRequest()
	}
	outer := p.req.outer
	f := &frame{text: p.req.text, mode: p.quoting(), dynamic: true, options: p.facts.options, database: p.facts.database}
	for _, d := range outer.decls {
		v, err := p.parameter(d)
		if err != nil {
			return err
		}
		x, _, err := outer.lookup("@" + d.Name)
		if err == nil {
			err = v.assign(x)
		}
		if err != nil {
			return err
		}
		f.declare(v)
	}
	if err := p.prepareFrame(f, tsql.Split(f.text, f.mode)); err != nil {
		return err
	}
	if c, err := p.requestFrame(f); err != nil || c != courseNext {
		return p.givenUp(err)
	}
	values := map[int]*variable{}
	for i, d := range outer.decls {
		if at := outer.param(i); at >= 0 && d.Output {
			values[at] = f.lookup("@" + d.Name)
		}
	}
	var handle *int64
	if outer.proc == tds.ProcPrepExec {
		h, err := p.prepare()
		if err != nil {
			return err
		}
		handle = &h
	}
	code := int32(0)
	if outer.proc == tds.ProcExecuteSQL {
		code = int32(p.last.number) // as there is none else, @@ERROR
	}
	return p.endRequest(code, values, handle)
}

// requestFrame carries out what the RPC executes.
func (p *plan) requestFrame(f *frame) (course, error) {
	if err := p.renameTemps(f, nil); err != nil {
		return courseEnd, err
	}
	before := p.tranCount
	if f.module != nil || !p.facts.babelfish { // where the statement of an RPC is in the scope of batches
		f.identity = noIdentity
	}
	c, err := p.frame(f)
	if err == nil && c == courseNext {
		_, err = p.leaveBalanced(f, 1, f.procedure(), before)
	}
	p.sayUndone()
	return c, err
}

// givenUp ends the answer to an RPC that an error has given up: there is no return code, and of output parameters only the handle.
func (p *plan) givenUp(err error) error {
	var out []byte
	if err == nil && p.req.outer.proc == tds.ProcPrepExec {
		var handle int64
		if handle, err = p.prepare(); err == nil {
			out, err = p.handleValue(out, handle)
		}
	}
	if err != nil {
		return err
	}
	p.emit(p.scriptCall.procedureDone(out, tds.DoneError))
	return p.broken
}

// moduleRequest carries the RPC of a script module out.
func (p *plan) moduleRequest() error {
	m, err := p.findModule(p.req.module)
	if err != nil {
		return err
	}
	if m == nil {
		return p.passThrough()
	}
	f, places, err := p.moduleFrame(m, p.req.arguments)
	if err != nil {
		return err
	}
	if c, err := p.requestFrame(f); err != nil || c != courseNext {
		return p.givenUp(err)
	}
	values := map[int]*variable{}
	for i, place := range places {
		if param := &m.header.Params[place]; param.Output {
			values[i] = f.lookup(param.Name)
		}
	}
	return p.endRequest(f.result, values, nil)
}

// endRequest ends the answer to an RPC: return code, output parameters, DONEPROC. values are those of the RPC's
// parameters by their places.
func (p *plan) endRequest(code int32, values map[int]*variable, handle *int64) error {
	out := (&tds.ReturnStatus{Value: code}).Append(nil)
	for i := range p.req.outer.params {
		param := &p.req.outer.params[i]
		if param.Status&tds.ParamByRef == 0 {
			continue
		}
		if i == 0 && handle != nil {
			var err error
			if out, err = p.handleValue(out, *handle); err != nil {
				return err
			}
			continue
		}
		v := tds.ReturnValue{Ordinal: uint16(i), Name: param.Name, Status: tds.ReturnOutput, Type: param.Type.AsNullable(), Value: param.Value}
		if changed := values[i]; changed != nil {
			v.Type, v.Value = changed.info, changed.raw
		}
		var err error
		if out, err = v.Append(out, p.format); err != nil {
			return newError(errArgument, "output parameter %s can't be written: %v.", param.Name, err)
		}
	}
	status := tds.DoneStatus(0)
	if p.failed {
		status = tds.DoneError
	}
	p.emit(p.scriptCall.procedureDone(out, status))
	return p.broken
}

// passThrough gives the engine a request that has turned out not to be ours, and the client its
// answer.
func (p *plan) passThrough() error {
	typ := tds.PacketSQLBatch
	if p.req.rpc {
		typ = tds.PacketRPC
	}
	reply, err := p.ask(typ, p.req.payload, tds.DefaultBufferSize)
	if err != nil {
		return err
	}
	reply.source.ctx = nil // the engine ends its answer itself when it is cancelled
	reply.raw = true
	for {
		token, err := reply.next()
		switch {
		case err == io.EOF:
			return reply.finish()
		case err != nil:
			return reply.abandon(err)
		}
		if d, ok := token.(*tds.Done); ok && d.Status&tds.DoneAttn != 0 {
			continue
		}
		p.emit(reply.tokens.Raw())
	}
}

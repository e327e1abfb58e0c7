package proxy

import (
	"encoding/binary"
	"errors"
	"io"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// answerResult answers a call that ended well, in the order in which SQL Server does: result set,
// what was printed, row count, return code, output parameters.
func (c *scriptCall) answerResult(call *executor.Call, result ScriptResult, b *tsql.Bound, f *facts, handle *int64) error {
	returns, err := c.returnValues(call, result, b, f, handle)
	if err != nil {
		return err
	}
	var out []byte
	if columns := result.Columns(); columns != nil {
		meta := tds.ColMetadata{Columns: columns}
		if out, err = meta.Append(nil, c.format); err != nil {
			return newError(errInternal, "the result's columns can't be written: %v.", err)
		}
		c.emit(out)
		if err := c.rows(result); err != nil {
			return err
		}
	}
	out = out[:0]
	for _, m := range result.Messages() {
		out = c.appendMessage(out, m)
	}
	if result.Columns() != nil {
		done := tds.Done{Token: tds.TokenDoneInProc, Status: tds.DoneMore | c.inTransaction(), CurCmd: tds.CurCmdSelect}
		if f.options&optionNoCount == 0 {
			done.Status |= tds.DoneCount
			done.RowCount = uint64(result.RowCount())
		}
		out = done.Append(out, c.format.Version)
	}
	out = (&tds.ReturnStatus{}).Append(out)
	out = append(out, returns...)
	c.emit(c.procedureDone(out, 0))
	return c.broken
}

// rows writes the result's rows, until the client has enough.
func (c *scriptCall) rows(result io.WriterTo) error {
	_, err := result.WriteTo(cancellable{c})
	switch {
	case errors.Is(err, errInterrupted):
		return err
	case c.broken != nil:
		return c.broken
	case err != nil:
		// Rows are out already, so the error comes behind them.
		return newError(errInternal, "the rest of the result can't be read: %v.", err)
	}
	return nil
}

// cancellable writes whole tokens until the call is cancelled.
type cancellable struct{ call *scriptCall }

func (w cancellable) Write(p []byte) (int, error) {
	if w.call.isCancelled() {
		return 0, errInterrupted
	}
	return w.call.Write(p)
}

// answerFailure answers a call whose script failed: neither schema nor rows, output parameters as
// they were.
func (c *scriptCall) answerFailure(failed *executor.CallError) {
	var out []byte
	for _, m := range failed.Messages {
		out = c.appendMessage(out, m)
	}
	c.audit.failed(failed.Messages, failed)
	out = (&tds.ReturnStatus{Value: 1}).Append(out)
	c.emit(c.procedureDone(out, tds.DoneError))
}

// procedureDone is the end of a procedure.
func (c *scriptCall) procedureDone(out []byte, status tds.DoneStatus) []byte {
	done := tds.Done{Token: tds.TokenDoneProc, Status: status | c.inTransaction(), CurCmd: tds.CurCmdExecute}
	return done.Append(out, c.format.Version)
}

// answerPrepared answers sp_prepare.
func (c *scriptCall) answerPrepared(handle int64) error {
	out := (&tds.ReturnStatus{}).Append(nil)
	out, err := c.handleValue(out, handle)
	if err != nil {
		return err
	}
	c.emit(c.procedureDone(out, 0))
	return c.broken
}

func (c *scriptCall) handleValue(out []byte, handle int64) ([]byte, error) {
	v := tds.ReturnValue{Name: c.req.outer.params[0].Name, Status: tds.ReturnOutput, Type: tds.Int(4),
		Value: binary.LittleEndian.AppendUint32(nil, uint32(handle))}
	return v.Append(out, c.format)
}

// returnValues are the RETURNVALUE tokens for the parameters that the client has marked as
// OUTPUT: the script's, or the values as they came.
func (c *scriptCall) returnValues(call *executor.Call, result ScriptResult, b *tsql.Bound, f *facts, handle *int64) ([]byte, error) {
	outer := c.req.outer
	if outer == nil {
		return nil, nil
	}
	values, err := c.outputs(call, result, b)
	if err != nil {
		return nil, err
	}
	var out []byte
	for i := range outer.params {
		p := &outer.params[i]
		switch {
		case p.Status&tds.ParamByRef == 0:
			continue
		case i == 0 && handle != nil:
			if out, err = c.handleValue(out, *handle); err != nil {
				return nil, err
			}
			continue
		}
		v := tds.ReturnValue{Ordinal: uint16(i), Name: p.Name, Status: tds.ReturnOutput, Type: p.Type.AsNullable(), Value: p.Value}
		if changed, ok := values[i]; ok {
			if err := c.returnAs(&v, changed, f); err != nil {
				return nil, err
			}
		}
		if out, err = v.Append(out, c.format); err != nil {
			return nil, newError(errArgument, "output parameter %s can't be written: %v.", p.Name, err)
		}
	}
	return out, nil
}

// output is the new value of an RPC's parameter: converted to declared, if that is given.
type output struct {
	value
	declared *tsql.Type
}

// outputs are the new values of the RPC's parameters by their places.
func (c *scriptCall) outputs(call *executor.Call, result ScriptResult, b *tsql.Bound) (map[int]output, error) {
	outer := c.req.outer
	values := map[int]output{}
	for i, p := range b.Params {
		if !p.Return || p.Argument < 0 {
			continue
		}
		o := output{value: value{t: p.Type}}
		if raw := result.Params()[i]; raw != nil {
			v, err := call.Params[i].Type.Decode(raw)
			if err != nil {
				return nil, newError(errInternal, "output parameter @%s can't be read: %v.", p.Name, err)
			}
			o.v = v
		}
		at := p.Argument
		if c.req.call != nil {
			decl := outer.declared(c.req.call.Args[p.Argument].Ref)
			if decl < 0 || !outer.decls[decl].Output {
				continue
			}
			if at = outer.param(decl); at < 0 {
				continue
			}
			o.declared = &outer.decls[decl].Type
		}
		values[at] = o
	}
	return values, nil
}

// returnAs puts a new value into a RETURNVALUE, in the type of the parameter's declaration, or in
// that of the RPC's parameter if there is none.
func (c *scriptCall) returnAs(v *tds.ReturnValue, o output, f *facts) error {
	target, err := typeOf(v.Type)
	if o.declared != nil {
		target = *o.declared
		v.Type, err = wireType(target, f.collation)
	}
	if err != nil {
		return err
	}
	v.Value = nil
	if o.v == nil {
		return nil
	}
	converted, err := tsql.Implicit(o.v, o.t, target)
	if err != nil {
		return err
	}
	v.Value, err = encode(&v.Type, converted)
	return err
}

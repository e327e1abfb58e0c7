package engine

import (
	"context"
	"errors"
	"fmt"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// rpc carries out the calls of an RPC request one after another.
func (c *connection) rpc(ctx context.Context, data []byte, out *response) error {
	r, err := tds.ParseRPC(data, tds.RequestFormat{Version: c.version})
	if err != nil {
		return err
	}
	if err := c.checkDescriptor(&r.Headers); err != nil {
		return err
	}
	for i := range r.Calls {
		err := c.call(ctx, &r.Calls[i], out)
		var failed *tsql.Error
		if errors.As(err, &failed) { // which does not keep the following calls from being made
			err = out.failCall(failed)
		}
		if err != nil {
			return err
		}
		if out.held != nil && i < len(r.Calls)-1 {
			out.held.Status |= tds.DoneRPCInBatch
		}
	}
	return nil
}

// call carries out one call. Its OUTPUT parameters go between RETURNSTATUS and
// DONEPROC, which the store has sent by then: the DONE is still held back.
func (c *connection) call(ctx context.Context, call *tds.RPCCall, out *response) error {
	if call.NoExec {
		return protocolError(16)
	}
	args, err := arguments(call.Params)
	if err != nil {
		return err
	}
	name := call.Name
	if call.ProcID != 0 {
		name = call.ProcID.Name()
	}
	if procedure := special(name); procedure != nil {
		err = procedure(c, ctx, args, out)
	} else if name == "" {
		err = &tsql.Error{Number: 2812, State: 62, Class: 16, Message: fmt.Sprintf("Could not find stored procedure with number %d.", call.ProcID)}
	} else {
		err = c.session.Exec(ctx, name, args, out)
	}
	if err != nil {
		return err
	}
	done := out.held
	if done != nil && done.Token == tds.TokenDone { // of a call that did not begin
		done.Token, done.CurCmd = tds.TokenDoneProc, store.CommandExecute
	}
	out.held = nil
	if err := returnOutputs(call.Params, args, out); err != nil {
		return err
	}
	out.held = done
	return nil
}

// arguments makes the store's arguments of an RPC's parameters.
func arguments(params []tds.RPCParam) ([]store.Arg, error) {
	args := make([]store.Arg, len(params))
	for i := range params {
		p := &params[i]
		arg := store.Arg{
			Param:   store.Param{Name: p.Name, Output: p.Status&tds.ParamByRef != 0},
			Default: p.Status&tds.ParamDefault != 0,
		}
		var err error
		switch {
		case p.Cipher != nil:
			err = &tsql.Error{Number: 40508, State: 1, Class: 16, Message: "Encrypted parameters are not supported by the embedded engine."}
		case p.TVP != nil:
			arg.Table, err = tableValue(p.TVP)
		case p.Type.ID == tds.TypeNull:
			// A NULL without a type, which takes the parameter's.
		default:
			if arg.Type, err = languageType(p.Type); err == nil {
				arg.Value, err = fromWire(&p.Type, p.Value)
			}
		}
		if err != nil {
			return nil, err
		}
		args[i] = arg
	}
	return args, nil
}

func returnOutputs(params []tds.RPCParam, args []store.Arg, out *response) error {
	for i := range args {
		if !args[i].Output {
			continue
		}
		v := tds.ReturnValue{Ordinal: uint16(i), Name: params[i].Name, Status: tds.ReturnOutput, Type: params[i].Type.AsNullable()}
		if v.Type.ID == tds.TypeNull && args[i].Type.Kind != tsql.KindInvalid {
			var err error
			if v.Type, err = wireType(args[i].Type); err != nil {
				return err
			}
		}
		if args[i].Value != nil {
			value, err := toWire(args[i].Value)
			if err != nil {
				return err
			}
			if v.Value, err = v.Type.Encode([]byte{}, value); err != nil {
				return err
			}
		}
		if err := out.returnValue(&v); err != nil {
			return err
		}
	}
	return nil
}

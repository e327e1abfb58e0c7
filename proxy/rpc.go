package proxy

import (
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// outerCall is the RPC that a script call came in.
type outerCall struct {
	proc       tds.ProcID       // 0: the script procedure itself
	params     []tds.RPCParam   // as sent
	first      int              // where the values for decls begin among params
	decls      []tsql.ParamDecl // of the statement; nil for the script procedure itself
	statement  *preparedCall    // to be remembered or executed
	text, decl string           // of the statement, for the surrogate
}

// parseRPC looks closer at an RPC in which our name was found, or a handle of ours. nil: it is
// not ours. payload is the caller's no longer.
func (r *requestRelay) parseRPC(payload []byte) *request {
	message, err := tds.ParseRPC(payload, r.requests)
	if err != nil {
		return nil
	}
	for i := range message.Calls {
		q := &request{headers: message.Headers, status: r.first.Status, rpc: true}
		if q = r.parseCall(q, &message.Calls[i]); q == nil {
			continue
		}
		switch {
		case len(message.Calls) > 1:
			q.refusal = newError(errComposition, "sp_execute_external_script was found in an RPC message of %d calls. "+
				"Send the call in a message of its own.", len(message.Calls))
		case message.Calls[i].NoExec:
			q.refusal = newError(errComposition, "the client asks that its call of sp_execute_external_script is not carried out.")
		}
		if q.module != (tsql.Name{}) {
			q.payload = payload
		}
		return q
	}
	return nil
}

// parseCall fills q in, or returns nil if call is not ours.
func (r *requestRelay) parseCall(q *request, call *tds.RPCCall) *request {
	if call.ProcID == 0 && tsql.IsScriptProcedure(call.Name) {
		return q.byName(call)
	}
	if call.ProcID == 0 {
		// ODBC's {call p;1} names the first of a group of procedures, which is the only one nearly always.
		if n, err := tsql.ParseName(strings.TrimSuffix(call.Name, ";1")); err == nil && r.server.modules.nameConcerns(n) {
			q.plan, q.module = true, n
			return q.byName(call)
		}
	}
	head := tds.RPCHead{ProcID: call.ProcID, NameUTF16: tds.AppendUTF16(nil, call.Name)}
	outer := &outerCall{proc: procedure(&head), params: call.Params}
	switch outer.proc {
	case tds.ProcExecuteSQL:
		return outer.fill(&r.server.modules, q, 0, 1, 2)
	case tds.ProcPrepare:
		return outer.fill(&r.server.modules, q, 2, 1, len(call.Params))
	case tds.ProcPrepExec:
		return outer.fill(&r.server.modules, q, 2, 1, 3)
	case tds.ProcExecute:
		return r.prepared.fill(q, outer)
	case tds.ProcUnprepare:
		r.prepared.forget(outer)
		return nil // the handle is the engine's own
	case tds.ProcCursorOpen, tds.ProcCursorPrepare, tds.ProcCursorPrepExec, tds.ProcPrepExecRPC:
		return outer.refuseCursor(&r.server.modules, q)
	}
	return nil
}

// byName makes the arguments of an RPC of the procedure itself.
func (q *request) byName(call *tds.RPCCall) *request {
	q.outer = &outerCall{params: call.Params}
	q.arguments = make([]tsql.Argument, len(call.Params))
	for i := range call.Params {
		p := &call.Params[i]
		v, err := paramValue(p)
		if err != nil && q.refusal == nil {
			q.refusal = err
		}
		q.arguments[i] = tsql.Argument{Name: p.Name, Type: v.t, Value: v.v,
			Default: p.Status&tds.ParamDefault != 0, Output: p.Status&tds.ParamByRef != 0}
	}
	return q
}

// fill reads the statement, its declarations and the place of its values.
func (o *outerCall) fill(modules *moduleNames, q *request, statement, declarations, first int) *request {
	text, ok := o.text16(statement)
	if !ok {
		return nil
	}
	if q = q.parse(modules, text); q == nil {
		return nil
	}
	q.outer, o.first, o.text = o, first, text
	o.decl, _ = o.text16(declarations)
	if q.refusal == nil {
		var err error
		if o.decls, err = tsql.ParseParamDecls(o.decl); err != nil {
			q.refusal = err
		}
	}
	if q.refusal == nil {
		o.statement = &preparedCall{call: q.call, plan: q.plan, decls: o.decls}
	}
	return q
}

// refuseCursor refuses statements with a script call in procedures that can't run one.
func (o *outerCall) refuseCursor(modules *moduleNames, q *request) *request {
	text, ok := o.text16(statementParam[o.proc])
	if !ok {
		return nil
	}
	if o.proc == tds.ProcPrepExecRPC && tsql.IsScriptProcedure(text) {
		q.outer, q.refusal = o, newError(errNotSupported, "sp_execute_external_script can't be prepared by sp_prepexecrpc here. "+
			"Call it by RPC, or prepare a statement by sp_prepare or sp_prepexec.")
		return q
	}
	if q = q.parse(modules, text); q == nil {
		return nil
	}
	q.outer, q.call = o, nil
	q.refusal = &tsql.Error{Number: 16937, State: 1, Class: classStatement, Message: "A server cursor cannot be opened on the given " +
		"statement or statements. Use a default result set or client cursor."}
	return q
}

// text16 is a Unicode parameter by its place.
func (o *outerCall) text16(i int) (string, bool) {
	if i >= len(o.params) || !o.params[i].Type.IsUnicode() {
		return "", false
	}
	return tds.DecodeUTF16(o.params[i].Value), true
}

// paramValue is a parameter's value.
func paramValue(p *tds.RPCParam) (value, error) {
	switch {
	case p.TVP != nil:
		return value{}, newError(errArgument, "a table-valued parameter can't be an argument of sp_execute_external_script. "+
			"Use @input_data_1 for tables.")
	case p.Status&tds.ParamEncrypted != 0:
		return value{}, newError(errArgument, "an encrypted parameter (Always Encrypted) can't be an argument of sp_execute_external_script.")
	}
	t, err := typeOf(p.Type)
	if err != nil || p.Value == nil {
		return value{t: t}, err
	}
	v, err := p.Type.Decode(p.Value)
	if err != nil {
		return value{}, newError(errArgument, "parameter %s can't be read: %v.", p.Name, err)
	}
	return value{t, v}, nil
}

// param is the place among params of the value for a declared parameter, -1 if there is none.
func (o *outerCall) param(decl int) int {
	for i := o.first; i < len(o.params); i++ {
		if p := &o.params[i]; p.Name == "" && i-o.first == decl ||
			strings.EqualFold(strings.TrimPrefix(p.Name, "@"), o.decls[decl].Name) {
			return i
		}
	}
	return -1
}

// declared is the place of the declaration of "@x" among decls, -1 if there is none.
func (o *outerCall) declared(ref string) int {
	for i := range o.decls {
		if strings.EqualFold(o.decls[i].Name, strings.TrimPrefix(ref, "@")) {
			return i
		}
	}
	return -1
}

// lookup is the value of the statement's parameter ref, as its declaration says.
func (o *outerCall) lookup(ref string) (value, bool, error) {
	i := o.declared(ref)
	if i < 0 {
		return value{}, false, nil
	}
	decl := &o.decls[i]
	from := value{decl.DefaultType, decl.Default}
	if at := o.param(i); at >= 0 && o.params[at].Status&tds.ParamDefault == 0 {
		var err error
		if from, err = paramValue(&o.params[at]); err != nil {
			return value{}, true, err
		}
	} else if !decl.HasDefault {
		return value{}, true, tsql.NewError(8178, "("+o.decl+")"+o.text, "@"+decl.Name)
	}
	if from.v == nil {
		return value{t: decl.Type}, true, nil
	}
	v, err := tsql.Implicit(from.v, from.t, decl.Type)
	return value{decl.Type, v}, true, err
}

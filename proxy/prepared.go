package proxy

import (
	"io"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// preparedCall is a prepared statement that is a script call.
type preparedCall struct {
	call       *tsql.ScriptCall
	decls      []tsql.ParamDecl
	text, decl string
}

// preparedCalls are the session's prepared statements that are script calls, by handle. The
// handle is the engine's: it stands for a surrogate statement there, so that handles never
// collide, and sp_unprepare can be left to the engine.
type preparedCalls struct {
	byHandle map[int64]*preparedCall
}

func (p *preparedCalls) empty() bool           { return len(p.byHandle) == 0 }
func (p *preparedCalls) has(handle int64) bool { return p.byHandle[handle] != nil }
func (p *preparedCalls) clear()                { p.byHandle = nil }

// maxPrepared bounds the statements that a client can make us remember.
const maxPrepared = 10000

func (p *preparedCalls) remember(handle int64, call *preparedCall) error {
	if p.byHandle == nil {
		p.byHandle = map[int64]*preparedCall{}
	}
	if len(p.byHandle) >= maxPrepared {
		return newError(errNotSupported, "the session has prepared more than %d script calls without sp_unprepare.", maxPrepared)
	}
	p.byHandle[handle] = call
	return nil
}

// handleOf is the handle in a parameter.
func handleOf(p *tds.RPCParam) (int64, bool) {
	if p.Value == nil || p.TVP != nil {
		return 0, false
	}
	v, err := p.Type.Decode(p.Value)
	n, ok := v.(int64)
	return n, err == nil && ok
}

// fill makes a request of an sp_execute, if its handle is one of ours.
func (p *preparedCalls) fill(q *request, outer *outerCall) *request {
	if len(outer.params) == 0 {
		return nil
	}
	handle, ok := handleOf(&outer.params[0])
	if !ok || !p.has(handle) {
		return nil
	}
	statement := p.byHandle[handle]
	outer.decls, outer.first, outer.statement = statement.decls, 1, statement
	outer.text, outer.decl = statement.text, statement.decl
	q.outer, q.call = outer, statement.call
	return q
}

func (p *preparedCalls) forget(outer *outerCall) {
	if len(outer.params) > 0 {
		if handle, ok := handleOf(&outer.params[0]); ok {
			delete(p.byHandle, handle)
		}
	}
}

// surrogate is the statement that is prepared in a script call's place.
const surrogate = "SELECT 1 AS [tds-launchpad]"

// prepare gets a handle for the call from the engine and remembers what it stands for.
func (c *scriptCall) prepare() (int64, error) {
	unicode := c.unicodeType()
	decl := c.req.outer.params[1]
	if !decl.Type.IsUnicode() {
		decl = tds.RPCParam{Type: unicode}
	}
	decl.Name = ""
	message := tds.RPCRequest{Headers: c.headers(), Calls: []tds.RPCCall{{ProcID: tds.ProcPrepare, Params: []tds.RPCParam{
		{Status: tds.ParamByRef, Type: tds.Int(4)},
		decl,
		{Type: unicode, Value: tds.AppendUTF16([]byte{}, surrogate)},
		{Type: tds.Int(4), Value: []byte{1, 0, 0, 0}},
	}}}}
	payload, err := message.Append(nil, c.requests)
	if err != nil {
		return 0, newError(errInternal, "sp_prepare can't be written: %v.", err)
	}
	reply, err := c.ask(tds.PacketRPC, payload, helperBuffer)
	if err != nil {
		return 0, err
	}
	var handle int64
	found := false
	for {
		token, err := reply.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, reply.abandon(err)
		}
		if v, ok := token.(*tds.ReturnValue); ok && !found {
			handle, found = handleOf(&tds.RPCParam{Type: v.Type, Value: v.Value})
		}
	}
	if err := reply.finish(); err != nil {
		return 0, err
	}
	if !found {
		return 0, newError(errEngineProtocol, "the engine gave no handle for a prepared statement.")
	}
	statement := c.req.outer.statement
	statement.text, statement.decl = c.req.outer.text, c.req.outer.decl
	return handle, c.prepared.remember(handle, statement)
}

// unicodeType is the type of texts in our RPCs.
func (s *session) unicodeType() tds.TypeInfo {
	if s.format.Version.AtLeast(tds.V72) {
		return tds.NVarChar(tds.SizeMax, tds.DefaultCollation)
	}
	return tds.NText(tds.DefaultCollation)
}

package proxy

import (
	"io"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// preparedCall is a prepared statement that is a script call.
type preparedCall struct {
	call       *tsql.ScriptCall // nil if it needs a plan
	plan       bool
	decls      []tsql.ParamDecl
	text, decl string
}

// preparedCalls are the session's prepared statements that are script calls, by handle. The
// handle is the engine's: it stands for a surrogate statement there, so that handles never
// collide, and sp_unprepare can be left to the engine.
type preparedCalls struct {
	byHandle map[int64]*preparedCall
	size     int // of all, as preparedCall.size
}

func (p *preparedCalls) empty() bool           { return len(p.byHandle) == 0 }
func (p *preparedCalls) has(handle int64) bool { return p.byHandle[handle] != nil }
func (p *preparedCalls) clear()                { p.byHandle, p.size = nil, 0 }

// preparedOverhead is what a statement takes besides its texts, about.
const preparedOverhead = 2 << 10

// size is about how much memory the statement takes: its text, and its literals once more.
func (s *preparedCall) size() int { return 2*len(s.text) + 2*len(s.decl) + preparedOverhead }

// room refuses a statement with which the session would make us remember more than limit bytes.
func (p *preparedCalls) room(call *preparedCall, limit int) error {
	if p.size+call.size() > limit {
		return newError(errNotSupported, "the session has prepared %d script calls, which together with this one are longer than the %d bytes "+
			"that are configured for script calls. Free those that are not needed any more (sp_unprepare).", len(p.byHandle), limit)
	}
	return nil
}

func (p *preparedCalls) remember(handle int64, call *preparedCall) {
	p.drop(handle)
	if p.byHandle == nil {
		p.byHandle = map[int64]*preparedCall{}
	}
	p.byHandle[handle] = call
	p.size += call.size()
}

func (p *preparedCalls) drop(handle int64) {
	if call := p.byHandle[handle]; call != nil {
		p.size -= call.size()
		delete(p.byHandle, handle)
	}
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
	q.outer, q.call, q.plan, q.text = outer, statement.call, statement.plan, statement.text
	return q
}

func (p *preparedCalls) forget(outer *outerCall) {
	if len(outer.params) > 0 {
		if handle, ok := handleOf(&outer.params[0]); ok {
			p.drop(handle)
		}
	}
}

// surrogate is the statement that is prepared in a script call's place. Should it ever be executed,
// as when a reset has made us forget the call and the engine not, an error is better than an
// answer.
const surrogate = "RAISERROR(N'" + product + "the prepared script call has been forgotten. Prepare it again.', 16, 1)"

// prepare gets a handle for the call from the engine and remembers what it stands for.
func (c *scriptCall) prepare() (int64, error) {
	statement := c.req.outer.statement
	statement.text, statement.decl = c.req.outer.text, c.req.outer.decl
	if err := c.prepared.room(statement, c.cfg.Limits.ScriptCall); err != nil {
		return 0, err
	}
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
	c.prepared.remember(handle, statement)
	return handle, nil
}

// unicodeType is the type of texts in our RPCs.
func (s *session) unicodeType() tds.TypeInfo {
	if s.format.Version.AtLeast(tds.V72) {
		return tds.NVarChar(tds.SizeMax, tds.DefaultCollation)
	}
	return tds.NText(tds.DefaultCollation)
}

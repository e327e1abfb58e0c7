package proxy

import (
	"bytes"
	"errors"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// request is a request of the client that we answer ourselves.
type request struct {
	headers tds.AllHeaders // of the client's message: transaction descriptor and the like
	status  tds.Status     // of its first packet: the reset bits
	rpc     bool           // it came as an RPC
	refusal error          // not nil: it can't be carried out (*productError, *tsql.Error)
	plan    bool           // it is more than one script call
	text    string         // of a plan: the batch, or the statement of the RPC
	module  tsql.Name      // of a plan: the procedure that the RPC calls
	payload []byte         // of a plan: the message, in case that it turns out to be none of ours

	call      *tsql.ScriptCall // from text; nil if arguments is set
	arguments []tsql.Argument  // of an RPC by name
	outer     *outerCall       // the RPC around the call, nil for a batch
}

// detect decides whose a complete request is: ours if the result is not nil.
func (r *requestRelay) detect(packets []byte) *request {
	if r.noPlans != "" {
		return nil
	}
	var payload []byte
	if len(packets) == int(r.first.Length) {
		payload = packets[tds.HeaderSize:]
	} else {
		r.payload = tds.AppendPayload(r.payload[:0], packets)
		payload = r.payload
		if cap(r.payload) > heldKept {
			r.payload = nil
		}
	}
	if r.first.Type == tds.PacketRPC {
		return r.detectRPC(payload)
	}
	return r.detectBatch(payload)
}

// detectBatch decides about a batch. Nearly all are forwarded after the scan.
func (r *requestRelay) detectBatch(payload []byte) *request {
	batch, err := tds.ParseSQLBatch(payload, r.requests)
	if err != nil || r.server.modules.scan(batch.Text)&hitOurs == 0 && !r.mayHide(batch.Text) {
		return nil // what can't be read is the engine's to refuse
	}
	q := &request{headers: batch.Headers, status: r.first.Status}
	if q = q.parse(&r.server.modules, tds.DecodeUTF16(batch.Text)); q != nil && q.plan {
		q.payload = bytes.Clone(payload)
	}
	return q
}

// executing finds the words that run what a variable or a table holds.
var executing = tsql.NewScanner("exec", "execute", "sp_executesql")

// mayHide tells whether a text that doesn't name us may execute something that does, and whether such
// texts are to be planned.
func (r *requestRelay) mayHide(text []byte) bool {
	return r.cfg.PlanDynamicSQL && executing.ScanUTF16(text)&tsql.HitModule != 0
}

// hitOurs are the hits of a scan that are worth a closer look.
const hitOurs = tsql.HitScript | tsql.HitModule

// parse looks for something of ours in a text, and returns nil if there is nothing. A text that is
// one script call needs no plan.
func (q *request) parse(modules *moduleNames, text string) *request {
	call, err := tsql.ParseScriptCall(text)
	var composition *tsql.CompositionError
	switch {
	case err != nil && !errors.As(err, &composition):
		q.refusal = err
		return q
	case call != nil:
		q.call = call
		return q
	}
	switch modules.look(text, tsql.QuotedIdentifierOn) {
	case foundPlan:
		q.plan, q.text = true, text
		return q
	case foundTrigger:
		q.refusal = newError(errNotSupported, "a trigger with a script call in it can't be created: the engine runs triggers itself, "+
			"where the proxy doesn't see them. Call the script in a procedure, or in the batch that changes the table.")
		return q
	}
	return nil
}

// detectRPC decides about a complete RPC message. Names and texts in it are UTF-16 at any
// offset. What can hide from the search is a text that is sent in several chunks, and the handle
// of a prepared call, so those are looked for.
func (r *requestRelay) detectRPC(payload []byte) *request {
	scan := r.server.modules.scan
	if scan(payload)&hitOurs == 0 && (len(payload) == 0 || scan(payload[1:])&hitOurs == 0) &&
		!r.statementHit(payload) {
		return nil
	}
	return r.parseRPC(bytes.Clone(payload)) // outlives the packets
}

// statementParam is the place of the statement's text among the parameters of the procedures that
// take one, and -1 for the procedures that take a handle of a prepared statement first.
var statementParam = map[tds.ProcID]int{
	tds.ProcExecuteSQL: 0, tds.ProcPrepare: 2, tds.ProcPrepExec: 2, tds.ProcPrepExecRPC: 1,
	tds.ProcCursorOpen: 1, tds.ProcCursorPrepare: 2, tds.ProcCursorPrepExec: 3,
	tds.ProcExecute: -1, tds.ProcUnprepare: -1,
}

// procedure returns the number of the special procedure that a call names or numbers, 0 for others.
func procedure(head *tds.RPCHead) tds.ProcID {
	if head.ProcID != 0 || len(head.NameUTF16) < 2*len("sp_x") || len(head.NameUTF16) > maxSpecialName {
		return head.ProcID
	}
	name := head.Name()
	for id := tds.ProcCursor; id <= tds.ProcUnprepare; id++ {
		if tsql.IsSystemProcedure(name, id.Name()) {
			return id
		}
	}
	return 0
}

// maxSpecialName is longer than [master].[sys].[sp_cursorunprepare] with blanks, in bytes.
const maxSpecialName = 2 * 64

// statementHit looks for our name in the statement of the first call, which is also what tells
// whether an incomplete RPC may be ours, and for handles of ours in all calls.
func (r *requestRelay) statementHit(payload []byte) bool {
	scan, err := tds.ScanRPC(payload, r.requests)
	if err != nil {
		return false
	}
	for {
		head, err := scan.NextCall()
		if err != nil {
			return false
		}
		if r.callHit(payload, &scan, &head) {
			return true
		}
		if r.prepared.empty() {
			return false
		}
	}
}

// callHit does that for one call. A statement of which only the beginning is there is hit if our name
// stands anywhere in it.
func (r *requestRelay) callHit(payload []byte, scan *tds.RPCScanner, head *tds.RPCHead) bool {
	if head.ProcID == 0 && !mayBeSpecial(head.NameUTF16) {
		return false
	}
	place, special := statementParam[procedure(head)]
	if !special || place < 0 && r.prepared.empty() {
		return false
	}
	var p tds.RPCParam
	for range max(place, 0) + 1 {
		if err := scan.NextParam(&p); err != nil {
			return place >= 0 && errors.Is(err, tds.ErrTruncated) &&
				(r.server.modules.scan(payload)|r.server.modules.scan(payload[1:]))&hitOurs != 0
		}
	}
	if place < 0 {
		handle, ok := handleOf(&p)
		return ok && r.prepared.has(handle)
	}
	return p.Type.IsUnicode() && (r.server.modules.scan(p.Value)&hitOurs != 0 || r.mayHide(p.Value))
}

// mayBeSpecial tells cheaply whether a procedure's name may be that of a special procedure: all
// have "sp_" in it.
func mayBeSpecial(name []byte) bool {
	for i := 0; i+6 <= len(name); i += 2 {
		if name[i]|0x20 == 's' && name[i+2]|0x20 == 'p' && name[i+4] == '_' {
			return true
		}
	}
	return false
}

// longRPC decides about an RPC that is too long to be held, from its beginning: its name, and its
// statement if it has one.
func (r *requestRelay) longRPC() error {
	if !r.likely {
		if r.noPlans != "" || !r.beginningHit(tds.AppendPayload(nil, r.held)) {
			return r.forwardHeld()
		}
		r.likely = true
	}
	if len(r.held) <= r.cfg.Limits.ScriptCall {
		return nil // go on collecting
	}
	r.held = nil
	status := r.first.Status
	if err := r.discardRequest(); err != nil {
		return err
	}
	return r.startCall(&request{status: status, rpc: true, refusal: tooLong(r.cfg.Limits.ScriptCall)})
}

// beginningHit tells whether an RPC of which the beginning is there may be ours.
func (r *requestRelay) beginningHit(payload []byte) bool {
	scan, err := tds.ScanRPC(payload, r.requests)
	if err != nil {
		return false
	}
	head, err := scan.NextCall()
	if err != nil {
		return false
	}
	return r.server.modules.scan(head.NameUTF16)&hitOurs != 0 || r.statementHit(payload)
}

// discardRequest reads the rest of the request whose packets are not wanted any more.
func (r *requestRelay) discardRequest() error {
	for {
		run, err := r.client.in.NextRun()
		switch {
		case err != nil:
			return r.clientLost(err)
		case run.First.Type != r.first.Type:
			return outOfOrder(run.First.Type, r.first.Type)
		case run.Last.EOM():
			return nil
		}
	}
}

package proxy

import (
	"errors"

	"tds-launchpad/tsql"
)

// plan carries a request out in which script calls stand among other statements (design section
// 6). The engine executes the runs of statements between them, one request each; conditions it
// decides too. What the plan holds itself is where it is, and the variables.
type plan struct {
	*scriptCall
	facts      *facts
	fresh      bool // no statement of the client's has run since facts were read
	markerName string
	depth      int          // of procedures; 0 is a batch
	tries      []*openTry   // the TRY blocks that the plan is in, the innermost last
	catching   *caughtError // of the innermost CATCH block that the plan is in
	caught     *caughtError // of the CATCH block that has just run on the engine
	raised     *raisedError // the error that we have the engine raise
	sink       *rowSink     // takes result sets in place of the client, in an INSERT ... EXEC
	last       lastStatement
	tranCount  int64  // @@TRANCOUNT
	undone     bool   // the last request ended in a transaction that can't be committed, so that the engine has rolled it back
	ending     []byte // how the engine has told of that, for the end of the request
	stepped    bool   // a request of ours has come between the client's statements
	nesting    int    // frames below the present one
	failed     bool   // a statement of ours has, outside of TRY blocks
}

// lastStatement is what @@ROWCOUNT and @@ERROR say about the statement before.
type lastStatement struct{ rowCount, number int64 }

// openTry is a TRY block that the plan is in.
type openTry struct {
	frame *frame
	stmt  *tsql.Statement
	depth int // what plan.depth and plan.sink are for its CATCH block
	sink  *rowSink
	rest  []tsql.Statement // what the engine can execute behind the TRY in its list
	// walked: the CATCH block has something of ours in it, so only its beginning goes with each request.
	walked bool
	lead   []tsql.Statement
	outer  *caughtError // of the CATCH block that the TRY itself stands in
}

// catchLine is a line that the CATCH block may begin on.
func (t *openTry) catchLine() int32 {
	if len(t.stmt.Else) > 0 {
		return t.stmt.Else[0].Line
	}
	return t.stmt.EndLine
}

// maxNesting is how deep procedures may call each other (@@NESTLEVEL).
const maxNesting = 32

// carryOutPlan does what a request of several statements asks for.
func (c *scriptCall) carryOutPlan() error {
	p := &plan{scriptCall: c, markerName: newMarkerName()}
	var err error
	if p.facts, err = c.readFacts(nil); err != nil {
		return err
	}
	p.fresh = true
	defer p.sayUndone()
	p.tranCount, p.last, p.stepped = p.facts.tranCount, p.facts.last, true
	c.audit.facts(p.facts)
	if err := p.dropAgain(); err != nil {
		return err
	}
	if err := p.checkSyntax(p.declared() + c.req.text); err != nil {
		return err
	}
	if c.req.rpc {
		return p.procedureRequest()
	}
	f := &frame{text: c.req.text, mode: p.quoting()}
	if err := p.prepareFrame(f, tsql.Split(f.text, f.mode)); err != nil {
		if p.innocent(f) {
			return p.passThrough()
		}
		return err
	}
	if _, err := p.frame(f); err != nil {
		return err
	}
	p.sayUndone()
	c.finishAnswer()
	return c.broken
}

// quoting is how the session reads "double quotes".
func (p *plan) quoting() tsql.Mode {
	if p.facts.options&optionQuotedIdentifier == 0 {
		return tsql.QuotedIdentifierOff
	}
	return tsql.QuotedIdentifierOn
}

// prepareFrame looks a frame's statements through before anything of it runs.
func (p *plan) prepareFrame(f *frame, body []tsql.Statement) error {
	f.body, f.depth = body, p.nesting
	if err := f.declareAll(p, body); err != nil {
		return err
	}
	return p.analyse(f)
}

// frame carries a frame out, and removes what it leaves on the engine.
func (p *plan) frame(f *frame) (course, error) {
	p.nesting++
	outer := p.catching
	p.catching = nil
	c, err := courseNext, p.asMade(f)
	if err == nil {
		c, err = p.list(f, f.body)
	}
	p.catching = outer
	p.nesting--
	var lost *lostError
	if errors.As(err, &lost) || errors.Is(err, errSessionOver) {
		return courseEnd, err
	}
	if clean := p.insisting(func() error { return p.leave(f) }); clean != nil && err == nil {
		err = clean
	}
	if err != nil {
		return courseEnd, err
	}
	if c == courseReturn {
		c = courseNext
	}
	return c, nil
}

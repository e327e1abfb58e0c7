package proxy

import (
	"bytes"
	"strconv"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// frame is one scope of variables: the request's own text, a script module, or dynamic SQL.
type frame struct {
	text   string
	mode   tsql.Mode
	body   []tsql.Statement
	module *scriptModule // nil: a batch or dynamic SQL
	depth  int           // how many frames are below

	vars      map[string]*variable     // by name, lower case, with @
	order     []*variable              // as declared
	declares  []*tsql.Statement        // of text, in order
	tokens    []tsql.Token             // of text, once they are wanted
	walked    map[*tsql.Statement]bool // statements that the plan carries out
	argNames  map[int]bool             // where a token @x names a parameter of an EXEC
	catches   []span                   // of text: its CATCH blocks
	rollbacks []*tsql.Statement        // of text, in order
	temps     []string                 // temporary tables that end with the frame, by their names on the engine
	tempNames map[string]string        // #t of the frame -> its name on the engine, where they differ
	texts     []span                   // of text: literals of dynamic SQL
	tempIDs   map[string]int64         // object numbers of callers' tables that the frame may use as its own
	dynamic   bool                     // the text of EXEC or sp_executesql
	options   int64                    // @@OPTIONS before the frame
	database  string                   // of the session before dynamic SQL
	switched  bool                     // ANSI_NULLS is another than before the frame
	result    int32                    // of RETURN
	identity  string                   // what SCOPE_IDENTITY() is, "" if the engine knows it
}

// variable is a variable of T-SQL whose value the proxy holds between the engine's requests.
type variable struct {
	name     string // as declared, with @
	declared string // its type as declared
	line     int32
	info     tds.TypeInfo
	raw      []byte // in the type info; nil is NULL
	// shared variables are used in more than one request; the others are left to the engine.
	shared bool
	// table is the temporary table that stands for a shared table variable, and columns what
	// defines it.
	table, columns string
	made           bool
	inTransaction  bool // made in one, so that a ROLLBACK removes it
	rollbacks      int  // that the plan had seen then
	cursor         bool
}

// value is what the variable holds.
func (v *variable) value() (value, error) {
	t, err := typeOf(v.info)
	if err != nil {
		return value{}, err
	}
	out := value{t: t}
	if v.raw == nil {
		return out, nil
	}
	if out.v, err = v.info.Decode(v.raw); err != nil {
		return value{}, newError(errEngineProtocol, "the value of %s can't be read: %v.", v.name, err)
	}
	return out, nil
}

// assign converts a value as an assignment does and stores it.
func (v *variable) assign(from value) error {
	t, err := typeOf(v.info)
	if err != nil {
		return err
	}
	if from.v == nil {
		v.raw = nil
		return nil
	}
	converted, err := tsql.Implicit(from.v, from.t, t)
	if err != nil {
		return err
	}
	v.raw, err = encode(&v.info, converted)
	return err
}

// longValue is the size from which a value does not enter a request as a literal: 8,000 bytes in
// hexadecimal digits are half of what a batch of one packet holds.
const longValue = 8000

// long tells whether the value can't be a literal.
func (v *variable) long() bool {
	if len(v.raw) > longValue {
		return true
	}
	_, ok := v.literal()
	return !ok
}

// literal is an expression of the value.
func (v *variable) literal() (string, bool) {
	if v.info.ID == tds.TypeUDT || v.info.ID == tds.TypeXML && v.raw != nil {
		return "NULL", v.raw == nil
	}
	x, err := v.value()
	if err != nil {
		return "", false
	}
	if s, ok := x.v.(string); ok && !(v.survives(s) && fewControls(s)) {
		return "", false
	}
	return tsql.Literal(x.v, x.t)
}

// survives tells whether text becomes the value's bytes again: half a surrogate pair and bytes that the code
// page knows nothing of don't.
func (v *variable) survives(text string) bool {
	raw, err := encode(&v.info, text)
	return err == nil && bytes.Equal(raw, v.raw)
}

// maxControls bounds the control characters in a literal, each of which makes a term of an expression that engines
// evaluate recursively.
const maxControls = 100

func fewControls(text string) bool {
	n := 0
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' {
			n++
		}
	}
	return n <= maxControls
}

// declare adds a variable to the frame.
func (f *frame) declare(v *variable) {
	if f.vars == nil {
		f.vars = map[string]*variable{}
	}
	key := strings.ToLower(v.name)
	if f.vars[key] == nil {
		f.order = append(f.order, v)
	}
	f.vars[key] = v
}

// lookup is the variable @x, nil if there is none.
func (f *frame) lookup(ref string) *variable { return f.vars[strings.ToLower(ref)] }

// ownVariable begins the names of our variables, so that they are none of the client's.
const ownVariable = "@tl$"

// alias is the name under which a variable of an outer frame goes with a request that is made of
// several frames' texts: two of them may use one name.
func (f *frame) alias(name string, innermost *frame) string {
	if f == innermost {
		return name
	}
	return ownVariable + strconv.Itoa(f.depth) + "_" + name[1:]
}

// mentioned are the variables of the frame that stand in text[from:to], in the order of their
// declaration.
func (f *frame) mentioned(from, to int, into map[*variable]bool) {
	for _, t := range f.tokensIn(from, to) {
		if t.Kind == tsql.TokenVariable && !f.argNames[t.Pos] {
			if v := f.lookup(t.Text(f.text)); v != nil {
				into[v] = true
			}
		}
	}
}

// procedure is the name of the script module whose text the frame is, "" if it is none.
func (f *frame) procedure() string {
	if f.module == nil {
		return ""
	}
	return f.module.name
}

// leaveBalanced says what the engine says when a procedure or dynamic SQL ends with another @@TRANCOUNT than
// it began with.
func (p *plan) leaveBalanced(f *frame, line int32, procedure string, before int64) (course, error) {
	if p.tranCount == before {
		return courseNext, nil
	}
	m := message(tsql.NewError(266, before, p.tranCount), classStatement, line)
	m.Proc = procedure
	if len(p.tries) > 0 {
		return p.raise(f, line, []tds.ServerMessage{m})
	}
	p.emit(p.appendMessage(nil, m))
	p.last.number, p.stepped = int64(m.Number), true
	return courseNext, nil
}

package tsql

import "strings"

// ArgKind says how an argument of a call is written.
type ArgKind uint8

const (
	// ArgLiteral is a constant, or a bare word, which T-SQL takes for an nvarchar constant.
	ArgLiteral ArgKind = iota
	// ArgVariable is a local variable or parameter, named by Ref.
	ArgVariable
	// ArgFunction is a system function such as @@SERVERNAME, named by Ref.
	ArgFunction
	// ArgNull is NULL.
	ArgNull
	// ArgDefault is DEFAULT.
	ArgDefault
)

// ScriptArg is one argument of a call as it is written.
type ScriptArg struct {
	// Name is the parameter's name as written, with its @; "" for an argument by position.
	Name string
	Kind ArgKind
	// Type and Value belong to a literal.
	Type  Type
	Value any
	// Ref is "@x" or "@@x".
	Ref string
	// Output is set by OUT or OUTPUT.
	Output bool
	// Line is where the argument begins in the text.
	Line int32
	// Pos to End is the argument in the text, ValuePos to ValueEnd its value without name and OUTPUT.
	Pos, End           int
	ValuePos, ValueEnd int
}

// ScriptCall is one EXEC of sp_execute_external_script.
type ScriptCall struct {
	Args []ScriptArg
	// Recompile is WITH RECOMPILE.
	Recompile bool
	// ResultSets is nil without the clause.
	ResultSets *ResultSets
	// Line is the line of the statement in its text, which messages name.
	Line int32
	// Pos and End are the bytes of the statement in the text.
	Pos, End int
}

// CompositionError says that a text contains a script call that is not its only statement.
type CompositionError struct {
	// What completes "sp_execute_external_script was found ...".
	What string
	Line int32
}

func (e *CompositionError) Error() string { return e.Message().Message }

// Message is the error for the client.
func (e *CompositionError) Message() *Error { return NewError(59011, e.What, e.Line).At(e.Line) }

// ParseScriptCall looks for a script call in the text of a batch, or of a statement to prepare, under QUOTED_IDENTIFIER ON.
//
//	nil, nil                 not ours: to be forwarded as it is
//	call, nil                the text is exactly this call
//	nil, *CompositionError   it contains a call in a composition that can't be carried out
//	nil, *Error              the call has an error of syntax or in its WITH RESULT SETS clause
//
// The definition of a module that contains a call is not a call: it belongs to the engine.
func ParseScriptCall(text string) (*ScriptCall, error) {
	return ParseScriptCallMode(text, QuotedIdentifierOn)
}

// ParseScriptCallMode is ParseScriptCall under either setting of QUOTED_IDENTIFIER.
func ParseScriptCallMode(text string, mode Mode) (*ScriptCall, error) {
	if !containsFoldASCII(text, scriptProcedure) {
		return nil, nil
	}
	r := newReader(text, mode)
	for r.accept(";") {
	}
	var e Execute
	err := r.execute(&e)
	if !e.callsScript() {
		if e := findComposition(text, mode); e != nil {
			return nil, e
		}
		return nil, nil
	}
	if e.ReturnCode != "" {
		return nil, &CompositionError{"with its return code taken into a variable", e.Line}
	}
	if err != nil {
		return nil, err
	}
	for r.accept(";") {
	}
	switch {
	case r.eof():
		return &ScriptCall{Args: e.Args, Recompile: e.Recompile, ResultSets: e.ResultSets, Line: e.Line, Pos: e.Pos, End: e.End}, nil
	case r.tok.Kind == TokenIdent:
		return nil, &CompositionError{"followed by a further statement ('" + r.text() + "')", e.Line}
	}
	return nil, r.syntaxError()
}

// callHead reads [EXEC[UTE]] [@rc =] name [;1] in front and reports whether it calls the script procedure. EXEC may be
// missing since this is the beginning of a batch.
func (r *reader) callHead() (ours bool) {
	var e Execute
	return r.executeHead(&e) == nil && e.callsScript()
}

// containsFoldASCII is strings.Contains for a lower-case ASCII word, in any case.
func containsFoldASCII(s, lower string) bool {
	for from := 0; from+len(lower) <= len(s); {
		i := strings.IndexByte(s[from:], '_')
		if i < 0 {
			return false
		}
		from += i + 1
		start := from - 1 - strings.IndexByte(lower, '_')
		if start >= 0 && start+len(lower) <= len(s) && strings.EqualFold(s[start:start+len(lower)], lower) {
			return true
		}
	}
	return false
}

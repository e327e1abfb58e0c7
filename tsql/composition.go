package tsql

import "strings"

// findComposition looks for a script call anywhere in a text that is not itself one call: nil if there is none that the engine
// would run with this batch.
func findComposition(text string, mode Mode) *CompositionError {
	if definesModule(text, mode) {
		return nil
	}
	f := compositionFinder{text: text, mode: mode}
	return f.find()
}

// definesModule tells whether the batch creates or alters a module: what stands in it runs later.
func definesModule(text string, mode Mode) bool {
	r := newReader(text, mode)
	switch {
	case r.accept("CREATE"):
		if r.accept("OR") && !r.accept("ALTER") {
			return false
		}
	case !r.accept("ALTER"):
		return false
	}
	return r.is("PROCEDURE") || r.is("PROC") || r.is("FUNCTION") || r.is("TRIGGER") || r.is("VIEW")
}

// compositionFinder walks over the tokens of a batch.
type compositionFinder struct {
	text string
	mode Mode
	// literal is the line of a literal with a call in it, 0 without.
	literal int32
	// dynamic is set if the batch runs text: EXEC(...) or sp_executesql and its like.
	dynamic bool
}

func (f *compositionFinder) find() *CompositionError {
	r := newReader(f.text, f.mode)
	insert := false
	first := true
	for ; !r.eof(); first = false {
		switch t := r.tok; {
		case t.Kind == TokenString || t.Kind == TokenNString:
			if v := t.Value(f.text); f.literal == 0 && containsFoldASCII(v, scriptProcedure) && callsScript(v) {
				f.literal = t.Line
			}
			r.next()
		case r.accept(";"), r.accept("VALUES"), r.accept("SELECT"):
			insert = false
		case r.accept("INSERT"):
			insert = true
		case r.is("EXEC") || r.is("EXECUTE"):
			if what := f.exec(r, insert); what != "" {
				return &CompositionError{what, t.Line}
			}
			insert = false
		case first && t.IsName():
			// A procedure call without EXEC.
			if n, err := r.name(); err == nil {
				f.dynamic = f.dynamic || runsText(n)
			} else {
				r.next()
			}
		default:
			r.next()
		}
	}
	if f.dynamic && f.literal > 0 {
		return &CompositionError{"in text that the batch executes (EXEC('...') or sp_executesql)", f.literal}
	}
	return nil
}

// exec looks at an EXECUTE statement in front and says what is there, "" for nothing of interest.
func (f *compositionFinder) exec(r *reader, insert bool) string {
	var e Execute
	err := r.executeHead(&e)
	f.dynamic = f.dynamic || err == nil && e.NameEnd == 0 || runsText(e.Name)
	switch {
	case err != nil || !e.callsScript():
		return ""
	case insert:
		return "in INSERT ... EXEC"
	case e.ReturnCode != "":
		return "with its return code taken into a variable"
	}
	return "together with other statements"
}

// runsText tells whether the procedure executes text given to it.
func runsText(n Name) bool {
	switch strings.ToLower(n.Object) {
	case "sp_executesql", "sp_prepare", "sp_prepexec", "sp_cursoropen", "sp_cursorprepare", "sp_cursorprepexec":
		return true
	}
	return false
}

// callsScript tells whether text, the content of a literal, contains a script call: EXEC with the name anywhere, or the name
// at the beginning with an argument behind it. Text that creates a module (deployment scripts do so) calls nothing.
func callsScript(text string) bool {
	if definesModule(text, QuotedIdentifierOn) {
		return false
	}
	r := newReader(text, QuotedIdentifierOn)
	if !r.is("EXEC") && !r.is("EXECUTE") {
		if r.callHead() && r.tok.Kind == TokenVariable {
			return true
		}
	}
	r = newReader(text, QuotedIdentifierOn)
	for !r.eof() {
		if !r.is("EXEC") && !r.is("EXECUTE") {
			r.next()
			continue
		}
		if r.callHead() {
			return true
		}
	}
	return false
}

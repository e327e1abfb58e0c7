package tsql

import (
	"strconv"
	"strings"
)

// execute reads the EXECUTE statement in front into e: of a procedure, EXEC and EXECUTE may be missing, or of text. What was
// read before an error stays in e. The statement ends where the next token can't belong to it; the caller decides whether
// that token can begin another one.
func (r *reader) execute(e *Execute) error {
	err := r.executeHead(e)
	if err == nil {
		if e.NameEnd == 0 {
			err = r.executeText(e)
		} else {
			err = r.callArgs(&e.Args)
		}
	}
	if err == nil && r.accept("WITH") {
		err = r.executeOptions(e)
	}
	e.End = r.prevEnd
	return err
}

// executeHead reads up to the procedure: [EXEC[UTE]] [@rc =] name [;1], or [@rc =] @name. In front of EXEC's parenthesis it stops
// without a name.
func (r *reader) executeHead(e *Execute) error {
	e.Line, e.Pos = r.tok.Line, r.tok.Pos
	e.Keyword = r.accept("EXEC") || r.accept("EXECUTE")
	if e.Keyword && r.is("(") {
		return nil
	}
	if e.Keyword && r.atVariable() {
		t := r.tok
		r.next()
		if !r.accept("=") {
			e.NameVariable, e.NamePos, e.NameEnd = t.Text(r.src), t.Pos, t.End
			return nil
		}
		e.ReturnCode = t.Text(r.src)
		if r.atVariable() {
			e.NameVariable, e.NamePos, e.NameEnd = r.text(), r.tok.Pos, r.tok.End
			r.next()
			return nil
		}
	}
	if r.tok.Kind == TokenIdent && IsReserved(r.text()) {
		return r.syntaxError()
	}
	pos := r.tok.Pos
	n, err := r.name()
	if err != nil {
		return err
	}
	e.Name, e.NamePos, e.NameEnd = n, pos, r.prevEnd
	// No statement begins with a number, so this is a procedure's.
	if r.is(";") && r.peek().Kind == TokenInteger {
		r.next()
		e.Number, _ = strconv.Atoi(r.text())
		r.next()
	}
	return nil
}

// callsScript tells whether e calls sp_execute_external_script by name.
func (e *Execute) callsScript() bool { return e.NameVariable == "" && e.Name.isScriptProcedure() }

// executeText reads ('...' + @x [, argument ...]) [AS USER = '...'] [AT server].
func (r *reader) executeText(e *Execute) error {
	r.next()
	for {
		p := ExecText{Line: r.tok.Line, Pos: r.tok.Pos, End: r.tok.End}
		switch {
		case r.tok.Unterminated:
			return r.syntaxError()
		case r.tok.Kind == TokenString || r.tok.Kind == TokenNString || r.tok.Kind == TokenQuoted:
			p.Literal = r.tok.Value(r.src)
		case r.tok.Kind == TokenVariable || r.tok.Kind == TokenGlobal:
			p.Variable = r.text()
		default:
			return r.syntaxError()
		}
		e.Text = append(e.Text, p)
		r.next()
		if !r.accept("+") {
			break
		}
	}
	for r.accept(",") {
		a, err := r.callArg()
		if err != nil {
			return err
		}
		e.Args = append(e.Args, a)
	}
	if err := r.expect(")"); err != nil {
		return err
	}
	if r.accept("AS") {
		if err := r.executeAs(e); err != nil {
			return err
		}
	}
	if !r.accept("AT") {
		return nil
	}
	e.AtDataSource = r.accept("DATA_SOURCE")
	if !r.tok.IsName() || r.tok.Unterminated {
		return r.syntaxError()
	}
	e.At = r.tok.Value(r.src)
	r.next()
	return nil
}

// executeAs reads USER = 'name' or LOGIN = 'name'.
func (r *reader) executeAs(e *Execute) error {
	if !r.is("USER") && !r.is("LOGIN") {
		return r.syntaxError()
	}
	as := strings.ToUpper(r.text())
	r.next()
	if err := r.expect("="); err != nil {
		return err
	}
	switch r.tok.Kind {
	case TokenString, TokenNString, TokenVariable:
	default:
		return r.syntaxError()
	}
	if r.tok.Unterminated {
		return r.syntaxError()
	}
	e.As, e.AsPos, e.AsEnd = as, r.tok.Pos, r.tok.End
	r.next()
	return nil
}

// executeOptions reads what follows WITH.
func (r *reader) executeOptions(e *Execute) error {
	for {
		switch {
		case r.accept("RECOMPILE"):
			e.Recompile = true
		case r.is("RESULT") && e.ResultSets == nil:
			sets, err := r.resultSets()
			if err != nil {
				return err
			}
			e.ResultSets = sets
		default:
			return r.syntaxError()
		}
		if !r.accept(",") {
			return nil
		}
	}
}

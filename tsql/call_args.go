package tsql

// callArgs reads the arguments of an EXECUTE statement.
func (r *reader) callArgs(args *[]ScriptArg) error {
	if !r.startsValue() || r.atLabel() {
		return nil
	}
	for {
		a, err := r.callArg()
		if err != nil {
			return err
		}
		*args = append(*args, a)
		if !r.accept(",") {
			return nil
		}
	}
}

// startsValue reports whether the token in front can begin an argument.
func (r *reader) startsValue() bool {
	switch r.tok.Kind {
	case TokenEOF, TokenOther:
		return false
	case TokenOp:
		return r.is("-") || r.is("+")
	case TokenIdent:
		return r.is("NULL") || r.is("DEFAULT") || !IsReserved(r.text())
	}
	return true
}

// callArg reads [@name =] value [OUT[PUT]].
func (r *reader) callArg() (ScriptArg, error) {
	a := ScriptArg{Line: r.tok.Line, Pos: r.tok.Pos, ValuePos: r.tok.Pos}
	if t := r.tok; r.atVariable() {
		name := r.text()
		r.next()
		switch {
		case r.accept("="):
			a.Name = name
		case t.Kind == TokenGlobal && !r.is("OUTPUT") && !r.is("OUT"):
			a.Kind, a.Ref = ArgFunction, name
		default:
			a.Kind, a.Ref = ArgVariable, name
		}
	}
	if a.Ref == "" {
		a.ValuePos = r.tok.Pos
		if err := r.argValue(&a); err != nil {
			return a, err
		}
	}
	a.ValueEnd = r.prevEnd
	line := r.tok.Line
	if r.accept("OUTPUT") || r.accept("OUT") {
		if a.Kind == ArgFunction {
			a.Kind = ArgVariable // a variable with @@ in its name
		}
		if a.Kind != ArgVariable {
			return a, NewError(179).At(line)
		}
		a.Output = true
	}
	a.End = r.prevEnd
	return a, nil
}

// argValue reads the value in front.
func (r *reader) argValue(a *ScriptArg) error {
	switch {
	case r.tok.Unterminated || !r.startsValue():
		return r.syntaxError()
	case r.tok.Kind == TokenVariable:
		a.Kind, a.Ref = ArgVariable, r.text()
	case r.tok.Kind == TokenGlobal:
		a.Kind, a.Ref = ArgFunction, r.text()
	case r.accept("NULL"):
		a.Kind = ArgNull
		return nil
	case r.accept("DEFAULT"):
		a.Kind = ArgDefault
		return nil
	default:
		v, t, err := r.constant()
		a.Value, a.Type = v, t
		return err
	}
	r.next()
	return nil
}

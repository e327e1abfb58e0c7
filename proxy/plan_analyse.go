package proxy

import (
	"sort"
	"strings"

	"tds-launchpad/tsql"
)

// analyse decides which statements of a frame the plan carries out itself and which the engine
// executes, and with that, which variables the plan has to hold. It refuses what can't be carried
// out.
func (p *plan) analyse(f *frame) error {
	f.walked, f.argNames = map[*tsql.Statement]bool{}, map[int]bool{}
	tsql.WalkStatements(f.body, func(s *tsql.Statement) bool {
		if s.Kind == tsql.StatementTry && len(s.Else) > 0 {
			f.catches = append(f.catches, spanOf(f, s.Else))
		}
		if s.Keyword == "ROLLBACK" {
			f.rollbacks = append(f.rollbacks, s)
		}
		if e := executeOf(s); e != nil {
			f.noteTexts(e)
			for i := range e.Args {
				if e.Args[i].Name != "" {
					f.argNames[e.Args[i].Pos] = true
				}
			}
		}
		return s.Kind != tsql.StatementModule
	})
	if err := p.markWalked(f, f.body); err != nil {
		return err
	}
	units := f.units(f.body, false, nil)
	if err := f.refuse(units); err != nil {
		return err
	}
	if (f.module != nil || f.dynamic) && f.uses("EXECUTE AS", "REVERT", "SETUSER") {
		return newError(errNotSupported, "EXECUTE AS and REVERT can't be carried out in a procedure or dynamic SQL with a script call: "+
			"they end with it, and would not. Write them in the batch.")
	}
	f.share(units)
	return f.nameTables(p)
}

// innocent tells whether a batch was taken for ours only because it calls procedures that bear the names of script modules
// elsewhere. Nothing of it has run yet.
func (p *plan) innocent(f *frame) bool {
	innocent := true
	tsql.WalkStatements(f.body, func(s *tsql.Statement) bool {
		e := executeOf(s)
		if !innocent || !p.server.modules.executes(e) {
			return innocent && s.Kind != tsql.StatementModule
		}
		if e.Name.Object == "" || !p.server.modules.has(e.Name.Object) {
			innocent = false // a script call, or what can only be known when it is reached
			return false
		}
		module, err := p.findModule(e.Name)
		innocent = module == nil && err == nil
		return innocent
	})
	return innocent && !mentionsCall(f.text)
}

// executeOf is the EXECUTE of a statement, nil if it has none.
func executeOf(s *tsql.Statement) *tsql.Execute {
	switch s.Kind {
	case tsql.StatementExecute:
		return s.Execute
	case tsql.StatementInsertExec:
		return s.Insert.Execute
	}
	return nil
}

// markWalked marks the statements of a list that have something of ours in them, or that leave the
// list, and those around them.
func (p *plan) markWalked(f *frame, stmts []tsql.Statement) error {
	for i := range stmts {
		s := &stmts[i]
		switch s.Kind {
		case tsql.StatementBreak, tsql.StatementContinue, tsql.StatementReturn:
			f.walked[s] = true
		case tsql.StatementExecute, tsql.StatementInsertExec:
			f.walked[s] = p.server.modules.executes(executeOf(s)) || p.sink != nil && s.Kind == tsql.StatementInsertExec
		case tsql.StatementBlock, tsql.StatementIf, tsql.StatementWhile, tsql.StatementTry:
			if err := p.markWalked(f, s.Body); err != nil {
				return err
			}
			if err := p.markWalked(f, s.Else); err != nil {
				return err
			}
			if s.Kind == tsql.StatementTry && anyWalked(f, s.Else) {
				f.markRethrows(s.Else)
			}
			f.walked[s] = anyWalked(f, s.Else) || anyWalked(f, s.Body) && !(s.Kind == tsql.StatementWhile && onlyLoop(f, s.Body))
		case tsql.StatementOpaque:
			f.walked[s] = p.sink != nil && (s.Keyword == "ROLLBACK" || s.Keyword == "COMMIT")
			if s.Err != nil && mentionsCall(f.text[s.Pos:s.End]) {
				return s.Err
			}
		}
	}
	return nil
}

func anyWalked(f *frame, stmts []tsql.Statement) bool {
	for i := range stmts {
		if f.walked[&stmts[i]] {
			return true
		}
	}
	return false
}

// onlyLoop tells whether everything walked in a loop's body is BREAK and CONTINUE of that loop,
// which the engine can execute with it.
func onlyLoop(f *frame, stmts []tsql.Statement) bool {
	only := true
	tsql.WalkStatements(stmts, func(s *tsql.Statement) bool {
		switch s.Kind {
		case tsql.StatementBreak, tsql.StatementContinue:
		case tsql.StatementBlock, tsql.StatementIf, tsql.StatementTry, tsql.StatementWhile:
			return s.Kind != tsql.StatementWhile || f.walked[s]
		default:
			only = only && !f.walked[s]
		}
		return only
	})
	return only
}

// markRethrows marks THROW without arguments in a CATCH block that has script calls: the error that
// it raises again is known to us only.
func (f *frame) markRethrows(stmts []tsql.Statement) {
	for i := range stmts {
		s := &stmts[i]
		if s.Kind == tsql.StatementOpaque && s.Keyword == "THROW" && len(f.tokensIn(s.Pos, s.End)) == 1 {
			f.walked[s] = true
			continue
		}
		if s.Kind == tsql.StatementTry {
			f.markRethrows(s.Body) // its CATCH has an error of its own
		} else {
			f.markRethrows(s.Body)
			f.markRethrows(s.Else)
		}
		f.walked[s] = f.walked[s] || anyWalked(f, s.Body) || anyWalked(f, s.Else)
	}
}

// unit is a run of statements that one request executes. One that repeats, or that may be sent
// several times, keeps no variables of its own.
type unit struct {
	from, to int
	repeats  bool
}

// units are the runs of statements in a list and in the statements that are walked.
func (f *frame) units(stmts []tsql.Statement, repeats bool, into []unit) []unit {
	for i := 0; i < len(stmts); {
		if s := &stmts[i]; f.walked[s] {
			again := repeats || s.Kind == tsql.StatementWhile || s.Kind == tsql.StatementTry
			into = f.units(s.Body, again, into)
			into = f.units(s.Else, again, into)
			i++
			continue
		}
		from := i
		for i < len(stmts) && !f.walked[&stmts[i]] {
			i++
		}
		into = append(into, unit{stmts[from].Pos, stmts[i-1].End, repeats})
	}
	return into
}

// unitAt is the unit that a place in the text belongs to, -1 for none.
func unitAt(units []unit, pos int) int {
	i := sort.Search(len(units), func(i int) bool { return units[i].to > pos })
	if i < len(units) && units[i].from <= pos {
		return i
	}
	return -1
}

// share finds the variables that more than one request uses.
func (f *frame) share(units []unit) {
	at := map[*variable]int{}
	for _, t := range f.tokensIn(0, len(f.text)) {
		if t.Kind != tsql.TokenVariable || f.argNames[t.Pos] {
			continue
		}
		v := f.lookup(t.Text(f.text))
		if v == nil || v.shared {
			continue
		}
		u := unitAt(units, t.Pos)
		before, seen := at[v]
		if at[v] = u; u < 0 || units[u].repeats || seen && before != u {
			v.shared = true
		}
	}
}

// refuse refuses what can't be carried out across a script call.
func (f *frame) refuse(units []unit) (err error) {
	labels := map[string]int{}
	cursors := map[string]int{}
	tsql.WalkStatements(f.body, func(s *tsql.Statement) bool {
		switch {
		case s.Kind == tsql.StatementLabel:
			labels[strings.ToLower(s.Label)] = unitAt(units, s.Pos)
		case s.Keyword == "DECLARE CURSOR":
			if name, local := f.cursor(s); local {
				cursors[name] = unitAt(units, s.Pos)
			}
		}
		return s.Kind != tsql.StatementModule
	})
	tsql.WalkStatements(f.body, func(s *tsql.Statement) bool {
		switch {
		case err != nil:
		case s.Kind == tsql.StatementGoto:
			if u, ok := labels[strings.ToLower(s.Label)]; ok && u != unitAt(units, s.Pos) {
				err = cannotCarry("GOTO "+s.Label, s.Line)
			}
		case s.Kind == tsql.StatementOpaque && cursorKeyword[s.Keyword]:
			for _, t := range f.tokensIn(s.Pos, s.End) {
				if u, ok := cursors[strings.ToLower(t.Value(f.text))]; ok && u != unitAt(units, s.Pos) {
					err = cannotCarry("the local cursor "+t.Value(f.text), s.Line)
				}
			}
		}
		return s.Kind != tsql.StatementModule
	})
	return err
}

var cursorKeyword = map[string]bool{"OPEN": true, "FETCH": true, "CLOSE": true, "DEALLOCATE": true}

// cursor is the name of a cursor, and whether it is LOCAL.
func (f *frame) cursor(s *tsql.Statement) (name string, local bool) {
	tokens := f.tokensIn(s.Pos, s.End)
	if len(tokens) < 2 {
		return "", false
	}
	for _, t := range tokens[2:] {
		switch {
		case t.Is(f.text, "FOR"):
			return strings.ToLower(tokens[1].Value(f.text)), local
		case t.Is(f.text, "LOCAL"):
			local = true
		}
	}
	return strings.ToLower(tokens[1].Value(f.text)), local
}

// cannotCarry refuses a construct that lives on the engine only as long as one request.
func cannotCarry(what string, line int32) error {
	return tsql.NewError(59011, what, line).At(line)
}

// mentionsCall tells whether text names the script procedure.
func mentionsCall(text string) bool {
	return strings.Contains(strings.ToLower(text), "sp_execute_external_script")
}

package proxy

import (
	"strconv"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// declareAll makes the frame's variables of its DECLAREs, wherever they stand: in T-SQL a DECLARE
// holds from its place to the end of the batch, branches and loops notwithstanding.
func (f *frame) declareAll(p *plan, stmts []tsql.Statement) error {
	for i := range stmts {
		s := &stmts[i]
		if s.Kind == tsql.StatementDeclare {
			f.declares = append(f.declares, s)
			for j := range s.Declare.Vars {
				v, err := p.newVariable(f, &s.Declare.Vars[j])
				if err != nil {
					return err
				}
				f.declare(v)
			}
		}
		if s.Kind == tsql.StatementModule {
			continue
		}
		if err := f.declareAll(p, s.Body); err != nil {
			return err
		}
		if err := f.declareAll(p, s.Else); err != nil {
			return err
		}
	}
	return nil
}

// newVariable makes a variable that a DECLARE names. It holds NULL.
func (p *plan) newVariable(f *frame, d *tsql.DeclaredVar) (*variable, error) {
	v := &variable{name: d.Name, declared: d.Type.String(), line: d.Line}
	switch {
	case d.Type.Kind == tsql.KindCursor:
		v.cursor = true
	case d.Type.Kind == tsql.KindTable:
		v.columns = f.text[d.TypePos:d.TypeEnd]
	case d.Type != (tsql.Type{}):
		var err error
		if v.info, err = wireType(d.Type, p.facts.collation); err != nil {
			return nil, err
		}
		v.info = v.info.AsNullable()
	default:
		// A type of the user's: what it is is known when the first marker brings a value.
		v.declared = d.User.String()
		v.info = tds.NVarChar(1, p.facts.collation)
	}
	return v, nil
}

// declareChange makes assignments of a DECLARE of shared variables, and leaves the others as they
// are.
func (f *frame) declareChange(s *tsql.Statement, innermost *frame) []change {
	shared := false
	for i := range s.Declare.Vars {
		shared = shared || f.lookup(s.Declare.Vars[i].Name).shared
	}
	if !shared {
		return nil
	}
	var out []change
	at := s.Pos
	nothing := true
	for i := range s.Declare.Vars {
		d := &s.Declare.Vars[i]
		v := f.lookup(d.Name)
		hasValue := d.ValueEnd > d.ValuePos
		switch {
		case !v.shared:
			out = append(out, change{at, d.Pos, "; DECLARE "})
			at = d.TypeEnd
			if hasValue {
				at = d.ValueEnd
			}
			nothing = false
		case hasValue:
			out = append(out, change{at, d.ValuePos, "; SET " + f.alias(d.Name, innermost) + " = "})
			at = d.ValueEnd
			nothing = false
		}
	}
	if nothing {
		// A branch of an IF must not be left without a statement.
		return []change{{s.Pos, s.End, "DECLARE " + ownVariable + strconv.Itoa(f.depth) + "_" + strconv.Itoa(s.Pos) + " int"}}
	}
	if at < s.End {
		out = append(out, change{at, s.End, ""})
	}
	out[0].text = "BEGIN " + strings.TrimPrefix(out[0].text, "; ")
	if len(out) > 0 && out[len(out)-1].end == s.End && out[len(out)-1].text == "" {
		out[len(out)-1].text = " END"
	} else {
		out = append(out, change{s.End, s.End, " END"})
	}
	return out
}

package store

import (
	"context"
	"database/sql/driver"
	"strconv"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// checkIdent is DBCC CHECKIDENT (table [, NORESEED | RESEED [, value]]). Errors 2501, 7997.
func (s *Session) checkIdent(f *frame, st *ast.DbccStatement) error {
	if len(st.Literals) == 0 || len(st.Literals) > 3 {
		return unsupported("DBCC CHECKIDENT of this form")
	}
	name, err := s.dbccText(f, st.Literals[0])
	if err != nil {
		return err
	}
	n, err := tsql.ParseName(name)
	if err != nil {
		return newError(2501, name)
	}
	o, _, err := s.lookup(n)
	t, ok := o.(*table)
	if err != nil || !ok {
		return newError(2501, name)
	}
	if err := s.mayAlter(n, newError(2501, name)); err != nil {
		return err
	}
	if t.identity() == nil {
		return newError(7997, name)
	}
	how := "RESEED"
	if len(st.Literals) > 1 {
		if how, err = s.dbccText(f, st.Literals[1]); err != nil {
			return err
		}
	}
	state, err := s.inst.identityOf(s.lite, t)
	if err != nil {
		return err
	}
	text := "Checking identity information: current identity value '" + state.current() + "'"
	switch how = strings.ToUpper(how); {
	case how == "RESEED" && len(st.Literals) == 3:
		v, from, err := s.value(f, st.Literals[2].Value)
		if err != nil {
			return err
		}
		if v, err = tsql.Convert(v, from, typeBig, 0); err != nil {
			return err
		}
		to, _ := v.(int64)
		state.reseed(t.identity().Identity, to)
		text += "."
	case (how == "RESEED" || how == "NORESEED") && len(st.Literals) < 3:
		largest, err := s.largestIdentity(t)
		if err != nil {
			return err
		}
		if text += ", current column value '" + largest + "'."; how == "RESEED" && largest != "NULL" {
			to, _ := strconv.ParseInt(largest, 10, 64)
			state.saw(t.identity().Identity, to)
		}
	default:
		return unsupported("DBCC CHECKIDENT of this form")
	}
	for _, o := range st.Options {
		if strings.EqualFold(strings.ReplaceAll(o.OptionKind, "_", ""), "NoInfoMessages") || strings.EqualFold(strings.ReplaceAll(o.OptionKind, "_", ""), "NoInfoMsgs") {
			return s.out.done(Done{Command: CommandNone})
		}
	}
	if err := s.out.message(&tsql.Error{Number: 7998, Class: 0, State: 1, Line: lineOf(st), Message: text}); err != nil {
		return err
	}
	if err := s.out.message(dbccDone(st)); err != nil {
		return err
	}
	return s.out.done(Done{Command: CommandNone})
}

// dbccText is a name among the arguments of DBCC, with or without quotes.
func (s *Session) dbccText(f *frame, l *ast.DbccNamedLiteral) (string, error) {
	switch v := l.Value.(type) {
	case *ast.IdentifierLiteral:
		return v.Value, nil
	case *ast.ColumnReferenceExpression:
		ids := v.MultiPartIdentifier.Identifiers
		parts := make([]string, len(ids))
		for i, id := range ids {
			parts[i] = id.Value
		}
		return strings.Join(parts, "."), nil
	case nil:
		return l.Name, nil
	}
	v, t, err := s.value(f, l.Value)
	if err != nil {
		return "", err
	}
	v, err = tsql.Convert(v, t, nvarchar(4000), 0)
	text, _ := v.(string)
	return text, err
}

func (s *Session) largestIdentity(t *table) (string, error) {
	fn, out := "max", "NULL"
	if t.identity().Identity.Increment < 0 {
		fn = "min"
	}
	err := s.lite.query(context.Background(), "SELECT "+fn+"("+t.identity().sqlName()+") FROM "+t.sqlName(), nil, func(row []driver.Value) error {
		if n, ok := row[0].(int64); ok {
			out = strconv.FormatInt(n, 10)
		}
		return nil
	})
	return out, err
}

// current is the value given out last, NULL if none was.
func (s *identityState) current() string {
	s.Lock()
	defer s.Unlock()
	if !s.any {
		return "NULL"
	}
	return strconv.FormatInt(s.last, 10)
}

// reseed makes a value the current one; where none was given out yet, it comes next itself.
func (s *identityState) reseed(d *identity, to int64) {
	s.Lock()
	defer s.Unlock()
	if s.last = to; !s.any {
		s.last -= d.Increment
	}
	s.any = true
}

package store

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// triggerStatement is a trigger's definition; like a function's, its header is read here and not by teesql.
type triggerStatement struct {
	ast.CreateTriggerStatement
	name, table    tsql.Name
	events         []string // INSERT, UPDATE, DELETE
	encrypted      bool
	body           []ast.Statement
	alter, replace bool
}

// parseTrigger reads a text that defines a trigger; nil if it does not. Errors 102, 156, 59040.
func parseTrigger(text string, quoted bool) (*batch, error) {
	list := tokens(text, quoted)
	at := func(i int, word string) bool { return i < len(list) && list[i].Is(text, word) }
	st := &triggerStatement{}
	i := 1
	switch {
	case at(0, "CREATE") && at(1, "OR") && at(2, "ALTER"):
		i, st.replace = 3, true
	case at(0, "ALTER"):
		st.alter, st.replace = true, true
	case !at(0, "CREATE"):
		return nil, nil
	}
	if !at(i, "TRIGGER") {
		return nil, nil
	}
	st.StartLine = int(list[0].Line)
	fail := func(i int) (*batch, error) {
		t := list[min(i, len(list)-1)]
		return nil, syntaxError(text, t, t.Text(text))
	}
	name := func() (tsql.Name, bool) {
		from := i
		for i < len(list) && (list[i].IsName() && !(list[i].Kind == tsql.TokenIdent && tsql.IsReserved(list[i].Text(text))) || at(i, ".")) {
			if i > from && list[i].IsName() == list[i-1].IsName() {
				break
			}
			i++
		}
		if i == from {
			return tsql.Name{}, false
		}
		n, err := tsql.ParseName(text[list[from].Pos:list[i-1].End])
		return n, err == nil
	}
	i++
	var ok bool
	if st.name, ok = name(); !ok || !at(i, "ON") {
		return fail(i)
	}
	i++
	if at(i, "ALL") || at(i, "DATABASE") {
		return nil, unsupported("a trigger on DDL or logins").At(list[i].Line)
	}
	if st.table, ok = name(); !ok {
		return fail(i)
	}
	if at(i, "WITH") {
		switch {
		case at(i+1, "ENCRYPTION"):
			st.encrypted = true
			i += 2
		case at(i+1, "EXECUTE") && at(i+2, "AS") && at(i+3, "CALLER"):
			i += 4
		default:
			return nil, unsupported("this option of a trigger").At(list[i].Line)
		}
	}
	switch {
	case at(i, "FOR"), at(i, "AFTER"):
		i++
	case at(i, "INSTEAD"):
		return nil, unsupported("an INSTEAD OF trigger").At(list[i].Line)
	default:
		return fail(i)
	}
	for {
		if !at(i, "INSERT") && !at(i, "UPDATE") && !at(i, "DELETE") {
			return fail(i)
		}
		event := strings.ToUpper(list[i].Text(text))
		if slices.Contains(st.events, event) {
			return nil, newError(1034, event).At(list[i].Line)
		}
		st.events = append(st.events, event)
		if i++; !at(i, ",") {
			break
		}
		i++
	}
	if at(i, "NOT") && at(i+1, "FOR") && at(i+2, "REPLICATION") {
		i += 3
	}
	if !at(i, "AS") || i+1 == len(list) {
		return fail(i)
	}
	b, err := parsePrepared(blank(text[:list[i].End]) + text[list[i].End:])
	if err != nil {
		return nil, err
	}
	for _, x := range b.statements {
		if err := refuseReturnValue(x); err != nil {
			return nil, err
		}
	}
	st.body = b.statements
	b.statements = []ast.Statement{st}
	return b, nil
}

// refuseReturnValue: a trigger gives nothing back. Error 178.
func refuseReturnValue(st ast.Statement) error {
	var err error
	walk(st, func(n any) bool {
		if r, ok := n.(*ast.ReturnStatement); ok && r.Expression != nil && err == nil {
			err = tsql.NewError(178).At(lineOf(r))
		}
		return err == nil
	})
	return err
}

package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// userScalar binds a call of a scalar function. Error 4121.
func (b *binder) userScalar(e *ast.FunctionCall, ids []*ast.Identifier, sc *scope) (*expr, error) {
	n := tsql.Name{Schema: ids[len(ids)-1].Value, Object: e.FunctionName.Value}
	if len(ids) > 1 {
		n.Database = ids[len(ids)-2].Value
	}
	o, db, err := b.s.lookup(n)
	m, ok := o.(*module)
	if err != nil || !ok || m.Kind != kindScalarFunction || len(ids) > 2 {
		return nil, tsql.NewError(4121, ids[0].Value, spell(n))
	}
	d := b.s.catalog().database(db)
	if err := b.may("EXECUTE", db, m); err != nil {
		return nil, err
	}
	st, _, err := b.s.functionOf(m)
	if err != nil {
		return nil, err
	}
	t, err := b.dataType(st.returns, false)
	if err != nil {
		return nil, err
	}
	args, err := b.functionArguments(m, st.params, e.Parameters, sc)
	if err != nil {
		return nil, err
	}
	self := b.session("self", typeBig, false, func(s *Session) any { return s.live() })
	all := append([]*expr{self, {sql: itoa(d.ID), typ: typeBig}, {sql: itoa(m.ID), typ: typeBig}}, args...)
	x := applyOp("xv", &op{name: "userfunction", res: t, null: true, fn: func(v []any) (any, error) {
		s := liveSession(v[0].(int64))
		if s == nil {
			return nil, nil
		}
		return s.callFunction(int(v[1].(int64)), int(v[2].(int64)), v[3:])
	}}, all)
	x.null = true
	return x, nil
}

// callFunction runs a scalar function's body inside the statement that calls it.
func (s *Session) callFunction(db, id int, args []any) (any, error) {
	var result any
	err := s.runFunction(db, id, args, func(f *frame, st *functionStatement) error {
		t, err := s.newBinder(f.batch, f).dataType(st.returns, false)
		f.result = &variable{typ: t}
		return err
	}, func(f *frame, _ *functionStatement) error {
		result = f.result.value
		return nil
	})
	return result, err
}

// runFunction runs a function's body: before it is ready, and after it has ended. With RETURNS NULL ON NULL INPUT neither may happen.
func (s *Session) runFunction(db, id int, args []any, before, after func(*frame, *functionStatement) error) error {
	d := s.catalog().databaseByID(db)
	if d == nil {
		return tsql.NewError(208, itoa(id))
	}
	m, ok := d.objectByID(id).(*module)
	if !ok {
		return tsql.NewError(208, itoa(id))
	}
	st, p, err := s.functionOf(m)
	if err != nil {
		return err
	}
	if st.options.nullOnNull {
		for _, v := range args {
			if v == nil {
				return nil
			}
		}
	}
	if s.nest >= maxNesting {
		return tsql.NewError(217, maxNesting)
	}
	f := newFrame(p)
	f.proc, f.inner = m, true
	b := s.newBinder(p, f)
	for i, param := range st.params {
		t, err := b.dataType(param.DataType, false)
		if err != nil {
			return err
		}
		f.vars[fold(param.VariableName.Value)] = &variable{name: param.VariableName.Value, typ: t, value: args[i]}
	}
	defer s.aside(d.Name)()
	if err := before(f, st); err != nil {
		return err
	}
	if err := s.declareAll(f, st.body); err != nil {
		return err
	}
	_, err = s.list(f, st.body)
	if err == nil {
		err = after(f, st)
	}
	if e := s.dropVariables(f); err == nil {
		err = e
	}
	return err
}

// aside makes the session ready to run statements within a statement: nothing of them reaches the client, their errors
// come back, and what the function returned is called for leaves no trace.
func (s *Session) aside(db string) func() {
	set, old, rows, number, running, out, try := s.set, s.db, s.rowCount, s.lastError, s.running, s.out, s.tryDepth
	identity, scope := s.identity, s.scopeIdent
	s.out = &output{sink: discard{}, guard: &guard{Sink: discard{}}}
	s.set.noExec, s.set.fmtOnly, s.set.parseOnly, s.set.rows = false, false, false, 0
	s.db, s.running = db, nil
	s.tryDepth++
	s.nest++
	return func() {
		s.nest--
		s.set, s.db, s.rowCount, s.lastError, s.running, s.out, s.tryDepth = set, old, rows, number, running, out, try
		s.identity, s.scopeIdent = identity, scope
	}
}

// functionTarget is the qualifier of a call that is no method's: a schema, or a database and a schema.
func functionTarget(e *ast.FunctionCall) ([]*ast.Identifier, bool) {
	t, ok := e.CallTarget.(*ast.MultiPartIdentifierCallTarget)
	if !ok || t.MultiPartIdentifier == nil || len(t.MultiPartIdentifier.Identifiers) == 0 {
		return nil, false
	}
	return t.MultiPartIdentifier.Identifiers, true
}

// isSys tells whether a qualifier is that of the system's own functions.
func isSys(ids []*ast.Identifier) bool {
	return len(ids) == 1 && strings.EqualFold(ids[0].Value, "sys")
}

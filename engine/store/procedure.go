package store

import (
	"errors"
	"strings"
	"time"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// call executes a procedure by its name as written, for a module's statement or a batch. Errors 229, 2812.
func (s *Session) call(from chain, name string, args []*Arg) (int32, error) {
	n, err := tsql.ParseName(name)
	if err != nil {
		return 0, tsql.NewError(2812, name)
	}
	if s.nest >= maxNesting {
		return 0, tsql.NewError(217, maxNesting)
	}
	if p := systemProcedures[fold(n.Object)]; p != nil && (n.Schema == "" || strings.EqualFold(n.Schema, "sys") || strings.EqualFold(n.Schema, "dbo")) {
		status, err := p(s, args)
		if err != nil {
			return status, err
		}
		return status, s.returned(status)
	}
	if m := s.procs[fold(n.Object)]; m != nil {
		status, err := s.callModule(m, s.db, args)
		if err != nil {
			return status, err
		}
		return status, s.returned(status)
	}
	o, db, err := s.lookup(n)
	m, ok := o.(*module)
	if ok && isFunction(m.Kind) {
		return 0, unsupported("EXEC of a function")
	}
	if err != nil || !ok || m.Kind != "P" {
		return 0, tsql.NewError(2812, spell(n))
	}
	if err := s.mayUnder(from, "EXECUTE", db, m); err != nil {
		return 0, err
	}
	status, err := s.callModule(m, db, args)
	if err != nil {
		return status, err
	}
	return status, s.returned(status)
}

// returned tells the client that a procedure ended, and what it returned if nothing around it is a procedure or dynamic SQL.
func (s *Session) returned(status int32) error {
	if s.out.inProc == 0 {
		if err := s.out.sink.ReturnStatus(status); err != nil {
			return err
		}
	}
	return s.out.done(Done{Command: CommandExecute, Proc: s.out.inProc == 0})
}

func procedureParts(st ast.Statement) ([]*ast.ProcedureParameter, []ast.Statement, bool) {
	list := func(l *ast.StatementList) []ast.Statement {
		if l == nil {
			return nil
		}
		return l.Statements
	}
	switch p := st.(type) {
	case *ast.CreateProcedureStatement:
		return p.Parameters, list(p.StatementList), true
	case *ast.CreateOrAlterProcedureStatement:
		return p.Parameters, list(p.StatementList), true
	case *ast.AlterProcedureStatement:
		return p.Parameters, list(p.StatementList), true
	}
	return nil, nil, false
}

// callModule runs a procedure's own text with its parameters bound.
func (s *Session) callModule(m *module, db string, args []*Arg) (int32, error) {
	b, err := s.inst.batches.parse(m.Text, m.QuotedIdentifier)
	if err != nil {
		return 0, err
	}
	params, body, ok := procedureParts(b.statements[0])
	if !ok {
		return 0, tsql.NewError(2812, m.Name)
	}
	f := newFrame(b)
	f.proc, f.inner = m, true
	bound, err := s.bindArguments(f, m, params, args)
	if err != nil {
		var e *tsql.Error
		if errors.As(err, &e) {
			named := *e
			named.Proc = m.Name
			err = &named
		}
		return 0, err
	}
	fl, err := s.inner(f, func() (flow, error) {
		s.setDB(db)
		if err := s.becomes(m, s.database()); err != nil {
			s.raisedIn, s.raisedSoft = f, false
			return flowAbort, err
		}
		s.set.quotedID = m.QuotedIdentifier
		for v, t := range bound.tables {
			if err := s.fillVariable(v, t); err != nil {
				return flowAbort, err
			}
		}
		if err := s.declareAll(f, body); err != nil {
			s.raisedIn, s.raisedSoft = f, false
			return flowAbort, err
		}
		return s.list(f, body)
	})
	_, err = s.endScope(fl, err)
	var e *tsql.Error
	if err != nil && !errors.As(err, &e) {
		return f.status, err
	}
	for a, v := range bound.outputs {
		if e := a.take(v.value, v.typ); err == nil {
			err = e
		}
	}
	return f.status, err
}

// take gives an OUTPUT argument its final value, in the type that the caller passed; an untyped one takes the parameter's.
func (a *Arg) take(v any, t tsql.Type) error {
	if a.Type.Kind == tsql.KindInvalid || v == nil {
		if a.Type.Kind == tsql.KindInvalid {
			a.Type = t
		}
		a.Value = v
		return nil
	}
	c, err := tsql.Convert(v, t, a.Type, 0)
	a.Value = c
	return err
}

type boundArguments struct {
	outputs map[*Arg]*variable
	tables  map[*variable]*TableValue
}

// bindArguments matches arguments and parameters. Errors 119, 201, 8144, 8145, 8162.
func (s *Session) bindArguments(f *frame, m *module, params []*ast.ProcedureParameter, args []*Arg) (*boundArguments, error) {
	if len(params) == 0 && len(args) > 0 {
		return nil, tsql.NewError(8146, m.Name)
	}
	out := &boundArguments{outputs: map[*Arg]*variable{}, tables: map[*variable]*TableValue{}}
	given := map[string]*Arg{}
	named := false
	for i, a := range args {
		if a.Name == "" {
			if named {
				return nil, tsql.NewError(119, i+1)
			}
			if i >= len(params) {
				return nil, tsql.NewError(8144, m.Name)
			}
			given[fold(params[i].VariableName.Value)] = a
			continue
		}
		named = true
		known := false
		for _, p := range params {
			known = known || fold(p.VariableName.Value) == fold(a.Name)
		}
		if !known {
			return nil, tsql.NewError(8145, a.Name, m.Name)
		}
		if given[fold(a.Name)] != nil {
			return nil, tsql.NewError(8143, a.Name)
		}
		given[fold(a.Name)] = a
	}
	b := s.newBinder(f.batch, f)
	for _, p := range params {
		name := fold(p.VariableName.Value)
		v := &variable{name: p.VariableName.Value}
		a := given[name]
		if t := tableTypeOf(s, p); t != nil {
			v.table = s.variableOfType(t)
			f.vars[name] = v
			out.tables[v] = &TableValue{}
			if a != nil && a.Table != nil {
				out.tables[v] = a.Table
			}
			continue
		}
		t, err := b.dataType(p.DataType, false)
		if err != nil {
			return nil, err
		}
		v.typ = t
		f.vars[name] = v
		output := strings.EqualFold(p.Modifier, "Output")
		switch {
		case a != nil && !a.Default:
			if a.Output && !output {
				return nil, tsql.NewError(8162, p.VariableName.Value)
			}
			if err := v.assign(a.Value, a.Type); err != nil {
				var e *tsql.Error
				if errors.As(err, &e) && (e.Number == 245 || e.Number == 241 || e.Number == 8115 || e.Number == 220) {
					return nil, tsql.NewError(8114, a.Type.Name(), t.Name())
				}
				return nil, err
			}
			if a.Output && output {
				out.outputs[a] = v
			} else {
				a.Output = false
			}
		case p.Value != nil:
			x, xt, err := s.value(f, p.Value)
			if err != nil {
				return nil, err
			}
			if err := v.assign(x, xt); err != nil {
				return nil, err
			}
		default:
			return nil, tsql.NewError(201, m.Name, p.VariableName.Value)
		}
	}
	return out, nil
}

func tableTypeOf(s *Session, p *ast.ProcedureParameter) *table {
	switch d := p.DataType.(type) {
	case *ast.UserDataTypeReference:
		return s.tableType(nameOf(d.Name))
	case *ast.SqlDataTypeReference:
		if d.Name != nil && len(d.Parameters) == 0 {
			return s.tableType(nameOf(d.Name))
		}
	}
	return nil
}

// createModule keeps a view's or procedure's text.
func (s *Session) createModule(f *frame, kind string, n tsql.Name, columns []*ast.Identifier, replace, mustExist bool) error {
	if len(f.batch.statements) != 1 {
		word := "CREATE VIEW"
		if kind == "P" {
			word = "CREATE/ALTER PROCEDURE"
		}
		return tsql.NewError(111, word)
	}
	uses := false
	walk(f.batch.statements[0], func(n any) bool {
		_, use := n.(*ast.UseStatement)
		uses = uses || use
		return !uses
	})
	if uses {
		return newError(154)
	}
	if strings.HasPrefix(n.Object, "#") {
		return s.createTempProcedure(f, kind, n, replace)
	}
	m := &module{objectInfo: objectInfo{Name: n.Object, Created: time.Now()}, Kind: kind}
	s.describeModule(m, f.batch)
	m.Modified = m.Created
	for _, c := range columns {
		m.Columns = append(m.Columns, c.Value)
	}
	return s.change(s.ctx, true, func() error {
		target, schema, err := s.target(n)
		if err != nil {
			return err
		}
		d := s.editDatabase(target.Name)
		m.Schema = schema
		if err := s.mayBecome(m, d); err != nil {
			return err
		}
		old := d.object(schema, n.Object)
		switch o, same := old.(*module); {
		case old == nil && mustExist:
			return tsql.NewError(208, spell(n))
		case old == nil:
			m.ID = s.inst.newID()
		case replace && same && o.Kind != kind:
			return newError(2010, spell(n))
		case !replace || !same:
			return tsql.NewError(2714, n.Object)
		default:
			m.ID, m.Created = o.ID, o.Created
		}
		if st, ok := f.batch.statements[0].(*triggerStatement); ok {
			if err := s.describeTrigger(m, st); err != nil {
				return err
			}
		}
		if st, ok := f.batch.statements[0].(*functionStatement); ok {
			if err := s.checkFunction(st, m, d.Name); err != nil {
				return err
			}
		}
		if kind == "V" {
			if _, err := s.newBinder(f.batch, f).view(m, m.Name, schema, d.Name, &scope{}); err != nil {
				return err
			}
		}
		d.put(m)
		return s.lite.save(kindModule, d.ID, objectKey(m.ID), m)
	})
}

// describeModule notes a module's text and what goes with it.
func (s *Session) describeModule(m *module, b *batch) {
	m.Text, m.QuotedIdentifier = storedText(b.source, s.set.quotedID), s.set.quotedID
	m.Options = optionsOf(b.statements[0])
	if m.Options.ExecuteAs == "SELF" {
		m.Options.Self = s.userName()
	}
}

// createTempProcedure keeps a procedure whose name begins with # in the session.
func (s *Session) createTempProcedure(f *frame, kind string, n tsql.Name, replace bool) error {
	if kind != "P" || strings.HasPrefix(n.Object, "##") {
		return unsupported("a temporary object of this kind")
	}
	if s.procs[fold(n.Object)] != nil && !replace {
		return tsql.NewError(2714, n.Object)
	}
	if s.procs == nil {
		s.procs = map[string]*module{}
	}
	m := &module{objectInfo: objectInfo{ID: s.inst.newTempID(), Schema: "dbo", Name: n.Object, Created: time.Now()}, Kind: kind}
	s.describeModule(m, f.batch)
	m.Modified = m.Created
	s.procs[fold(n.Object)] = m
	return nil
}

func (s *Session) dropModules(kind string, list []*ast.SchemaObjectName, ifExists bool) error {
	for _, o := range list {
		n := nameOf(o)
		if s.procs[fold(n.Object)] != nil && kind == "P" {
			delete(s.procs, fold(n.Object))
			continue
		}
		err := s.change(s.ctx, true, func() error {
			found, db, err := s.lookup(n)
			m, ok := found.(*module)
			if err != nil || !ok || m.Kind != kind && !(isFunction(m.Kind) && isFunction(kind)) {
				if ifExists {
					return nil
				}
				return tsql.NewError(3701, moduleWord(kind), spell(n))
			}
			d := s.editDatabase(db)
			d.remove(m)
			return s.lite.discard(kindModule, d.ID, objectKey(m.ID))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

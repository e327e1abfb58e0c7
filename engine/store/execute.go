package store

import (
	"context"
	"errors"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// Arg is an argument of Exec. Name is empty for a positional one, else it begins with @. After Exec, Value holds the
// final value where Output is set, in Type.
type Arg struct {
	Param
	Default bool
	Table   *TableValue // of a table-valued parameter
}

// TableValue is the rows of a table-valued parameter.
type TableValue struct {
	TypeName string
	Columns  []Column
	Rows     [][]any
	Defaults []bool // columns that take their default in every row; nil: none
}

// maxNesting is how deep procedures and dynamic SQL may call each other (error 217).
const maxNesting = 32

// Exec executes a procedure by name, as an RPC does: system procedures such as sp_executesql, and those in the database.
func (s *Session) Exec(ctx context.Context, name string, args []Arg, out Sink) error {
	done, err := s.enter(ctx, out)
	if err != nil {
		return err
	}
	defer done()
	_, err = s.call(chain{}, name, pointers(args))
	if e := s.endBatch(); err == nil {
		err = e
	}
	return s.topError(err)
}

func pointers(args []Arg) []*Arg {
	out := make([]*Arg, len(args))
	for i := range args {
		out[i] = &args[i]
	}
	return out
}

// execute is EXEC: of a string, or of a procedure.
func (s *Session) execute(f *frame, st *ast.ExecuteStatement) (flow, error) {
	spec := st.ExecuteSpecification
	shape, err := s.resultSetsOf(f, st)
	if err != nil {
		return flowNext, err
	}
	if shape != nil {
		shape.Sink = s.out.sink
		s.out.sink = shape
		fl, err := s.executeEntity(f, spec)
		s.out.sink = shape.Sink
		switch {
		case errors.Is(err, errExecuteEnds) && shape.failed:
			return flowNext, nil
		case err == nil && fl == flowNext:
			err = shape.end()
		}
		return fl, err
	}
	return s.executeEntity(f, spec)
}

func (s *Session) executeEntity(f *frame, spec *ast.ExecuteSpecification) (flow, error) {
	if spec.LinkedServer != nil {
		return flowNext, unsupported("EXEC ... AT")
	}
	if spec.ExecuteContext != nil {
		as := s.as
		defer func() { s.as = as }()
		if err := s.executeAs(f, spec.ExecuteContext); err != nil {
			return flowNext, err
		}
	}
	switch e := spec.ExecutableEntity.(type) {
	case *ast.ExecutableStringList:
		return s.executeString(f, e)
	case *ast.ExecutableProcedureReference:
		return s.executeProcedure(f, spec, e)
	}
	return flowNext, unsupported("EXEC of this kind")
}

func (s *Session) executeString(f *frame, e *ast.ExecutableStringList) (flow, error) {
	var text strings.Builder
	for _, x := range e.Strings {
		v, t, err := s.value(f, x)
		if err != nil {
			return flowNext, err
		}
		if v, err = tsql.Convert(v, t, typeNMax, 0); err != nil {
			return flowNext, err
		}
		part, _ := v.(string)
		text.WriteString(part)
	}
	return s.dynamic(text.String(), nil)
}

func (s *Session) executeProcedure(f *frame, spec *ast.ExecuteSpecification, e *ast.ExecutableProcedureReference) (flow, error) {
	name := ""
	ref := e.ProcedureReference
	if ref.ProcedureVariable != nil {
		v, err := s.localValue(f, ref.ProcedureVariable.Name)
		if err != nil {
			return flowNext, err
		}
		name, _ = v.(string)
	} else {
		if ref.ProcedureReference.Number != nil {
			return flowNext, unsupported("a numbered procedure")
		}
		name = nameOf(ref.ProcedureReference.Name).String()
	}
	args := make([]*Arg, len(e.Parameters))
	for i, p := range e.Parameters {
		a, err := s.argument(f, p)
		if err != nil {
			return flowNext, err
		}
		args[i] = a
	}
	status, err := s.call(s.chainOf(f), name, args)
	var e266 *tsql.Error
	switch {
	case s.unbalanced != nil && errors.As(err, &e266) && e266 == s.unbalanced:
		s.unbalanced = nil // for CATCH; but the procedure has come to its end
	case err != nil:
		return flowNext, err
	}
	for i, p := range e.Parameters {
		v, ok := p.ParameterValue.(*ast.VariableReference)
		if !p.IsOutput || !ok || !args[i].Output {
			continue
		}
		if err := f.vars[fold(v.Name)].assign(args[i].Value, args[i].Type); err != nil {
			return flowNext, err
		}
	}
	if spec.Variable != nil {
		v := f.vars[fold(spec.Variable.Name)]
		if v == nil {
			return flowNext, tsql.NewError(137, spec.Variable.Name)
		}
		if e := v.assign(int64(status), typeInt); e != nil {
			return flowNext, e
		}
	}
	return flowNext, err
}

func (s *Session) localValue(f *frame, name string) (any, error) {
	v := f.vars[fold(name)]
	if v == nil {
		return nil, tsql.NewError(137, name)
	}
	return v.value, nil
}

func (s *Session) argument(f *frame, p *ast.ExecuteParameter) (*Arg, error) {
	a := &Arg{}
	if p.Variable != nil {
		a.Name = p.Variable.Name
	}
	a.Output = p.IsOutput
	switch v := p.ParameterValue.(type) {
	case *ast.DefaultLiteral:
		a.Default = true
		return a, nil
	case *ast.VariableReference:
		if strings.HasPrefix(v.Name, "@@") && f.vars[fold(v.Name)] == nil {
			return s.globalArgument(f, a, v)
		}
		x := f.vars[fold(v.Name)]
		if x == nil {
			return nil, tsql.NewError(137, v.Name)
		}
		if x.table != nil {
			t, err := s.readTable(x.table)
			a.Table = t
			return a, err
		}
		a.Value, a.Type = x.value, x.typ
		return a, nil
	case *ast.IdentifierLiteral:
		a.Value, a.Type = v.Value, nvarchar(max(utf16Len(v.Value), 1))
		return a, nil
	default:
		if a.Output {
			return nil, tsql.NewError(179)
		}
		val, t, err := s.value(f, p.ParameterValue)
		a.Value, a.Type = val, t
		return a, err
	}
}

// globalArgument is an argument like @@ROWCOUNT, which teesql takes for a variable.
func (s *Session) globalArgument(f *frame, a *Arg, v *ast.VariableReference) (*Arg, error) {
	if a.Output {
		return nil, tsql.NewError(179)
	}
	p, err := s.plan(f, v, func(b *binder) (*plan, error) {
		x, err := b.globalVariable(v.Name)
		if err != nil {
			return nil, err
		}
		return b.finish("SELECT "+x.sql, []outCol{{typ: x.typ, null: true}}), nil
	})
	if err != nil {
		return nil, err
	}
	row, err := s.single(f, p)
	if err != nil {
		return nil, err
	}
	a.Value, a.Type = row[0], p.cols[0].typ
	return a, nil
}

// dynamic runs a text in a scope of its own: EXEC('...') without params, sp_executesql with.
func (s *Session) dynamic(text string, params []Param) (flow, error) {
	if s.nest >= maxNesting {
		return flowAbort, tsql.NewError(217, maxNesting)
	}
	b, err := s.inst.batches.parse(text, s.set.quotedID)
	if err != nil {
		s.raisedIn, s.raisedSoft = &frame{}, false
		return flowNext, err
	}
	f := newFrame(b)
	f.inner = true
	for i := range params {
		p := &params[i]
		name := fold(p.Name)
		if !strings.HasPrefix(name, "@") {
			name = "@" + name
		}
		f.vars[name] = &variable{name: p.Name, typ: p.Type, value: p.Value}
	}
	fl, err := s.inner(f, func() (flow, error) { return s.runFrame(f) })
	for i := range params {
		if p := &params[i]; p.Output {
			name := fold(p.Name)
			if !strings.HasPrefix(name, "@") {
				name = "@" + name
			}
			p.Value = f.vars[name].value
		}
	}
	return s.endScope(fl, err)
}

// endScope is how the end of a procedure or of dynamic SQL looks from outside.
func (s *Session) endScope(fl flow, err error) (flow, error) {
	if err == nil && fl == flowBatch {
		return fl, errBatchEnds
	}
	if err == nil && fl == flowExecute {
		return fl, errExecuteEnds
	}
	return flowNext, err
}

// inner runs fn as a procedure or dynamic SQL does: SET options, USE and temporary tables made there end with it.
func (s *Session) inner(f *frame, fn func() (flow, error)) (flow, error) {
	set, db, temp, trans, scope, as := s.set, s.db, s.temp, s.tran.count, s.scopeIdent, s.as
	s.as.base = len(s.as.stack)
	s.nest++
	s.out.inProc++
	s.scopeIdent = nil
	fl, err := fn()
	s.out.inProc--
	s.nest--
	s.scopeIdent = scope
	s.set, s.as = set, as
	if s.db != db && s.catalog().database(db) != nil {
		old := s.db
		s.setDB(db)
		if e := s.out.env(EnvChange{Kind: EnvDatabase, Old: old, New: db}); err == nil {
			err = e
		}
	}
	if e := s.dropInner(temp); err == nil {
		err = e
	}
	if e := s.dropVariables(f); err == nil {
		err = e
	}
	if err == nil && fl < flowBatch && f.trigger == nil && trans != s.tran.count {
		e := tsql.NewError(266, trans, s.tran.count)
		if f.proc != nil {
			e.Proc = f.proc.Name
		}
		if s.tryDepth > 0 {
			s.unbalanced = e
			return fl, e
		}
		err = s.report(e)
	}
	return fl, err
}

// dropInner drops the temporary tables that were not there before.
func (s *Session) dropInner(before *tempSet) error {
	if s.temp == before {
		return nil
	}
	for name, t := range s.temp.tables {
		if before.tables[name] != nil {
			continue
		}
		if err := s.dropTable(tsql.Name{Object: t.Name}, true); err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"errors"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// check binds the statements of a batch before the first one runs, so that errors of names and types stop all of it, as they do on a
// server. Statements that depend on what the batch itself does (new tables, USE, settings) end the look-ahead.
func (s *Session) check(f *frame) error {
	if len(f.batch.statements) < 2 {
		return nil
	}
	for _, st := range f.batch.statements {
		go_on, err := s.checkOne(f, st)
		if err != nil {
			var e *tsql.Error
			if errors.As(err, &e) && e.Number == 208 {
				return nil // names of tables are resolved when a statement is reached
			}
			if errors.As(err, &e) && e.Line == 0 {
				return e.At(lineOf(st))
			}
			return err
		}
		if !go_on {
			return nil
		}
	}
	return nil
}

func (s *Session) checkOne(f *frame, st ast.Statement) (bool, error) {
	switch st := st.(type) {
	case *ast.SelectStatement:
		if st.Into != nil {
			return false, nil
		}
		_, err := s.selectPlan(f, st)
		return true, err
	case *ast.SetVariableStatement:
		if st.Variable != nil && f.vars[fold(st.Variable.Name)] == nil {
			return false, tsql.NewError(137, st.Variable.Name)
		}
		return true, nil
	case *ast.DeclareVariableStatement, *ast.PrintStatement, *ast.BeginTransactionStatement, *ast.CommitTransactionStatement, *ast.RollbackTransactionStatement:
		return true, nil
	case *ast.InsertStatement, *ast.UpdateStatement, *ast.DeleteStatement:
		return true, nil
	}
	return false, nil
}

// Describe gives the columns of the first result set of a batch without running it; nil if there is none. Errors are *tsql.Error.
func (s *Session) Describe(ctx context.Context, text string, params []Param) ([]Column, error) {
	done, err := s.enter(ctx, discard{})
	if err != nil {
		return nil, err
	}
	defer done()
	return s.describe(text, params)
}

func (s *Session) describe(text string, params []Param) ([]Column, error) {
	b, err := s.inst.batches.parse(text, s.set.quotedID)
	if err != nil {
		return nil, err
	}
	f := newFrame(b)
	for _, p := range params {
		f.vars[fold(p.Name)] = &variable{name: p.Name, typ: p.Type}
	}
	if err := s.declareAll(f, b.statements); err != nil {
		return nil, err
	}
	for _, st := range b.statements {
		switch st := st.(type) {
		case *ast.SelectStatement:
			if st.Into != nil {
				continue
			}
			p, err := s.selectPlan(f, st)
			if err != nil {
				return nil, err
			}
			if len(p.cols) > 0 && p.cols[0].variable == "" {
				return s.columnsOf(p.cols), nil
			}
		case *ast.InsertStatement:
			ip, err := s.newBinder(b, f).insertPlan(st)
			if err != nil {
				return nil, err
			}
			if ip.out != nil && ip.out.into == nil {
				return s.columnsOf(ip.out.plan.cols), nil
			}
		}
	}
	return nil, nil
}

// describeProcedure is sp_describe_first_result_set.
func (s *Session) describeProcedure(args []*Arg) (int32, error) {
	text, ok := pick(args, "@tsql", 0).text()
	if !ok {
		return 0, tsql.NewError(201, "sp_describe_first_result_set", "@tsql")
	}
	var params []Param
	if decl, ok := pick(args, "@params", 1).text(); ok {
		decls, err := s.paramDecls(decl)
		if err != nil {
			return 0, err
		}
		for _, d := range decls {
			params = append(params, Param{Name: "@" + d.Name, Type: d.Type})
		}
	}
	cols, err := s.describe(text, params)
	if err != nil {
		return 0, err
	}
	shape := viewColumns("is_hidden bit; column_ordinal int; name sysname null; is_nullable bit; system_type_id int; system_type_name nvarchar(256) null; max_length smallint; " +
		"precision tinyint; scale tinyint; collation_name sysname null; is_identity_column bit null; is_computed_column bit null")
	out := make([]Column, len(shape))
	for i, c := range shape {
		out[i] = Column{Name: c.name, Type: c.typ, Nullable: c.null}
	}
	if err := s.out.sink.Columns(out); err != nil {
		return 0, err
	}
	for i, c := range cols {
		var name, coll any
		if c.Name != "" {
			name = c.Name
		}
		if c.Type.IsString() {
			coll = showCollation(c.Type.Collation)
		}
		row := []any{false, int64(i + 1), name, c.Nullable, int64(sysTypeOf(c.Type).system), c.Type.String(), int64(storageLength(c.Type)), int64(shownPrecision(c.Type)),
			int64(shownScale(c.Type)), coll, c.Identity, c.Computed}
		if err := s.out.sink.Row(row); err != nil {
			return 0, err
		}
	}
	return 0, s.finishStatement(CommandSelect, int64(len(cols)))
}

// discard is a sink for what nobody asked for.
type discard struct{}

func (discard) Columns([]Column) error    { return nil }
func (discard) Row([]any) error           { return nil }
func (discard) Done(Done) error           { return nil }
func (discard) Message(*tsql.Error) error { return nil }
func (discard) Env(EnvChange) error       { return nil }
func (discard) ReturnStatus(int32) error  { return nil }

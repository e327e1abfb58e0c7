package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// statement runs one statement.
func (s *Session) statement(f *frame, st ast.Statement) (flow, error) {
	if skip, err := s.skips(f, st); skip || err != nil {
		return flowNext, err
	}
	switch st := st.(type) {
	case *ast.BeginEndBlockStatement:
		return s.list(f, st.StatementList.Statements)
	case *ast.IfStatement:
		return s.ifStatement(f, st)
	case *ast.WhileStatement:
		return s.while(f, st)
	case *ast.BreakStatement:
		return flowBreak, nil
	case *ast.ContinueStatement:
		return flowContinue, nil
	case *ast.ReturnStatement:
		return s.returnStatement(f, st)
	case *ast.TryCatchStatement:
		return s.tryCatch(f, st)
	case *ast.ThrowStatement:
		return flowNext, s.throw(f, st)
	case *ast.ExecuteStatement:
		return s.execute(f, st)
	}
	return flowNext, s.simple(f, st)
}

// skips tells whether the settings NOEXEC, PARSEONLY and FMTONLY keep a statement from running. NOEXEC binds a SELECT all the same.
func (s *Session) skips(f *frame, st ast.Statement) (bool, error) {
	_, setting := st.(*ast.PredicateSetStatement)
	_, block := st.(*ast.BeginEndBlockStatement)
	switch {
	case setting || block:
		return false, nil
	case s.set.noExec:
		if q, ok := st.(*ast.SelectStatement); ok && q.Into == nil {
			_, err := s.selectPlan(f, q)
			return true, err
		}
		return true, nil
	case s.set.parseOnly:
		return true, nil
	case s.set.fmtOnly:
		switch st := st.(type) {
		case *ast.SelectStatement:
			return st.Into != nil, nil
		case *ast.InsertStatement, *ast.UpdateStatement, *ast.DeleteStatement, *ast.ExecuteStatement, *ast.IfStatement, *ast.ReturnStatement, *ast.TryCatchStatement:
			return false, nil
		}
		return true, nil
	}
	return false, nil
}

// simple runs a statement that has no flow of its own.
func (s *Session) simple(f *frame, st ast.Statement) error {
	switch st := st.(type) {
	case *ast.SelectStatement:
		return s.selectStatement(f, st)
	case *ast.InsertStatement:
		return s.insert(f, st)
	case *ast.UpdateStatement:
		return s.update(f, st)
	case *ast.DeleteStatement:
		return s.deleteRows(f, st)
	case *ast.TruncateTableStatement:
		return s.truncate(st)
	case *ast.DeclareVariableStatement:
		return s.declareStatement(f, st)
	case *ast.DeclareTableVariableStatement:
		return s.declareTable(f, st)
	case *ast.SetVariableStatement:
		return s.setVariable(f, st)
	case *ast.PrintStatement:
		return s.print(f, st)
	case *ast.RaiseErrorStatement:
		return s.raiseError(f, st)
	case *ast.BeginTransactionStatement, *ast.CommitTransactionStatement, *ast.RollbackTransactionStatement, *ast.SaveTransactionStatement:
		return s.transaction(f, st)
	case *ast.WaitForStatement:
		return s.waitFor(f, st)
	case *ast.ExecuteAsStatement:
		return s.executeAsStatement(f, st)
	case *ast.ReconfigureStatement:
		return s.reconfigure()
	case *ast.RevertStatement:
		return s.revert(st)
	case *ast.UseStatement:
		if f.proc != nil { // whose owner's rights would go along
			return newError(154)
		}
		return s.use(st.DatabaseName.Value)
	}
	if d, ok := st.(*ast.DbccStatement); ok {
		return s.dbcc(f, d)
	}
	if done, err := s.setStatement(f, st); done {
		return err
	}
	if done, err := s.definition(f, st); done {
		return err
	}
	if done, err := s.security(f, st); done {
		return err
	}
	return unsupported("the statement %s", strings.TrimSuffix(strings.TrimPrefix(typeName(st), "*ast."), "Statement"))
}

// use is USE: errors 911, 916.
func (s *Session) use(name string) error {
	d := s.catalog().database(name)
	if d == nil {
		return tsql.NewError(911, name)
	}
	if err := s.mayEnter(d); err != nil {
		return err
	}
	old := s.db
	s.setDB(d.Name)
	if err := s.out.env(EnvChange{Kind: EnvDatabase, Old: old, New: d.Name}); err != nil {
		return err
	}
	return s.out.message(&tsql.Error{Number: 5701, Class: 0, State: 1, Message: "Changed database context to '" + d.Name + "'.", Line: 1})
}

func commandOf(st ast.Statement) uint16 {
	switch st.(type) {
	case *ast.SelectStatement:
		return CommandSelect
	case *ast.InsertStatement:
		return CommandInsert
	case *ast.UpdateStatement:
		return CommandUpdate
	case *ast.DeleteStatement:
		return CommandDelete
	case *ast.CreateTableStatement:
		return CommandCreateTable
	case *ast.ExecuteStatement:
		return CommandExecute
	}
	return CommandNone
}

// condition evaluates a predicate outside a query; unknown is false.
func (s *Session) condition(f *frame, e ast.BooleanExpression) (bool, error) {
	p, err := s.plan(f, e, func(b *binder) (*plan, error) {
		sql, err := b.predicate(e, nil)
		if err != nil {
			return nil, err
		}
		return b.finish("SELECT CASE WHEN "+sql+" THEN 1 ELSE 0 END", []outCol{{typ: typeInt}}), nil
	})
	if err != nil {
		return false, err
	}
	row, err := s.single(f, p)
	if err != nil {
		return false, err
	}
	return len(row) == 1 && row[0] == int64(1), nil
}

// value evaluates an expression outside a query.
func (s *Session) value(f *frame, e ast.ScalarExpression) (any, tsql.Type, error) {
	p, err := s.plan(f, e, func(b *binder) (*plan, error) {
		x, err := b.scalar(e, nil)
		if err != nil {
			return nil, err
		}
		p := b.finish("SELECT "+x.sql, []outCol{{typ: x.typ, null: true, bare: x.bare}})
		if x.isLit {
			p.constant, p.literal = true, x.lit
		}
		return p, nil
	})
	if err != nil {
		return nil, tsql.Type{}, err
	}
	if p.constant {
		return p.literal, p.cols[0].typ, nil
	}
	row, err := s.single(f, p)
	if err != nil || len(row) == 0 {
		return nil, p.cols[0].typ, err
	}
	return row[0], p.cols[0].typ, nil
}

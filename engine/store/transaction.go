package store

import (
	"context"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// transaction runs BEGIN, COMMIT, ROLLBACK and SAVE TRANSACTION.
func (s *Session) transaction(f *frame, st ast.Statement) error {
	name := func(n *ast.IdentifierOrValueExpression) (string, error) {
		switch {
		case n == nil:
			return "", nil
		case n.ValueExpression != nil:
			v, _, err := s.value(f, n.ValueExpression)
			text, _ := v.(string)
			return text, err
		}
		return columnAlias(n), nil
	}
	var err error
	var title string
	command := CommandBegin
	switch st := st.(type) {
	case *ast.BeginTransactionStatement:
		if st.Distributed {
			return unsupported("BEGIN DISTRIBUTED TRANSACTION")
		}
		if title, err = name(st.Name); err == nil {
			err = s.begin(title)
		}
	case *ast.CommitTransactionStatement:
		command, err = CommandCommit, s.commit()
	case *ast.RollbackTransactionStatement:
		command = CommandRollback
		if title, err = name(st.Name); err == nil && s.collecting != nil {
			err = tsql.NewError(3915)
		} else if err == nil {
			err = s.rollback(title)
		}
	case *ast.SaveTransactionStatement:
		command = CommandSave
		if title, err = name(st.Name); err == nil {
			err = s.save(title)
		}
	}
	if err != nil {
		return err
	}
	return s.out.done(Done{Command: command})
}

// Begin starts a transaction as TM_BEGIN_XACT does. Env changes and errors go to out.
func (s *Session) Begin(ctx context.Context, name string, level Isolation, out Sink) error {
	return s.request(ctx, out, func() error {
		if level != 0 {
			s.set.isolation = level
		}
		return s.begin(name)
	})
}

// Commit is TM_COMMIT_XACT.
func (s *Session) Commit(ctx context.Context, _ string, out Sink) error {
	return s.request(ctx, out, s.commit)
}

// Rollback is TM_ROLLBACK_XACT; name is empty or a savepoint's or the outermost transaction's.
func (s *Session) Rollback(ctx context.Context, name string, out Sink) error {
	return s.request(ctx, out, func() error { return s.rollback(name) })
}

// Save is TM_SAVE_XACT.
func (s *Session) Save(ctx context.Context, name string, out Sink) error {
	return s.request(ctx, out, func() error { return s.save(name) })
}

// request runs one transaction manager request: its errors go to out, then a Done.
func (s *Session) request(ctx context.Context, out Sink, fn func() error) error {
	done, err := s.enter(ctx, out)
	if err != nil {
		return err
	}
	defer done()
	return s.topError(fn())
}

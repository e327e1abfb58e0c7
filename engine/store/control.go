package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

func (s *Session) ifStatement(f *frame, st *ast.IfStatement) (flow, error) {
	yes, err := s.condition(f, st.Predicate)
	if err != nil {
		return flowNext, err
	}
	s.rowCount, s.lastError = 0, 0 // the condition is a statement of its own
	switch {
	case yes:
		return s.one(f, st.ThenStatement)
	case st.ElseStatement != nil:
		return s.one(f, st.ElseStatement)
	}
	return flowNext, nil
}

func (s *Session) while(f *frame, st *ast.WhileStatement) (flow, error) {
	for {
		if err := s.ctx.Err(); err != nil {
			return flowAbort, err
		}
		yes, err := s.condition(f, st.Predicate)
		s.rowCount = 0
		if err == nil {
			s.lastError = 0
		}
		if err != nil || !yes {
			return flowNext, err
		}
		fl, err := s.one(f, st.Statement)
		if err != nil {
			return fl, err
		}
		switch fl {
		case flowNext, flowContinue:
		case flowBreak:
			return flowNext, nil
		default:
			return fl, nil
		}
	}
}

func (s *Session) returnStatement(f *frame, st *ast.ReturnStatement) (flow, error) {
	if st.Expression == nil {
		return flowReturn, nil
	}
	if f.proc == nil {
		return flowNext, tsql.NewError(178)
	}
	v, t, err := s.value(f, st.Expression)
	if err != nil {
		return flowNext, err
	}
	if f.result != nil {
		return flowReturn, f.result.assign(v, t)
	}
	if v, err = tsql.Convert(v, t, typeInt, 0); err != nil {
		return flowNext, err
	}
	if n, ok := v.(int64); ok {
		f.status = int32(n)
	}
	return flowReturn, nil
}

// tryCatch runs BEGIN TRY ... END TRY BEGIN CATCH ... END CATCH.
func (s *Session) tryCatch(f *frame, st *ast.TryCatchStatement) (flow, error) {
	depth := s.tryDepth
	s.tryDepth++
	fl, err := s.list(f, st.TryStatements.Statements)
	s.tryDepth = depth
	var e *tsql.Error
	if err == nil || !errors.As(err, &e) || s.ctx.Err() != nil {
		return fl, err
	}
	if e.Class >= 20 || hidesFromCatch(e.Number) && s.raisedIn == f {
		return flowAbort, e
	}
	if s.tran.count > 0 && (s.abortsBatch(e.Number) && !s.thrown || s.raisedHard) {
		s.tran.doomed = true
	}
	s.caught = append(s.caught, e)
	defer func() { s.caught = s.caught[:len(s.caught)-1] }()
	s.lastError = e.Number
	if st.CatchStatements == nil {
		return flowNext, nil
	}
	return s.list(f, st.CatchStatements.Statements)
}

// throw is THROW, with arguments or, in a CATCH block, without. Errors 10704, 35100.
func (s *Session) throw(f *frame, st *ast.ThrowStatement) error {
	if st.ErrorNumber == nil {
		if len(s.caught) == 0 {
			return newError(10704)
		}
		return s.caught[len(s.caught)-1]
	}
	var vals [3]any
	for i, x := range []struct {
		e ast.ScalarExpression
		t tsql.Type
	}{{st.ErrorNumber, typeInt}, {st.Message, nvarchar(2048)}, {st.State, typeInt}} {
		v, t, err := s.value(f, x.e)
		if err != nil {
			return err
		}
		if vals[i], err = tsql.Convert(v, t, x.t, 0); err != nil {
			return err
		}
	}
	number, _ := vals[0].(int64)
	text, _ := vals[1].(string)
	state, _ := vals[2].(int64)
	if number < 50000 {
		return &tsql.Error{Number: 35100, Class: 16, State: 10,
			Message: fmt.Sprintf("Error number %d in the THROW statement is outside the valid range. Specify an error number in the valid range of 50000 to 2147483647.", number)}
	}
	return &tsql.Error{Number: int32(number), Class: 16, State: uint8(state), Message: text, Line: lineOf(st)}
}

// waitFor is WAITFOR DELAY and TIME; it ends early when the request is canceled.
func (s *Session) waitFor(f *frame, st *ast.WaitForStatement) error {
	if st.Statement != nil {
		return unsupported("WAITFOR with a statement")
	}
	v, t, err := s.value(f, st.Parameter)
	if err != nil {
		return err
	}
	text := ""
	if v, err = tsql.Convert(v, t, varchar(100), 0); err == nil {
		text, _ = v.(string)
	}
	clock, err := tsql.Convert(text, varchar(100), tsql.TypeDateTime, 0)
	at, ok := clock.(time.Time)
	if err != nil || !ok {
		return tsql.NewError(148, text)
	}
	d := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second + time.Duration(at.Nanosecond())
	if st.WaitForOption == "Time" {
		now := time.Now()
		today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()).Add(d)
		if today.Before(now) {
			today = today.AddDate(0, 0, 1)
		}
		d = time.Until(today)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

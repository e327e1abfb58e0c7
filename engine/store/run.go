package store

import (
	"context"
	"errors"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// flow is how a list of statements ended.
type flow int

const (
	flowNext flow = iota
	flowBreak
	flowContinue
	flowReturn
	flowAbort   // the scope (batch, procedure or dynamic SQL) was aborted; its error was sent
	flowBatch   // the whole batch was
	flowExecute // the EXEC ... WITH RESULT SETS around was
)

// errExecuteEnds carries flowExecute out of procedures and dynamic SQL.
var errExecuteEnds = errors.New("store: an EXECUTE statement was aborted")

// errBatchEnds carries flowBatch out of procedures and dynamic SQL.
var errBatchEnds = errors.New("store: the batch was aborted")

// ErrFatal is returned after an error of class 20 or above was sent: the connection is to be closed.
var ErrFatal = errors.New("store: a fatal error ended the session")

// Run runs one batch. With params (non-nil, perhaps empty) it runs as sp_executesql does: in a scope of its own. Errors of
// statements go to out; the error returned is ctx's, out's or one of the engine's own.
func (s *Session) Run(ctx context.Context, text string, params []Param, out Sink) error {
	done, err := s.enter(ctx, out)
	if err != nil {
		return err
	}
	defer done()
	if params != nil {
		_, err = s.dynamic(text, params)
	} else {
		_, err = s.runBatch(text)
		if e := s.endBatch(); err == nil {
			err = e
		}
	}
	return s.topError(err)
}

// topError ends the rest of an error that no TRY caught.
func (s *Session) topError(err error) error {
	if errors.Is(err, errBatchEnds) {
		err = nil
	}
	if err != nil && s.ctx.Err() == nil && s.out.guard.failed == nil && !errors.Is(err, ErrFatal) {
		e, err := s.asError(err)
		if err != nil {
			return err
		}
		if err := s.report(e); err != nil {
			return err
		}
		return s.out.done(Done{Command: CommandNone, Error: true})
	}
	if err == nil && s.out.dones == 0 {
		return s.out.done(Done{Command: CommandNone})
	}
	if err != nil && s.ctx.Err() != nil {
		return s.canceled(err)
	}
	return err
}

// canceled handles an attention: with XACT_ABORT the transaction goes.
func (s *Session) canceled(err error) error {
	if s.set.xactAbort && s.tran.count > 0 {
		if e := s.rollback(""); e != nil {
			return e
		}
	}
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	return err
}

// endBatch rolls a doomed transaction back: it can't outlive its batch. Error 3998.
func (s *Session) endBatch() error {
	if !s.tran.doomed || s.tran.count == 0 {
		return nil
	}
	if err := s.rollback(""); err != nil {
		return err
	}
	return s.report(tsql.NewError(3998))
}

// runBatch runs a text as a batch of its own.
func (s *Session) runBatch(text string) (flow, error) {
	b, err := s.inst.batches.parse(text, s.set.quotedID)
	if err != nil {
		return flowAbort, s.statementError(err, nil)
	}
	if on, ok := setsParseOnly(b); ok {
		s.set.parseOnly = on
	}
	if s.set.parseOnly {
		return flowNext, nil
	}
	f := newFrame(b)
	fl, err := s.runFrame(f)
	if e := s.dropVariables(f); err == nil {
		err = e
	}
	return fl, err
}

// runFrame declares, checks and runs the statements of a frame.
func (s *Session) runFrame(f *frame) (flow, error) {
	if err := s.declareAll(f, f.batch.statements); err != nil {
		return flowAbort, s.statementError(err, nil)
	}
	if err := s.check(f); err != nil {
		return flowAbort, s.statementError(err, nil)
	}
	fl, err := s.list(f, f.batch.statements)
	return fl, err
}

// list runs statements in order.
func (s *Session) list(f *frame, list []ast.Statement) (flow, error) {
	for _, st := range list {
		fl, err := s.one(f, st)
		if err != nil || fl != flowNext {
			return fl, err
		}
	}
	return flowNext, nil
}

// one runs one statement and deals with its error: inside TRY it goes up to the CATCH, else it is sent and the batch goes on or not.
func (s *Session) one(f *frame, st ast.Statement) (flow, error) {
	if err := s.ctx.Err(); err != nil {
		return flowAbort, err
	}
	s.raisedIn = nil
	fl, err := s.statement(f, st)
	if errors.Is(err, errBatchEnds) {
		return flowBatch, nil
	}
	if errors.Is(err, errExecuteEnds) {
		return flowExecute, nil
	}
	if err == nil {
		if plain(st) {
			s.lastError = 0
		}
		if clearsRowCount(st) {
			s.rowCount = 0
		}
		return fl, nil
	}
	e, err := s.asError(err)
	if err != nil {
		return flowAbort, err
	}
	if s.raisedIn == nil {
		_, raised := st.(*ast.RaiseErrorStatement)
		s.raisedIn, s.raisedSoft, s.raisedHard = f, raised, s.set.xactAbort && !raised
		_, s.thrown = st.(*ast.ThrowStatement)
	}
	if e.Line == 0 {
		e = e.At(lineOf(st))
	}
	if f.proc != nil && e.Proc == "" {
		c := *e
		c.Proc = f.proc.Name
		e = &c
	}
	s.lastError = e.Number
	s.rowCount = 0
	if s.tryDepth > 0 {
		if err := s.finishCaught(st, e); err != nil {
			return flowAbort, err
		}
		return flowAbort, e
	}
	return s.uncaught(f, e, st)
}

// plain tells whether a statement's success sets @@ERROR to 0: all but those made of others, and RAISERROR, which may set it.
func plain(st ast.Statement) bool {
	switch st.(type) {
	case *ast.BeginEndBlockStatement, *ast.IfStatement, *ast.WhileStatement, *ast.TryCatchStatement, *ast.RaiseErrorStatement, *ast.ExecuteStatement,
		*ast.DeclareTableVariableStatement:
		return false
	}
	return !onlyDeclares(st)
}

// clearsRowCount tells whether a statement sets @@ROWCOUNT to 0: those that are about no rows, except what is made of
// others and what runs nothing.
func clearsRowCount(st ast.Statement) bool {
	switch st.(type) {
	case *ast.SelectStatement, *ast.InsertStatement, *ast.UpdateStatement, *ast.DeleteStatement, *ast.SetVariableStatement, *ast.DeclareVariableStatement,
		*ast.DeclareTableVariableStatement, *ast.ExecuteStatement, *ast.BeginEndBlockStatement, *ast.IfStatement, *ast.WhileStatement, *ast.TryCatchStatement,
		*ast.ReturnStatement, *ast.BreakStatement, *ast.ContinueStatement:
		return false
	}
	return true
}

// onlyDeclares is a DECLARE without values: nothing that runs.
func onlyDeclares(st ast.Statement) bool {
	d, ok := st.(*ast.DeclareVariableStatement)
	if !ok {
		return false
	}
	for _, v := range d.Declarations {
		if v.Value != nil {
			return false
		}
	}
	return true
}

// asError gives a statement's error the form a client may see; the second result is an error that ends everything: the
// sink's, the context's.
func (s *Session) asError(err error) (*tsql.Error, error) {
	err = fromSQLite(err)
	if s.ctx.Err() != nil || s.out.guard.failed != nil || errors.Is(err, context.Canceled) || errors.Is(err, ErrFatal) {
		return nil, err
	}
	var e *tsql.Error
	if errors.As(err, &e) {
		return e, nil
	}
	return &tsql.Error{Number: 59041, Class: 16, State: 1, Message: "tds-launchpad: the embedded engine failed: " + err.Error()}, nil
}

// uncaught sends an error and says what goes on. Conversions and the like end the batch, and with XACT_ABORT all errors
// do, but RAISERROR's; errors of binding end the scope that they are in.
func (s *Session) uncaught(f *frame, e *tsql.Error, st ast.Statement) (flow, error) {
	if err := s.report(e); err != nil {
		return flowAbort, err
	}
	switch st.(type) {
	case *ast.InsertStatement, *ast.UpdateStatement, *ast.DeleteStatement:
		if s.terminates(e.Number) {
			terminated := &tsql.Error{Number: 3621, Class: 0, State: 0, Message: "The statement has been terminated.", Line: e.Line, Proc: e.Proc}
			if err := s.out.message(terminated); err != nil {
				return flowAbort, err
			}
		}
	}
	if err := s.out.done(Done{Command: commandOf(st), Error: true}); err != nil {
		return flowAbort, err
	}
	_, thrown := st.(*ast.ThrowStatement)
	ends := s.abortsBatch(e.Number) && (!thrown || s.tran.doomed) || s.set.xactAbort && !s.raisedSoft && (!abortsCompile(e.Number) || e.Number == 208)
	if ends && s.tran.count > 0 {
		if err := s.rollback(""); err != nil {
			return flowAbort, err
		}
	}
	if e.Class >= 20 {
		return flowAbort, ErrFatal
	}
	switch {
	case ends || thrown:
		return flowBatch, nil
	case abortsExecute(e.Number) && !s.raisedSoft && s.raisedIn == f && f.inner:
		return flowExecute, nil
	case abortsCompile(e.Number) && s.raisedIn == f:
		return flowAbort, nil
	}
	return flowNext, nil
}

// abortsBatch tells whether an error ends the batch and undoes the transaction, in a TRY dooms it: conversions, and a
// wrong number of columns for INSERT ... EXEC.
func (s *Session) abortsBatch(n int32) bool {
	return abortsTransaction(n) || n == 213 && s.collecting != nil && s.collecting.failed
}

// terminates tells whether 3621 follows an error: it does where the statement alone ends, not where the batch ends with
// it or where the statement never began.
func (s *Session) terminates(n int32) bool {
	switch n {
	case 229, 273, 544, 3621, 8102:
		return false
	}
	return !abortsCompile(n) && !abortsTransaction(n) && (!s.set.xactAbort || len(s.fired) > 0)
}

// statementError is for errors outside any statement: syntax, binding of the batch.
func (s *Session) statementError(err error, st ast.Statement) error {
	e, err := s.asError(err)
	if err != nil {
		return err
	}
	if e.Line == 0 {
		e = e.At(1)
	}
	s.lastError = e.Number
	if s.tryDepth > 0 {
		return e
	}
	if err := s.report(e); err != nil {
		return err
	}
	return s.out.done(Done{Command: CommandNone, Error: true})
}

// report sends an error. XACT_ABORT's rollback is the caller's.
func (s *Session) report(e *tsql.Error) error {
	s.lastError = e.Number
	if e.Line == 0 {
		e = e.At(1)
	}
	return s.out.message(e)
}

func lineOf(st ast.Statement) int32 {
	if f, ok := st.(interface{ Frag() *ast.Fragment }); ok && f.Frag().StartLine > 0 {
		return int32(f.Frag().StartLine)
	}
	return 1
}

// abortsTransaction lists the errors that end the batch and undo the transaction: conversions, above all.
func abortsTransaction(n int32) bool {
	switch n {
	case 217, 235, 236, 241, 242, 244, 245, 248, 293, 295, 1205, 8169, 8114, 8146, 3609, 3616, 3915, 3960:
		return true
	}
	return false
}

// hidesFromCatch lists the errors of names: they don't reach a CATCH of the scope that they are in, as if the scope had
// not been compiled.
func hidesFromCatch(n int32) bool {
	switch n {
	case 207, 208, 209, 4104:
		return true
	}
	return false
}

// abortsCompile lists the errors of binding: the scope ends, the transaction stays.
func abortsCompile(n int32) bool {
	switch n {
	case 102, 103, 104, 105, 107, 108, 109, 110, 111, 113, 116, 119, 120, 121, 128, 134, 135, 136, 137, 139, 141, 144, 145, 147, 153, 155, 156, 164, 168, 169, 174,
		189, 195, 205, 206, 207, 208, 209, 213, 239, 240, 252, 257, 263, 264, 271, 272, 286, 305, 306, 331, 334, 402, 403, 421, 447, 448, 468, 529, 1011, 1013, 1033, 1060, 1062, 1087, 2715, 2716, 2717,
		4104, 4145, 8117, 8120, 8121, 8127, 8133, 8155, 8156, 8158, 8159, 10709, 4127, 4151, 408, 8116, 59040:
		return true
	}
	return false
}

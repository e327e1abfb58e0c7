package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// statement is what a prepared handle stands for.
type statement struct {
	text, declarations store.Arg
}

// connectionProcedure is a system procedure that concerns the connection rather than the store.
type connectionProcedure func(c *connection, ctx context.Context, args []store.Arg, out *response) error

var connectionProcedures = map[string]connectionProcedure{
	"sp_prepare":          (*connection).prepare,
	"sp_prepexec":         (*connection).prepareAndExecute,
	"sp_execute":          (*connection).executePrepared,
	"sp_unprepare":        (*connection).unprepare,
	"sp_reset_connection": (*connection).resetConnection,
	"sp_cursoropen":       (*connection).noCursor,
	"sp_cursorprepare":    (*connection).noCursor,
	"sp_cursorprepexec":   (*connection).noCursor,
	"sp_cursorexecute":    (*connection).noCursor,
	"sp_cursor":           (*connection).noCursor,
	"sp_cursorfetch":      (*connection).noCursor,
	"sp_cursoroption":     (*connection).noCursor,
	"sp_cursorclose":      (*connection).noCursor,
	"sp_cursorunprepare":  (*connection).noCursor,
	"sp_prepexecrpc":      (*connection).noCursor,
}

// special finds the connection's procedure of a name in any spelling, nil if there is none.
func special(name string) connectionProcedure {
	n, err := tsql.ParseName(name)
	if err != nil {
		return nil
	}
	object := strings.ToLower(n.Object)
	if !tsql.IsSystemProcedure(name, object) {
		return nil
	}
	return connectionProcedures[object]
}

// handleType is the type of handles, for callers that pass an untyped NULL for one.
var handleType = tsql.Type{Kind: tsql.KindInt}

// maxPrepared bounds the handles of one connection.
const maxPrepared = 10000

// prepare is sp_prepare handle OUTPUT, params, stmt [, options]: a new handle, and
// the columns that the statement will return.
func (c *connection) prepare(ctx context.Context, args []store.Arg, out *response) error {
	s, err := c.remember(args)
	if err != nil {
		return err
	}
	text, _ := s.text.Value.(string)
	declarations, _ := s.declarations.Value.(string)
	params, err := declaredParams(declarations)
	if err != nil {
		return err
	}
	columns, err := c.session.Describe(ctx, text, params)
	if err != nil {
		var failed *tsql.Error
		if !errors.As(err, &failed) {
			return err
		}
		delete(c.prepared, c.handles)
		if err := out.Message(failed); err != nil {
			return err
		}
		return &tsql.Error{Number: 8180, State: 1, Class: 16, Message: "Statement(s) could not be prepared."}
	}
	if columns != nil {
		if err := out.Columns(columns); err != nil {
			return err
		}
		if err := out.done(tds.Done{Token: tds.TokenDoneInProc, CurCmd: store.CommandSelect}); err != nil {
			return err
		}
	}
	return procedureEnd(out)
}

// remember gives the statement of sp_prepare and sp_prepexec a handle.
func (c *connection) remember(args []store.Arg) (*statement, error) {
	if len(args) < 3 {
		return nil, missingParameter("sp_prepare", "@stmt")
	}
	if len(c.prepared) >= maxPrepared {
		return nil, &tsql.Error{Number: 701, State: 1, Class: 17, Message: "There is insufficient memory for more prepared statements in this session."}
	}
	c.handles++
	args[0].Output, args[0].Value = true, int64(c.handles)
	if args[0].Type.Kind == tsql.KindInvalid {
		args[0].Type = handleType
	}
	s := &statement{text: plain(args[2]), declarations: plain(args[1])}
	c.prepared[c.handles] = s
	return s, nil
}

// plain is an argument without its name: positions differ between procedures.
func plain(a store.Arg) store.Arg {
	a.Name, a.Output = "", false
	return a
}

// prepareAndExecute is sp_prepexec handle OUTPUT, params, stmt, values.
func (c *connection) prepareAndExecute(ctx context.Context, args []store.Arg, out *response) error {
	s, err := c.remember(args)
	if err != nil {
		return err
	}
	return c.run(ctx, s, args[3:], out)
}

// executePrepared is sp_execute handle, values.
func (c *connection) executePrepared(ctx context.Context, args []store.Arg, out *response) error {
	s, err := c.lookup("sp_execute", args)
	if err != nil {
		return err
	}
	return c.run(ctx, s, args[1:], out)
}

// run executes a prepared statement as sp_executesql would.
func (c *connection) run(ctx context.Context, s *statement, values []store.Arg, out *response) error {
	args := []store.Arg{s.text}
	if declarations, _ := s.declarations.Value.(string); declarations != "" {
		args = append(args, s.declarations)
	}
	n := len(args)
	args = append(args, values...)
	if err := c.session.Exec(ctx, "sp_executesql", args, out); err != nil {
		return err
	}
	copy(values, args[n:]) // OUTPUT values
	return nil
}

// unprepare is sp_unprepare handle.
func (c *connection) unprepare(_ context.Context, args []store.Arg, out *response) error {
	if _, err := c.lookup("sp_unprepare", args); err != nil {
		return err
	}
	handle, _ := args[0].Value.(int64)
	delete(c.prepared, int32(handle))
	return procedureEnd(out)
}

func (c *connection) lookup(procedure string, args []store.Arg) (*statement, error) {
	if len(args) == 0 {
		return nil, missingParameter(procedure, "@handle")
	}
	handle, _ := args[0].Value.(int64)
	s, ok := c.prepared[int32(handle)]
	if !ok {
		return nil, &tsql.Error{Number: 8179, State: 2, Class: 16, Message: fmt.Sprintf("Could not find prepared statement with handle %d.", handle)}
	}
	return s, nil
}

// resetConnection is the RPC by which some drivers do what others do by a header bit.
func (c *connection) resetConnection(ctx context.Context, _ []store.Arg, out *response) error {
	clear(c.prepared)
	if err := c.session.Reset(ctx, false, out); err != nil {
		return err
	}
	return procedureEnd(out)
}

// noCursor makes drivers fall back to results without a server cursor.
func (c *connection) noCursor(context.Context, []store.Arg, *response) error {
	return &tsql.Error{Number: 16937, State: 1, Class: 16, Message: "A server cursor is not allowed on a remote stored procedure " +
		"or stored procedure with more than one SELECT statement. Use a default result set or client cursor."}
}

func missingParameter(procedure, parameter string) error {
	return &tsql.Error{Number: 201, State: 4, Class: 16, Proc: procedure,
		Message: fmt.Sprintf("Procedure or function '%s' expects parameter '%s', which was not supplied.", procedure, parameter)}
}

// procedureEnd is what a procedure without more to say ends with.
func procedureEnd(out *response) error {
	if err := out.ReturnStatus(0); err != nil {
		return err
	}
	return out.Done(store.Done{Proc: true, Command: store.CommandExecute})
}

// declaredParams are the parameters that a declaration list names, without values.
func declaredParams(declarations string) ([]store.Param, error) {
	decls, err := tsql.ParseParamDecls(declarations)
	if err != nil {
		return nil, err
	}
	params := make([]store.Param, len(decls))
	for i, d := range decls {
		params[i] = store.Param{Name: "@" + d.Name, Type: d.Type, Output: d.Output}
	}
	return params, nil
}

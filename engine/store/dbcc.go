package store

import (
	"fmt"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

var isolationNames = map[Isolation]string{ReadUncommitted: "read uncommitted", ReadCommitted: "read committed", RepeatableRead: "repeatable read",
	Serializable: "serializable", Snapshot: "snapshot"}

// dbcc runs DBCC USEROPTIONS; trace flags are accepted and mean nothing.
func (s *Session) dbcc(f *frame, st *ast.DbccStatement) error {
	name := strings.ToUpper(st.Command)
	switch name {
	case "USEROPTIONS":
	case "CHECKIDENT":
		return s.checkIdent(f, st)
	case "TRACEON", "TRACEOFF", "FREEPROCCACHE", "DROPCLEANBUFFERS":
		return s.out.done(Done{Command: CommandNone})
	default:
		return unsupported("DBCC %s", name)
	}
	cols := []Column{{Name: "Set Option", Type: nvarchar(128)}, {Name: "Value", Type: nvarchar(46), Nullable: true}}
	if err := s.out.sink.Columns(cols); err != nil {
		return err
	}
	rows := [][2]string{{"textsize", fmt.Sprint(s.set.textSize)}, {"language", s.set.language}, {"dateformat", s.set.dateFormat},
		{"datefirst", fmt.Sprint(s.set.dateFirst)}, {"lock_timeout", fmt.Sprint(s.set.lockTimeout)}}
	for _, o := range []struct {
		name string
		on   bool
	}{{"quoted_identifier", s.set.quotedID}, {"arithabort", s.set.arithAbort}, {"nocount", s.set.noCount}, {"xact_abort", s.set.xactAbort},
		{"ansi_null_dflt_on", s.set.ansiNullDflt}, {"ansi_warnings", s.set.warnings}, {"ansi_padding", s.set.ansiPadding}, {"ansi_nulls", s.set.ansiNulls},
		{"concat_null_yields_null", s.set.concatNull}} {
		if o.on {
			rows = append(rows, [2]string{o.name, "SET"})
		}
	}
	rows = append(rows, [2]string{"isolation level", isolationNames[s.set.isolation]})
	for _, r := range rows {
		if err := s.out.sink.Row([]any{r[0], r[1]}); err != nil {
			return err
		}
	}
	if err := s.finishStatement(CommandSelect, int64(len(rows))); err != nil {
		return err
	}
	return s.out.message(dbccDone(st))
}

func dbccDone(st *ast.DbccStatement) *tsql.Error {
	return &tsql.Error{Number: 2528, Class: 0, State: 1, Line: lineOf(st),
		Message: "DBCC execution completed. If DBCC printed error messages, contact your system administrator."}
}

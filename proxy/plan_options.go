package proxy

import (
	"errors"
	"slices"
	"strings"

	"tds-launchpad/tsql"
)

// optionBits are the SET options that @@OPTIONS tells. A procedure's or dynamic SQL's settings end
// with it.
var optionBits = []struct {
	bit  int64
	name string
}{
	{optionImplicitTransactions, "IMPLICIT_TRANSACTIONS"}, {4, "CURSOR_CLOSE_ON_COMMIT"}, {8, "ANSI_WARNINGS"}, {16, "ANSI_PADDING"},
	{optionAnsiNulls, "ANSI_NULLS"}, {64, "ARITHABORT"}, {optionQuotedIdentifier, "QUOTED_IDENTIFIER"}, {optionNoCount, "NOCOUNT"},
	{1024, "ANSI_NULL_DFLT_ON"}, {4096, "CONCAT_NULL_YIELDS_NULL"}, {8192, "NUMERIC_ROUNDABORT"}, {optionXactAbort, "XACT_ABORT"},
}

// restoreOptions undoes the SET statements of a frame that @@OPTIONS knows of, and the USE of dynamic SQL.
func (p *plan) restoreOptions(f *frame) string {
	text := ""
	if f.dynamic && f.uses("USE") {
		text = "USE " + tsql.QuoteName(f.database) + "; "
	}
	for _, o := range optionBits {
		if !f.sets(o.name) && !(f.switched && o.bit == optionAnsiNulls) {
			continue
		}
		value := " OFF; "
		if f.options&o.bit != 0 {
			value = " ON; "
		}
		text += "SET " + o.name + value
	}
	return text
}

// asMade gives the session the ANSI_NULLS that a procedure was made under: its statements are compiled anew.
func (p *plan) asMade(f *frame) error {
	text := f.settings(p.facts.options)
	if text == "" {
		return nil
	}
	f.switched = true
	p.facts.options ^= optionAnsiNulls
	if _, err := p.selectRow(text + "SELECT 1"); err != nil && !errors.Is(err, errNoRow) {
		return err
	}
	return nil
}

// settings are the SET statements for a procedure's frame in a session of these options.
func (f *frame) settings(options int64) string {
	switch {
	case f.module == nil || f.module.ansiNulls == nil || *f.module.ansiNulls == (options&optionAnsiNulls != 0):
		return ""
	case *f.module.ansiNulls:
		return "SET ANSI_NULLS ON; "
	}
	return "SET ANSI_NULLS OFF; "
}

// uses tells whether a statement of one of these keywords stands in the frame.
func (f *frame) uses(keywords ...string) bool {
	found := false
	tsql.WalkStatements(f.body, func(s *tsql.Statement) bool {
		found = found || s.Kind == tsql.StatementOpaque && slices.Contains(keywords, s.Keyword)
		return s.Kind != tsql.StatementModule
	})
	return found
}

// sets tells whether a SET of this option, alone or among others, stands in the frame.
func (f *frame) sets(option string) bool {
	found := false
	tsql.WalkStatements(f.body, func(s *tsql.Statement) bool {
		if s.Kind == tsql.StatementOpaque && strings.HasPrefix(s.Keyword, "SET ") {
			for _, t := range f.tokensIn(s.Pos, s.End) {
				found = found || t.Is(f.text, option)
			}
		}
		return s.Kind != tsql.StatementModule
	})
	return found
}

// leave removes what a procedure leaves on the engine: its temporary tables, and its SET options.
func (p *plan) leave(f *frame) error {
	text := ""
	for _, v := range f.order {
		if v.made {
			text += dropTable(v.table)
			p.noteDropped(v.table)
		}
	}
	if f.module != nil || f.dynamic {
		text += f.dropTemps() + p.restoreOptions(f)
	}
	if text == "" {
		return nil
	}
	_, err := p.selectRow(text + "SELECT 1")
	if errors.Is(err, errNoRow) {
		return nil
	}
	return err
}

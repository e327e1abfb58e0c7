package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// setStatement runs SET options; false if the statement is none.
func (s *Session) setStatement(f *frame, st ast.Statement) (bool, error) {
	switch st := st.(type) {
	case *ast.PredicateSetStatement:
		for _, o := range strings.Split(st.Options, ",") {
			if err := s.setOption(strings.TrimSpace(o), st.IsOn); err != nil {
				return true, err
			}
		}
		return true, nil
	case *ast.SetCommandStatement:
		for _, c := range st.Commands {
			g, ok := c.(*ast.GeneralSetCommand)
			if !ok {
				continue
			}
			if err := s.setCommand(f, g); err != nil {
				return true, err
			}
		}
		return true, nil
	case *ast.SetTransactionIsolationLevelStatement:
		levels := map[string]Isolation{"ReadUncommitted": ReadUncommitted, "ReadCommitted": ReadCommitted, "RepeatableRead": RepeatableRead,
			"Serializable": Serializable, "Snapshot": Snapshot}
		s.set.isolation = levels[st.Level]
		return true, nil
	case *ast.SetTextSizeStatement:
		n, err := s.intValue(f, st.TextSize)
		if n <= 0 {
			n = 2147483647
		}
		s.set.textSize = n
		return true, err
	case *ast.SetRowCountStatement:
		n, err := s.intValue(f, st.NumberRows)
		s.set.rows = n
		s.plans = nil
		return true, err
	case *ast.SetIdentityInsertStatement:
		return true, s.setIdentityInsert(st)
	case *ast.SetStatisticsStatement:
		return true, nil
	}
	return false, nil
}

func (s *Session) intValue(f *frame, e ast.ScalarExpression) (int64, error) {
	v, t, err := s.value(f, e)
	if err != nil {
		return 0, err
	}
	v, err = tsql.Convert(v, t, typeBig, 0)
	n, _ := v.(int64)
	return n, err
}

func (s *Session) setIdentityInsert(st *ast.SetIdentityInsertStatement) error {
	n := nameOf(st.Table)
	o, _, err := s.lookup(n)
	if err != nil {
		return newError(1088, spell(n))
	}
	if err := s.mayAlter(n, newError(1088, spell(n))); err != nil {
		return err
	}
	t, ok := o.(*table)
	switch {
	case !ok || t.identity() == nil:
		return &tsql.Error{Number: 8106, Class: 16, State: 1, Message: "Table '" + spell(n) + "' does not have the identity property. Cannot perform SET operation."}
	case !st.IsOn && s.identOn == t.ID:
		s.identOn = 0
	case st.IsOn && s.identOn != 0 && s.identOn != t.ID:
		other := s.tableByID(s.identOn)
		if other != nil {
			return &tsql.Error{Number: 8107, Class: 16, State: 1, Message: "IDENTITY_INSERT is already ON for table '" + s.db + "." + other.fullName() +
				"'. Cannot perform SET operation for table '" + spell(n) + "'."}
		}
		s.identOn = t.ID
	case st.IsOn:
		s.identOn = t.ID
	}
	s.plans = nil
	return nil
}

func (s *Session) setOption(name string, on bool) error {
	set := &s.set
	switch strings.ToLower(strings.ReplaceAll(name, "_", "")) {
	case "nocount":
		set.noCount = on
	case "xactabort":
		set.xactAbort = on
	case "implicittransactions":
		set.implicit = on
	case "ansinulls":
		if !on {
			return nil // remembered nowhere: comparisons with NULL keep ANSI's meaning
		}
		set.ansiNulls = on
	case "ansipadding":
		set.ansiPadding = on
	case "ansiwarnings":
		set.warnings = on
	case "arithabort":
		set.arithAbort = on
	case "arithignore":
		set.arithIgnore = on
	case "concatnullyieldsnull":
		if !on {
			return unsupported("SET CONCAT_NULL_YIELDS_NULL OFF")
		}
		set.concatNull = on
	case "quotedidentifier":
		set.quotedID = on
	case "ansinulldflton":
		set.ansiNullDflt = on
	case "ansinulldfltoff":
		set.ansiNullDflt = !on
	case "numericroundabort":
		set.numericRoundAbort = on
	case "cursorcloseoncommit":
		set.cursorClose = on
	case "ansidefaults":
		for _, o := range []string{"ansinulls", "ansipadding", "ansiwarnings", "quotedidentifier", "ansinulldflton", "implicittransactions", "cursorcloseoncommit"} {
			if err := s.setOption(o, on); err != nil {
				return err
			}
		}
	case "fmtonly":
		set.fmtOnly = on
	case "noexec":
		set.noExec = on
	case "parseonly":
		set.parseOnly = on
	case "forceplan", "nobrowsetable", "remoteproctransactions", "io", "time", "profile":
	default:
		return unsupported("SET %s", name)
	}
	return nil
}

func (s *Session) setCommand(f *frame, c *ast.GeneralSetCommand) error {
	text := ""
	switch p := c.Parameter.(type) {
	case *ast.IdentifierLiteral:
		text = p.Value
	case *ast.StringLiteral:
		text = p.Value
	case *ast.ColumnReferenceExpression:
		ids := p.MultiPartIdentifier.Identifiers
		text = ids[len(ids)-1].Value
	}
	switch c.CommandType {
	case "Language":
		if text == "" {
			v, t, err := s.value(f, c.Parameter)
			if err != nil {
				return err
			}
			if v, err = tsql.Convert(v, t, typeSysname, 0); err != nil {
				return err
			}
			text, _ = v.(string)
		}
		return s.setLanguage(text)
	case "DateFormat":
		switch f := strings.ToLower(text); f {
		case "mdy", "dmy", "ymd", "ydm", "myd", "dym":
			if f != "mdy" {
				return unsupported("SET DATEFORMAT %s", f)
			}
			s.set.dateFormat = f
		default:
			return newError(2741, text)
		}
		return nil
	case "DateFirst":
		n, err := s.intValue(f, c.Parameter)
		if err == nil && (n < 1 || n > 7) {
			err = newError(2742, int(n))
		}
		if err == nil {
			s.set.dateFirst = n
		}
		return err
	case "LockTimeout":
		n, err := s.intValue(f, c.Parameter)
		s.set.lockTimeout = n
		return err
	case "ContextInfo":
		v, t, err := s.value(f, c.Parameter)
		if err != nil {
			return err
		}
		v, err = tsql.Convert(v, t, tsql.VarBinary(128), 0)
		s.info, _ = v.([]byte)
		return err
	}
	return nil // deadlock priority, query governor: nothing to govern
}

func (s *Session) setLanguage(name string) error {
	switch fold(name) {
	case "us_english", "english", "":
	default:
		return unsupported("SET LANGUAGE %s", name)
	}
	old := s.set.language
	s.set.language = "us_english"
	if err := s.out.env(EnvChange{Kind: EnvLanguage, Old: old, New: "us_english"}); err != nil {
		return err
	}
	return s.out.message(&tsql.Error{Number: 5703, Class: 0, State: 1, Message: "Changed language setting to us_english.", Line: 1})
}

// setsParseOnly finds SET PARSEONLY, which takes effect when a batch is parsed: the last one decides whether it runs.
func setsParseOnly(b *batch) (on, found bool) {
	for _, st := range b.statements {
		if p, ok := st.(*ast.PredicateSetStatement); ok && strings.EqualFold(strings.ReplaceAll(p.Options, "_", ""), "ParseOnly") {
			on, found = p.IsOn, true
		}
	}
	return on, found
}

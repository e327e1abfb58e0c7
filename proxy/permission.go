package proxy

import (
	"errors"

	"tds-launchpad/tsql"
)

// mayRun decides whether the session's present execution context may run scripts (design section
// 8). Errors are those for the client.
func (c *scriptCall) mayRun(f *facts) error {
	switch c.cfg.ExternalScripts {
	case ScriptsOff:
		return tsql.NewError(39023)
	case ScriptsByEngine:
		on, err := c.engineAllows(f)
		if err != nil {
			return err
		}
		if !on {
			return tsql.NewError(39023)
		}
	}
	switch {
	case f.permission != nil && *f.permission, f.sysadmin:
		return nil
	case f.roleMember && (f.permission == nil || f.babelfish):
		// Babelfish answers 0 for a permission that it does not know.
		return nil
	}
	return tsql.NewError(262, "EXECUTE ANY EXTERNAL SCRIPT", f.database)
}

// engineAllows reads the engine's own switch. It stands in a catalog view, whose reading would
// begin a transaction under IMPLICIT_TRANSACTIONS.
func (c *scriptCall) engineAllows(f *facts) (bool, error) {
	text := "SELECT (SELECT CAST(value_in_use AS int) FROM sys.configurations WHERE name = N'external scripts enabled')"
	if f.options&optionImplicitTransactions != 0 {
		text = "SET IMPLICIT_TRANSACTIONS OFF; " + text + "; SET IMPLICIT_TRANSACTIONS ON"
	}
	row, err := c.selectRow(text)
	if err != nil && !errors.Is(err, errNoRow) {
		return false, err
	}
	return len(row) == 1 && row[0].v == int64(1), nil
}

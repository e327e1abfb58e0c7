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
	if !f.mayExecute() {
		return tsql.NewError(262, "EXECUTE ANY EXTERNAL SCRIPT", f.database)
	}
	if f.login == "" {
		// The satellite's account belongs to a login; two callers without one would share it.
		return newError(errNoScripts, "the session's present context has no login (SUSER_SNAME() is NULL), so that nobody is there "+
			"in whose name a script could be run. End the EXECUTE AS, or use a user with a login.")
	}
	return nil
}

// mayExecute asks the permission where the engine knows it, and only elsewhere roles: under EXECUTE
// AS or an application role the login may be sysadmin, and its present context have no right at all.
func (f *facts) mayExecute() bool {
	// Babelfish answers 0 for a permission that it does not know.
	if f.permission != nil && (*f.permission || !f.babelfish) {
		return *f.permission
	}
	return f.sysadmin || f.roleMember
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

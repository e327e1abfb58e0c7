package proxy

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// facts is what the engine says of the session in whose name a script call is to run. It is all
// asked for by one SELECT without FROM, so that no transaction begins and no lock is waited for.
type facts struct {
	collation     tds.Collation // of the database
	login         string        // of the current execution context
	originalLogin string
	database      string
	user          string
	options       int64 // @@OPTIONS
	permission    *bool // EXECUTE ANY EXTERNAL SCRIPT; nil: the engine does not know it
	sysadmin      bool
	roleMember    bool // of the configured role
	babelfish     bool
	native        bool             // the engine has Machine Learning Services of its own
	tranCount     int64            // @@TRANCOUNT
	last          lastStatement    // of the request before
	functions     map[string]value // @@functions used as arguments, by their names as written
}

// value is a typed value.
type value struct {
	t tsql.Type
	v any
}

// Bits of @@OPTIONS.
const (
	optionImplicitTransactions = 2
	optionAnsiNulls            = 32
	optionQuotedIdentifier     = 256
	optionNoCount              = 512
	optionXactAbort            = 16384
)

// factColumns are the columns of the SELECT in order; the @@functions follow.
const factColumns = `N'', SUSER_SNAME(), ORIGINAL_LOGIN(), DB_NAME(), USER_NAME(), @@OPTIONS, ` +
	`HAS_PERMS_BY_NAME(DB_NAME(), N'DATABASE', N'EXECUTE ANY EXTERNAL SCRIPT'), IS_SRVROLEMEMBER(N'sysadmin'), ` +
	`%s, CHARINDEX(N'Babelfish', @@VERSION), CAST(SERVERPROPERTY(N'IsAdvancedAnalyticsInstalled') AS int), @@TRANCOUNT, @@ROWCOUNT, @@ERROR`

const factCount = 14

// factQuery is the SELECT for role and for the @@functions used.
func factQuery(role string, functions []string) string {
	member := "NULL"
	if role != "" {
		member = "IS_ROLEMEMBER(" + tsql.QuoteString(role) + ")"
	}
	return "SELECT " + strings.Join(append([]string{fmt.Sprintf(factColumns, member)}, functions...), ", ")
}

// functionRefs returns the @@functions that a call uses as arguments, each once.
func functionRefs(call *tsql.ScriptCall) []string {
	var refs []string
	seen := map[string]bool{}
	if call == nil {
		return nil
	}
	for _, a := range call.Args {
		if a.Kind == tsql.ArgFunction && !seen[a.Ref] && plainFunction(a.Ref) {
			seen[a.Ref] = true
			refs = append(refs, a.Ref)
		}
	}
	return refs
}

// plainFunction makes sure that nothing but a function's name gets into the helper's text.
func plainFunction(ref string) bool {
	name, ok := strings.CutPrefix(ref, "@@")
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' {
			return false
		}
	}
	return ok && name != ""
}

// errNoRow means that the engine compiled a SELECT and did not run it.
var errNoRow = errors.New("the SELECT returned no row")

// readFacts asks the engine.
func (c *scriptCall) readFacts(call *tsql.ScriptCall) (*facts, error) {
	functions := functionRefs(call)
	row, err := c.selectRow(factQuery(c.cfg.ScriptRole, functions))
	switch {
	case errors.Is(err, errNoRow):
		return nil, onlyDescribes()
	case err != nil:
		return nil, err
	case len(row) != factCount+len(functions): // a plan in place of the row
		return nil, onlyDescribes()
	}
	f := &facts{collation: row[0].collation, functions: map[string]value{}}
	f.login, _ = row[1].v.(string)
	f.originalLogin, _ = row[2].v.(string)
	f.database, _ = row[3].v.(string)
	f.user, _ = row[4].v.(string)
	f.options, _ = row[5].v.(int64)
	if n, ok := row[6].v.(int64); ok {
		granted := n == 1
		f.permission = &granted
	}
	f.sysadmin = row[7].v == int64(1)
	f.roleMember = row[8].v == int64(1)
	n, _ := row[9].v.(int64)
	f.babelfish = n > 0
	f.native = row[10].v == int64(1)
	f.tranCount, _ = row[11].v.(int64)
	f.last.rowCount, _ = row[12].v.(int64)
	f.last.number, _ = row[13].v.(int64)
	for i, ref := range functions {
		f.functions[ref] = row[factCount+i].value
	}
	if f.native {
		c.server.nativeScripts.Do(func() {
			c.server.log.Warn().Msg("the engine has Machine Learning Services of its own: script calls that the proxy can't see run there")
		})
	}
	return f, nil
}

// onlyDescribes refuses a call in a session that runs no statements.
func onlyDescribes() error {
	return newError(errSessionState, "the session only describes or compiles statements (SET FMTONLY, NOEXEC, PARSEONLY or SHOWPLAN is on), "+
		"which is not possible for sp_execute_external_script. Switch it off.")
}

// field is one column of a helper's row.
type field struct {
	value
	collation tds.Collation
}

// selectRow runs a helper on the session and returns its only row. What the client has to know
// of its answer (ENVCHANGE, INFO) goes into our own; errors are *engineRefusal.
func (c *scriptCall) selectRow(text string) ([]field, error) {
	batch := tds.SQLBatch{Headers: c.headers(), Text: tds.AppendUTF16(nil, text)}
	payload, err := batch.Append(nil, c.requests)
	if err != nil {
		return nil, newError(errInternal, "the helper statement can't be written: %v.", err)
	}
	reply, err := c.ask(tds.PacketSQLBatch, payload, helperBuffer)
	if err != nil {
		return nil, err
	}
	var row []field
	for {
		token, err := reply.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, reply.abandon(err)
		}
		if r, ok := token.(*tds.Row); ok && row == nil {
			if row, err = fields(reply.tokens.Columns(), r.Values); err != nil {
				return nil, reply.abandon(err)
			}
		}
	}
	if err := reply.finish(); err != nil {
		return nil, err
	}
	if row == nil {
		return nil, errNoRow
	}
	return row, nil
}

// helperBuffer is enough for a helper's answer.
const helperBuffer = 8 << 10

func fields(cols []tds.Column, values [][]byte) ([]field, error) {
	row := make([]field, len(cols))
	for i, col := range cols {
		t, err := typeOf(col.Type)
		if err != nil {
			return nil, err
		}
		row[i].t, row[i].collation = t, col.Type.Collation
		if values[i] == nil {
			continue
		}
		if row[i].v, err = col.Type.Decode(values[i]); err != nil {
			return nil, newError(errEngineProtocol, "a value of the engine's can't be read: %v.", err)
		}
	}
	return row, nil
}

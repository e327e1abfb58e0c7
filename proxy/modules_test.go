package proxy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// Modules are those that call a script, those that call these, and so on.
func TestModulesAreLearntThroughTheirCallers(t *testing.T) {
	texts := map[string]string{
		"train": "sp_execute_external_script", "outer": "exec TRAIN", "outermost": "exec outer", "stranger": "select 1", "loop": "exec loop, train",
	}
	var asked [][]string
	m := &moduleNames{}
	err := m.learn(func(words []string) ([]string, error) {
		asked = append(asked, slices.Clone(words))
		var found []string
		for name, text := range texts {
			for _, w := range words {
				if strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
					found = append(found, name)
					break
				}
			}
		}
		return found, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range texts {
		if m.has(strings.ToUpper(name)) != (name != "stranger") {
			t.Errorf("%s: %v", name, m.has(name))
		}
	}
	if len(asked) != 4 {
		t.Errorf("asked %d times: %q", len(asked), asked)
	}
	if m.scan(tds.AppendUTF16(nil, "EXEC dbo.Outermost 1")) != tsql.HitModule || m.scan(tds.AppendUTF16(nil, "EXEC stranger")) != 0 {
		t.Error("the scanner does not know the names")
	}
}

func TestModuleNamesAreBounded(t *testing.T) {
	m := &moduleNames{}
	names := make([]string, maxModuleNames+10)
	for i := range names {
		names[i] = fmt.Sprint("p", i)
	}
	m.add(strings.Repeat("p", maxNameBytes+1))
	if len(m.names) != 0 {
		t.Error("a name is remembered that no procedure can have")
	}
	m.add(names...)
	if len(m.names) != maxModuleNames {
		t.Errorf("%d names are remembered", len(m.names))
	}
}

// DDL that passes through makes modules known before the engine has made them.
func TestDDLIsNoticed(t *testing.T) {
	for text, want := range map[string]struct {
		found found
		known bool
	}{
		"CREATE PROCEDURE dbo.p AS " + simpleCall:                                                         {foundNothing, true},
		"ALTER PROC p @a int = 1 AS BEGIN IF @a = 1 " + simpleCall + " END":                               {foundNothing, true},
		"CREATE OR ALTER PROCEDURE [x].[p] AS EXEC ('" + strings.ReplaceAll(simpleCall, "'", "''") + "')": {foundNothing, true},
		"CREATE PROCEDURE p AS SELECT 1 -- " + simpleCall:                                                 {foundNothing, false},
		"CREATE PROCEDURE p AS /* " + simpleCall + " */ SELECT 1":                                         {foundNothing, false},
		"CREATE TRIGGER p ON t AFTER INSERT AS " + simpleCall:                                             {foundTrigger, false},
		"CREATE FUNCTION p() RETURNS int AS BEGIN " + simpleCall + " RETURN 1 END":                        {foundNothing, false},
		"SELECT 1; " + simpleCall:                                                                         {foundPlan, false},
		"SELECT 'sp_execute_external_script'":                                                             {foundNothing, false},
		"PRINT 1 EXEC @p":                                                                                 {foundPlan, false},
		"EXEC known":                                                                                      {foundPlan, false},
		"EXEC server.db.dbo.known":                                                                        {foundNothing, false},
		"EXEC ('known') AT other":                                                                         {foundNothing, false},
	} {
		m := &moduleNames{}
		m.add("known")
		if got := m.look(text, tsql.QuotedIdentifierOn); got != want.found || m.has("p") != want.known {
			t.Errorf("%s: found %d, known %v; want %+v", text, got, m.has("p"), want)
		}
	}
}

// A database is asked for its modules once in a while, and by one session.
func TestCatalogIsAskedSeldom(t *testing.T) {
	m := &moduleNames{}
	for i, want := range []bool{true, false, false} {
		if first, due := m.due("Sales"); due != want || first != want {
			t.Errorf("session %d: first %v, due %v", i, first, due)
		}
	}
	m.read["sales"] = m.read["sales"].Add(-2 * moduleRefresh)
	if first, due := m.due("SALES"); first || !due {
		t.Errorf("after a while: first %v, due %v", first, due)
	}
	if first, due := m.due(""); !first || !due {
		t.Errorf("another database: first %v, due %v", first, due)
	}
}

// A procedure may be created after those that call it.
func TestANewModuleMakesTheNextSessionLook(t *testing.T) {
	m := &moduleNames{}
	due := func() bool {
		_, due := m.due("master")
		return due
	}
	if !due() || due() {
		t.Fatal("a database is read once at first")
	}
	const create = "CREATE PROCEDURE dbo.inner_one AS EXEC sp_execute_external_script @language = N'Python', @script = N''"
	if m.look(create, tsql.QuotedIdentifierOn); !due() {
		t.Error("its callers are not looked for")
	}
	if m.look(create, tsql.QuotedIdentifierOn); due() {
		t.Error("a procedure that is known is looked for again")
	}
}

// A session's TEXTSIZE must not cut the text of a module, of which the rest would not run.
func TestModuleTextsAreReadWhole(t *testing.T) {
	c, e := scriptSession(t, sysadmin, nil, echo, nil)
	c.batch("CREATE PROCEDURE read_whole AS " + simpleCall)
	c.response()
	c.batch("EXEC read_whole")
	c.response()
	for _, m := range e.seen() {
		if text := batchText(m); strings.Contains(text, "OBJECT_DEFINITION") {
			if !strings.HasPrefix(text, "EXEC sp_executesql N'"+wholeValues) {
				t.Errorf("the text is asked for by %s", text)
			}
			return
		}
	}
	t.Error("nobody has asked for the text")
}

// A driver may number the procedure, and only the first of a group is known.
func TestNumberedProceduresByRPC(t *testing.T) {
	for name, want := range map[string]bool{"dbo.numbered": true, "dbo.numbered;1": true, "numbered;2": false} {
		c, e := scriptSession(t, sysadmin, nil, echo, nil)
		c.batch("CREATE PROCEDURE numbered AS " + simpleCall)
		c.response()
		c.rpc(tds.RPCCall{Name: name})
		c.response()
		asked := false
		for _, m := range e.seen() {
			asked = asked || isHelper(m)
		}
		if asked != want {
			t.Errorf("%s: ours %v", name, asked)
		}
	}
}

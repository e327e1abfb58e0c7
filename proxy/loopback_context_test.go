package proxy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tds-launchpad/tds"
)

// switchedRow is a session of caller in which EXECUTE AS has made somebody else of him.
var switchedRow = helperRow{permission: int64(1), login: "other"}

// becomes answers as an engine that allows EXECUTE AS, or as one on which the login stays what it is.
func becomes(login, user string) func(text string) []byte {
	return func(text string) []byte {
		if !strings.HasPrefix(text, "EXECUTE AS LOGIN = N'"+login+"' WITH NO REVERT; USE [db1]; ") {
			return errorTokens(50000, "unexpected: "+text)
		}
		return identityRow(login, user, "db1")
	}
}

// A connection has the execution context of the call, or there is none.
func TestLoopbackContexts(t *testing.T) {
	service := func(c *Config) { c.LoopbackLogin, c.LoopbackPassword = "service", "s3rvice" }
	integrated := func(l *tds.Login7) {
		l.OptionFlags2, l.SSPI, l.UserName, l.Password = tds.FlagIntSecurity, []byte("x"), "", ""
	}
	stays := func(string) []byte { return identityRow("caller", "user1", "db1") }
	tests := []struct {
		name   string
		o      loopOptions
		login  func(*tds.Login7)
		want   string
		engine string // the login that the engine gets, "" for none
	}{
		{"EXECUTE AS LOGIN", loopOptions{row: switchedRow, scope: 1, identity: becomes("other", "user1")}, nil, "in", "caller"},
		{"EXECUTE AS USER", loopOptions{row: switchedRow, scope: 0, identity: becomes("other", "user1")}, nil, "59036", ""},
		{"EXECUTE AS without effect", loopOptions{row: switchedRow, scope: 1, identity: stays}, nil, "59036", "caller"},
		{"EXECUTE AS refused", loopOptions{row: switchedRow, scope: 1, identity: func(string) []byte {
			return errorTokens(15406, "Cannot execute as the server principal")
		}}, nil, "59036", "caller"},
		{"EXECUTE AS refused, and the rest goes on", loopOptions{row: switchedRow, scope: 1, identity: func(string) []byte {
			out := (&tds.ServerMessage{IsError: true, Number: 15406, Class: 16, Text: "Cannot execute"}).Append(nil, tds.V74)
			return append(out, identityRow("caller", "user1", "db1")...)
		}}, nil, "59036", "caller"},
		{"another user of the login", loopOptions{row: sysadmin, identity: func(string) []byte {
			return identityRow("caller", "approle", "db1")
		}}, nil, "59036", "caller"},
		{"another database", loopOptions{row: sysadmin, identity: func(string) []byte {
			return identityRow("caller", "user1", "master")
		}}, nil, "59036", "caller"},
		{"integrated", loopOptions{row: sysadmin}, integrated, "59036", ""},
		{"integrated, service login", loopOptions{row: sysadmin, config: service, identity: becomes("caller", "user1")}, integrated, "in", "service"},
		{"integrated, service login, without effect", loopOptions{row: sysadmin, config: service, identity: func(string) []byte {
			return identityRow("service", "user1", "db1")
		}}, integrated, "59036", "service"},
		{"integrated, EXECUTE AS USER", loopOptions{row: switchedRow, config: service}, integrated, "59036", ""},
		{"integrated, EXECUTE AS LOGIN", loopOptions{row: switchedRow, scope: 1, config: service, identity: becomes("other", "user1")}, integrated, "in", "service"},
		{"a service login is not for others", loopOptions{row: sysadmin, config: service}, nil, "in", "caller"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newLoopEngine(t, test.o, func(l *looped) string {
				return cameTo(l.enter(tds.EncryptNotSup, loopLogin("x", l.call.Loopback.Token)))
			})
			c := dialProxy(t, e.proxy)
			c.prelogin(tds.EncryptNotSup)
			login := plainLogin()
			if test.login != nil {
				test.login(login)
			}
			c.login(login)
			if r := c.response(); r.ack == nil {
				t.Fatalf("login was not accepted: %+v", r)
			}
			c.batch(simpleCall)
			r := c.response()
			if len(r.messages) == 0 || r.messages[0].Text != test.want {
				t.Fatalf("the script says %+v, want %s", r.messages, test.want)
			}
			switch n := e.loginCount(); {
			case n == 1 && test.engine == "":
			case n != 2 || e.login(1).UserName != test.engine:
				t.Errorf("the engine got %d logins, the last is %v", n, e.login(n-1))
			}
		})
	}
}

// The script may ask for another database: a login that stays what it is begins there, and is looked at in
// the call's; one that changes goes there afterwards, and the client hears of it.
func TestLoopbackInAnotherDatabase(t *testing.T) {
	answer := func(want string, behind []byte) func(text string) []byte {
		return func(text string) []byte {
			if text != want {
				return errorTokens(50000, "unexpected: "+text)
			}
			row := identityRow("caller", "user1", "db1")
			if strings.HasPrefix(text, "EXECUTE") {
				row = identityRow("other", "user1", "db1")
			}
			return append(row[:len(row)-13], behind...)
		}
	}
	moved, _ := (&tds.EnvChange{Type: tds.EnvDatabase, New: "db]2", Old: "db1"}).Append(nil)
	moved = (&tds.ServerMessage{Number: changedDatabase, Text: "Changed database context to 'db]2'."}).Append(moved, tds.V74)
	moved = append(moved, done(0)...)
	const stays = "USE [db1]; SELECT N'', SUSER_SNAME(), USER_NAME(), DB_NAME(); USE [db]]2]"
	const changes = "EXECUTE AS LOGIN = N'other' WITH NO REVERT; " + stays
	for _, test := range []struct {
		o        loopOptions
		want     string
		database string // in the LOGIN7 that the engine gets
	}{
		{loopOptions{row: sysadmin, identity: answer(stays, moved)}, "master true d", "db]2"}, // what the scripted engine says to all logins
		{loopOptions{row: switchedRow, scope: 1, identity: answer(changes, moved)}, "db]2 true d", ""},
		{loopOptions{row: switchedRow, scope: 1, identity: answer(changes, errorTokens(911, "Database does not exist"))}, "4060", ""},
	} {
		e := newLoopEngine(t, test.o, func(l *looped) string {
			login := loopLogin("x", l.call.Loopback.Token)
			login.Database = "db]2"
			return l.lastDatabase(login)
		})
		if got := e.run(t); got != test.want {
			t.Errorf("the script says %s, want %s", got, test.want)
		}
		if l := e.login(1); l.Database != test.database {
			t.Errorf("the engine got %v", l)
		}
	}
}

// lastDatabase logs in and tells the last database that the answer names.
func (l *looped) lastDatabase(login *tds.Login7) string {
	c, number, err := l.enter(tds.EncryptNotSup, login)
	if c == nil {
		return cameTo(c, number, err)
	}
	defer c.raw.Close()
	var database string
	for _, e := range c.accepted.envs {
		if e.Type == tds.EnvDatabase {
			database = e.New
		}
	}
	told := slices.ContainsFunc(c.accepted.messages, func(m tds.ServerMessage) bool { return strings.Contains(m.Text, database) })
	return fmt.Sprint(database, " ", told, " ", c.accepted.kinds[len(c.accepted.kinds)-1:])
}

// A session that has become somebody else can't be reset to whom it was.
func TestLoopbackUnderExecuteAsIsNotReset(t *testing.T) {
	e := newLoopEngine(t, loopOptions{row: switchedRow, scope: 1, identity: becomes("other", "user1")}, func(l *looped) string {
		c, number, err := l.enter(tds.EncryptNotSup, loopLogin("x", l.call.Loopback.Token))
		if c == nil {
			return cameTo(c, number, err)
		}
		defer c.raw.Close()
		c.batchStatus("SELECT SUSER_SNAME()", tds.StatusResetConnection)
		return fmt.Sprint(c.response().number())
	})
	if got := e.run(t); got != fmt.Sprint(errLoopback) {
		t.Errorf("the script says %s", got)
	}
	for _, m := range e.seen() {
		if batchText(m) == "SELECT SUSER_SNAME()" {
			t.Error("the engine got the request")
		}
	}
}

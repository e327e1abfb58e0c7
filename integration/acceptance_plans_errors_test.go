package integration

import (
	"fmt"
	"strings"
	"testing"
)

// The acceptance list, section D: failing scripts, TRY and CATCH, transactions. In a CATCH block the script's error
// is the last of its errors, 39019.

func TestAcceptance46TryCatchAndThrow(t *testing.T) {
	conn := planConn(t)
	o := query(t, conn, "PRINT('before')\nBEGIN TRY\n"+py("raise ValueError('wrong thing')")+"\nPRINT 'not reached'\nEND TRY\nBEGIN CATCH\nPRINT ERROR_MESSAGE();\nTHROW;\nEND CATCH\nPRINT 'not reached either'")
	wantErrors(t, o, 39019)
	if len(o.Notices) < 2 || o.Notices[0] != "before" || !strings.Contains(o.Notices[len(o.Notices)-1], "ValueError: wrong thing") {
		t.Errorf("notices %q", o.Notices)
	}
	if len(o.Errors) == 1 && !strings.Contains(o.Errors[0].Message, "ValueError: wrong thing") {
		t.Errorf("error %+v", o.Errors[0])
	}
	usable(t, conn)

	o = query(t, conn, py("print('installed')")+"\nPRINT('Package installed')")
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"installed\n", "Package installed")
}

const errorFunctions = "SELECT ERROR_NUMBER() AS n, ERROR_SEVERITY() AS sev, ERROR_STATE() AS st, ERROR_LINE() AS l, ERROR_PROCEDURE() AS p, CHARINDEX('ZeroDivisionError', ERROR_MESSAGE()) - CHARINDEX('ZeroDivisionError', ERROR_MESSAGE()) + SIGN(CHARINDEX('ZeroDivisionError', ERROR_MESSAGE())) AS m"

func TestAcceptance46ErrorFunctions(t *testing.T) {
	conn := planConn(t)
	failing := py("1/0")
	text := "BEGIN TRY\n\n" + failing + "\nEND TRY\nBEGIN CATCH\n" + errorFunctions + "\nEND CATCH\nSELECT ERROR_NUMBER()"
	o := query(t, conn, text)
	o.noErrors(t)
	if len(o.Sets) != 2 {
		t.Fatalf("%+v", o)
	}
	if got := fmt.Sprint(o.Sets[0].Rows); got != "[[39019 16 2 3 <nil> 1]]" {
		t.Errorf("in CATCH: %s", got)
	}
	if got := fmt.Sprint(o.Sets[1].Rows); got != "[[<nil>]]" {
		t.Errorf("behind CATCH: %s", got)
	}

	// With script calls in the CATCH block too, which asks behind them.
	o = query(t, conn, "BEGIN TRY\n\n"+failing+"\nEND TRY\nBEGIN CATCH\n"+py("print('in catch')")+"\n"+errorFunctions+"\nEND CATCH")
	o.noErrors(t)
	if got := fmt.Sprint(o.one(t).Rows); got != "[[39019 16 2 3 <nil> 1]]" {
		t.Errorf("behind a call in CATCH: %s", got)
	}

	// As arguments of a call in the CATCH block.
	o = query(t, conn, "DECLARE @n int, @m nvarchar(4000)\nBEGIN TRY\n"+failing+"\nEND TRY\nBEGIN CATCH\nSELECT @n = ERROR_NUMBER(), @m = ERROR_MESSAGE()\n"+
		py("print(n, 'ZeroDivisionError' in m)", "@params = N'@n int, @m nvarchar(4000)'", "@n = @n, @m = @m")+"\nEND CATCH")
	o.noErrors(t)
	if len(o.Notices) == 0 || o.Notices[len(o.Notices)-1] != stdoutHeader+"39019 True\n" {
		t.Errorf("notices %q", o.Notices)
	}

	create(t, conn, "CREATE PROCEDURE dbo.failing46 AS\nBEGIN\n\n"+failing+"\nEND")
	o = query(t, conn, "BEGIN TRY\nEXEC failing46\nEND TRY\nBEGIN CATCH\n"+errorFunctions+"\nEND CATCH")
	if got := fmt.Sprint(o.one(t).Rows); got != "[[39019 16 2 4 dbo.failing46 1]]" && got != "[[39019 16 2 4 failing46 1]]" {
		t.Errorf("of a procedure: %s", got)
	}
}

func TestAcceptance46ErrorsOfTheEngineInSegments(t *testing.T) {
	conn := planConn(t)
	ok := py("print('ok')")
	for name, c := range map[string]struct{ text, want string }{
		"behind a call":    {"BEGIN TRY\n" + ok + "\nSELECT 1/0\nPRINT 'not reached'\nEND TRY\nBEGIN CATCH\nSELECT ERROR_NUMBER(), ERROR_LINE()\nEND CATCH", "[[8134 3]]"},
		"in front of it":   {"BEGIN TRY\nDECLARE @z int = 0\nSET @z = 1/@z\n" + ok + "\nEND TRY\nBEGIN CATCH\nSELECT ERROR_NUMBER(), ERROR_LINE()\nEND CATCH", "[[8134 3]]"},
		"RAISERROR":        {"BEGIN TRY\n" + ok + "\n\nRAISERROR('mine %d', 16, 5, 7)\nEND TRY\nBEGIN CATCH\nSELECT ERROR_NUMBER(), ERROR_STATE(), ERROR_MESSAGE()\nEND CATCH", "[[50000 5 mine 7]]"},
		"THROW":            {"BEGIN TRY\n" + ok + "\n;THROW 51234, N'thrown', 9\nEND TRY\nBEGIN CATCH\nSELECT ERROR_NUMBER(), ERROR_STATE(), ERROR_MESSAGE()\nEND CATCH", "[[51234 9 thrown]]"},
		"nested":           {"BEGIN TRY\nBEGIN TRY\n" + py("1/0") + "\nEND TRY\nBEGIN CATCH\nPRINT 'inner'\nRAISERROR('from catch', 16, 3)\nEND CATCH\nPRINT 'not reached'\nEND TRY\nBEGIN CATCH\nSELECT ERROR_NUMBER(), ERROR_STATE(), ERROR_MESSAGE()\nEND CATCH", "[[50000 3 from catch]]"},
		"nested, caught":   {"BEGIN TRY\nBEGIN TRY\n" + py("1/0") + "\nEND TRY\nBEGIN CATCH\nPRINT 'inner'\nEND CATCH\n" + ok + "\nSELECT 1/0\nEND TRY\nBEGIN CATCH\nSELECT ERROR_NUMBER()\nEND CATCH", "[[8134]]"},
		"nested, THROW":    {"BEGIN TRY\nBEGIN TRY\n" + py("1/0") + "\nEND TRY\nBEGIN CATCH\nTHROW\nEND CATCH\nEND TRY\nBEGIN CATCH\nSELECT ERROR_NUMBER(), ERROR_LINE()\nEND CATCH", "[[39019 3]]"},
		"THROW after call": {"BEGIN TRY\nBEGIN TRY\nSELECT 1/0\nEND TRY\nBEGIN CATCH\n" + ok + ";\nTHROW\nEND CATCH\nEND TRY\nBEGIN CATCH\nSELECT ERROR_NUMBER(), ERROR_LINE()\nEND CATCH", "[[8134 3]]"},
		"in a loop":        {"DECLARE @i int = 0, @s int = 0\nWHILE @i < 3\nBEGIN\nSET @i = @i + 1\nBEGIN TRY\n" + py("1 / (n - 2)", "@params = N'@n int'", "@n = @i") + "\nEND TRY\nBEGIN CATCH\nSET @s = @s * 10 + @i\nIF @i = 9 BREAK\nEND CATCH\nEND\nSELECT @i, @s", "[[3 2]]"},
	} {
		t.Run(name, func(t *testing.T) {
			o := query(t, conn, c.text)
			o.noErrors(t)
			var last resultSet
			if len(o.Sets) > 0 {
				last = o.Sets[len(o.Sets)-1]
			}
			if got := fmt.Sprint(last.Rows); got != c.want {
				t.Errorf("got %s, want %s\n%+v", got, c.want, o)
			}
			usable(t, conn)
		})
	}
}

func TestAcceptance46WithoutTryTheBatchGoesOn(t *testing.T) {
	conn := planConn(t)
	o := query(t, conn, "PRINT 'one'\n"+py("1/0")+"\nSELECT @@ERROR AS e, @@ROWCOUNT AS r\nPRINT 'three'\nSELECT 1/0\nSELECT @@ERROR\n"+py("print('four')"))
	wantErrors(t, o, 39004, 39019, 8134)
	if len(o.Sets) < 2 || fmt.Sprint(o.Sets[0].Rows) != "[[39019 0]]" || fmt.Sprint(o.Sets[len(o.Sets)-1].Rows) != "[[8134]]" {
		t.Errorf("%+v", o.Sets)
	}
	if e := o.Errors[0]; e.LineNo != 2 {
		t.Errorf("line %d, want 2", e.LineNo)
	}
	if e := o.Errors[2]; e.LineNo != 5 {
		t.Errorf("line %d of the division, want 5", e.LineNo)
	}
	if n := len(o.Notices); n < 3 || o.Notices[0] != "one" || o.Notices[n-1] != stdoutHeader+"four\n" {
		t.Errorf("notices %q", o.Notices)
	}
}

func TestAcceptance46SyntaxErrorRunsNothing(t *testing.T) {
	conn := planConn(t)
	o := query(t, conn, "PRINT 'one'\n"+py("print('two')")+"\nSELECT FROM WHERE\nPRINT 'three'")
	if len(o.Errors) == 0 || len(o.Notices) != 0 {
		t.Errorf("%+v", o)
	} else if e := o.Errors[0]; e.LineNo != 3 {
		t.Errorf("error in line %d, want 3", e.LineNo)
	}
	usable(t, conn)
}

func TestAcceptance46OrderOfMessages(t *testing.T) {
	conn := planConn(t)
	o := query(t, conn, "PRINT 'a'\nSELECT 1 AS x\nRAISERROR('b', 10, 1) WITH NOWAIT\n"+py("print('c')")+"\nPRINT 'd'\nRAISERROR('e', 16, 1)\nPRINT 'f'")
	wantErrors(t, o, 50000)
	wantNotices(t, o, "a", "b", stdoutHeader+"c\n", "d", "f")
	wantOrder(t, o, "notice", "set", "affected", "notice", "notice", "notice", "error 50000", "notice")
	if e := o.Errors[0]; e.LineNo != 6 {
		t.Errorf("line %d, want 6", e.LineNo)
	}
}

func TestAcceptance46LinesInProcedures(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "-- a comment in front\nCREATE PROCEDURE dbo.lines46 @z int = 0\nAS\nSELECT 1/@z\n"+py("1/0")+"\nSELECT 2/@z\nPRINT 'end'")
	o := query(t, conn, "\n\nEXEC lines46\nSELECT 3/0")
	var got []string
	for _, e := range o.Errors {
		got = append(got, fmt.Sprint(e.Number, " ", e.LineNo, " ", strings.TrimPrefix(e.ProcName, "dbo.")))
	}
	if want := "8134 4 lines46, 39004 5 lines46, 39019 5 lines46, 8134 6 lines46, 8134 4 "; strings.Join(got, ", ") != want {
		t.Errorf("errors %q\nwant   %q", strings.Join(got, ", "), want)
	}
}

package integration

import (
	"context"
	"strings"
	"testing"
	"time"
)

// Variables across calls, control flow, what is refused, and what is left behind.

func TestPlanVariablesOfEveryType(t *testing.T) {
	s := sharedServer(t)
	conn := planConn(t)
	types := map[string]string{
		"bit": "1", "tinyint": "200", "smallint": "-5", "int": "123456", "bigint": "9007199254740993", "decimal(38, 10)": "12345678901234567890.0123456789", "numeric(5, 2)": "-1.25",
		"money": "922.3372", "smallmoney": "-3.5", "real": "0.1", "float": "0.30000000000000004", "char(5)": "'abc'", "varchar(20)": "'it''s'", "nchar(5)": "N'Δ'", "nvarchar(20)": "N'Δ''\n--'",
		"binary(4)": "0x01", "varbinary(10)": "0x", "date": "'2024-02-29'", "time(7)": "'23:59:59.1234567'", "smalldatetime": "'2024-02-29 12:34'", "datetime": "'2024-02-29 12:34:56.997'",
		"datetime2(7)": "'0001-01-01 00:00:00.0000001'", "datetimeoffset(3)": "'2024-02-29 12:34:56.789 +05:30'", "uniqueidentifier": "'6F9619FF-8B86-D011-B42D-00C04FC964FF'",
		"varchar(max)": "REPLICATE(CAST('x' AS varchar(max)), 100000)", "nvarchar(max)": "REPLICATE(CAST(N'Δ' AS nvarchar(max)), 20000)", "varbinary(max)": "CAST(REPLICATE(CAST('y' AS varchar(max)), 50000) AS varbinary(max))",
		"sql_variant": "5", "xml": "'<a b=\"1\">t</a>'",
	}
	for typ, value := range types {
		t.Run(typ, func(t *testing.T) {
			switch {
			case typ == "xml" && s.embedded:
				t.Skip("the embedded engine has no variables of xml")
			case typ == "sql_variant":
				notOnBabelfish(t, s, "a sql_variant as parameter of sp_executesql makes the parameters behind it unknown")
			}
			compare := "CASE WHEN @v = @w AND @n IS NULL AND DATALENGTH(@v) = DATALENGTH(@w) THEN 1 ELSE 0 END"
			if typ == "xml" {
				compare = "CASE WHEN CAST(@v AS nvarchar(max)) = CAST(@w AS nvarchar(max)) AND @n IS NULL THEN 1 ELSE 0 END"
			}
			o := query(t, conn, "DECLARE @v "+typ+" = "+value+", @n "+typ+"\n"+py("pass")+"\nDECLARE @w "+typ+" = "+value+"\nSELECT "+compare+"\n"+py("pass")+"\nSELECT "+compare)
			if len(o.Errors) > 0 && o.Errors[0].Number == 59040 {
				t.Skip("the embedded engine: " + o.Errors[0].Message)
			}
			o.noErrors(t)
			if got := rowsOf(o); got != "[[1]][[1]]" {
				t.Errorf("got %s", got)
			}
		})
	}
	o := query(t, conn, "DECLARE @m varbinary(max)\n"+py("m = bytes(range(256)) * 16384", "@params = N'@m varbinary(max) OUTPUT'", "@m = @m OUTPUT")+"\nSELECT DATALENGTH(@m)\n"+
		"DECLARE @n int\n"+py("n = len(m) + (m[256:512] == bytes(range(256)))", "@params = N'@m varbinary(max), @n int OUTPUT'", "@m = @m, @n = @n OUTPUT")+"\nSELECT @n")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[4194304]][[4194305]]" {
		t.Errorf("4 MB: %s", got)
	}
}

func TestPlanControlFlow(t *testing.T) {
	s := sharedServer(t)
	conn := planConn(t)
	say := func(what string) string { return py("print('" + what + "')") }
	for name, c := range map[string]struct{ text, want string }{
		"IF":             {"IF 1 = 1 " + say("then") + " ELSE " + say("else") + "\nIF 1 = 0 " + say("then") + "\nELSE\n" + say("else"), "then,else"},
		"IF, native":     {"IF EXISTS (SELECT 1 WHERE 1 = 0) " + say("no") + " ELSE PRINT 'native'\nPRINT 'end'", "native,end"},
		"WHILE":          {"DECLARE @i int = 0\nWHILE @i < 5\nBEGIN\nSET @i = @i + 1\nIF @i = 2 CONTINUE\nIF @i = 4 BREAK\n" + py("print(i)", "@params = N'@i int'", "@i = @i") + "\nEND\nPRINT @i", "1,3,4"},
		"nested loops":   {"DECLARE @i int = 0, @j int\nWHILE @i < 2\nBEGIN\nSET @i += 1\nSET @j = 0\nWHILE 1 = 1\nBEGIN\nSET @j += 1\nIF @j > 2 BREAK\n" + py("print(i, j)", "@params = N'@i int, @j int'", "@i = @i, @j = @j") + "\nEND\nEND", "1 1,1 2,2 1,2 2"},
		"RETURN":         {say("one") + "\nIF 1 = 1 RETURN\n" + say("two"), "one"},
		"table variable": {"DECLARE @t TABLE (n int PRIMARY KEY, s varchar(10))\nINSERT @t VALUES (1, 'a')\n" + say("x") + "\nINSERT @t VALUES (2, 'b')\n" + say("y") + "\nDECLARE @c int = (SELECT COUNT(*) FROM @t)\nPRINT @c", "x,y,2"},
		"WAITFOR":        {say("x") + "\nWAITFOR DELAY '00:00:00.01'\n" + say("y"), "x,y"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "WAITFOR" {
				notOnBabelfish(t, s, "WAITFOR is not supported")
			}
			o := query(t, conn, c.text)
			o.noErrors(t)
			var got []string
			for _, n := range o.Notices {
				got = append(got, strings.TrimSuffix(strings.TrimPrefix(n, stdoutHeader), "\n"))
			}
			if strings.Join(got, ",") != c.want {
				t.Errorf("got %q, want %s", got, c.want)
			}
		})
	}
}

func TestPlanRefusedBeforeAnythingRan(t *testing.T) {
	conn := planConn(t)
	for name, text := range map[string]string{
		"GOTO":         "PRINT 'ran'\nGOTO there\n" + py("print(1)") + "\nthere:\nPRINT 'there'",
		"local cursor": "PRINT 'ran'\nDECLARE c CURSOR LOCAL FOR SELECT 1\nOPEN c\n" + py("print(1)") + "\nFETCH c\nCLOSE c\nDEALLOCATE c",
	} {
		t.Run(name, func(t *testing.T) {
			o := query(t, conn, text)
			if len(o.Errors) == 0 || len(o.Notices) != 0 {
				t.Errorf("%+v", o)
			}
			usable(t, conn)
		})
	}
}

func TestPlanLoopLeavesNothing(t *testing.T) {
	s := ownServer(t, "--ready-satellites=1") // always the same number
	conn := planConnTo(t, s)
	query(t, conn, py("pass")).noErrors(t)
	s.warm(t)
	before := s.possessions(t)
	temporary := "SELECT COUNT(*) FROM tempdb.sys.tables WHERE name LIKE '#tds-launchpad%'"
	o := query(t, conn, "SET NOCOUNT ON\nDECLARE @i int = 0, @sum int = 0\nDECLARE @t TABLE (n int)\nWHILE @i < 200\nBEGIN\nSET @i = @i + 1\nINSERT @t EXEC sp_execute_external_script @language = N'Python', @script = N'OutputDataSet = pandas.DataFrame([i])', @params = N'@i int', @i = @i\nEND\nSELECT @i, COUNT(*), SUM(n) FROM @t")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[200 200 20100]]" {
		t.Errorf("got %s", got)
	}
	waitFor(t, "all satellites to end", func() bool { return len(s.satellites()) == 0 })
	waitFor(t, "the descriptors to be closed", func() bool { return s.named("tds-ready") == 1 && before.grown(s.possessions(t)) == "" })
	if s.embedded {
		wantRows(t, query(t, conn, temporary), []any{int64(0)})
	}
}

func TestPlanAttention(t *testing.T) {
	s := sharedServer(t)
	conn := planConn(t)
	slow := "WAITFOR DELAY '00:00:30'"
	for name, text := range map[string]string{
		"in a script":          "PRINT 'x'\n" + py("import time; time.sleep(60)") + "\nPRINT 'y'",
		"in a script in TRY":   "BEGIN TRY\n" + py("import time; time.sleep(60)") + "\nEND TRY\nBEGIN CATCH\nPRINT 'caught'\nEND CATCH",
		"in an insert":         "CREATE TABLE #a (n int)\nINSERT #a " + py("import time; time.sleep(60)"),
		"in a segment":         py("pass") + "\n" + slow + "\nPRINT 'y'",
		"in a loop":            "WHILE 1 = 1\nBEGIN\n" + py("pass") + "\nEND",
		"in front of a script": slow + "\n" + py("pass"),
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(text, "WAITFOR") {
				notOnBabelfish(t, s, "WAITFOR is not supported, and attention is answered only when a query ends")
			}
			conn := planConn(t)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			time.AfterFunc(500*time.Millisecond, cancel)
			begun := time.Now()
			_, err := conn.ExecContext(ctx, text)
			if err == nil {
				t.Error("a cancelled batch gave no error")
			}
			if waited := time.Since(begun); waited > 25*time.Second {
				t.Errorf("it took %v to end", waited)
			}
		})
	}
	usable(t, conn)
}

package integration

import "strings"

// sameSide makes the requests of one side: with script calls, or with native equivalents of them, which are
// procedures that do the same.
type sameSide struct{ scripts bool }

// sameRequest is one request of a driver, and what it is called with.
type sameRequest struct {
	Name   string      `json:"name"`
	Kind   string      `json:"kind"` // batch, sql (by sp_executesql), call (a procedure by its name)
	Text   string      `json:"text"`
	Params []sameParam `json:"params"`
	// unless says why a driver or an engine can't be compared in it.
	unless func(driver string, embedded bool) string
}

type sameParam struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Value  any    `json:"value"`
	Output bool   `json:"output"`
}

func (s sameSide) call(script, native string, options ...string) string {
	if s.scripts {
		return py(script, options...)
	}
	return "EXEC " + native
}

// rows returns the flowers.
func (s sameSide) rows() string {
	text := s.unnamedRows()
	if s.scripts {
		text += " WITH RESULT SETS ((id int, name nvarchar(20), price decimal(9, 2)))"
	}
	return text
}

// unnamedRows is for INSERT ... EXEC, which can't have a WITH RESULT SETS clause.
func (s sameSide) unnamedRows() string {
	return s.call("OutputDataSet = InputDataSet", "native_rows", "@input_data_1 = N'SELECT id, name, price FROM flowers ORDER BY id'")
}

// double doubles a variable.
func (s sameSide) double(variable string) string {
	return s.call("n = n * 2", "native_double "+variable+" OUTPUT", "@params = N'@n int OUTPUT'", "@n = "+variable+" OUTPUT")
}

// model makes n bytes.
func (s sameSide) model(n, variable string) string {
	return s.call("m = b'a' * n", "native_model "+n+", "+variable+" OUTPUT", "@params = N'@n int, @m varbinary(max) OUTPUT'", "@n = "+n, "@m = "+variable+" OUTPUT")
}

// say prints.
func (s sameSide) say() string { return s.call("print('hello')", "native_say") }

// fail fails.
func (s sameSide) fail() string { return s.call("raise ValueError('mine')", "native_fail") }

// setup is what the requests need, a batch each.
func (s sameSide) setup() []string {
	all := []string{
		"CREATE TABLE flowers (id int, name nvarchar(20), price decimal(9, 2))",
		"INSERT INTO flowers VALUES (1, N'rose', 2.50), (2, N'tulip', 0.99), (3, NULL, NULL)",
		// Without a column list: Babelfish ignores that of an INSERT ... EXEC and returns rubbish afterwards.
		"CREATE TABLE taken (id int NULL, name nvarchar(20) NULL, price decimal(9, 2) NULL)",
	}
	if !s.scripts {
		all = append(all,
			"CREATE PROCEDURE native_rows AS SELECT id, name, price FROM flowers ORDER BY id",
			"CREATE PROCEDURE native_double @n int OUTPUT AS SET NOCOUNT ON; SET @n = @n * 2",
			"CREATE PROCEDURE native_model @n int, @m varbinary(max) OUTPUT AS SET NOCOUNT ON; SET @m = CAST(REPLICATE(CAST('a' AS varchar(max)), @n) AS varbinary(max))",
			"CREATE PROCEDURE native_say AS SET NOCOUNT ON; PRINT N'STDOUT message(s) from external script: "+`'+CHAR(10)+N'hello'+CHAR(10)`,
			// The numbers of a failed script can't be raised by a statement; the test translates them.
			"CREATE PROCEDURE native_fail AS SET NOCOUNT ON; RAISERROR(N'39004', 16, 20); RAISERROR(N'39019', 16, 2); RETURN 1")
	}
	return append(all,
		"CREATE PROCEDURE give_rows AS "+s.rows(),
		"CREATE PROCEDURE twice @n int, @out int OUTPUT AS\nSET @out = @n;\n"+s.double("@out")+";\nRETURN @n",
		"CREATE PROCEDURE train @n int = 9000, @model varbinary(max) OUTPUT AS\nSET NOCOUNT ON;\n"+s.model("@n", "@model"),
		"CREATE PROCEDURE everything @top int, @label nvarchar(30) = N'no label', @count int OUTPUT, @text nvarchar(50) OUTPUT AS\n"+
			"SELECT TOP (@top) name FROM flowers ORDER BY id;\nPRINT N'before ' + @label;\n"+s.rows()+";\nSET @count = @@ROWCOUNT;\n"+
			"SET @text = @text + N', ' + @label;\nUPDATE flowers SET price = price WHERE id < 3;\nRETURN 42",
		"CREATE PROCEDURE quiet AS\nSET NOCOUNT ON;\nUPDATE flowers SET price = price;\n"+s.rows(),
		"CREATE PROCEDURE outer_one @n int AS\nDECLARE @out int, @rc int;\nEXEC @rc = twice @out = @out OUTPUT, @n = @n;\nSELECT @out AS out, @rc AS rc;\nEXEC give_rows",
		"CREATE PROCEDURE goes_on AS\nSELECT 1 AS before;\n"+s.fail()+";\nSELECT 2 AS behind;\nRETURN 5",
		"CREATE PROCEDURE catches AS\nBEGIN TRY\n"+s.fail()+";\nSELECT 1 AS missed;\nEND TRY\nBEGIN CATCH\nSELECT N'caught' AS what, ERROR_SEVERITY() AS severity;\nRETURN -6\nEND CATCH",
		"CREATE PROCEDURE divides @by int AS\n"+s.say()+";\nSELECT 1 / @by AS quotient;\n"+s.say()+";\nRETURN 3",
		"CREATE PROCEDURE leaves @n int AS\nIF @n > 1\nBEGIN\n"+s.say()+";\nRETURN @n\nEND\n"+s.rows()+";\nRETURN",
		"CREATE PROCEDURE loops AS\nDECLARE @i int = 0, @n int = 1;\nWHILE @i < 5\nBEGIN\nSET @i = @i + 1;\nIF @i = 2 CONTINUE;\nIF @i = 4 BREAK;\n"+
			s.double("@n")+";\nINSERT INTO taken (id) VALUES (@n)\nEND\nSELECT @i AS i, @n AS n",
		"CREATE PROCEDURE uses_temp AS\nCREATE TABLE #mine (id int, name nvarchar(20), price decimal(9, 2));\nINSERT INTO #mine EXEC give_rows;\nSELECT COUNT(*) AS n FROM #mine",
	)
}

func (s sameSide) requests() []sameRequest {
	in := func(name, kind string, v any) sameParam { return sameParam{name, kind, v, false} }
	out := func(name, kind string, v any) sameParam { return sameParam{name, kind, v, true} }
	notPymssql := func(driver string, _ bool) string {
		if driver == "pymssql" {
			return "pymssql has no parameters but those that it writes into the text"
		}
		return ""
	}
	ownTexts := func(_ string, embedded bool) string {
		if !embedded {
			return "Babelfish has texts of its own for errors of arguments"
		}
		return ""
	}
	return []sameRequest{
		{Name: "a call among statements", Text: "DECLARE @n int = 21;\n" + s.double("@n") + ";\nSELECT @n AS n;\nUPDATE flowers SET price = price WHERE id < 3;\n" + s.rows() + ";\nSELECT @@ROWCOUNT AS n, @@ERROR AS e"},
		{Name: "messages in order", Text: "PRINT N'one';\n" + s.say() + ";\nPRINT N'three';\nSELECT 1 AS x;\nRAISERROR(N'five', 10, 1)"},
		{Name: "61: text that executes a wrapper", Text: "EXEC give_rows"},
		{Name: "OUTPUT and return code in a batch", Text: "DECLARE @rc int, @out int;\nEXEC @rc = twice 5, @out OUTPUT;\nSELECT @rc AS rc, @out AS out"},
		{Name: "60: a procedure with typed parameters and OUTPUT", Kind: "call", Text: "twice", Params: []sameParam{in("n", "int", 7), out("out", "int", nil)}},
		{Name: "result sets, messages, counts, OUTPUT and return code of a procedure", Kind: "call", Text: "everything",
			Params: []sameParam{in("top", "int", 2), in("label", "nvarchar", "Zürich 東京"), out("count", "int", nil), out("text", "nvarchar", "from the driver")}},
		{Name: "a model as OUTPUT", Kind: "call", Text: "train", Params: []sameParam{in("n", "int", 20000), out("model", "varbinary", nil)}, unless: func(driver string, _ bool) string {
			if driver == "pymssql" {
				return "DB-Library's RPC cuts binary OUTPUT parameters at 8,000 bytes"
			}
			return ""
		}},
		{Name: "a model in a variable", Text: "DECLARE @model varbinary(max);\nEXEC train @model = @model OUTPUT;\nSELECT DATALENGTH(@model) AS n;\nINSERT INTO taken (id) VALUES (DATALENGTH(@model))"},
		{Name: "statement with parameters", Kind: "sql", Text: "DECLARE @twice int;\nEXEC twice @n, @twice OUTPUT;\nSELECT @twice AS twice, @s AS s;\n" + s.double("@n") + ";\nSELECT @n AS n",
			Params: []sameParam{in("n", "int", 4), in("s", "nvarchar", "é")}, unless: notPymssql},
		{Name: "statement with an OUTPUT parameter", Kind: "sql", Text: s.double("@n") + ";\nSET @n = @n + 1", Params: []sameParam{out("n", "int", 4)}, unless: notPymssql},
		{Name: "INSERT EXEC of a wrapper", Text: "INSERT INTO taken EXEC give_rows;\nSELECT @@ROWCOUNT AS n;\nSELECT id, name, price FROM taken ORDER BY id;\nDELETE FROM taken"},
		{Name: "INSERT EXEC of a call", Text: "INSERT INTO taken\n" + s.unnamedRows() + ";\nSELECT COUNT(*) AS n FROM taken"},
		{Name: "NOCOUNT in a procedure", Text: "EXEC quiet;\nUPDATE flowers SET price = price"},
		{Name: "NOCOUNT in a procedure, by name", Kind: "call", Text: "quiet"},
		{Name: "procedures in procedures", Kind: "call", Text: "outer_one", Params: []sameParam{in("n", "int", 3)}},
		{Name: "a failed script in a batch", Text: "SELECT 1 AS before;\n" + s.fail() + ";\nSELECT 2 AS behind"},
		{Name: "a failed script in a procedure", Text: "DECLARE @rc int;\nEXEC @rc = goes_on;\nSELECT @rc AS rc"},
		{Name: "a failed script in a procedure, by name", Kind: "call", Text: "goes_on"},
		{Name: "a failed script that is caught", Kind: "call", Text: "catches"},
		{Name: "a failed script that is caught in a batch", Text: "BEGIN TRY\nEXEC goes_on;\nSELECT 1 AS missed\nEND TRY\nBEGIN CATCH\nSELECT ERROR_SEVERITY() AS severity;\nTHROW 50123, N'mine', 7\nEND CATCH", unless: func(_ string, embedded bool) string {
			if !embedded {
				return "Babelfish ends a CATCH block by THROW with the caught error"
			}
			return ""
		}},
		{Name: "an error of the engine's", Text: "EXEC divides 0;\nSELECT 1 AS behind"},
		{Name: "an error of the engine's, by name", Kind: "call", Text: "divides", Params: []sameParam{in("by", "int", 0)}},
		{Name: "RETURN in the middle", Kind: "call", Text: "leaves", Params: []sameParam{in("n", "int", 2)}},
		{Name: "RETURN at the end", Kind: "call", Text: "leaves", Params: []sameParam{in("n", "int", 1)}},
		{Name: "a loop", Text: "EXEC loops;\nSELECT COUNT(*) AS n, MAX(id) AS last FROM taken"},
		{Name: "a transaction rolled back", Text: "BEGIN TRANSACTION;\nDELETE FROM taken;\nEXEC give_rows;\nROLLBACK;\nSELECT @@TRANCOUNT AS t, COUNT(*) AS n FROM taken"},
		{Name: "temporary tables of a procedure", Text: "EXEC uses_temp;\nSELECT OBJECT_ID(N'tempdb..#mine') AS gone"},
		{Name: "dynamic SQL", Text: "EXEC (N'" + quoteText("DECLARE @n int = 4;\n"+s.double("@n")+";\nSELECT @n AS n") + "');\nSELECT 1 AS behind", unless: func(driver string, embedded bool) string {
			if driver == "tedious" && !embedded {
				return "Babelfish gives EXEC ('...') a return code"
			}
			return ""
		}},
		{Name: "a parameter is missing", Text: "EXEC twice 5", unless: ownTexts},
		{Name: "a parameter is missing, by name", Kind: "call", Text: "twice", Params: []sameParam{in("n", "int", 7)}, unless: ownTexts},
		{Name: "a parameter too many", Text: "EXEC give_rows 1", unless: ownTexts},
		{Name: "the wrong parameter", Kind: "call", Text: "train", Params: []sameParam{in("m", "int", 7)}, unless: func(driver string, embedded bool) string {
			if driver == "pymssql" {
				return "its callproc passes parameters by position"
			}
			return ownTexts(driver, embedded)
		}},
		{Name: "the session afterwards", Text: "SELECT @@TRANCOUNT AS t, @@OPTIONS AS o, OBJECT_ID(N'tempdb..#mine') AS m"},
	}
}

// quoteText is a text inside of a string.
func quoteText(text string) string { return strings.ReplaceAll(text, "'", "''") }

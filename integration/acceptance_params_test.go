package integration

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
)

// The acceptance list, section C: parameters, by literals, by RPC and by
// sp_executesql (which go-mssqldb uses for text with arguments).

func TestAcceptance26LiteralsOfOtherTypesQuotesAndNull(t *testing.T) {
	conn := sharedServer(t).connect(t)
	o := query(t, conn, py("print(type(f).__name__, f, repr(s), repr(c), n, m)",
		"@params = N'@f float, @s nvarchar(50), @c char(6), @n int, @m nvarchar(10)'",
		"@f = 3, @s = N'M''e''xico Δ', @c = 'abc', @n = '42', @m = NULL"))
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+`float 3.0 "M'e'xico Δ" 'abc   ' 42 None`+"\n")

	wantErrors(t, query(t, conn, py("print(1)", "@params = N'@n int'", "@n = 'abc'")), 8114)
	usable(t, conn)
}

func TestAcceptance27ParametersInQueryAndScript(t *testing.T) {
	conn := sharedServer(t).connect(t)
	query(t, conn, "CREATE TABLE #flowers (species nvarchar(20), n int); INSERT #flowers VALUES (N'setosa', 1), (N'virginica', 2), (N'virginica', 3)").noErrors(t)
	o := query(t, conn, py("InputDataSet['label'] = specie\nOutputDataSet = InputDataSet",
		"@input_data_1 = N'SELECT n FROM #flowers WHERE species = @Specie ORDER BY n'",
		"@params = N'@specie nvarchar(20)'", "@SPECIE = 'virginica'",
		"WITH RESULT SETS ((n int, label nvarchar(20)))"))
	wantSet(t, o.one(t), []string{"n int", "label nvarchar(20)"}, []any{int64(2), "virginica"}, []any{int64(3), "virginica"})
}

func TestAcceptance28OutputParameterInAndOut(t *testing.T) {
	conn := sharedServer(t).connect(t)
	x := int64(1234567)
	_, err := conn.ExecContext(context.Background(),
		py("assert ParamINT == 1234567\nParamINT += 1", "@params = N'@ParamINT int OUTPUT'", "@paramINT = @x OUTPUT"),
		sql.Named("x", sql.Out{Dest: &x, In: true}))
	if err != nil {
		t.Fatal(err)
	}
	if x != 1234568 {
		t.Errorf("the parameter came back as %d", x)
	}
}

func TestAcceptance29SeveralOutputsBesideAResultSet(t *testing.T) {
	conn := sharedServer(t).connect(t)
	var p1 int64
	var p2 string
	var p3 float64
	rows, err := conn.QueryContext(context.Background(),
		py("p1, p2, p3 = 7, 'seven', 7.5\nOutputDataSet = InputDataSet", "@input_data_1 = N'SELECT 1 AS a'",
			"@params = N'@p1 int OUTPUT, @p2 nvarchar(20) OUTPUT, @p3 float OUTPUT'",
			"@p1 = @a OUTPUT, @p2 = @b OUTPUT, @p3 = @c OUTPUT", "WITH RESULT SETS ((a int))"),
		sql.Named("a", sql.Out{Dest: &p1}), sql.Named("b", sql.Out{Dest: &p2}), sql.Named("c", sql.Out{Dest: &p3}))
	if err != nil {
		t.Fatal(err)
	}
	var a int
	for rows.Next() {
		if err := rows.Scan(&a); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if a != 1 || p1 != 7 || p2 != "seven" || p3 != 7.5 {
		t.Errorf("row %d, outputs %d %q %v", a, p1, p2, p3)
	}
}

func TestAcceptance30StringOutputsArePaddedAndCut(t *testing.T) {
	conn := sharedServer(t).connect(t)
	var text, padded string
	_, err := conn.ExecContext(context.Background(),
		py("data = ' '.join(['Hello', 'Zürich'])\nfixed = 'abc'", "@params = N'@data nvarchar(200) OUTPUT, @fixed char(6) OUTPUT'",
			"@data = @d OUTPUT, @fixed = @f OUTPUT"),
		sql.Named("d", sql.Out{Dest: &text}), sql.Named("f", sql.Out{Dest: &padded}))
	if err != nil {
		t.Fatal(err)
	}
	if text != "Hello Zürich" || padded != "abc   " {
		t.Errorf("%q %q", text, padded)
	}
}

func TestAcceptance31ModelAsOutput(t *testing.T) {
	conn := sharedServer(t).connect(t)
	var model []byte
	_, err := conn.ExecContext(context.Background(), py(`
import pickle
from sklearn.linear_model import LinearRegression
m = pickle.dumps(LinearRegression().fit(InputDataSet[["x"]].values, InputDataSet["y"]))`,
		"@input_data_1 = N'SELECT x, y FROM (VALUES (1.0, 2.0), (2.0, 4.0), (3.0, 6.0)) AS t(x, y)'",
		"@params = N'@m varbinary(max) OUTPUT'", "@m = @model OUTPUT"),
		sql.Named("model", sql.Out{Dest: &model}))
	if err != nil {
		t.Fatal(err)
	}
	o := query(t, conn, py("import pickle\nprint(round(float(pickle.loads(m).predict([[10.0]])[0]), 6))",
		"@params = N'@m varbinary(max)'", "@m = @p1"), model)
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"20.0\n")
}

func TestAcceptance33WrongParameters(t *testing.T) {
	conn := sharedServer(t).connect(t)
	for _, tt := range []struct {
		options []string
		number  int32
	}{
		{[]string{"@params = N'@a int'"}, 39016},
		{[]string{"@params = N'@a int'", "@a = 1, @a = 2"}, 39027},
		{[]string{"@params = N'@script int'", "@script = 1"}, 39008},
	} {
		o := query(t, conn, py("print(1)", tt.options...))
		wantErrors(t, o, tt.number)
		if len(o.Notices) != 0 {
			t.Errorf("%v: the script ran", tt.options)
		}
	}
	usable(t, conn)
}

func TestAcceptance62RPCByName(t *testing.T) {
	conn := sharedServer(t).connect(t)
	count := int64(3)
	var status mssql.ReturnStatus
	rows, err := conn.QueryContext(context.Background(), "sp_execute_external_script",
		sql.Named("language", "Python"), sql.Named("script", "n = n * 2\nOutputDataSet = InputDataSet"),
		sql.Named("input_data_1", "SELECT @n AS n"), sql.Named("params", "@n bigint OUTPUT"),
		sql.Named("n", sql.Out{Dest: &count, In: true}), &status)
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if n != 3 || count != 6 || status != 0 {
		t.Errorf("row %d, output %d, return code %d", n, count, status)
	}
	for _, name := range []string{"sys.sp_execute_external_script", "master..sp_execute_external_script",
		"[master].[sys].[SP_Execute_External_Script]"} {
		if _, err := conn.ExecContext(context.Background(), name, sql.Named("language", "Python"), sql.Named("script", "pass")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAcceptance63ParameterMarkers(t *testing.T) {
	conn := sharedServer(t).connect(t)
	text := "EXEC sp_execute_external_script @language = N'Python', @script = @p1, @input_data_1 = @p2 " +
		"with result sets((_stdout_ varchar(MAX), _stderr_ varchar(MAX)))"
	script := "OutputDataSet = pandas.DataFrame({'o': InputDataSet.a.astype(str), 'e': ['x'] * len(InputDataSet)})"
	o := query(t, conn, text, script, "SELECT 5 AS a")
	wantSet(t, o.one(t), []string{"_stdout_ varchar(max)", "_stderr_ varchar(max)"}, []any{"5", "x"})

	statement, err := conn.PrepareContext(context.Background(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer statement.Close()
	for _, value := range []string{"6", "7"} {
		var stdout, stderr string
		if err := statement.QueryRow(script, "SELECT "+value+" AS a").Scan(&stdout, &stderr); err != nil {
			t.Fatal(err)
		}
		if stdout != value || stderr != "x" {
			t.Errorf("%q %q", stdout, stderr)
		}
	}
}

// A failing script by RPC: the same errors, and the session goes on.
func TestFailureByRPC(t *testing.T) {
	conn := sharedServer(t).connect(t)
	_, err := conn.ExecContext(context.Background(), "sp_execute_external_script",
		sql.Named("language", "Python"), sql.Named("script", "raise ValueError('by rpc')"))
	var failed mssql.Error
	if !errors.As(err, &failed) || len(failed.All) != 2 || failed.All[0].Number != 39004 || failed.All[1].Number != 39019 ||
		!strings.Contains(failed.All[1].Message, "ValueError: by rpc") {
		t.Errorf("error %#v", err)
	}
	usable(t, conn)
}

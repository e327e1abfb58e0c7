package integration

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The acceptance list, section B: data in, data out.

func TestAcceptance10HelloWorld(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py("OutputDataSet = InputDataSet",
		"@input_data_1 = N'SELECT 1 AS hello'", "WITH RESULT SETS (([Hello World] int))"))
	wantSet(t, o.one(t), []string{"Hello World int"}, []any{int64(1)})
	if len(o.Affected) != 1 || o.Affected[0] != 1 {
		t.Errorf("row counts %v, want [1]", o.Affected)
	}
}

func TestAcceptance11ColumnsAreUnnamed(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py("OutputDataSet = InputDataSet", "@input_data_1 = N'SELECT 1 AS hello'"))
	wantSet(t, o.one(t), []string{" int"}, []any{int64(1)})
}

func TestAcceptance12NamesOfTheDataSets(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py("SQL_out = SQL_in", "@input_data_1_name = N'SQL_in'",
		"@input_data_1 = N'SELECT 12 AS Col'", "@output_data_1_name = N'SQL_out'", "WITH RESULT SETS ((n int))"))
	wantSet(t, o.one(t), []string{"n int"}, []any{int64(12)})
}

func TestAcceptance13SameVariableInAndOut(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py(`customer_data["cluster"] = customer_data["ratio"] * 2`,
		"@input_data_1 = N'SELECT 1 AS customer, CAST(1.5 AS float) AS ratio'",
		"@input_data_1_name = N'customer_data'", "@output_data_1_name = N'customer_data'",
		`WITH RESULT SETS (("Customer" int, "Ratio" float, "Cluster" int))`))
	wantSet(t, o.one(t), []string{"Customer int", "Ratio float", "Cluster int"}, []any{int64(1), 1.5, int64(3)})
}

func TestAcceptance14BlankQueryMeansNoInput(t *testing.T) {
	conn := sharedServer(t).connect(t)
	for _, blank := range []string{"", "   ;", " ", " ;"} {
		o := query(t, conn, py("OutputDataSet = pandas.DataFrame([0.25, 0.5])",
			"@input_data_1 = N'"+blank+"'", "WITH RESULT SETS (([Density] FLOAT NOT NULL))"))
		wantSet(t, o.one(t), []string{"Density float"}, []any{0.25}, []any{0.5})
	}
}

func TestAcceptance16DottedAndQuotedNames(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py("OutputDataSet = InputDataSet",
		"@input_data_1 = N'SELECT ''setosa'' AS s, CAST(5.1 AS float) AS l'",
		`WITH RESULT SETS (("Species.Actual" varchar(100), "Sepal.Length" float))`))
	wantSet(t, o.one(t), []string{"Species.Actual varchar(100)", "Sepal.Length float"}, []any{"setosa", 5.1})
}

func TestAcceptance17LongStrings(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py(
		"import pkg_resources\nOutputDataSet = pandas.DataFrame([str(d) for d in pkg_resources.working_set] + ['x' * 100000])",
		"WITH RESULT SETS ((Package NVARCHAR(max)))"))
	set := o.one(t)
	if set.Columns[0] != "Package nvarchar(max)" {
		t.Errorf("column %q", set.Columns[0])
	}
	var names []string
	for _, row := range set.Rows {
		names = append(names, row[0].(string))
	}
	if !strings.Contains(strings.Join(names, "\n"), "pandas ") {
		t.Errorf("pandas is not among the packages: %.300q", names)
	}
	if last := names[len(names)-1]; len(last) != 100000 {
		t.Errorf("the long string has %d characters", len(last))
	}
}

// types18 are columns with a value, the dtype a script sees without and with a
// NULL in the column, and the type as drivers name it.
var types18 = []struct{ sql, dtype, nullable, back string }{
	{"CAST(1 AS bit)", "bool", "boolean", "bit"},
	{"CAST(200 AS tinyint)", "uint8", "UInt8", "tinyint"},
	{"CAST(-30000 AS smallint)", "int16", "Int16", "smallint"},
	{"CAST(-2000000000 AS int)", "int32", "Int32", "int"},
	{"CAST(9007199254740993 AS bigint)", "int64", "Int64", "bigint"},
	{"CAST(0.5 AS real)", "float32", "float32", "real"},
	{"CAST(0.1 AS float)", "float64", "float64", "float"},
	{"CAST(12345678901234567890.123456789 AS decimal(38, 9))", "object", "object", "decimal(38,9)"},
	{"CAST(-922337203685477.5808 AS money)", "object", "object", ""},
	{"CAST('2024-02-29' AS date)", "datetime64[ns]", "datetime64[ns]", "date"},
	{"CAST('2024-02-29T23:59:59.997' AS datetime)", "datetime64[ns]", "datetime64[ns]", "datetime"},
	{"CAST('2024-02-29T23:59:59.1234567' AS datetime2(7))", "datetime64[ns]", "datetime64[ns]", "datetime2"},
	{"CAST('2024-02-29T23:59:00' AS smalldatetime)", "datetime64[ns]", "datetime64[ns]", "smalldatetime"},
	{"CAST('0001-01-01' AS date)", "object", "object", "date"},
	{"CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier)", "object", "object", "uniqueidentifier"},
	{"CAST(N'Zürich 東京 😀' AS nvarchar(40))", "object", "object", "nvarchar(40)"},
	{"CAST('abc' AS varchar(10))", "object", "object", "varchar(10)"},
	{"CAST(0x00FF10 AS varbinary(10))", "object", "object", "varbinary(10)"},
}

func TestAcceptance18TypesAndNulls(t *testing.T) {
	conn := sharedServer(t).connect(t)
	for _, tt := range types18 {
		direct := query(t, conn, "SELECT "+tt.sql+" AS v").one(t)
		for _, nulls := range []bool{false, true} {
			q := "SELECT " + tt.sql + " AS v"
			want := tt.dtype
			if nulls {
				q += " UNION ALL SELECT CAST(NULL" + tt.sql[strings.LastIndex(tt.sql, " AS "):]
				want = tt.nullable
			}
			declared := strings.TrimPrefix(direct.Columns[0], "v ")
			if declared != tt.back && tt.back != "" {
				t.Errorf("%s: the engine itself gives %q", tt.sql, declared)
			}
			o := query(t, conn, py("print(InputDataSet.dtypes.iloc[0])\nOutputDataSet = InputDataSet",
				"@input_data_1 = N'"+strings.ReplaceAll(q, "'", "''")+"'", "WITH RESULT SETS ((v "+declared+"))"))
			set := o.one(t)
			wantNotices(t, o, stdoutHeader+want+"\n")
			rows := [][]any{direct.Rows[0]}
			if nulls {
				rows = append(rows, []any{nil})
			}
			wantSet(t, set, direct.Columns, rows...)
		}
	}
}

func TestAcceptance19ShapesOfTheQuery(t *testing.T) {
	conn := sharedServer(t).connect(t)
	query(t, conn, "CREATE TABLE #a (id int, name nvarchar(10)); CREATE TABLE #b (id int, v float); "+
		"INSERT #a VALUES (1, N'one'), (2, N'two'), (3, N'three'), (11, N'eleven'); INSERT #b VALUES (1, 1.5), (3, 3.5), (11, 11.5)").noErrors(t)
	for q, want := range map[string]string{
		"WITH x AS (SELECT a.id, name, v FROM #a a JOIN #b b ON a.id = b.id) SELECT id, v FROM x ORDER BY id DESC": "[[11, 11.5], [3, 3.5], [1, 1.5]]",
		"SELECT * FROM #b ORDER BY id":                                                "[[1, 1.5], [3, 3.5], [11, 11.5]]",
		"SELECT TOP 2 id FROM #a ORDER BY id;":                                        "[[1], [2]]",
		"SELECT id FROM #a WHERE id > 10 OPTION (MAXDOP 1)":                           "[[11]]",
		"SELECT id FROM #a WHERE id < 3 UNION SELECT id FROM #b ORDER BY id":          "[[1], [2], [3], [11]]",
		"SELECT name FROM #a WHERE id = 99":                                           "[]",
		"SELECT n FROM (VALUES (1), (2)) AS t(n) ORDER BY n /* 'quotes' -- inside */": "[[1], [2]]",
	} {
		o := query(t, conn, py("print(InputDataSet.values.tolist())", "@input_data_1 = N'"+strings.ReplaceAll(q, "'", "''")+"'"))
		o.noErrors(t)
		if got := strings.TrimSpace(strings.TrimPrefix(strings.Join(o.Notices, ""), stdoutHeader)); normalNumbers(got) != want {
			t.Errorf("%s\ngot  %s\nwant %s", q, got, want)
		}
	}
}

// normalNumbers undoes that a mixed array of numbers is printed as floats.
func normalNumbers(s string) string { return strings.ReplaceAll(s, ".0,", ",") }

func TestAcceptance20ErrorsOfTheQueryComeFirst(t *testing.T) {
	s := sharedServer(t)
	conn := s.connect(t)
	o := query(t, conn, py("print('ran')", "@input_data_1 = N'SELECT nonsense FROM sys.databases'"))
	if s.embedded {
		wantErrors(t, o, 207)
	} else if len(o.Errors) == 0 {
		t.Error("no error")
	}
	if len(o.Notices) != 0 {
		t.Errorf("the script ran: %q", o.Notices)
	}
	o = query(t, conn, py("print('ran')", "@input_data_1 = N'SELECT 1 / (database_id - database_id) AS x FROM sys.databases'"))
	if len(o.Errors) == 0 || o.Errors[0].Number != 8134 {
		t.Errorf("divide by zero: %+v", o.Errors)
	}
	if len(o.Sets) != 0 {
		t.Errorf("a failed call returned a result set")
	}
	usable(t, conn)
}

func TestAcceptance21OnlyOneSelect(t *testing.T) {
	conn := sharedServer(t).connect(t)
	for q, number := range map[string]int32{
		"EXEC sp_who":                                       39001,
		"INSERT INTO t VALUES (1)":                          39001,
		"DECLARE @a int; SELECT @a":                         39001,
		"SELECT 1 AS a INTO #x":                             39015,
		"WITH c AS (SELECT 1 AS a) SELECT a INTO #x FROM c": 39015,
		"SELECT 1 AS a; SELECT 2 AS b":                      59010,
	} {
		o := query(t, conn, py("print(1)", "@input_data_1 = N'"+q+"'"))
		wantErrors(t, o, number)
		if len(o.Notices) != 0 {
			t.Errorf("%s: the script ran", q)
		}
	}
	usable(t, conn)
}

func TestAcceptance22OnlyADataFrameIsReturned(t *testing.T) {
	conn := sharedServer(t).connect(t)
	for _, script := range []string{"OutputDataSet = pandas.Series([1, 2])", "OutputDataSet = [1, 2]", "OutputDataSet = 5"} {
		o := query(t, conn, py(script))
		wantErrors(t, o, 39004, 39019)
		if !strings.Contains(o.Errors[1].Message, "DataFrame") {
			t.Errorf("the message does not say what is wanted: %s", o.Errors[1].Message)
		}
	}
	o := query(t, conn, py("OutputDataSet = pandas.DataFrame([[1, 'a'], [2, 'b']])", "WITH RESULT SETS ((n int, s varchar(5)))"))
	wantSet(t, o.one(t), []string{"n int", "s varchar(5)"}, []any{int64(1), "a"}, []any{int64(2), "b"})
}

// A result of many rows arrives whole and in order, as does its input.
func TestManyRowsThroughAScript(t *testing.T) {
	conn := sharedServer(t).connect(t)
	const rows = 50000
	var values []string
	for i := range 10 {
		values = append(values, fmt.Sprintf("(%d)", i))
	}
	digits := "(VALUES " + strings.Join(values, ",") + ")"
	q := fmt.Sprintf("SELECT a.n + 10*b.n + 100*c.n + 1000*d.n + 10000*e.n AS n FROM %[1]s a(n), %[1]s b(n), %[1]s c(n), %[1]s d(n), %[1]s e(n) WHERE e.n < 5", digits)
	begin := time.Now()
	o := query(t, conn, py("OutputDataSet = InputDataSet.sort_values('n')", "@input_data_1 = N'"+q+"'", "WITH RESULT SETS ((n int))"))
	set := o.one(t)
	if len(set.Rows) != rows {
		t.Fatalf("%d rows, want %d", len(set.Rows), rows)
	}
	for i, row := range set.Rows {
		if row[0] != int64(i) {
			t.Fatalf("row %d is %v", i, row)
		}
	}
	t.Logf("%d rows in and out in %v", rows, time.Since(begin))
}

package integration

import (
	"testing"
)

// The acceptance list, what of its sections A, B and C needs several statements in a batch.

func TestAcceptance05AllArgumentsAreVariables(t *testing.T) {
	conn := planConn(t)
	o := query(t, conn, "DECLARE @l nvarchar(10) = N'Python', @s nvarchar(max) = N'print(len(InputDataSet), int(InputDataSet.iloc[0, 0]))', @i nvarchar(max) = N'select 5 as n'\n"+
		"EXEC sp_execute_external_script @language = @l, @script = @s, @input_data_1 = @i with result sets none")
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"1 5\n")
}

func TestAcceptance06SchemaSpellingsAndServerName(t *testing.T) {
	conn := planConn(t)
	for _, name := range []string{"sys.sp_execute_external_script", "[sys].[sp_execute_external_script]", "[SP_EXECUTE_external_script]"} {
		o := query(t, conn, "DECLARE @same bit;\nEXECUTE "+name+` @language = N'Python', @script = N'same = server == expected', @params = N'@server nvarchar(128), @expected nvarchar(128), @same bit OUTPUT',
 @server = @@servername, @expected = @@SERVERNAME, @same = @same OUTPUT SELECT @same AS same`)
		wantSet(t, o.one(t), []string{"same bit"}, []any{true})
	}
}

func TestAcceptance09StatementsBehindTheCall(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.models9 (model varbinary(max))")
	for _, separator := range []string{" ", "\n", ";", ";\n", "\n;\n", " -- a comment\n"} {
		query(t, conn, "TRUNCATE TABLE dbo.models9").noErrors(t)
		o := query(t, conn, "DECLARE @m varbinary(max)\n"+
			py("import pickle\nm = pickle.dumps([1, 2, 3])", "@params = N'@m varbinary(max) OUTPUT'", "@m = @m OUTPUT")+separator+
			"INSERT [dbo].[models9] SELECT @m\nSELECT DATALENGTH(model) AS bytes FROM dbo.models9")
		set := o.one(t)
		if len(set.Rows) != 1 || set.Rows[0][0] == nil || set.Rows[0][0].(int64) < 10 {
			t.Errorf("separated by %q: rows %v", separator, set.Rows)
		}
		if len(o.Affected) != 2 || o.Affected[0] != 1 || o.Affected[1] != 1 {
			t.Errorf("separated by %q: row counts %v", separator, o.Affected)
		}
	}
}

func TestAcceptance15MixedColumnsAndQuotedNames(t *testing.T) {
	conn := planConn(t)
	o := query(t, conn, "DECLARE @q nvarchar(max) = N'SELECT d, CAST(a AS float) AS a FROM #days ORDER BY d'; CREATE TABLE #days (d int, a decimal(9, 2)); INSERT #days VALUES (1, 2.5), (2, NULL), (3, 4);\n"+
		`EXEC sp_execute_external_script @language = N'Python', @script = N'OutputDataSet = InputDataSet', @input_data_1 = @q with result sets (("DayOfWeek" int null, "Amount" float null))`)
	wantSet(t, o.one(t), []string{"DayOfWeek int", "Amount float"}, []any{int64(1), 2.5}, []any{int64(2), nil}, []any{int64(3), 4.0})
}

func TestAcceptance23ResultSetsClauses(t *testing.T) {
	conn := planConn(t)
	script := py("OutputDataSet = InputDataSet", "@input_data_1 = N'SELECT CAST(NULL AS int) AS n'")
	wantSet(t, query(t, conn, script+" WITH RESULT SETS UNDEFINED").one(t), []string{" int"}, []any{nil})
	for clause, number := range map[string]int32{"NONE": 11535, "((a int, b int))": 11537, "((a int NOT NULL))": 11553, "((a int), (b int))": 11536} {
		t.Run(clause, func(t *testing.T) {
			// It ends the batch, so the PRINT behind it does not run.
			o := query(t, conn, "PRINT 'before'\n"+script+" WITH RESULT SETS "+clause+"\nPRINT 'behind'")
			wantErrors(t, o, number)
			wantNotices(t, o, "before")
			usable(t, conn)
		})
	}
}

func TestAcceptance25InputParametersFromAProcedure(t *testing.T) {
	conn := planConn(t)
	create(t, conn, `CREATE PROCEDURE dbo.MyPyNorm (@param1 int, @param2 int, @param3 int) AS
EXECUTE sp_execute_external_script @language = N'Python', @script = N'
import numpy
numpy.random.seed(1)
OutputDataSet = pandas.DataFrame(numpy.random.normal(size = mynumbers, loc = mymean, scale = mysd))
', @input_data_1 = N'  ;', @params = N'@mynumbers int, @mymean int, @mysd int', @mynumbers = @param1, @mymean = @param2, @mysd = @param3
WITH RESULT SETS (([Density] float NOT NULL))`)
	set := query(t, conn, "EXECUTE MyPyNorm @param1 = 100, @param2 = 50, @param3 = 3").one(t)
	if len(set.Rows) != 100 || set.Columns[0] != "Density float" {
		t.Fatalf("%d rows of %v", len(set.Rows), set.Columns)
	}
	sum := 0.0
	for _, row := range set.Rows {
		sum += row[0].(float64)
	}
	if mean := sum / 100; mean < 48 || mean > 52 {
		t.Errorf("mean %v, want about 50", mean)
	}
}

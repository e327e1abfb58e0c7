package integration

import (
	"context"
	"database/sql"
	"strings"
	"testing"
)

// The acceptance list, section D: procedures of samples, dynamic SQL, and scripts that deploy them.

func TestAcceptance38ModelNameAndQueryAsParameters(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.nyc_taxi_models (name varchar(50), model varbinary(max))",
		`CREATE PROCEDURE dbo.TrainTipModel (@trained_model varbinary(max) OUTPUT) AS
BEGIN
  EXEC sp_execute_external_script @language = N'Python', @script = N'
import pickle
from sklearn.linear_model import LogisticRegression
X = InputDataSet[["passenger_count", "trip_distance"]].values
trained_model = pickle.dumps(LogisticRegression().fit(X, InputDataSet["tipped"].values))
', @input_data_1 = N'select 1 as passenger_count, cast(n as float) as trip_distance, n / 3 as tipped from (values (0),(1),(2),(3),(4),(5)) as v(n)',
  @params = N'@trained_model varbinary(max) OUTPUT', @trained_model = @trained_model OUTPUT
END`,
		`CREATE PROCEDURE [dbo].[PredictTipSciKitPy] (@model varchar(50), @inquery nvarchar(max))
AS
BEGIN
DECLARE @lmodel2 varbinary(max) = (select model from nyc_taxi_models where name = @model);
EXEC sp_execute_external_script
  @language = N'Python',
  @script = N'
import pickle
mod = pickle.loads(lmodel2)
X = InputDataSet[["passenger_count", "trip_distance"]]
prob_list = [p[1] for p in mod.predict_proba(X.values)]
OutputDataSet = pandas.DataFrame(data = {"predictions": [1.0 if p > 0.5 else 0.0 for p in prob_list]})
',
  @input_data_1 = @inquery,
  @input_data_1_name = N'InputDataSet',
  @params = N'@lmodel2 varbinary(max)',
  @lmodel2 = @lmodel2
WITH RESULT SETS ((Score float));
END`)
	query(t, conn, "DECLARE @model varbinary(max);\nEXEC TrainTipModel @model OUTPUT;\nINSERT INTO nyc_taxi_models (name, model) VALUES('SciKit_model', @model);").noErrors(t)
	o := query(t, conn, `DECLARE @query_string nvarchar(max) -- Specify input query
  SET @query_string='
  select cast(1 as int) as passenger_count, cast(d as float) as trip_distance
  from (values (0), (9)) as v(d) order by d'
  EXEC [dbo].[PredictTipSciKitPy] 'SciKit_model', @query_string;`)
	wantSet(t, o.one(t), []string{"Score float"}, []any{0.0}, []any{1.0})
}

// predictTip is the procedure that scores a single row.
const predictTip = `CREATE PROCEDURE [dbo].[PredictTip] (@model varchar(50), @passenger_count int = 0, @trip_distance float = 0, @trip_time_in_secs int = 0,
	@pickup_latitude float = 0, @dropoff_latitude float = 0)
AS
BEGIN
  DECLARE @inquery nvarchar(max) = N'
  SELECT @passenger_count AS passenger_count, @trip_distance AS trip_distance, @trip_time_in_secs AS trip_time_in_secs,
	ABS(@dropoff_latitude - @pickup_latitude) AS direct_distance'
  EXEC sp_execute_external_script @language = N'Python', @script = N'
assert passenger_count == InputDataSet.passenger_count[0] and model == "SciKit"
OutputDataSet = pandas.DataFrame({"Score": InputDataSet.trip_distance / 10 + InputDataSet.passenger_count / 100 + InputDataSet.direct_distance})
', @input_data_1 = @inquery,
  @params = N'@model varchar(50), @passenger_count int, @trip_distance float, @trip_time_in_secs int, @pickup_latitude float, @dropoff_latitude float',
  @model = @model, @passenger_count = @passenger_count, @trip_distance = @trip_distance, @trip_time_in_secs = @trip_time_in_secs,
  @pickup_latitude = @pickup_latitude, @dropoff_latitude = @dropoff_latitude
  WITH RESULT SETS ((Score float));
  RETURN @passenger_count + 41
END`

func TestAcceptance39SingleRowScoring(t *testing.T) {
	conn := planConn(t)
	create(t, conn, predictTip)
	wantSet(t, query(t, conn, "EXEC [dbo].[PredictTip] 'SciKit', 1, 2.5, 631, 40.5, 41.25").one(t), []string{"Score float"}, []any{0.25 + 0.01 + 0.75})
	wantSet(t, query(t, conn, "EXEC PredictTip @trip_distance = 5, @model = 'SciKit'").one(t), []string{"Score float"}, []any{0.5})
}

func TestAcceptance51ReturnCode(t *testing.T) {
	conn := planConn(t)
	create(t, conn, predictTip)
	o := query(t, conn, "DECLARE @rc int\nEXEC @rc = dbo.PredictTip 'SciKit', @passenger_count = 1; SELECT @rc AS rc")
	o.noErrors(t)
	if len(o.Sets) != 2 {
		t.Fatalf("%+v", o)
	}
	wantSet(t, o.Sets[0], []string{"Score float"}, []any{0.01})
	wantSet(t, o.Sets[1], []string{"rc int"}, []any{int64(42)})
	wantRows(t, query(t, conn, "DECLARE @rc int = 9\nEXEC @rc = "+py("")[5:]+"\nSELECT @rc"), []any{int64(0)})
}

func TestAcceptance42InsertExecTwice(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.models42 (model varbinary(max))",
		"CREATE PROCEDURE dbo.TrainTip @rows int AS "+py("import pickle\nOutputDataSet = pandas.DataFrame({'model': [pickle.dumps(list(range(n)))]})", "@params = N'@n int'", "@n = @rows", "WITH RESULT SETS ((model varbinary(max)))"))
	o := query(t, conn, "INSERT dbo.models42 VALUES (0x00)\nTRUNCATE TABLE dbo.models42\nINSERT INTO models42\nEXEC TrainTip 10\nINSERT INTO models42 EXEC TrainTip @rows = 1000;\nSELECT COUNT(*), MIN(DATALENGTH(model)) / 10, MAX(DATALENGTH(model)) / 1000 FROM models42")
	set := o.one(t)
	if len(set.Rows) != 1 || set.Rows[0][0] != int64(2) || set.Rows[0][1].(int64) > 10 || set.Rows[0][2].(int64) < 2 {
		t.Errorf("models %v", set.Rows)
	}
	wantOrder(t, o, "affected", "affected", "affected", "set", "affected")
}

func TestAcceptance43LoopOverDays(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.scores (day int, total int)",
		`CREATE PROCEDURE dbo.ScoreDays @from int, @to int AS
BEGIN
	SET NOCOUNT ON
	DECLARE @day int = @from, @done int = 0
	WHILE @day <= @to
	BEGIN
		IF @day % 2 = 0
		BEGIN
			SET @day = @day + 1
			CONTINUE
		END
		INSERT INTO dbo.scores EXEC sp_execute_external_script @language = N'Python', @script = N'
OutputDataSet = pandas.DataFrame({"day": [day], "total": [day * 10]})', @params = N'@day int', @day = @day
		SET @done = @done + @@ROWCOUNT
		SET @day = @day + 1
		IF @day > 7 BREAK
	END
	RETURN @done
END`)
	o := query(t, conn, "DECLARE @n int\nEXEC @n = ScoreDays 1, 25\nSELECT @n, COUNT(*), SUM(day), SUM(total) FROM dbo.scores")
	wantRows(t, o, []any{int64(4), int64(4), int64(16), int64(160)})
}

func TestAcceptance44GuardInFrontOfTheCall(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE PROCEDURE dbo.guarded @x int = NULL AS\nIF @x IS NULL\n\tTHROW 50001, 'x is missing', 7\n"+py("print(x)", "@params = N'@x int'", "@x = @x"))
	o := query(t, conn, "EXEC guarded\nPRINT 'not reached'")
	wantErrors(t, o, 50001)
	if e := o.Errors[0]; e.Message != "x is missing" || e.State != 7 || e.LineNo != 3 || !strings.HasSuffix(e.ProcName, "guarded") {
		t.Errorf("error %+v", e)
	}
	wantNotices(t, o)
	o = query(t, conn, "EXEC guarded 4")
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"4\n")
}

func TestAcceptance48TemporaryTableIsVisibleTableVariableIsNot(t *testing.T) {
	conn := planConn(t)
	o := query(t, conn, "CREATE TABLE #t (n int)\nINSERT #t VALUES (1), (2)\n"+py("OutputDataSet = InputDataSet", "@input_data_1 = N'SELECT n FROM #t ORDER BY n'", "WITH RESULT SETS ((n int))"))
	wantRows(t, o, []any{int64(1)}, []any{int64(2)})
	o = query(t, conn, "DECLARE @t TABLE (n int)\nINSERT @t VALUES (1)\n"+py("print(1)", "@input_data_1 = N'SELECT n FROM @t'"))
	if len(o.Errors) == 0 || o.Errors[0].Number != 1087 && sharedServer(t).embedded {
		t.Errorf("a table variable in the query: %+v", o)
	}
	wantNotices(t, o)
	usable(t, conn)
}

// What neither the batch nor the database's modules show is found if the configuration asks for it.
func TestAcceptance49HiddenDynamicSQL(t *testing.T) {
	const text = "DECLARE @a nvarchar(100) = N'EXEC sp_execute_external_', @b nvarchar(100) = N'script @language = N''Python'', @script = N''print(\"x\")'''\nEXEC (@a + @b)"
	if sharedServer(t).embedded {
		wantErrors(t, query(t, planConn(t), text), 2812)
	}
	o := query(t, ownServer(t, "--plan-dynamic-sql").connect(t), text)
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"x\n")
}

func TestAcceptance49DynamicSQL(t *testing.T) {
	conn := planConn(t)
	for name, text := range map[string]string{
		"literal":       "EXEC (N'" + strings.ReplaceAll(py("print('x')"), "'", "''") + "')",
		"variable":      "DECLARE @sql nvarchar(max) = N'" + strings.ReplaceAll(py("print('x')"), "'", "''") + "'\nEXEC (@sql)",
		"concatenated":  "DECLARE @a nvarchar(100) = N'EXEC sp_execute_external_script @language = N''Python'',', @b nvarchar(100) = N'print(\"x\")'\nEXEC (@a + N' @script = N''' + @b + '''')",
		"sp_executesql": "DECLARE @code nvarchar(max) = N'print(\"x\")'\nEXEC sp_executesql N'EXEC sp_execute_external_script @language=N''Python'', @script=@s', N'@s nvarchar(max)', @s=@code",
	} {
		t.Run(name, func(t *testing.T) {
			o := query(t, conn, text)
			o.noErrors(t)
			wantNotices(t, o, stdoutHeader+"x\n")
		})
	}
	o := query(t, conn, "DECLARE @n int = 20\nEXEC sp_executesql N'EXEC sp_execute_external_script @language = N''Python'', @script = N''n = n + 1'', @params = N''@n int OUTPUT'', @n = @inner OUTPUT\nSET @inner = @inner * 2', N'@inner int OUTPUT', @inner = @n OUTPUT\nSELECT @n")
	wantRows(t, o, []any{int64(42)})

	var n int64 = 4
	if _, err := conn.ExecContext(context.Background(), "SET @n = @n + 1\n"+py("n = n + 1", "@params = N'@n int OUTPUT'", "@n = @n OUTPUT")+"\nSET @n = @n * 7", sql.Named("n", sql.Out{Dest: &n, In: true})); err != nil || n != 42 {
		t.Errorf("by the driver's sp_executesql: %d, %v", n, err)
	}
}

func TestAcceptance50NoStateBetweenCalls(t *testing.T) {
	conn := planConn(t)
	o := query(t, conn, py("x = 1\nprint(x)")+"\n"+py("print('x' in globals())"))
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"1\n", stdoutHeader+"False\n")
	o = query(t, conn, py("print('x' in globals())"))
	wantNotices(t, o, stdoutHeader+"False\n")
}

func TestAcceptance52QuotesInsideAProcedure(t *testing.T) {
	conn := planConn(t)
	create(t, conn, `CREATE PROCEDURE dbo.quotes AS EXEC sp_execute_external_script @language = N'Python', @script = N'
# it''s a "comment" -- not SQL
s = ''M200 Europe'' + "''''" + "/* no comment */"  # GO
print(s.encode(''utf-8'').decode())'`)
	o := query(t, conn, "EXEC dbo.quotes -- 'x\n")
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"M200 Europe''/* no comment */\n")
}

func TestAcceptance53ScriptTextOutOfATable(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.scripts (name varchar(20), code nvarchar(max))")
	query(t, conn, "INSERT dbo.scripts VALUES ('hello', N'print(\"out of a table Δ\")\n"+strings.Repeat("# padding\n", 2000)+"')").noErrors(t)
	o := query(t, conn, "DECLARE @py nvarchar(max)\nSELECT @py = code FROM dbo.scripts WHERE name = 'hello'\nEXEC sp_execute_external_script @language = N'Python', @script = @py")
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"out of a table Δ\n")
	// By OPENROWSET it can't be tried: neither engine has it.
}

func TestAcceptance54OptionsOfProcedures(t *testing.T) {
	s := sharedServer(t)
	conn := planConn(t)
	create(t, conn, "CREATE PROCEDURE dbo.recompiled WITH RECOMPILE AS\nSET NOCOUNT ON;\nCREATE TABLE #n (n int); INSERT #n VALUES (1);\n"+py("OutputDataSet = InputDataSet", "@input_data_1 = N'SELECT n FROM #n'", "WITH RESULT SETS ((n int))"))
	o := query(t, conn, "EXEC dbo.recompiled; INSERT INTO #after54 SELECT 1")
	if len(o.Affected) != 0 {
		t.Errorf("row counts %v under SET NOCOUNT ON", o.Affected)
	}
	o = query(t, conn, "CREATE TABLE #after54 (n int); EXEC dbo.recompiled; INSERT INTO #after54 SELECT 1")
	wantRows(t, o, []any{int64(1)})
	if len(o.Affected) != 1 {
		t.Errorf("row counts %v behind the procedure, want that of the INSERT", o.Affected)
	}
	query(t, conn, "GRANT EXECUTE ON dbo.recompiled TO public").noErrors(t)
	notOnBabelfish(t, s, "CREATE OR ALTER is not supported")
	query(t, conn, "CREATE OR ALTER PROCEDURE dbo.recompiled AS "+py("print('altered')")).noErrors(t)
	o = query(t, conn, "EXEC dbo.recompiled")
	wantNotices(t, o, stdoutHeader+"altered\n")
}

func TestAcceptance55DeployScript(t *testing.T) {
	conn := planConn(t)
	for _, batch := range strings.Split(`USE `+planDatabaseName()+`
GO
/****** Object:  StoredProcedure [dbo].[deployed]    Script Date: 1/2/2020 ******/
SET ANSI_NULLS ON
GO
SET QUOTED_IDENTIFIER ON
GO
DROP PROCEDURE IF EXISTS [dbo].[deployed]
GO
/* A long comment that names sp_execute_external_script,
   with 'quotes' and -- dashes
   `+strings.Repeat("* and more of it *\n   ", 200)+`*/
-- =============================================
-- Description:	nothing
-- =============================================
CREATE PROCEDURE [dbo].[deployed]
	-- Add the parameters for the stored procedure here
	@p1 int = 0
AS
BEGIN
	-- SET NOCOUNT ON added to prevent extra result sets from
	SET NOCOUNT ON;
	EXEC sp_execute_external_script
		  @language = N'Python'  -- the language
		, @script = N'print(p1)'
		, @params = N'@p1 int'
		, @p1 = @p1
	;
END
GO
EXEC [dbo].[deployed] 3
GO
`, "\nGO\n") {
		if batch == "" {
			continue
		}
		o := query(t, conn, batch)
		o.noErrors(t)
		if strings.HasPrefix(batch, "EXEC") {
			wantNotices(t, o, stdoutHeader+"3\n")
		}
	}
}

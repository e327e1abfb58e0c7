package integration

import "testing"

// The shapes that Microsoft's samples bring and the acceptance list has not, in our own words (docs/samples.md).

// The input of a call is a table function of the call's own parameters: how the taxi sample scores one trip.
func TestSampleShapeOneRowIsScoredThroughATableFunction(t *testing.T) {
	conn := planConn(t)
	for _, f := range []string{"sampleFeatures", "sampleDistance"} {
		query(t, conn, "DROP FUNCTION IF EXISTS dbo."+f).noErrors(t)
	}
	create(t, conn,
		`CREATE FUNCTION [dbo].[sampleDistance] (@Lat1 float, @Lat2 float) RETURNS float
AS
BEGIN
  DECLARE @distance decimal(28, 10)
  SET @Lat1 = @Lat1 / 57.2958
  SET @distance = COS(@Lat1 - @Lat2 / 57.2958)
  IF @distance <> 0
  BEGIN
    SET @distance = 3958.75 * ATAN(SQRT(1 - POWER(@distance, 2)) / @distance);
  END
  RETURN @distance
END`,
		`CREATE FUNCTION [dbo].[sampleFeatures] (@passengers int = 0, @from float = 0, @to float = 0)
RETURNS TABLE
AS
  RETURN (SELECT @passengers AS passengers, [dbo].[sampleDistance](@from, @to) AS direct)`,
		"CREATE TABLE dbo.sample_trips (tipped int, passengers int, from_latitude varchar(30), to_latitude varchar(30))",
		"INSERT dbo.sample_trips VALUES (0, 1, '40.70', '40.70'), (0, 2, '40.70', '40.71'), (1, 1, '40.70', '40.90'), (1, 2, '40.70', '40.95')",
		"CREATE TABLE dbo.sample_models (name varchar(50) NOT NULL, model varbinary(max) NOT NULL)",
		`CREATE PROCEDURE [dbo].[SampleTrain] (@trained_model varbinary(max) OUTPUT)
AS
BEGIN
EXEC sp_execute_external_script
  @language = N'Python',
  @script = N'
import numpy, pickle
X = InputDataSet[["passengers", "direct"]]
y = numpy.ravel(InputDataSet[["tipped"]])
trained_model = pickle.dumps(numpy.linalg.lstsq(X.values, y, rcond=None)[0])
',
@input_data_1 = N'
select tipped, passengers, dbo.sampleDistance(from_latitude, to_latitude) as direct
from sample_trips
',
@input_data_1_name = N'InputDataSet',
@params = N'@trained_model varbinary(max) OUTPUT',
@trained_model = @trained_model OUTPUT;
;
END;`,
		`CREATE PROCEDURE [dbo].[SamplePredict] (@model varchar(50), @passengers int = 0,
  @from float = 0,
  @to float = 0)
AS
BEGIN
  DECLARE @inquery nvarchar(max) = N'
  SELECT * FROM [dbo].[sampleFeatures](
    @passengers,
    @from,
    @to)
    '
DECLARE @lmodel2 varbinary(max) = (select model from sample_models where name = @model);
EXEC sp_execute_external_script
  @language = N'Python',
  @script = N'
import pickle;
mod = pickle.loads(model)
probList = InputDataSet[["passengers", "direct"]].values @ mod
OutputDataSet = pandas.DataFrame(data = probList, columns = ["predictions"])
',
  @input_data_1 = @inquery,
  @params = N'@model varbinary(max),@passengers int,
    @from float ,
    @to float',
    @model = @lmodel2,
    @passengers =@passengers ,
    @from=@from,
    @to=@to
WITH RESULT SETS ((Score float));
END`)
	query(t, conn, `DECLARE @model VARBINARY(MAX);
EXEC SampleTrain @model OUTPUT;
INSERT INTO sample_models (name, model) VALUES('SciKit_model', @model);`).noErrors(t)
	for call, likely := range map[string]bool{
		"EXEC [dbo].[SamplePredict] 'SciKit_model', 1, 40.7, 41":                        true,
		"EXEC [dbo].[SamplePredict] \"SciKit_model\", 1, 40.7, 40.7":                    false, // in the place of an argument it is a string
		"EXEC SamplePredict @to = 40.99, @model = N'SciKit_model', @from = 40.70":       true,
		"DECLARE @m varchar(50) = 'SciKit_model'\nEXEC SamplePredict @m, 2, 40.7, 40.7": false,
	} {
		set := query(t, conn, call).one(t)
		if p, ok := set.Rows[0][0].(float64); len(set.Rows) != 1 || !ok || p > 0.5 != likely {
			t.Errorf("%s: %v", call, set.Rows)
		}
	}
}

// A column of categories goes into a column of strings, by INSERT ... EXEC too.
func TestSampleShapeCategories(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.sample_species (id int NOT NULL IDENTITY PRIMARY KEY, \"Sepal.Length\" float NOT NULL, \"Species\" varchar(100) NOT NULL,)",
		`CREATE PROCEDURE get_sample_species
AS
BEGIN
EXEC sp_execute_external_script @language = N'Python',
@script = N'
data = pandas.DataFrame([[5.1], [7.0]])
data["Species"] = pandas.Categorical.from_codes([0, 1], ["setosa", "versicolor"])
',
@input_data_1 = N'',
@output_data_1_name = N'data'
WITH RESULT SETS (("Sepal.Length" float not null, "Species" varchar(100) not null));
END;`)
	query(t, conn, "INSERT INTO sample_species (\"Sepal.Length\", \"Species\")\nEXEC dbo.get_sample_species;").noErrors(t)
	set := query(t, conn, "SELECT * FROM sample_species ORDER BY id").one(t)
	wantSet(t, set, []string{"id int", "Sepal.Length float", "Species varchar(100)"}, []any{int64(1), 5.1, "setosa"}, []any{int64(2), 7.0, "versicolor"})
}

package integration

import (
	"testing"
)

// The acceptance list, section D: train, keep the model, score with it.

// rentals makes the table of the ski rental sample, in small.
func rentals(t *testing.T) []string {
	t.Helper()
	return []string{
		"CREATE TABLE dbo.rental_data ([Year] int, [Month] int, [Day] int, RentalCount int, WeekDay int, Holiday int, Snow int)",
		`DECLARE @i int = 0
WHILE @i < 120
BEGIN
	INSERT dbo.rental_data VALUES (2013 + @i % 3, 1 + @i % 12, 1 + @i % 28, 20 + 10 * (@i % 7) + 50 * (@i % 2), 1 + @i % 7, @i % 2, @i % 3 / 2)
	SET @i = @i + 1
END`,
		"CREATE TABLE dbo.rental_models (model_name varchar(30) NOT NULL DEFAULT ('default model') PRIMARY KEY, model varbinary(max) NOT NULL)",
		`CREATE PROCEDURE dbo.generate_rental_model (@trained_model varbinary(max) OUTPUT)
AS
BEGIN
    EXECUTE sp_execute_external_script
      @language = N'Python'
    , @script = N'
from sklearn.linear_model import LinearRegression
import pickle
columns = [c for c in rental_train_data.columns if c not in ("RentalCount", "Year")]
lin_model = LinearRegression()
lin_model.fit(rental_train_data[columns], rental_train_data["RentalCount"])
#Before saving the model to the DB table, convert it to a binary object
trained_model = pickle.dumps(lin_model)'
    , @input_data_1 = N'select "RentalCount", "Year", "Month", "Day", "WeekDay", "Snow", "Holiday" from dbo.rental_data where Year < 2015'
    , @input_data_1_name = N'rental_train_data'
    , @params = N'@trained_model varbinary(max) OUTPUT'
    , @trained_model = @trained_model OUTPUT;
END;`,
		`CREATE PROCEDURE dbo.py_predict_rentalcount (@model varchar(100))
AS
BEGIN
	DECLARE @py_model varbinary(max) = (select model from rental_models where model_name = @model);
	EXEC sp_execute_external_script
				@language = N'Python',
				@script = N'
import pickle
rental_model = pickle.loads(py_model)
columns = [c for c in rental_score_data.columns if c not in ("RentalCount", "Year")]
lin_predictions = rental_model.predict(rental_score_data[columns])
OutputDataSet = pandas.concat([pandas.DataFrame(lin_predictions).round(3), rental_score_data], axis = 1)
'
	, @input_data_1 = N'Select "RentalCount", "Year" ,"Month", "Day", "WeekDay", "Snow", "Holiday"  from rental_data where Year = 2015'
	, @input_data_1_name = N'rental_score_data'
	, @params = N'@py_model varbinary(max)'
	, @py_model = @py_model
	with result sets (("RentalCount_Predicted" float, "RentalCount" int, "Year" int, "Month" int, "Day" int, "WeekDay" int, "Snow" int, "Holiday" int));
END;`}
}

func TestAcceptance36TrainingProcedureReturnsTheModel(t *testing.T) {
	conn := planConn(t)
	create(t, conn, rentals(t)...)
	o := query(t, conn, `--STEP 3 - Save model to table
TRUNCATE TABLE rental_models;
DECLARE @model VARBINARY(MAX);
EXEC generate_rental_model @model OUTPUT;
INSERT INTO rental_models (model_name, model) VALUES('linear_model', @model);
SELECT model_name, CASE WHEN DATALENGTH(model) > 200 THEN 1 ELSE 0 END AS trained FROM rental_models`)
	wantRows(t, o, []any{"linear_model", int64(1)})
}

func TestAcceptance37ScoringProcedureReadsTheModel(t *testing.T) {
	conn := planConn(t)
	create(t, conn, rentals(t)...)
	query(t, conn, "DECLARE @m varbinary(max)\nEXEC dbo.generate_rental_model @trained_model = @m OUTPUT\nINSERT rental_models VALUES ('linear_model', @m)").noErrors(t)
	set := query(t, conn, "EXEC py_predict_rentalcount 'linear_model'").one(t)
	if len(set.Rows) != 40 || set.Columns[0] != "RentalCount_Predicted float" || set.Columns[7] != "Holiday int" {
		t.Fatalf("%d rows of %v", len(set.Rows), set.Columns)
	}
	for _, row := range set.Rows {
		if row[2] != int64(2015) {
			t.Fatalf("a row of the year %v", row[2])
		}
	}
	create(t, conn, "CREATE TABLE dbo.py_rental_predictions (RentalCount_Predicted int, RentalCount_Actual int, [Month] int, [Day] int, WeekDay int, Snow int, Holiday int, [Year] int)")
	o := query(t, conn, `TRUNCATE TABLE py_rental_predictions;
INSERT INTO py_rental_predictions
EXEC py_predict_rentalcount 'linear_model';
SELECT COUNT(*) AS n FROM py_rental_predictions;`)
	wantRows(t, o, []any{int64(40)})
	if len(o.Affected) != 2 || o.Affected[0] != 40 {
		t.Errorf("row counts %v, want [40 1]", o.Affected)
	}
}

// iris makes the procedures of the iris sample, with a model of one feature so that no data set is needed.
func iris() []string {
	return []string{
		`CREATE TABLE dbo.iris_data (id int NOT NULL IDENTITY PRIMARY KEY, "Sepal.Length" float NOT NULL, "Sepal.Width" float NOT NULL,
	"Petal.Length" float NOT NULL, "Petal.Width" float NOT NULL, "Species" varchar(100) NULL)`,
		`CREATE PROCEDURE dbo.get_iris_dataset
AS
BEGIN
	EXEC sp_execute_external_script @language = N'Python', @script = N'
from sklearn import datasets
iris = datasets.load_iris()
iris_data = pandas.DataFrame(iris.data)
iris_data["Species"] = pandas.Categorical.from_codes(iris.target, iris.target_names).astype(str)
', @input_data_1 = N'', @output_data_1_name = N'iris_data'
	WITH RESULT SETS (("Sepal.Length" float not null, "Sepal.Width" float not null, "Petal.Length" float not null, "Petal.Width" float not null, "Species" varchar(100)));
END;`,
		"CREATE TABLE dbo.iris_models (model_name varchar(50) NOT NULL DEFAULT('default model') PRIMARY KEY, model varbinary(max) NOT NULL)",
		`CREATE PROCEDURE dbo.generate_iris_model (@trained_model varbinary(max) OUTPUT)
AS
BEGIN
    EXEC sp_execute_external_script @language = N'Python',
    @script = N'
import pickle
from sklearn.naive_bayes import GaussianNB
GNB = GaussianNB()
trained_model = pickle.dumps(GNB.fit(iris_data[["Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"]].values, iris_data["Species"].values))
'
    , @input_data_1 = N'select "Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width", "Species" from iris_data'
    , @input_data_1_name = N'iris_data'
    , @params = N'@trained_model varbinary(max) OUTPUT'
    , @trained_model = @trained_model OUTPUT;
END;`,
		`CREATE PROCEDURE predict_species (@model varchar(100))
AS
BEGIN
	DECLARE @nb_model varbinary(max) = (SELECT model FROM iris_models WHERE model_name = @model);
	EXEC sp_execute_external_script @language = N'Python', @script = N'
import pickle
irismodel = pickle.loads(nb_model)
species_pred = irismodel.predict(iris_data[["Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"]].values)
iris_data["PredictedSpecies"] = species_pred
OutputDataSet = iris_data[["id","Species","PredictedSpecies"]]
'
	, @input_data_1 = N'select id, "Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width", "Species" from iris_data'
	, @input_data_1_name = N'iris_data'
	, @params = N'@nb_model varbinary(max)'
	, @nb_model = @nb_model
	WITH RESULT SETS (("id" int, "Species" varchar(100), "Species.Predicted" varchar(100)));
END;`}
}

func TestAcceptance41InsertExecOfTheCallAndOfTheProcedure(t *testing.T) {
	conn := planConn(t)
	create(t, conn, iris()...)
	o := query(t, conn, `INSERT INTO iris_data ("Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width", "Species") EXEC dbo.get_iris_dataset;`)
	o.noErrors(t)
	if len(o.Affected) != 1 || o.Affected[0] != 150 {
		t.Fatalf("row counts %v, want [150]", o.Affected)
	}
	query(t, conn, `DECLARE @model varbinary(max);
DECLARE @new_model_name varchar(50)
SET @new_model_name = 'Naive Bayes'
EXECUTE generate_iris_model @model OUTPUT;
DELETE iris_models WHERE model_name = @new_model_name;
INSERT INTO iris_models (model_name, model) values(@new_model_name, @model);`).noErrors(t)
	set := query(t, conn, "EXECUTE predict_species 'Naive Bayes';").one(t)
	right := 0
	for _, row := range set.Rows {
		if row[1] == row[2] {
			right++
		}
	}
	if len(set.Rows) != 150 || right < 140 {
		t.Errorf("%d of %d species predicted", right, len(set.Rows))
	}

	create(t, conn, "CREATE TABLE dbo.raw_models (model varbinary(max))")
	o = query(t, conn, "INSERT INTO dbo.raw_models\n"+py("import pickle\nOutputDataSet = pandas.DataFrame({'model': [pickle.dumps({'a': 1})]})")+"\nSELECT COUNT(*) FROM raw_models WHERE DATALENGTH(model) > 10")
	wantRows(t, o, []any{int64(1)})
}

func TestAcceptance40NestedProceduresInsertTheClusters(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.customers (customer int, orderRatio float, frequency int)",
		"INSERT dbo.customers VALUES (1, 0.1, 1), (2, 0.2, 1), (3, 9.5, 8), (4, 9.7, 9)",
		"CREATE TABLE dbo.py_customer_clusters (customer bigint NULL, orderRatio float NULL, frequency float NULL, cluster int NULL)",
		`CREATE PROCEDURE dbo.py_generate_customer_return_clusters
AS
BEGIN
	DECLARE @input_query NVARCHAR(MAX) = N'SELECT CAST(customer AS float) AS customer, orderRatio, CAST(frequency AS float) AS frequency FROM dbo.customers ORDER BY customer'
EXEC sp_execute_external_script
	@language = N'Python', @script = N'
from sklearn.cluster import KMeans
customer_data = my_input_data
est = KMeans(n_clusters=2, random_state=111, n_init=1).fit(customer_data[["orderRatio","frequency"]])
customer_data["cluster"] = est.labels_
OutputDataSet = customer_data
', @input_data_1 = @input_query
	, @input_data_1_name = N'my_input_data'
	with result sets (("Customer" int, "orderRatio" float, "frequency" float, "cluster" float));
END;`,
		`CREATE PROCEDURE dbo.fill_clusters AS
BEGIN
	SET NOCOUNT ON
	TRUNCATE TABLE py_customer_clusters;
	INSERT INTO dbo.py_customer_clusters EXEC [dbo].[py_generate_customer_return_clusters];
	SELECT MIN(cluster) AS low, MAX(cluster) AS high, COUNT(*) AS n FROM py_customer_clusters
END`)
	o := query(t, conn, "EXEC dbo.fill_clusters")
	wantSet(t, o.one(t), []string{"low int", "high int", "n int"}, []any{int64(0), int64(1), int64(4)})
	wantRows(t, query(t, conn, "SELECT COUNT(DISTINCT cluster) FROM py_customer_clusters WHERE customer < 3"), []any{int64(1)})
}

-- A procedure that trains: what the script assigns to model comes back as an OUTPUT parameter. One flower in three is kept for the test.
CREATE PROCEDURE train_iris_model
    @model varbinary(max) OUTPUT,
    @trained_on int OUTPUT
AS
BEGIN
    SET NOCOUNT ON;
    EXEC sp_execute_external_script
        @language = N'Python',
        @script = N'
import pickle
from sklearn.naive_bayes import GaussianNB

measures = InputDataSet.drop(columns="species")
model = pickle.dumps(GaussianNB().fit(measures, InputDataSet["species"]))
rows = len(InputDataSet)
',
        @input_data_1 = N'SELECT sepal_length, sepal_width, petal_length, petal_width, species FROM iris WHERE id % 3 <> 0',
        @params = N'@model varbinary(max) OUTPUT, @rows int OUTPUT',
        @model = @model OUTPUT,
        @rows = @trained_on OUTPUT;
END
GO
-- The model goes into a table, as any other value does.
DECLARE @model varbinary(max), @rows int;
EXEC train_iris_model @model OUTPUT, @rows OUTPUT;
INSERT INTO models (name, model, trained_on) VALUES (N'naive bayes', @model, @rows);
SELECT name, DATALENGTH(model) AS bytes, trained_on FROM models;

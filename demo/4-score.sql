-- A procedure that scores with the stored model: T-SQL fetches it, the script gets it as a parameter.
CREATE PROCEDURE predict_species
    @model_name nvarchar(30)
AS
BEGIN
    DECLARE @model varbinary(max) = (SELECT model FROM models WHERE name = @model_name);
    IF @model IS NULL
    BEGIN
        RAISERROR(N'There is no model "%s".', 16, 1, @model_name);
        RETURN 1;
    END
    EXEC sp_execute_external_script
        @language = N'Python',
        @script = N'
import pickle

model = pickle.loads(model)
measures = InputDataSet.drop(columns="id")
OutputDataSet = pandas.DataFrame({
    "id": InputDataSet["id"],
    "predicted": model.predict(measures),
    "probability": model.predict_proba(measures).max(axis=1),
})
',
        @input_data_1 = N'SELECT id, sepal_length, sepal_width, petal_length, petal_width FROM iris WHERE id % 3 = 0',
        @params = N'@model varbinary(max)',
        @model = @model;
END
GO
-- What it predicts goes into a table, with that table's types and constraints.
INSERT INTO predictions (id, predicted, probability)
EXEC predict_species @model_name = N'naive bayes';

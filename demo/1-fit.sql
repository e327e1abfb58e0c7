-- A model is fitted in Python over the rows of a SELECT; typed, named columns come back.
EXEC sp_execute_external_script
    @language = N'Python',
    @script = N'
from sklearn.linear_model import LogisticRegression

measures = InputDataSet.columns[:4]
model = LogisticRegression(max_iter=1000).fit(InputDataSet[measures], InputDataSet["species"])
InputDataSet["predicted"] = model.predict(InputDataSet[measures])
InputDataSet["hit"] = InputDataSet["species"] == InputDataSet["predicted"]
print(f"fitted {len(InputDataSet)} rows, accuracy {model.score(InputDataSet[measures], InputDataSet.species):.3f}")
OutputDataSet = (InputDataSet.groupby("species")
    .agg(flowers=("hit", "size"), hits=("hit", "sum"), petal=("petal_length", "mean"))
    .reset_index())
',
    @input_data_1 = N'SELECT sepal_length, sepal_width, petal_length, petal_width, species FROM iris'
WITH RESULT SETS ((species nvarchar(20) NOT NULL, flowers int, hits int, mean_petal_length decimal(5, 2)));

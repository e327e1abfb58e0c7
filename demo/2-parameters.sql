-- Parameters reach both the query and the script.
EXEC sp_execute_external_script
    @language = N'Python',
    @script = N'
OutputDataSet = InputDataSet.nlargest(int(top), "petal_length")
',
    @input_data_1 = N'SELECT id, petal_length, petal_width FROM iris WHERE species = @species',
    @params = N'@species nvarchar(20), @top int',
    @species = N'virginica',
    @top = 3
WITH RESULT SETS ((id int, petal_length float, petal_width float));

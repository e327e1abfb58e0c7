-- A script that fails: the traceback shows the script's own lines.
EXEC sp_execute_external_script
    @language = N'Python',
    @script = N'
print("before the mistake")
ratio = InputDataSet["petal_length"] / InputDataSet["petal_with"]
',
    @input_data_1 = N'SELECT petal_length, petal_width FROM iris';

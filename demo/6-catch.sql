-- A script that fails, inside TRY: CATCH sees the error, and the transaction decides what stays.
BEGIN TRY
    BEGIN TRANSACTION;
    DELETE FROM predictions;
    EXEC sp_execute_external_script
        @language = N'Python',
        @script = N'
ratio = InputDataSet["petal_length"] / InputDataSet["petal_with"]
',
        @input_data_1 = N'SELECT petal_length, petal_width FROM iris';
    COMMIT TRANSACTION;
END TRY
BEGIN CATCH
    IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
    SELECT ERROR_NUMBER() AS number, ERROR_SEVERITY() AS severity, ERROR_LINE() AS line,
        CASE WHEN ERROR_MESSAGE() LIKE N'%KeyError: ''petal_with''%' THEN N'KeyError: ''petal_with''' END AS python_says,
        (SELECT COUNT(*) FROM predictions) AS predictions_left;
END CATCH;

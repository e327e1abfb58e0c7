CREATE TABLE a (n int NOT NULL PRIMARY KEY CHECK (n < 100), s varchar(3) NULL)
GO
CREATE PROCEDURE conv AS SELECT CAST('x' AS int) AS c; PRINT 'not reached'
GO
CREATE PROCEDURE missing AS SELECT * FROM nowhere; PRINT 'not reached'
GO
CREATE PROCEDURE goes AS SELECT 1 / 0 AS c; INSERT a VALUES (NULL, 'x'); INSERT a VALUES (500, 'x'); PRINT 'reached'
GO
EXEC goes; PRINT 'after goes'
--> columns: c int not null
--> Msg 8134, Level 16, State 1, Procedure goes, Line 1: Divide by zero error encountered.
--> Msg 515, Level 16, State 2, Procedure goes, Line 1: Cannot insert the value NULL into column 'n', table 'master.dbo.a'; column does not allow nulls. INSERT fails.
--> info 3621: Procedure goes: The statement has been terminated.
--> Msg 547, Level 16, State 0, Procedure goes, Line 1: The INSERT statement conflicted with the CHECK constraint "CK__a__57C06230". The conflict occurred in database "master", table "dbo.a", column 'n'.
--> info 3621: Procedure goes: The statement has been terminated.
--> info 0: Procedure goes: reached
--> status 0
--> info 0: after goes
GO
EXEC missing; PRINT 'after missing'
--> Msg 208, Level 16, State 1, Procedure missing, Line 1: Invalid object name 'nowhere'.
--> status 0
--> info 0: after missing
GO
EXEC conv; PRINT 'not reached'
--> columns: c int not null
--> Msg 245, Level 16, State 1, Procedure conv, Line 1: Conversion failed when converting the varchar value 'x' to data type int.
GO
EXEC('SELEC 1'); PRINT 'after a syntax error inside'
--> Msg 2812, Level 16, State 62, Line 1: Could not find stored procedure 'SELEC'.
--> info 0: after a syntax error inside
GO
EXEC sp_executesql N'SELECT CAST(''x'' AS int) AS c'; PRINT 'not reached'
--> columns: c int not null
--> Msg 245, Level 16, State 1, Line 1: Conversion failed when converting the varchar value 'x' to data type int.
GO
SELECT * FROM nowhere; PRINT 'not reached'
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'nowhere'.
GO
BEGIN TRAN; EXEC goes; SELECT @@TRANCOUNT AS c
--> columns: c int not null
--> Msg 8134, Level 16, State 1, Procedure goes, Line 1: Divide by zero error encountered.
--> Msg 515, Level 16, State 2, Procedure goes, Line 1: Cannot insert the value NULL into column 'n', table 'master.dbo.a'; column does not allow nulls. INSERT fails.
--> info 3621: Procedure goes: The statement has been terminated.
--> Msg 547, Level 16, State 0, Procedure goes, Line 1: The INSERT statement conflicted with the CHECK constraint "CK__a__57C06230". The conflict occurred in database "master", table "dbo.a", column 'n'.
--> info 3621: Procedure goes: The statement has been terminated.
--> info 0: Procedure goes: reached
--> status 0
--> columns: c int not null
--> 1
--> (1 rows)
GO
EXEC conv
--> columns: c int not null
--> Msg 245, Level 16, State 1, Procedure conv, Line 1: Conversion failed when converting the varchar value 'x' to data type int.
GO
SELECT @@TRANCOUNT AS c
--> columns: c int not null
--> 0
--> (1 rows)
GO
BEGIN TRAN; EXEC missing; SELECT @@TRANCOUNT AS c; ROLLBACK
--> Msg 208, Level 16, State 1, Procedure missing, Line 1: Invalid object name 'nowhere'.
--> status 0
--> columns: c int not null
--> 1
--> (1 rows)
GO
SET XACT_ABORT ON; BEGIN TRAN; INSERT a VALUES (1, 'a')
--> (1 rows)
GO
EXEC goes; PRINT 'not reached'
--> columns: c int not null
--> Msg 8134, Level 16, State 1, Procedure goes, Line 1: Divide by zero error encountered.
GO
SELECT @@TRANCOUNT AS c, COUNT(*) AS n FROM a
--> columns: c int not null, n int not null
--> 0 | 0
--> (1 rows)
GO
BEGIN TRAN
GO
EXEC missing; PRINT 'not reached'
--> Msg 208, Level 16, State 1, Procedure missing, Line 1: Invalid object name 'nowhere'.
GO
SELECT @@TRANCOUNT AS c
--> columns: c int not null
--> 0
--> (1 rows)
GO
BEGIN TRAN; RAISERROR('soft', 16, 1); SELECT @@TRANCOUNT AS c, XACT_STATE() AS x; ROLLBACK
--> Msg 50000, Level 16, State 1, Line 1: soft
--> columns: c int not null, x smallint not null
--> 1 | 1
--> (1 rows)
GO
BEGIN TRAN; BEGIN TRY RAISERROR('soft', 16, 1) END TRY BEGIN CATCH SELECT XACT_STATE() AS x END CATCH; ROLLBACK
--> columns: x smallint not null
--> 1
--> (1 rows)
GO
BEGIN TRAN
BEGIN TRY
  BEGIN TRY THROW 50001, 'doom', 1 END TRY
  BEGIN CATCH RAISERROR('meant', 16, 7) END CATCH
END TRY
BEGIN CATCH SELECT XACT_STATE() AS x, ERROR_MESSAGE() AS m, ERROR_STATE() AS s END CATCH
--> columns: x smallint not null, m nvarchar(4000), s int
--> -1 | 'meant' | 7
--> (1 rows)
--> Msg 3998, Level 16, State 1, Line 1: Uncommittable transaction is detected at the end of the batch. The transaction is rolled back.
GO
SELECT @@TRANCOUNT AS c; SET XACT_ABORT OFF
--> columns: c int not null
--> 0
--> (1 rows)
GO
BEGIN TRY EXEC missing; PRINT 'not reached' END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_PROCEDURE() AS p, ERROR_LINE() AS l END CATCH
--> columns: n int, p nvarchar(128), l int
--> 208 | 'missing' | 1
--> (1 rows)
GO
BEGIN TRY SELECT * FROM nowhere END TRY BEGIN CATCH PRINT 'not reached' END CATCH; PRINT 'not reached'
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'nowhere'.
GO
BEGIN TRY EXEC('BEGIN TRY SELECT * FROM nowhere END TRY BEGIN CATCH PRINT ''not reached'' END CATCH') END TRY BEGIN CATCH PRINT ERROR_MESSAGE() END CATCH; PRINT 'after'
--> info 0: Invalid object name 'nowhere'.
--> info 0: after
GO
CREATE PROCEDURE opens AS BEGIN TRAN
GO
EXEC opens; SELECT @@TRANCOUNT AS c; ROLLBACK
--> Msg 266, Level 16, State 2, Procedure opens, Line 1: Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = 0, current count = 1.
--> status 0
--> columns: c int not null
--> 1
--> (1 rows)
GO
CREATE PROCEDURE closes AS ROLLBACK
GO
BEGIN TRAN; EXEC closes; SELECT @@TRANCOUNT AS c
--> Msg 266, Level 16, State 2, Procedure closes, Line 1: Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = 1, current count = 0.
--> status 0
--> columns: c int not null
--> 0
--> (1 rows)
GO
EXEC('BEGIN TRAN'); ROLLBACK
--> Msg 266, Level 16, State 2, Line 1: Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = 0, current count = 1.
GO
EXEC opens 1; PRINT 'not reached'
--> Msg 8146, Level 16, State 2, Procedure opens, Line 1: Procedure opens has no parameters and arguments were supplied.
GO
THROW 50001, 'thrown', 1; PRINT 'not reached'
--> Msg 50001, Level 16, State 1, Line 1: thrown
GO
CREATE PROCEDURE throws AS THROW 50002, 'thrown', 1; PRINT 'not reached'
GO
EXEC throws; PRINT 'not reached'
--> Msg 50002, Level 16, State 1, Procedure throws, Line 1: thrown
GO
CREATE PROCEDURE deep @n int AS SET @n += 1; EXEC deep @n; PRINT 'not reached'
GO
EXEC deep 0; PRINT 'not reached'
--> Msg 217, Level 16, State 1, Procedure deep, Line 1: Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).
GO
DECLARE @r int; EXEC @r = nowhere 1; PRINT 'after a missing procedure'
--> Msg 2812, Level 16, State 62, Line 1: Could not find stored procedure 'nowhere'.
--> info 0: after a missing procedure
GO
BEGIN TRY SELECT CAST('x' AS int) AS c END TRY BEGIN CATCH BEGIN TRAN; THROW; END CATCH; PRINT 'not reached'
--> columns: c int not null
--> (0 rows)
--> Msg 245, Level 16, State 1, Line 1: Conversion failed when converting the varchar value 'x' to data type int.
GO
SELECT @@TRANCOUNT AS c; ROLLBACK
--> columns: c int not null
--> 1
--> (1 rows)
GO
BEGIN TRAN; BEGIN TRY SELECT CAST('x' AS int) AS c END TRY BEGIN CATCH; THROW; END CATCH
--> columns: c int not null
--> (0 rows)
--> Msg 245, Level 16, State 1, Line 1: Conversion failed when converting the varchar value 'x' to data type int.
GO
SELECT @@TRANCOUNT AS c
--> columns: c int not null
--> 0
--> (1 rows)
GO

SELECT * FROM missing
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'missing'.
GO
SELECT nope FROM sys.databases
--> Msg 207, Level 16, State 1, Line 1: Invalid column name 'nope'.
GO
SELECT 1/0
--> columns: (no name) int not null
--> Msg 8134, Level 16, State 1, Line 1: Divide by zero error encountered.
GO
SELECT CAST('abc' AS int)
--> columns: (no name) int not null
--> Msg 245, Level 16, State 1, Line 1: Conversion failed when converting the varchar value 'abc' to data type int.
GO
SELECT @x
--> Msg 137, Level 15, State 2, Line 1: Must declare the scalar variable "@x".
GO
DECLARE @a int
DECLARE @a int
--> Msg 134, Level 15, State 2, Line 2: The variable name '@a' has already been declared. Variable names must be unique within a query batch or stored procedure.
GO
SELEC 1
--> Msg 2812, Level 16, State 62, Line 1: Could not find stored procedure 'SELEC'.
GO
SELECT 1 +
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near '+'.
GO
SELECT * FROM
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'from'.
GO
SELECT 'abc
--> Msg 105, Level 15, State 1, Line 1: Unclosed quotation mark after the character string 'abc'.
GO
SELECT foo FORM bar baz qux
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near 'bar'.
GO
EXEC sp_execute_external_script @language=N'Python'
--> Msg 2812, Level 16, State 62, Line 1: Could not find stored procedure 'sp_execute_external_script'.
GO
CREATE TABLE e (id int NOT NULL PRIMARY KEY, v varchar(3), n int CONSTRAINT ck_n CHECK (n > 0), u int CONSTRAINT uq_u UNIQUE)
GO
INSERT e VALUES (1, 'a', 1, 1)
--> (1 rows)
GO
INSERT e (id, u) VALUES (1, 5)
--> Msg 2627, Level 14, State 1, Line 1: Violation of PRIMARY KEY constraint 'PK__e__7448C720'. Cannot insert duplicate key in object 'dbo.e'. The duplicate key value is (1).
--> info 3621: The statement has been terminated.
GO
INSERT e (id, u) VALUES (2, 1)
--> Msg 2627, Level 14, State 1, Line 1: Violation of UNIQUE KEY constraint 'uq_u'. Cannot insert duplicate key in object 'dbo.e'. The duplicate key value is (1).
--> info 3621: The statement has been terminated.
GO
INSERT e (id, v) VALUES (2, 'abcd')
--> Msg 2628, Level 16, State 1, Line 1: String or binary data would be truncated in table 'master.dbo.e', column 'v'. Truncated value: 'abc'.
--> info 3621: The statement has been terminated.
GO
INSERT e (id, n, u) VALUES (2, -1, 2)
--> Msg 547, Level 16, State 0, Line 1: The INSERT statement conflicted with the CHECK constraint "ck_n". The conflict occurred in database "master", table "dbo.e", column 'n'.
--> info 3621: The statement has been terminated.
GO
INSERT e (id) VALUES (NULL)
--> Msg 515, Level 16, State 2, Line 1: Cannot insert the value NULL into column 'id', table 'master.dbo.e'; column does not allow nulls. INSERT fails.
--> info 3621: The statement has been terminated.
GO
INSERT e (id) VALUES (1, 2)
--> Msg 110, Level 15, State 1, Line 1: There are fewer columns in the INSERT statement than values specified in the VALUES clause. The number of values in the VALUES clause must match the number of columns specified in the INSERT statement.
GO
INSERT e VALUES (1)
--> Msg 213, Level 16, State 1, Line 1: Column name or number of supplied values does not match table definition.
GO
CREATE TABLE e (a int)
--> Msg 2714, Level 16, State 6, Line 1: There is already an object named 'e' in the database.
GO
DROP TABLE nothing
--> Msg 3701, Level 11, State 5, Line 1: Cannot drop the table 'nothing', because it does not exist or you do not have permission.
GO
COMMIT
--> Msg 3902, Level 16, State 1, Line 1: The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.
GO
ROLLBACK
--> Msg 3903, Level 16, State 1, Line 1: The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.
GO
USE nowhere
--> Msg 911, Level 16, State 1, Line 1: Database 'nowhere' does not exist. Make sure that the name is entered correctly.
GO
SELECT 1 AS a UNION SELECT 1, 2
--> Msg 205, Level 16, State 1, Line 1: All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.
GO
SELECT id, COUNT(*) FROM e
--> Msg 8120, Level 16, State 1, Line 1: Column 'e.id' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.
GO
SELECT dbo.f(1)
--> Msg 4121, Level 16, State 1, Line 1: Cannot find either column "dbo" or the user-defined function or aggregate "dbo.f", or the name is ambiguous.
GO
SELECT nofunc(1)
--> Msg 195, Level 15, State 10, Line 1: 'NOFUNC' is not a recognized built-in function name.
GO
RAISERROR('hello %s %d', 16, 3, 'x', 5)
--> Msg 50000, Level 16, State 3, Line 1: hello x 5
GO
RAISERROR('info', 10, 1)
--> info 50000: info
GO
THROW 50001, 'thrown', 7
--> Msg 50001, Level 16, State 7, Line 1: thrown
GO
PRINT 'printed'
--> info 0: printed
GO
BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_MESSAGE() AS m, ERROR_SEVERITY() AS s, ERROR_STATE() AS st, ERROR_LINE() AS l END CATCH
--> columns: (no name) int not null
--> (0 rows)
--> columns: n int, m nvarchar(4000), s int, st int, l int
--> 8134 | 'Divide by zero error encountered.' | 16 | 1 | 1
--> (1 rows)
GO
BEGIN TRY
  RAISERROR('boom', 16, 1)
END TRY
BEGIN CATCH
  THROW
END CATCH
--> Msg 50000, Level 16, State 1, Line 2: boom
GO
SELECT CAST(300 AS tinyint)
--> columns: (no name) tinyint not null
--> Msg 220, Level 16, State 2, Line 1: Arithmetic overflow error for data type tinyint, value = 300.
GO
SELECT CAST(99999999999 AS int)
--> columns: (no name) int not null
--> Msg 8115, Level 16, State 2, Line 1: Arithmetic overflow error converting numeric to data type int.
GO
SELECT 2147483647 + 1
--> columns: (no name) int not null
--> Msg 8115, Level 16, State 2, Line 1: Arithmetic overflow error converting expression to data type int.
GO
SELECT CONVERT(datetime, 'not a date')
--> columns: (no name) datetime not null
--> Msg 241, Level 16, State 1, Line 1: Conversion failed when converting date and/or time from character string.
GO
SELECT (SELECT database_id FROM sys.databases)
--> columns: (no name) int
--> Msg 512, Level 16, State 1, Line 1: Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.
GO
SELECT 1 WHERE 1 = 'a'
--> columns: (no name) int not null
--> Msg 245, Level 16, State 1, Line 1: Conversion failed when converting the varchar value 'a' to data type int.
GO
INSERT e (id, u) VALUES (7, 7), (8, 8), (7, 9)
SELECT COUNT(*) AS still FROM e
--> Msg 2627, Level 14, State 1, Line 1: Violation of PRIMARY KEY constraint 'PK__e__7448C720'. Cannot insert duplicate key in object 'dbo.e'. The duplicate key value is (7).
--> info 3621: The statement has been terminated.
--> columns: still int not null
--> 1
--> (1 rows)
GO
SELECT language, type FROM e
--> Msg 207, Level 16, State 1, Line 1: Invalid column name 'language'.
GO
IF 1 = 1 SELECT 1 ELSE
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'else'.
GO
EXEC nosuchproc
--> Msg 2812, Level 16, State 62, Line 1: Could not find stored procedure 'nosuchproc'.
GO
EXEC sp_executesql N'SELECT @a', N'@a int', 5
--> columns: (no name) int
--> 5
--> (1 rows)
--> status 0
GO
EXEC sp_executesql N'SELECT @a', N'@a int'
--> Msg 8178, Level 16, State 1, Line 1: The parameterized query '(@a int)SELECT @a' expects the parameter '@a', which was not supplied.
GO
SET IDENTITY_INSERT e ON
--> Msg 8106, Level 16, State 1, Line 1: Table 'e' does not have the identity property. Cannot perform SET operation.
GO

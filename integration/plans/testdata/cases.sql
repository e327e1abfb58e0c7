-- case: the CATCH block of a batch answers as the batch, not as the procedure that failed
CREATE PROCEDURE dbo.c1 @i int AS
{{fail}}
GO
DECLARE @x int = 0
BEGIN TRY
EXEC dbo.c1 1
END TRY
BEGIN CATCH
SELECT ERROR_NUMBER() AS n
SELECT @x AS x
END CATCH
GO

-- case: INSERT ... EXEC inside of TRY: what the CATCH block returns goes to the client
BEGIN TRY
INSERT INTO t2 (n, s) {{fail}}
END TRY
BEGIN CATCH
SELECT ERROR_NUMBER() AS n
END CATCH
SELECT n FROM t2 ORDER BY n
GO

-- case: a CATCH block in a CATCH block sees its own error
BEGIN TRY
{{fail}}
END TRY
BEGIN CATCH
{{say N'first'}}
BEGIN TRY
INSERT INTO t1 VALUES (1, 1, 'again')
END TRY
BEGIN CATCH
SELECT ERROR_NUMBER() AS n
END CATCH
END CATCH
GO

-- case: a CATCH block sees the error of the CATCH block before it, not the script's
BEGIN TRY
BEGIN TRY
{{fail}}
END TRY
BEGIN CATCH
BEGIN TRY
PRINT 'nothing'
END TRY
BEGIN CATCH
; THROW;
END CATCH
END CATCH
RAISERROR('raised', 16, 1)
END TRY
BEGIN CATCH
SELECT ERROR_NUMBER() AS n
END CATCH
GO

-- case: ERROR_PROCEDURE() names the script module
CREATE PROCEDURE dbo.c2 @i int AS
DECLARE @z int = 0;
{{say N'in'}}
SET @z = 1 / @z
GO
BEGIN TRY
EXEC dbo.c2 1
END TRY
BEGIN CATCH
SELECT CAST(ERROR_PROCEDURE() AS nvarchar(50)) AS p
END CATCH
GO

-- case: @@ROWCOUNT and @@ERROR at the beginning of a branch, a loop and a procedure
CREATE PROCEDURE dbo.c3 @i int AS
SELECT @@ROWCOUNT AS r
{{say N'in'}}
GO
DECLARE @r int
UPDATE t1 SET n = 1
EXEC dbo.c3 1
{{rows 3}}
WHILE @@ROWCOUNT = 3
{{rows 0}}
{{rows 2}}
SELECT @r = @@ROWCOUNT
SELECT @r AS r
GO

-- case: @@ROWCOUNT of the batch before
DELETE FROM t1 WHERE id < 3
GO
DECLARE @r int
SELECT @r = @@ROWCOUNT
{{say N'between'}}
SELECT @r AS r
GO

-- case: the row count of INSERT ... EXEC without rows, and under NOCOUNT
INSERT INTO t2 (n, s) {{fail}}
SET NOCOUNT ON
INSERT INTO t2 (n, s) {{fail}}
SELECT 1 AS n
GO

-- case: errors in dynamic SQL count the lines of dynamic SQL
{{say N'first'}}




EXEC ('
INSERT INTO t1 VALUES (1, 1, ''again'')')
GO

-- case: a failing call leaves the return code's variable alone if its error goes to a CATCH block
DECLARE @r int = 7
BEGIN TRY
{{@r = failcode}}
END TRY
BEGIN CATCH
SELECT @r AS r
END CATCH
{{@r = failcode}}; SET @r = @r + 10
SELECT @r AS r
GO

-- case: a variable too long for a literal does not make a batch's statements a procedure's
DECLARE @u nvarchar(max) = REPLICATE(CAST(N'long' AS nvarchar(max)), 3000)
{{copy_nvm @u; @u OUTPUT}}; SET @u = @u + N'x'
SELECT LEN(@u) AS n
UPDATE t1 SET n = LEN(@u)
GO

-- case: options set in a batch before a procedure are those that the procedure ends with
CREATE PROCEDURE dbo.c4 @i int AS
SET XACT_ABORT OFF
{{say N'in'}}
GO
SET XACT_ABORT ON
EXEC dbo.c4 1
BEGIN TRAN
{{fail}}
PRINT 'not reached'
GO

-- case: a CATCH block has the options of its batch, not those of the procedure that failed
CREATE PROCEDURE dbo.c5 @i int AS
SET NOCOUNT ON
{{fail}}
GO
BEGIN TRY
EXEC dbo.c5 1
END TRY
BEGIN CATCH
UPDATE t1 SET n = 1
END CATCH
UPDATE t1 SET n = 1
GO

-- case: BEGIN TRANSACTION in one request with a variable too long for a literal
DECLARE @u nvarchar(max) = REPLICATE(CAST(N'long' AS nvarchar(max)), 3000)
{{say N'first'}}
BEGIN TRANSACTION
INSERT INTO t1 VALUES (4, LEN(@u), 'new')
GO

-- case: ERROR_PROCEDURE() of an error that a CATCH block raises when a script has failed
CREATE PROCEDURE dbo.c6 @i int AS
BEGIN TRY
{{fail}}
END TRY
BEGIN CATCH
RAISERROR('raised', 16, 1)
END CATCH
GO
BEGIN TRY
EXEC dbo.c6 1
END TRY
BEGIN CATCH
SELECT ERROR_NUMBER() AS n, CAST(ERROR_PROCEDURE() AS nvarchar(50)) AS p
END CATCH
GO

-- case: a procedure that leaves a transaction open that can't be committed is told of before the engine undoes that
CREATE PROCEDURE dbo.c7 @i int AS
{{say N'in'}}
BEGIN TRY
SELECT CONVERT(int, 'abc') AS c
END TRY
BEGIN CATCH
PRINT 'nothing'
END CATCH
GO
BEGIN TRAN
EXEC dbo.c7 1
GO

-- case: so is the text of sp_executesql
-- by RPC
BEGIN TRAN
{{say N'in'}}
BEGIN TRY
SELECT CONVERT(int, 'abc') AS c
END TRY
BEGIN CATCH
PRINT 'nothing'
END CATCH
GO

-- case: THROW of a conversion's error leaves a transaction alone that has begun since
BEGIN TRY
SELECT CONVERT(int, 'abc') AS c
END TRY
BEGIN CATCH
{{say N'in'}}
BEGIN TRAN
; THROW;
END CATCH
GO
SELECT @@TRANCOUNT AS t; ROLLBACK
GO
BEGIN TRY
BEGIN TRY
SELECT CONVERT(int, 'abc') AS c
END TRY
BEGIN CATCH
{{say N'in'}}
BEGIN TRAN
; THROW;
END CATCH
END TRY
BEGIN CATCH
SELECT XACT_STATE() AS x
END CATCH
GO

-- case: OUTPUT and the return code come back before error 266 goes to a CATCH block
CREATE PROCEDURE dbo.c8 @i int OUTPUT AS
{{say N'in'}}
SET @i = 5
COMMIT
RETURN 3
GO
DECLARE @r int, @i int = 1
BEGIN TRAN
BEGIN TRY
EXEC @r = dbo.c8 @i OUTPUT
END TRY
BEGIN CATCH
SELECT @r AS r, @i AS i
END CATCH
BEGIN TRAN
EXEC @r = dbo.c8 @i OUTPUT
SELECT @r AS r, @i AS i
GO

-- case: so do those of sp_executesql
DECLARE @i int = 1
BEGIN TRAN
BEGIN TRY
EXEC sp_executesql ‹{{say N'in'}} SET @i = 5; COMMIT›, N'@i int OUTPUT', @i OUTPUT
END TRY
BEGIN CATCH
SELECT @i AS i
END CATCH
BEGIN TRAN
EXEC sp_executesql ‹{{say N'in'}} SET @i = 5; COMMIT›, N'@i int OUTPUT', @i OUTPUT
SELECT @i AS i
GO

-- case: the return code of sp_executesql is @@ERROR; Babelfish: is 0 always
DECLARE @k int = 7
EXEC @k = sp_executesql ‹{{say N'in'}}; SELECT 1 / 0 AS q›
SELECT @k AS k
EXEC @k = sp_executesql ‹SELECT 1 / 0 AS q; {{say N'in'}}›
SELECT @k AS k
EXEC @k = sp_executesql ‹{{fail}}›
SELECT @k AS k
EXEC @k = sp_executesql ‹{{say N'in'}}; BEGIN TRAN›
SELECT @k AS k
GO

-- case: a variable too long for a literal stays nvarchar
DECLARE @u nvarchar(max) = REPLICATE(CAST(NCHAR(1078) AS nvarchar(max)), 9000)
{{say N'first'}}
SELECT @u AS u
SELECT @u = @u + NCHAR(1078)
{{say N'second'}}
SELECT @u AS u, UNICODE(RIGHT(@u, 1)) AS c
GO

-- case: a varbinary variable takes more than it held
DECLARE @b varbinary(max) = 0xABCD, @c varbinary(max) = 0x0102030405
SELECT DATALENGTH(@b) AS n
{{copy_vbm @c; @b OUTPUT}}
SELECT DATALENGTH(@b) AS n
GO

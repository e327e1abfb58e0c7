-- case: SCOPE_IDENTITY() in a request with a long value
DECLARE @b nvarchar(max) = REPLICATE(CAST(N'x' AS nvarchar(max)), 10000)
INSERT INTO t2 (n) VALUES (1)
{{rows 1}}
SELECT SCOPE_IDENTITY() AS i, LEN(@b) AS l
INSERT INTO t2 (n, s) VALUES (2, LEFT(@b, 3))
SELECT SCOPE_IDENTITY() AS i, LEN(@b) AS l
{{rows 1}}
SELECT SCOPE_IDENTITY() AS i
SELECT SCOPE_IDENTITY() AS i, LEN(@b) AS l
SELECT @@IDENTITY AS i
GO

-- case: SCOPE_IDENTITY() and @@IDENTITY before, in and behind a procedure
CREATE PROCEDURE dbo.e2 @n int AS
SELECT SCOPE_IDENTITY() AS i
{{rows 1}}
SELECT SCOPE_IDENTITY() AS i
INSERT INTO t3 (n) VALUES (3)
{{rows 1}}
SELECT SCOPE_IDENTITY() AS i
GO
CREATE TABLE t3 (id int IDENTITY(500, 1), n int)
INSERT INTO t2 (n) VALUES (1)
EXEC dbo.e2 1
SELECT SCOPE_IDENTITY() AS i
{{rows 1}}
SELECT CAST(SCOPE_IDENTITY() AS int) AS s, CAST(@@IDENTITY AS int) AS i
INSERT INTO t2 (n) VALUES (4)
SELECT SCOPE_IDENTITY() AS s
{{rows 1}}
SELECT SCOPE_IDENTITY() AS s
DROP TABLE t3
GO

-- case: SCOPE_IDENTITY() in an INSERT; Babelfish: there it is the row's own
CREATE PROCEDURE dbo.e2i @n int AS
INSERT INTO t2 (n) VALUES (ISNULL(SCOPE_IDENTITY(), 77))
{{rows 1}}
INSERT INTO t2 (n) VALUES (SCOPE_IDENTITY())
GO
DECLARE @b nvarchar(max) = REPLICATE(CAST(N'x' AS nvarchar(max)), 10000)
INSERT INTO t2 (n) VALUES (1)
EXEC dbo.e2i 1
INSERT INTO t2 (n) VALUES (SCOPE_IDENTITY())
{{rows 1}}
INSERT INTO t2 (n, s) VALUES (SCOPE_IDENTITY(), LEFT(@b, 3))
{{rows 1}}
INSERT INTO t2 (n) VALUES (SCOPE_IDENTITY())
GO

-- case: SCOPE_IDENTITY() in a CATCH block for an error of a procedure
CREATE PROCEDURE dbo.e2b @n int AS
INSERT INTO t3 (n) VALUES (7)
{{fail}}
GO
CREATE TABLE t3 (id int IDENTITY(500, 1), n int)
INSERT INTO t2 (n) VALUES (1)
BEGIN TRY
EXEC dbo.e2b 1
END TRY
BEGIN CATCH
SELECT SCOPE_IDENTITY() AS i
END CATCH
SELECT SCOPE_IDENTITY() AS i
DROP TABLE t3
GO

-- case: SCOPE_IDENTITY() of dynamic SQL
INSERT INTO t2 (n) VALUES (1)
EXEC sp_executesql ‹SELECT SCOPE_IDENTITY() AS i {{rows 1}} INSERT INTO t2 (n) VALUES (2) {{rows 1}} SELECT SCOPE_IDENTITY() AS i›
SELECT SCOPE_IDENTITY() AS i
GO

-- case: SCOPE_IDENTITY() of sp_executesql by RPC
INSERT INTO t2 (n) VALUES (1)
GO
-- by RPC
SELECT SCOPE_IDENTITY() AS i {{rows 1}} INSERT INTO t2 (n) VALUES (2) {{rows 1}} SELECT SCOPE_IDENTITY() AS i
GO

-- case: ROLLBACK in a procedure under INSERT EXEC; Babelfish: has no numbers for that, and ends the batch
CREATE PROCEDURE dbo.e4 @n int AS
BEGIN TRAN
SELECT 1, 'x'
{{rows 1}}
ROLLBACK
SELECT 2, 'y'
GO
BEGIN TRAN
INSERT INTO t1 (id, s) EXEC dbo.e4 1
GO
SELECT @@TRANCOUNT AS t
GO

-- case: ROLLBACK in a CATCH block of a procedure under INSERT EXEC in a TRY; Babelfish: has no numbers for that, and ends the batch
CREATE PROCEDURE dbo.e4t @n int AS
BEGIN TRY
SELECT 11, 'x'
{{fail}}
END TRY
BEGIN CATCH
PRINT ERROR_MESSAGE()
ROLLBACK
END CATCH
GO
BEGIN TRAN
BEGIN TRY
INSERT INTO t1 (id, s) EXEC dbo.e4t 1
END TRY
BEGIN CATCH
SELECT ERROR_NUMBER() AS n, ERROR_LINE() AS l, ERROR_PROCEDURE() AS p
ROLLBACK
END CATCH
SELECT @@TRANCOUNT AS t
GO

-- case: COMMIT in a procedure under INSERT EXEC; Babelfish: has no numbers for that, and ends the batch
CREATE PROCEDURE dbo.e4c @n int AS
SELECT 12, 'x'
{{rows 0}}
COMMIT
SELECT 13, 'y'
GO
BEGIN TRAN
INSERT INTO t1 (id, s) EXEC dbo.e4c 1
SELECT @@TRANCOUNT AS t
GO
IF @@TRANCOUNT > 0 ROLLBACK
GO

-- case: COMMIT of a transaction of its own in a procedure under INSERT EXEC; Babelfish: loses the column list
CREATE PROCEDURE dbo.e4d @n int AS
BEGIN TRAN
SELECT 12, CAST('x' AS varchar(20))
{{rows 0}}
COMMIT
SELECT 13, CAST('y' AS varchar(20))
GO
BEGIN TRAN
INSERT INTO t1 (id, s) EXEC dbo.e4d 1
SELECT @@TRANCOUNT AS t
SELECT id FROM t1
COMMIT
GO

-- case: INSERT EXEC of the engine's in a procedure under INSERT EXEC; Babelfish: allows it
CREATE PROCEDURE dbo.e4n @n int AS
DECLARE @t TABLE (n int, s varchar(10))
INSERT INTO @t EXEC ('SELECT 21, ''x''')
SELECT n, s FROM @t
{{rows 0}}
GO
INSERT INTO t1 (id, s) EXEC dbo.e4n 1
SELECT id FROM t1
GO

-- case: INSERT EXEC of a column of another code page
CREATE PROCEDURE dbo.e5 @n int AS
SELECT id, s FROM t3
SELECT id + 10, c FROM t3
{{rows 0}}
GO
CREATE TABLE t3 (id int, s varchar(20) COLLATE Cyrillic_General_CI_AS, c char(10) COLLATE Greek_CI_AS)
INSERT INTO t3 VALUES (31, N'жук', N'αβ'), (32, NULL, NULL)
CREATE TABLE t4 (id int, s nvarchar(20))
INSERT INTO t4 EXEC dbo.e5 1
SELECT id, s FROM t4 ORDER BY id
DROP TABLE t4
DROP TABLE t3
GO

-- case: hints of INSERT EXEC; Babelfish: knows no INSERT EXEC of sp_executesql
INSERT INTO t1 WITH (TABLOCK) (id, s) {{query N'SELECT 41 AS a, ''x'' AS b'}}
SELECT id FROM t1
GO

-- case: a table of the client's that is named like those of plans
CREATE TABLE #tl1_t (n int)
CREATE TABLE #tl2_rows (n int)
DECLARE @t TABLE (n int)
INSERT INTO @t VALUES (1)
{{rows 1}}
SELECT n FROM @t
SELECT n FROM #tl1_t
DROP TABLE #tl1_t, #tl2_rows
GO

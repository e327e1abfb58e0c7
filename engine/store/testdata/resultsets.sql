CREATE TABLE t (id int NOT NULL, s varchar(10) NULL); INSERT t VALUES (1, 'a'), (2, NULL)
--> (2 rows)
GO
CREATE PROCEDURE one AS SELECT id, s FROM t ORDER BY id; RETURN 7
GO
CREATE PROCEDURE two AS EXEC one; SELECT 'x' AS x; PRINT 'end of two'
GO
DECLARE @r int; EXEC @r = one WITH RESULT SETS ((a bigint NOT NULL, b nvarchar(20) NULL)); SELECT @r AS r, @@ROWCOUNT AS n
--> columns: a bigint not null, b nvarchar(20)
--> 1 | 'a'
--> 2 | NULL
--> (2 rows)
--> status 7
--> columns: r int, n int not null
--> 7 | 2
--> (1 rows)
GO
EXEC two WITH RESULT SETS ((a decimal(5,2), b char(3)), (c nvarchar(max)))
--> columns: a decimal(5,2), b char(3)
--> 1.00 | 'a  '
--> 2.00 | NULL
--> (2 rows)
--> columns: c nvarchar(max)
--> 'x'
--> (1 rows)
--> info 0: Procedure two: end of two
--> status 0
GO
EXEC one WITH RECOMPILE, RESULT SETS UNDEFINED
--> columns: id int not null, s varchar(10)
--> 1 | 'a'
--> 2 | NULL
--> (2 rows)
--> status 7
GO
EXEC one WITH RESULT SETS NONE; PRINT 'after'
--> Msg 11535, Level 16, State 1, Procedure one, Line 1: EXECUTE statement failed because its WITH RESULT SETS clause specified 0 result set(s), and the statement tried to send more result sets than this.
--> info 0: after
GO
EXEC two WITH RESULT SETS ((a int, b varchar(10))); PRINT 'after'
--> columns: a int, b varchar(10)
--> 1 | 'a'
--> 2 | NULL
--> (2 rows)
--> Msg 11535, Level 16, State 1, Procedure two, Line 1: EXECUTE statement failed because its WITH RESULT SETS clause specified 1 result set(s), and the statement tried to send more result sets than this.
--> info 0: after
GO
EXEC two WITH RESULT SETS ((a int, b varchar(10)), (c char(1)), (d int)); PRINT 'after'
--> columns: a int, b varchar(10)
--> 1 | 'a'
--> 2 | NULL
--> (2 rows)
--> columns: c char(1)
--> 'x'
--> (1 rows)
--> info 0: Procedure two: end of two
--> status 0
--> Msg 11536, Level 16, State 1, Line 1: EXECUTE statement failed because its WITH RESULT SETS clause specified 3 result set(s), but the statement only sent 2 result set(s) at run time.
--> info 0: after
GO
EXEC two WITH RESULT SETS ((a int), (c char(1))); PRINT 'after'
--> Msg 11537, Level 16, State 1, Procedure one, Line 1: EXECUTE statement failed because its WITH RESULT SETS clause specified 1 column(s) for result set number 1, but the statement sent 2 column(s) at run time.
--> info 0: after
GO
EXEC one WITH RESULT SETS ((a int, b varchar(10) NOT NULL)); PRINT 'after'
--> columns: a int, b varchar(10) not null
--> 1 | 'a'
--> Msg 11553, Level 16, State 1, Procedure one, Line 1: EXECUTE statement failed because its WITH RESULT SETS clause specified a non-nullable type for column #2 in result set #1, and the corresponding value sent at run time was null.
--> info 0: after
GO
EXEC one WITH RESULT SETS ((a uniqueidentifier, b varchar(10))); PRINT 'after'
--> Msg 11538, Level 16, State 1, Procedure one, Line 1: EXECUTE statement failed because its WITH RESULT SETS clause specified type 'uniqueidentifier' for column #1 in result set #1, and the corresponding type sent at run time was 'int'; there is no conversion between the two types.
--> info 0: after
GO
EXEC one WITH RESULT SETS ((a int, b int)); PRINT 'not reached'
--> columns: a int, b int
--> Msg 245, Level 16, State 1, Procedure one, Line 1: Conversion failed when converting the varchar value 'a' to data type int.
GO
EXEC('SELECT 1 AS a, N''abcdef'' AS b') WITH RESULT SETS ((x tinyint, y varchar(3)))
--> columns: x tinyint, y varchar(3)
--> 1 | 'abc'
--> (1 rows)
GO
EXEC sp_executesql N'SELECT @p AS a', N'@p int', 5 WITH RESULT SETS ((x float))
--> columns: x float
--> 5
--> (1 rows)
--> status 0
GO
EXEC('PRINT ''nothing sent''') WITH RESULT SETS NONE
--> info 0: nothing sent
GO
CREATE TYPE pair AS TABLE (k smallint, v varchar(5))
GO
EXEC two WITH RESULT SETS (AS TYPE dbo.pair, (AS FOR XML))
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near ''.
GO
EXEC one WITH RESULT SETS (AS TYPE dbo.pair); EXEC one WITH RESULT SETS (AS OBJECT dbo.t); EXEC one WITH RESULT SETS (AS OBJECT dbo.none)
--> columns: k smallint, v varchar(5)
--> 1 | 'a'
--> 2 | NULL
--> (2 rows)
--> status 7
--> columns: id int not null, s varchar(10)
--> 1 | 'a'
--> 2 | NULL
--> (2 rows)
--> status 7
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'dbo.none'.
GO
EXEC one WITH RESULT SETS (AS FOR XML)
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: AS FOR XML is not supported by the embedded engine.
GO
BEGIN TRY EXEC two WITH RESULT SETS NONE END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_PROCEDURE() AS p, ERROR_MESSAGE() AS m END CATCH
--> columns: n int, p nvarchar(128), m nvarchar(4000)
--> 11535 | 'one' | 'EXECUTE statement failed because its WITH RESULT SETS clause specified 0 result set(s), and the statement tried to send more result sets than this.'
--> (1 rows)
GO
CREATE PROCEDURE shaped AS EXEC two WITH RESULT SETS ((a int, b varchar(10)), (c char(1))); PRINT 'end of shaped'
GO
EXEC shaped WITH RESULT SETS ((q smallint, r nvarchar(10)), (s varchar(10)))
--> columns: q smallint, r nvarchar(10)
--> 1 | 'a'
--> 2 | NULL
--> (2 rows)
--> columns: s varchar(10)
--> 'x'
--> (1 rows)
--> info 0: Procedure two: end of two
--> info 0: Procedure shaped: end of shaped
--> status 0
GO
EXEC shaped WITH RESULT SETS ((q smallint, r nvarchar(10))); PRINT 'after'
--> columns: q smallint, r nvarchar(10)
--> 1 | 'a'
--> 2 | NULL
--> (2 rows)
--> Msg 11535, Level 16, State 1, Procedure two, Line 1: EXECUTE statement failed because its WITH RESULT SETS clause specified 1 result set(s), and the statement tried to send more result sets than this.
--> info 0: after
GO
CREATE TABLE target (a int IDENTITY, b varchar(3) DEFAULT 'd', c bigint NULL)
GO
CREATE PROCEDURE sets AS EXEC one WITH RESULT SETS ((a smallint, b nvarchar(5))); SELECT 'z', 12
GO
INSERT target (c, b) EXEC one; SELECT @@ROWCOUNT AS n; SELECT * FROM target
--> (2 rows)
--> columns: n int not null
--> 2
--> (1 rows)
--> columns: a int not null identity, b varchar(3), c bigint
--> 1 | 'a' | 1
--> 2 | NULL | 2
--> (2 rows)
GO
INSERT target (b, c) EXEC('SELECT ''q'', 5.7; SELECT 1.5, 2'); SELECT b, c FROM target WHERE a > 2
--> (2 rows)
--> columns: b varchar(3), c bigint
--> 'q' | 5
--> '1.5' | 2
--> (2 rows)
GO
INSERT target (c, b) EXEC sets; PRINT 'not reached'
--> Msg 8114, Level 16, State 5, Line 1: Error converting data type varchar to bigint.
GO
INSERT target (b) EXEC one; PRINT 'not reached'
--> Msg 213, Level 16, State 1, Procedure one, Line 1: Column name or number of supplied values does not match table definition.
GO
CREATE PROCEDURE fills AS INSERT target (c, b) EXEC one; SELECT 1 AS a, 'b' AS b
GO
INSERT target (c, b) EXEC fills; SELECT COUNT(*) AS n FROM target
--> Msg 8164, Level 16, State 1, Procedure fills, Line 1: An INSERT EXEC statement cannot be nested.
--> info 3621: Procedure fills: The statement has been terminated.
--> (1 rows)
--> columns: n int not null
--> 5
--> (1 rows)
GO
CREATE PROCEDURE undoes AS BEGIN TRAN; SELECT 1; ROLLBACK; PRINT 'not reached'
GO
INSERT target (c) EXEC undoes; PRINT 'not reached'
--> Msg 3915, Level 16, State 1, Procedure undoes, Line 1: Cannot use the ROLLBACK statement within an INSERT-EXEC statement.
GO
SELECT @@TRANCOUNT AS c
--> columns: c int not null
--> 0
--> (1 rows)
GO
CREATE PROCEDURE writes AS INSERT t VALUES (99, 'w'); SELECT 'too long for b', @@TRANCOUNT
GO
INSERT target (b, c) EXEC writes; SELECT COUNT(*) AS n FROM t WHERE id = 99; SELECT @@TRANCOUNT AS c
--> Msg 2628, Level 16, State 1, Line 1: String or binary data would be truncated in table 'master.dbo.target', column 'b'. Truncated value: 'too'.
--> info 3621: The statement has been terminated.
--> columns: n int not null
--> 0
--> (1 rows)
--> columns: c int not null
--> 0
--> (1 rows)
GO
BEGIN TRAN; INSERT t VALUES (50, 'kept'); INSERT target (b, c) EXEC writes; SELECT id FROM t ORDER BY id; COMMIT
--> (1 rows)
--> Msg 2628, Level 16, State 1, Line 1: String or binary data would be truncated in table 'master.dbo.target', column 'b'. Truncated value: 'too'.
--> info 3621: The statement has been terminated.
--> columns: id int not null
--> 1
--> 2
--> 50
--> (3 rows)
GO
INSERT target (b, c) EXEC('SELECT ''x'', @@TRANCOUNT'); SELECT c FROM target WHERE b = 'x'; SELECT @@TRANCOUNT AS c
--> (1 rows)
--> columns: c bigint
--> 1
--> (1 rows)
--> columns: c int not null
--> 0
--> (1 rows)
GO
INSERT target (c) EXEC('BEGIN TRAN SELECT 8'); SELECT @@TRANCOUNT AS c; ROLLBACK; SELECT COUNT(*) AS n FROM target WHERE c = 8
--> Msg 266, Level 16, State 2, Line 1: Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = 1, current count = 2.
--> (1 rows)
--> columns: c int not null
--> 1
--> (1 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
INSERT target (c) EXEC one WITH RESULT SETS ((a int))
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near 'SETS'.
GO
DECLARE @t TABLE (a int, b varchar(10)); INSERT @t EXEC one; SELECT * FROM @t
--> (3 rows)
--> columns: a int, b varchar(10)
--> 1 | 'a'
--> 2 | NULL
--> 50 | 'kept'
--> (3 rows)
GO
INSERT target (c) EXEC nothing; PRINT 'after'
--> Msg 2812, Level 16, State 62, Line 1: Could not find stored procedure 'nothing'.
--> info 3621: The statement has been terminated.
--> info 0: after
GO
EXEC one WITH RESULT SETS ((a int, b nvarchar(10) COLLATE DATABASE_DEFAULT NULL)); EXEC one
--> columns: a int, b nvarchar(10)
--> 1 | 'a'
--> 2 | NULL
--> 50 | 'kept'
--> (3 rows)
--> status 7
--> columns: id int not null, s varchar(10)
--> 1 | 'a'
--> 2 | NULL
--> 50 | 'kept'
--> (3 rows)
--> status 7
GO
EXEC one WITH RESULT SETS ((a int, b nvarchar(10) COLLATE Latin1_General_BIN NULL))
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: COLLATE in WITH RESULT SETS is not supported by the embedded engine.
GO
CREATE PROCEDURE wants @a int, @b int = 1 AS SELECT @a AS a
GO
EXEC wants; EXEC wants 1, 2, 3; EXEC wants @c = 1
--> Msg 201, Level 16, State 4, Procedure wants, Line 1: Procedure or function 'wants' expects parameter '@a', which was not supplied.
--> Msg 8144, Level 16, State 2, Procedure wants, Line 1: Procedure or function wants has too many arguments specified.
--> Msg 8145, Level 16, State 2, Procedure wants, Line 1: @c is not a parameter for procedure wants.
GO

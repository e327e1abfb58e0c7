CREATE TABLE t (id int IDENTITY, a int NULL); CREATE TABLE u (id int IDENTITY(100, 1), a int NULL)
GO
CREATE PROCEDURE p @a int, @b int = NULL, @c int = NULL AS SELECT @a AS a, @b AS b, @c AS c
GO
INSERT t (a) VALUES (1), (2), (3); EXEC p 7, @@ROWCOUNT, @@ERROR
--> (3 rows)
--> columns: a int, b int, c int
--> 7 | 3 | 0
--> (1 rows)
--> status 0
GO
INSERT t (a) VALUES (1); EXEC p @a = @@ROWCOUNT, @b = @@TRANCOUNT, @c = @@SPID
--> (1 rows)
--> columns: a int, b int, c int
--> 1 | 0 | 51
--> (1 rows)
--> status 0
GO
DECLARE @x int = 5; EXEC p @x, @@rowcount
--> columns: a int, b int, c int
--> 5 | 1 | NULL
--> (1 rows)
--> status 0
GO
EXEC p @@NOSUCH
--> Msg 137, Level 15, State 2, Line 1: Must declare the scalar variable "@@NOSUCH".
GO
EXEC p @nosuch
--> Msg 137, Level 15, State 2, Line 1: Must declare the scalar variable "@nosuch".
GO
SELECT a FROM t WHERE a > 1; SELECT @@ROWCOUNT AS n
--> columns: a int
--> 2
--> 3
--> (2 rows)
--> columns: n int not null
--> 2
--> (1 rows)
GO
UPDATE t SET a = a + 1 WHERE a = 1; SELECT @@ROWCOUNT AS n, @@ERROR AS e
--> (2 rows)
--> columns: n int not null, e int not null
--> 2 | 0
--> (1 rows)
GO
DELETE t WHERE a = 2; SELECT @@ROWCOUNT AS n
--> (3 rows)
--> columns: n int not null
--> 3
--> (1 rows)
GO
DECLARE @x int; SELECT @x = a FROM t; SELECT @@ROWCOUNT AS n; SELECT @x = 1; SELECT @@ROWCOUNT AS n; SET @x = 2; SELECT @@ROWCOUNT AS n
--> columns: n int not null
--> 1
--> (1 rows)
--> columns: n int not null
--> 1
--> (1 rows)
--> columns: n int not null
--> 1
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; IF 1 = 1 SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; PRINT 'x'; SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> info 0: x
--> columns: n int not null
--> 0
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; DECLARE @y int; SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: n int not null
--> 2
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; DECLARE @z int = 4; SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: n int not null
--> 1
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; BEGIN TRAN; SELECT @@ROWCOUNT AS n; COMMIT; SELECT @@ROWCOUNT AS m
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: n int not null
--> 0
--> (1 rows)
--> columns: m int not null
--> 0
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; SET NOCOUNT OFF; SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; CREATE TABLE #x (a int); SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; EXEC('SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3'); SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: a int not null
--> 1
--> 2
--> 3
--> (3 rows)
--> columns: n int not null
--> 3
--> (1 rows)
GO
CREATE PROCEDURE returns2 AS SELECT 1 AS a UNION ALL SELECT 2; RETURN 5
GO
EXEC returns2; SELECT @@ROWCOUNT AS n; DECLARE @r int; EXEC @r = returns2; SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> status 5
--> columns: n int not null
--> 2
--> (1 rows)
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> status 5
--> columns: n int not null
--> 2
--> (1 rows)
GO
CREATE PROCEDURE prints AS SELECT 1 AS a UNION ALL SELECT 2; PRINT 'x'
GO
EXEC prints; SELECT @@ROWCOUNT AS n
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> info 0: Procedure prints: x
--> status 0
--> columns: n int not null
--> 0
--> (1 rows)
GO
SELECT 1 / 0 AS z; SELECT @@ERROR AS e, @@ROWCOUNT AS n; SELECT @@ERROR AS e
--> columns: z int not null
--> Msg 8134, Level 16, State 1, Line 1: Divide by zero error encountered.
--> columns: e int not null, n int not null
--> 8134 | 0
--> (1 rows)
--> columns: e int not null
--> 0
--> (1 rows)
GO
RAISERROR('x', 16, 1); SELECT @@ERROR AS e, @@ROWCOUNT AS n
--> Msg 50000, Level 16, State 1, Line 1: x
--> columns: e int not null, n int not null
--> 50000 | 0
--> (1 rows)
GO
SELECT 1 / 0 AS z; IF @@ERROR <> 0 SELECT @@ERROR AS e
--> columns: z int not null
--> Msg 8134, Level 16, State 1, Line 1: Divide by zero error encountered.
--> columns: e int not null
--> 0
--> (1 rows)
GO
SELECT 1 / 0 AS z; BEGIN SELECT @@ERROR AS e END
--> columns: z int not null
--> Msg 8134, Level 16, State 1, Line 1: Divide by zero error encountered.
--> columns: e int not null
--> 8134
--> (1 rows)
GO
SELECT 1 / 0 AS z; DECLARE @d int; SELECT @@ERROR AS e
--> columns: z int not null
--> Msg 8134, Level 16, State 1, Line 1: Divide by zero error encountered.
--> columns: e int not null
--> 8134
--> (1 rows)
GO
SELECT 1 / 0 AS z; PRINT 'x'; SELECT @@ERROR AS e
--> columns: z int not null
--> Msg 8134, Level 16, State 1, Line 1: Divide by zero error encountered.
--> info 0: x
--> columns: e int not null
--> 0
--> (1 rows)
GO
EXEC('SELECT 1 / 0 AS z'); SELECT @@ERROR AS e
--> columns: z int not null
--> Msg 8134, Level 16, State 1, Line 1: Divide by zero error encountered.
--> columns: e int not null
--> 8134
--> (1 rows)
GO
EXEC nothing; SELECT @@ERROR AS e
--> Msg 2812, Level 16, State 62, Line 1: Could not find stored procedure 'nothing'.
--> columns: e int not null
--> 2812
--> (1 rows)
GO
BEGIN TRY SELECT 1 / 0 AS z END TRY BEGIN CATCH SELECT @@ERROR AS e, @@ROWCOUNT AS n END CATCH; SELECT @@ERROR AS e
--> columns: z int not null
--> (0 rows)
--> columns: e int not null, n int not null
--> 8134 | 0
--> (1 rows)
--> columns: e int not null
--> 0
--> (1 rows)
GO
SET ROWCOUNT 1; SELECT a FROM t; SET ROWCOUNT 0; SELECT @@ROWCOUNT AS n
--> columns: a int
--> 3
--> (1 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
CREATE PROCEDURE ins AS INSERT u (a) VALUES (1); SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i
GO
SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i
--> columns: s numeric(38,0), i numeric(38,0)
--> 4 | 4
--> (1 rows)
GO
INSERT t (a) VALUES (9); EXEC ins; SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i
--> (1 rows)
--> (1 rows)
--> columns: s numeric(38,0), i numeric(38,0)
--> 100 | 100
--> (1 rows)
--> status 0
--> columns: s numeric(38,0), i numeric(38,0)
--> 5 | 100
--> (1 rows)
GO
SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i
--> columns: s numeric(38,0), i numeric(38,0)
--> 5 | 100
--> (1 rows)
GO
EXEC sp_executesql N'SELECT SCOPE_IDENTITY() AS s; INSERT u (a) VALUES (2); SELECT SCOPE_IDENTITY() AS s'; SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i
--> columns: s numeric(38,0)
--> NULL
--> (1 rows)
--> (1 rows)
--> columns: s numeric(38,0)
--> 101
--> (1 rows)
--> status 0
--> columns: s numeric(38,0), i numeric(38,0)
--> 5 | 101
--> (1 rows)
GO
EXEC('INSERT u (a) VALUES (2); SELECT SCOPE_IDENTITY() AS s'); SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i, IDENT_CURRENT('u') AS c
--> (1 rows)
--> columns: s numeric(38,0)
--> 102
--> (1 rows)
--> columns: s numeric(38,0), i numeric(38,0), c numeric(38,0)
--> 5 | 102 | 102
--> (1 rows)
GO
INSERT t (a) EXEC('SELECT 1'); SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i
--> (1 rows)
--> columns: s numeric(38,0), i numeric(38,0)
--> 6 | 6
--> (1 rows)
GO
CREATE TABLE plain (a int); INSERT plain VALUES (1); SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i
--> (1 rows)
--> columns: s numeric(38,0), i numeric(38,0)
--> 6 | 6
--> (1 rows)
GO
BEGIN TRAN; INSERT t (a) VALUES (1); ROLLBACK; SELECT SCOPE_IDENTITY() - IDENT_CURRENT('t') AS zero
--> (1 rows)
--> columns: zero numeric(38,0)
--> 0
--> (1 rows)
GO
DECLARE @p int; EXEC sp_executesql N'SET @o = @@ROWCOUNT', N'@o int OUTPUT', @p OUTPUT; SELECT @p AS p
--> status 0
--> columns: p int
--> 1
--> (1 rows)
GO
SELECT 1 AS a UNION ALL SELECT 2; EXEC sp_executesql N'SELECT @n AS n', N'@n int', @@ROWCOUNT
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: n int
--> 2
--> (1 rows)
--> status 0
GO
EXEC p @@ROWCOUNT OUTPUT
--> Msg 179, Level 15, State 1, Line 1: Cannot use the OUTPUT option when passing a constant to a stored procedure.
GO
SELECT 1 AS a UNION ALL SELECT 2; WHILE 1 = 1 BEGIN SELECT @@ROWCOUNT AS n; BREAK END
--> columns: a int not null
--> 1
--> 2
--> (2 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
GO
SELECT a FROM t WHERE a < 0; DECLARE @c int = 9; SELECT 1 AS x UNION ALL SELECT 2; SET @c = @@ROWCOUNT; SELECT @c AS c, @@ROWCOUNT AS n
--> columns: a int
--> (0 rows)
--> columns: x int not null
--> 1
--> 2
--> (2 rows)
--> columns: c int, n int not null
--> 2 | 1
--> (1 rows)

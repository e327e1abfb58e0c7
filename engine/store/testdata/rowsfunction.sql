CREATE TABLE t (id int PRIMARY KEY, n int); INSERT t VALUES (1, 3), (2, 0), (3, 2)
--> (3 rows)
GO
CREATE FUNCTION dbo.upto (@n int, @step int = 1) RETURNS @r TABLE (i int IDENTITY, v int NOT NULL, half AS v / 2.0) AS
BEGIN
  DECLARE @v int = 1
  WHILE @v <= @n BEGIN INSERT @r (v) VALUES (@v); SET @v += @step END
  IF @n > 100 RETURN
  UPDATE @r SET v = v * 10 WHERE v = 2
  DELETE @r WHERE v = 3
  RETURN
END
GO
SELECT i, v, half FROM dbo.upto(5, DEFAULT) ORDER BY i
--> columns: i int not null, v int not null, half numeric(17,6) not null
--> 1 | 1 | 0.500000
--> 2 | 20 | 10.000000
--> 4 | 4 | 2.000000
--> 5 | 5 | 2.500000
--> (4 rows)
GO
SELECT t.id, u.v FROM t CROSS APPLY dbo.upto(t.n, 1) AS u ORDER BY t.id, u.v
--> columns: id int not null, v int not null
--> 1 | 1
--> 1 | 20
--> 3 | 1
--> 3 | 20
--> (4 rows)
GO
SELECT t.id, u.v FROM t OUTER APPLY dbo.upto(t.n, 2) AS u ORDER BY t.id, u.v
--> columns: id int not null, v int
--> 1 | 1
--> 2 | NULL
--> 3 | 1
--> (3 rows)
GO
SELECT upto.v FROM dbo.upto(1, 1); SELECT a.v, b.k FROM dbo.upto(2, 1) AS a JOIN dbo.upto(4, 1) AS b (k, w, h) ON b.w = a.v ORDER BY 1
--> columns: v int not null
--> 1
--> (1 rows)
--> columns: v int not null, k int not null
--> 1 | 1
--> 20 | 2
--> (2 rows)
GO
SELECT id, (SELECT SUM(v) FROM dbo.upto(t.n, 1)) AS total FROM t WHERE EXISTS (SELECT * FROM dbo.upto(t.n, 1)) ORDER BY id
--> columns: id int not null, total int
--> 1 | 21
--> 3 | 21
--> (2 rows)
GO
DECLARE @n int = 2; DECLARE @v TABLE (a int); INSERT @v SELECT v FROM dbo.upto(@n, 1); UPDATE @v SET a += x.c FROM (SELECT COUNT(*) AS c FROM dbo.upto(9, 1)) AS x; SELECT a FROM @v ORDER BY a; SELECT @@IDENTITY AS i, @@ROWCOUNT AS n
--> (2 rows)
--> (2 rows)
--> columns: a int
--> 9
--> 28
--> (2 rows)
--> columns: i numeric(38,0), n int not null
--> NULL | 2
--> (1 rows)
GO
CREATE FUNCTION dbo.names (@least int) RETURNS @names TABLE (id int PRIMARY KEY, text nvarchar(20)) WITH SCHEMABINDING AS
BEGIN
  DECLARE @ids TABLE (id int); INSERT INTO @ids SELECT id FROM dbo.t WHERE id >= @least
  INSERT INTO @names SELECT i.id, CONCAT('name ', i.id) FROM @ids AS i
  RETURN
END
GO
SELECT * FROM dbo.names(2) ORDER BY id; SELECT t.id, n.text FROM t CROSS APPLY dbo.names(t.id) AS n ORDER BY t.id, n.id
--> columns: id int not null, text nvarchar(20)
--> 2 | 'name 2'
--> 3 | 'name 3'
--> (2 rows)
--> columns: id int not null, text nvarchar(20)
--> 1 | 'name 1'
--> 1 | 'name 2'
--> 1 | 'name 3'
--> 2 | 'name 2'
--> 2 | 'name 3'
--> 3 | 'name 3'
--> (6 rows)
GO
BEGIN TRAN; SELECT COUNT(*) AS n FROM dbo.names(1); INSERT t SELECT id + 10, 0 FROM dbo.names(2); ROLLBACK; SELECT COUNT(*) AS n FROM t
--> columns: n int not null
--> 3
--> (1 rows)
--> (2 rows)
--> columns: n int not null
--> 3
--> (1 rows)
GO
CREATE TABLE #x (a int); INSERT #x VALUES (1), (2); SELECT x.a, n.id FROM #x AS x CROSS APPLY dbo.names(x.a) AS n ORDER BY x.a, n.id
--> (2 rows)
--> columns: a int, id int not null
--> 1 | 1
--> 1 | 2
--> 1 | 3
--> 2 | 2
--> 2 | 3
--> (5 rows)
GO
CREATE FUNCTION dbo.deep (@n int) RETURNS @r TABLE (d int) AS BEGIN IF @n > 0 INSERT @r SELECT d + 1 FROM dbo.deep(@n - 1) ELSE INSERT @r VALUES (0); RETURN END
GO
SELECT d FROM dbo.deep(5)
--> columns: d int
--> 5
--> (1 rows)
GO
SELECT d FROM dbo.deep(50)
--> columns: d int
--> Msg 217, Level 16, State 1, Procedure deep, Line 1: Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).
GO
CREATE FUNCTION dbo.doubles (@k int) RETURNS @r TABLE (k int PRIMARY KEY) AS BEGIN INSERT @r VALUES (@k), (@k); RETURN END
GO
SELECT k FROM dbo.doubles(1); PRINT 'goes on'
--> columns: k int not null
--> Msg 2627, Level 14, State 1, Procedure doubles, Line 1: Violation of PRIMARY KEY constraint 'PK__@r__AD473899'. Cannot insert duplicate key in object 'dbo.@r'. The duplicate key value is (1).
--> info 0: goes on
GO
SELECT 1 AS one WHERE EXISTS (SELECT * FROM sys.objects WHERE name = 'upto' AND type = 'TF' AND type_desc = 'SQL_TABLE_VALUED_FUNCTION'); SELECT OBJECTPROPERTY(OBJECT_ID('dbo.upto'), 'IsTableFunction') AS t, OBJECTPROPERTY(OBJECT_ID('dbo.upto'), 'IsInlineFunction') AS i
--> columns: one int not null
--> 1
--> (1 rows)
--> columns: t int, i int
--> 1 | 0
--> (1 rows)
GO
SELECT dbo.upto(1, 1)
--> Msg 4121, Level 16, State 1, Line 1: Cannot find either column "dbo" or the user-defined function or aggregate "dbo.upto", or the name is ambiguous.
GO
SELECT * FROM dbo.upto
--> Msg 216, Level 16, State 1, Line 1: Parameters were not supplied for the function 'dbo.upto'.
GO
SELECT * FROM dbo.upto(1)
--> Msg 313, Level 16, State 3, Line 1: An insufficient number of arguments were supplied for the procedure or function dbo.upto.
GO
CREATE FUNCTION dbo.largest () RETURNS int AS BEGIN DECLARE @v TABLE (a int); INSERT @v SELECT n FROM dbo.t; DELETE @v WHERE a > 2; RETURN (SELECT MAX(a) FROM @v) END
GO
SELECT id, dbo.largest() AS l FROM t ORDER BY id
--> columns: id int not null, l int
--> 1 | 2
--> 2 | 2
--> 3 | 2
--> (3 rows)
GO
CREATE FUNCTION dbo.bad () RETURNS @r TABLE (a int) AS BEGIN RETURN 1 END
--> Msg 178, Level 15, State 1, Line 1: A RETURN statement with a return value cannot be used in this context.
GO
CREATE FUNCTION dbo.bad () RETURNS @r TABLE (a int) AS BEGIN INSERT @r VALUES (1) END
--> Msg 455, Level 16, State 2, Line 1: The last statement included within a function must be a return statement.
GO
CREATE FUNCTION dbo.bad () RETURNS @r TABLE (a int) AS BEGIN INSERT t VALUES (1, 1); RETURN END
--> Msg 443, Level 16, State 14, Line 1: Invalid use of a side-effecting operator 'INSERT' within a function.
GO
CREATE FUNCTION dbo.bad () RETURNS @r TABLE (a nothing) AS BEGIN RETURN END
--> Msg 2715, Level 16, State 3, Line 1: Column, parameter, or variable #1: Cannot find data type nothing.
GO
CREATE FUNCTION dbo.bad () RETURNS @r TABLE AS BEGIN RETURN END
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'table'.
GO
CREATE FUNCTION dbo.bad () RETURNS @r TABLE (a int) AS BEGIN INSERT @r EXEC('SELECT 1'); RETURN END
--> Msg 443, Level 16, State 14, Line 1: Invalid use of a side-effecting operator 'INSERT EXEC' within a function.
GO
CREATE FUNCTION dbo.bad () RETURNS @r TABLE (a int
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near 'int'.
GO
ALTER FUNCTION dbo.names (@x int) RETURNS @r TABLE (a int) AS BEGIN INSERT @r VALUES (@x); RETURN END
GO
SELECT * FROM dbo.names(7); DROP FUNCTION dbo.names, dbo.upto; SELECT * FROM dbo.names(7)
--> columns: a int
--> 7
--> (1 rows)
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'dbo.names'.
GO

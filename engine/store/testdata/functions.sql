CREATE TABLE t (id int PRIMARY KEY, name varchar(20), v decimal(10,2)); INSERT t VALUES (1, 'a', 1.50), (2, 'b', 2.50), (3, NULL, 3)
--> (3 rows)
GO
CREATE FUNCTION dbo.above(@least int, @name varchar(3) = 'xyz')
RETURNS TABLE AS RETURN
(
    SELECT id, name, v * 2 AS twice, @name AS label FROM t WHERE id >= @least
)
GO
SELECT * FROM dbo.above(2, DEFAULT) ORDER BY id
--> columns: id int not null, name varchar(20), twice decimal(12,2), label varchar(3)
--> 2 | 'b' | 5.00 | 'xyz'
--> 3 | NULL | 6.00 | 'xyz'
--> (2 rows)
GO
DECLARE @n int = 3; SELECT o.id, o.label FROM above(@n, 'abcdef') AS o
--> columns: id int not null, label varchar(3)
--> 3 | 'abc'
--> (1 rows)
GO
SELECT t.id, o.twice FROM t JOIN dbo.above(1, N'q') o ON o.id = t.id WHERE o.id < 3
--> columns: id int not null, twice decimal(12,2)
--> 1 | 3.00
--> 2 | 5.00
--> (2 rows)
GO
SELECT id, (SELECT COUNT(*) FROM dbo.above(t.id, '')) AS n FROM t ORDER BY id
--> columns: id int not null, n int
--> 1 | 3
--> 2 | 2
--> 3 | 1
--> (3 rows)
GO
SELECT a, b FROM dbo.above(1, NULL) AS x (a, b, c, d) WHERE d IS NULL
--> columns: a int not null, b varchar(20)
--> 1 | 'a'
--> 2 | 'b'
--> 3 | NULL
--> (3 rows)
GO
SELECT * FROM dbo.above(1)
--> Msg 313, Level 16, State 3, Line 1: An insufficient number of arguments were supplied for the procedure or function dbo.above.
GO
SELECT * FROM dbo.above(1, 2, 3)
--> Msg 8144, Level 16, State 2, Line 1: Procedure or function dbo.above has too many arguments specified.
GO
SELECT * FROM dbo.above('x', 'y')
--> columns: id int not null, name varchar(20), twice decimal(12,2), label varchar(3)
--> Msg 245, Level 16, State 1, Line 1: Conversion failed when converting the varchar value 'x' to data type int.
GO
SELECT * FROM dbo.nothing(1)
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'dbo.nothing'.
GO
SELECT t.id FROM t CROSS APPLY dbo.above(t.id, 'x') o
--> columns: id int not null
--> 1
--> 1
--> 1
--> 2
--> 2
--> 3
--> (6 rows)
GO
SELECT t.id FROM t, dbo.above(t.id, 'x') o
--> Msg 4104, Level 16, State 1, Line 1: The multi-part identifier "t.id" could not be bound.
GO
SELECT dbo.above(1, 'x')
--> Msg 4121, Level 16, State 1, Line 1: Cannot find either column "dbo" or the user-defined function or aggregate "dbo.above", or the name is ambiguous.
GO
SELECT * FROM above
--> Msg 216, Level 16, State 1, Line 1: Parameters were not supplied for the function 'above'.
GO
CREATE FUNCTION dbo.above(@a int) RETURNS TABLE AS RETURN SELECT 1 AS a
--> Msg 2714, Level 16, State 6, Line 1: There is already an object named 'above' in the database.
GO
CREATE FUNCTION dbo.bad(@a int) RETURNS TABLE AS RETURN SELECT @a
--> Msg 8155, Level 16, State 2, Line 1: No column name was specified for column 1 of 'bad'.
GO
CREATE FUNCTION dbo.bad(@a int) RETURNS TABLE AS RETURN SELECT @b AS b
--> Msg 137, Level 15, State 2, Line 1: Must declare the scalar variable "@b".
GO
CREATE FUNCTION dbo.bad(@a int) RETURNS TABLE AS RETURN SELECT nix FROM t
--> Msg 207, Level 16, State 1, Line 1: Invalid column name 'nix'.
GO
CREATE FUNCTION dbo.bad(@a int, @A int) RETURNS TABLE AS RETURN SELECT 1 AS x
--> Msg 134, Level 15, State 2, Line 1: The variable name '@A' has already been declared. Variable names must be unique within a query batch or stored procedure.
GO
CREATE FUNCTION dbo.bad(@a int) RETURNS TABLE AS RETURN UPDATE t SET id = 1
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'update'.
GO
CREATE FUNCTION dbo.bad @a int RETURNS TABLE AS RETURN SELECT 1 AS x
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near '@a'.
GO
SELECT 1; CREATE FUNCTION dbo.bad() RETURNS int AS BEGIN RETURN 1 END
--> Msg 111, Level 15, State 1, Line 1: 'CREATE FUNCTION' must be the first statement in a query batch.
GO
CREATE OR ALTER FUNCTION dbo.levels(@to int) RETURNS TABLE WITH SCHEMABINDING AS RETURN (
  WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < @to)
  SELECT i, @to AS [of] FROM n
);
GO
SELECT * FROM dbo.levels(3)
--> columns: i int, of int
--> 1 | 3
--> 2 | 3
--> 3 | 3
--> (3 rows)
GO
CREATE OR ALTER FUNCTION dbo.grouped(@k int) RETURNS TABLE AS RETURN SELECT TOP (@k) @k AS k, COUNT(*) AS n FROM t GROUP BY v ORDER BY v
GO
SELECT * FROM dbo.grouped(2)
--> columns: k int, n int not null
--> 2 | 1
--> 2 | 1
--> (2 rows)
GO
CREATE VIEW w AS SELECT l.i FROM dbo.levels(2) l
GO
SELECT * FROM w
--> columns: i int
--> 1
--> 2
--> (2 rows)
GO
CREATE FUNCTION dbo.add2(@a int, @b int = 2) RETURNS int AS BEGIN RETURN @a + @b END
GO
SELECT dbo.add2(1, DEFAULT) AS s, dbo.add2(id, 10) AS t FROM t WHERE dbo.add2(id, 0) > 1 ORDER BY dbo.add2(-id, 0)
--> columns: s int, t int
--> 3 | 13
--> 3 | 12
--> (2 rows)
GO
SELECT dbo.add2('5', NULL) AS n, master.dbo.add2(1, 1) AS m
--> columns: n int, m int
--> NULL | 2
--> (1 rows)
GO
SELECT dbo.add2(1), 2
--> Msg 313, Level 16, State 3, Line 1: An insufficient number of arguments were supplied for the procedure or function dbo.add2.
GO
SELECT add2(1, 2)
--> Msg 195, Level 15, State 10, Line 1: 'ADD2' is not a recognized built-in function name.
GO
SELECT dbo.nothing(1)
--> Msg 4121, Level 16, State 1, Line 1: Cannot find either column "dbo" or the user-defined function or aggregate "dbo.nothing", or the name is ambiguous.
GO
CREATE OR ALTER FUNCTION dbo.fact(@n int) RETURNS bigint
AS
BEGIN
  DECLARE @r bigint = 1, @i int = 1
  WHILE @i < @n
  BEGIN
    SET @i += 1
    IF @i > 100 BREAK
    SET @r = @r * @i
  END
  RETURN @r
END
GO
SELECT dbo.fact(5) AS f, dbo.fact(20) AS g, (SELECT SUM(dbo.fact(id)) FROM t) AS total
--> columns: f bigint, g bigint, total bigint
--> 120 | 2432902008176640000 | 9
--> (1 rows)
GO
SELECT dbo.fact(25)
--> columns: (no name) bigint
--> Msg 8115, Level 16, State 2, Procedure fact, Line 9: Arithmetic overflow error converting expression to data type bigint.
GO
BEGIN TRY SELECT dbo.fact(25) END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_LINE() AS l, ERROR_PROCEDURE() AS p END CATCH
--> columns: (no name) bigint
--> (0 rows)
--> columns: n int, l int, p nvarchar(128)
--> 8115 | 9 | 'fact'
--> (1 rows)
GO
CREATE OR ALTER FUNCTION dbo.down(@n int) RETURNS int AS BEGIN IF @n <= 0 RETURN 0; RETURN dbo.down(@n - 1) + 1 END
GO
SELECT dbo.down(10) AS n
--> columns: n int
--> 10
--> (1 rows)
GO
SELECT dbo.down(40) AS n
--> columns: n int
--> Msg 217, Level 16, State 1, Procedure down, Line 1: Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).
GO
CREATE OR ALTER FUNCTION dbo.nameof(@id int) RETURNS varchar(2) AS BEGIN DECLARE @n varchar(20), @c int; SELECT @n = name + 'long', @c = id FROM t WHERE id = @id; RETURN @n END
GO
DECLARE @x varchar(30); SELECT id FROM t WHERE id < 3; SET @x = dbo.nameof(2); SELECT @@ROWCOUNT AS r, @x AS x; PRINT dbo.nameof(1); IF dbo.nameof(3) IS NULL PRINT 'none'
--> columns: id int not null
--> 1
--> 2
--> (2 rows)
--> columns: r int not null, x varchar(30)
--> 1 | 'bl'
--> (1 rows)
--> info 0: al
--> info 0: none
GO
SELECT @@ROWCOUNT AS r, dbo.nameof(1) AS n, @@ROWCOUNT AS r2
--> columns: r int not null, n varchar(2), r2 int not null
--> 0 | 'al' | 0
--> (1 rows)
GO
CREATE OR ALTER FUNCTION dbo.strict(@a int, @b int) RETURNS varchar(10) WITH RETURNS NULL ON NULL INPUT, EXECUTE AS CALLER AS BEGIN RETURN 'set' END
GO
SELECT dbo.strict(1, NULL) AS a, dbo.strict(1, 2) AS b
--> columns: a varchar(10), b varchar(10)
--> NULL | 'set'
--> (1 rows)
GO
CREATE FUNCTION dbo.bad() RETURNS int AS BEGIN INSERT t VALUES (9, 'x', 1); RETURN 1 END
--> Msg 443, Level 16, State 14, Line 1: Invalid use of a side-effecting operator 'INSERT' within a function.
GO
CREATE FUNCTION dbo.bad() RETURNS int AS BEGIN SELECT 1; RETURN 1 END
--> Msg 444, Level 16, State 2, Line 1: Select statements included within a function cannot return data to a client.
GO
CREATE FUNCTION dbo.bad() RETURNS int AS BEGIN DECLARE @a int END
--> Msg 455, Level 16, State 2, Line 1: The last statement included within a function must be a return statement.
GO
CREATE FUNCTION dbo.bad() RETURNS int AS BEGIN RETURN RAND() END
--> Msg 443, Level 16, State 14, Line 1: Invalid use of a side-effecting operator 'rand' within a function.
GO
CREATE FUNCTION dbo.bad() RETURNS int AS BEGIN EXEC('x'); RETURN 1 END
--> Msg 443, Level 16, State 14, Line 1: Invalid use of a side-effecting operator 'EXECUTE STRING' within a function.
GO
ALTER FUNCTION dbo.bad() RETURNS int AS BEGIN RETURN 1 END
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'dbo.bad'.
GO
ALTER FUNCTION dbo.add2() RETURNS TABLE AS RETURN SELECT 1 AS a
--> Msg 2010, Level 16, State 1, Line 1: Cannot perform alter on 'dbo.add2' because it is an incompatible object type.
GO
ALTER FUNCTION dbo.add2(@a int, @b int) RETURNS decimal(10, 2) AS BEGIN RETURN @a * 1.255 END
GO
SELECT dbo.add2(1, 0) AS d
--> columns: d decimal(10,2)
--> 1.26
--> (1 rows)
GO
CREATE TABLE c (a int, b AS dbo.add2(a, 0), CHECK (dbo.fact(a) < 100)); INSERT c (a) VALUES (3); INSERT c (a) VALUES (5); SELECT * FROM c
--> (1 rows)
--> Msg 547, Level 16, State 0, Line 1: The INSERT statement conflicted with the CHECK constraint "CK__c__E4D34200". The conflict occurred in database "master", table "dbo.c".
--> info 3621: The statement has been terminated.
--> columns: a int, b decimal(10,2)
--> 3 | 3.77
--> (1 rows)
GO
SELECT name, type, type_desc FROM sys.objects WHERE type IN ('FN', 'IF') ORDER BY name
--> columns: name nvarchar(128) not null, type char(2), type_desc nvarchar(60)
--> 'above' | 'IF' | 'SQL_INLINE_TABLE_VALUED_FUNCTION'
--> 'add2' | 'FN' | 'SQL_SCALAR_FUNCTION'
--> 'down' | 'FN' | 'SQL_SCALAR_FUNCTION'
--> 'fact' | 'FN' | 'SQL_SCALAR_FUNCTION'
--> 'grouped' | 'IF' | 'SQL_INLINE_TABLE_VALUED_FUNCTION'
--> 'levels' | 'IF' | 'SQL_INLINE_TABLE_VALUED_FUNCTION'
--> 'nameof' | 'FN' | 'SQL_SCALAR_FUNCTION'
--> 'strict' | 'FN' | 'SQL_SCALAR_FUNCTION'
--> (8 rows)
GO
SELECT OBJECT_ID('dbo.fact', 'FN') - OBJECT_ID('fact') AS zero, OBJECTPROPERTY(OBJECT_ID('above'), 'IsInlineFunction') AS i, OBJECTPROPERTY(OBJECT_ID('fact'), 'IsScalarFunction') AS s
--> columns: zero int, i int, s int
--> 0 | 1 | 1
--> (1 rows)
GO
SELECT OBJECT_DEFINITION(OBJECT_ID('dbo.add2')) AS d
--> columns: d nvarchar(max)
--> 'CREATE FUNCTION dbo.add2(@a int, @b int) RETURNS decimal(10, 2) AS BEGIN RETURN @a * 1.255 END'
--> (1 rows)
GO
DROP FUNCTION dbo.add2, nothing
--> Msg 3701, Level 11, State 5, Line 1: Cannot drop the function 'nothing', because it does not exist or you do not have permission.
GO
DROP FUNCTION IF EXISTS dbo.add2, nothing, dbo.fact, above
GO
DROP FUNCTION t
--> Msg 3701, Level 11, State 5, Line 1: Cannot drop the function 't', because it does not exist or you do not have permission.
GO
SELECT dbo.fact(1)
--> Msg 4121, Level 16, State 1, Line 1: Cannot find either column "dbo" or the user-defined function or aggregate "dbo.fact", or the name is ambiguous.
GO

CREATE TABLE #e (id int, dept varchar(10), pay decimal(9,2), boss int)
INSERT #e VALUES (1,'a',10,NULL),(2,'a',20,1),(3,'b',30,1),(4,'b',30,2),(5,NULL,50,4)
--> (5 rows)
GO
SELECT dept, COUNT(*) AS n, SUM(pay) AS pay FROM #e GROUP BY dept HAVING COUNT(*) > 0 ORDER BY dept
--> columns: dept varchar(10), n int not null, pay decimal(38,2)
--> NULL | 1 | 50.00
--> 'a' | 2 | 30.00
--> 'b' | 2 | 60.00
--> (3 rows)
GO
SELECT UPPER(dept) AS d, MAX(pay) AS m FROM #e GROUP BY UPPER(dept) ORDER BY d DESC
--> columns: d varchar(10), m decimal(9,2)
--> 'B' | 30.00
--> 'A' | 20.00
--> NULL | 50.00
--> (3 rows)
GO
SELECT id, ROW_NUMBER() OVER (PARTITION BY dept ORDER BY pay DESC, id) AS rn, SUM(pay) OVER (ORDER BY id) AS run, LAG(id) OVER (ORDER BY id) AS prev FROM #e ORDER BY id
--> columns: id int, rn bigint not null, run decimal(38,2), prev int
--> 1 | 2 | 10.00 | NULL
--> 2 | 1 | 30.00 | 1
--> 3 | 1 | 60.00 | 2
--> 4 | 2 | 90.00 | 3
--> 5 | 1 | 140.00 | 4
--> (5 rows)
GO
WITH h AS (SELECT id, boss, 0 AS lvl FROM #e WHERE boss IS NULL UNION ALL SELECT e.id, e.boss, h.lvl + 1 FROM #e e JOIN h ON e.boss = h.id) SELECT id, lvl FROM h ORDER BY id
--> columns: id int, lvl int
--> 1 | 0
--> 2 | 1
--> 3 | 1
--> 4 | 2
--> 5 | 3
--> (5 rows)
GO
WITH n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 200) SELECT MAX(x) AS m FROM n
--> columns: m int
--> Msg 530, Level 16, State 1, Line 1: The statement terminated. The maximum recursion 100 has been exhausted before statement completion.
GO
WITH n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 200) SELECT MAX(x) AS m FROM n OPTION (MAXRECURSION 300)
--> columns: m int
--> 200
--> (1 rows)
GO
SELECT id FROM #e WHERE pay > ALL (SELECT pay FROM #e WHERE dept = 'a') ORDER BY id
--> columns: id int
--> 3
--> 4
--> 5
--> (3 rows)
GO
SELECT id FROM #e WHERE id = ANY (SELECT boss FROM #e) ORDER BY 1
--> columns: id int
--> 1
--> 2
--> 4
--> (3 rows)
GO
SELECT id FROM #e x WHERE EXISTS (SELECT * FROM #e y WHERE y.boss = x.id) AND id NOT IN (4) ORDER BY id
--> columns: id int
--> 1
--> 2
--> (2 rows)
GO
SELECT id FROM #e WHERE dept LIKE 'A%' OR dept IS NULL
--> columns: id int
--> 1
--> 2
--> 5
--> (3 rows)
GO
SELECT TOP (1) WITH TIES id, pay FROM #e WHERE dept = 'b' ORDER BY pay DESC
--> columns: id int, pay decimal(9,2)
--> 3 | 30.00
--> 4 | 30.00
--> (2 rows)
GO
SELECT TOP 40 PERCENT id FROM #e ORDER BY id
--> columns: id int
--> 1
--> 2
--> (2 rows)
GO
SELECT id FROM #e ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY
--> columns: id int
--> 2
--> 3
--> (2 rows)
GO
SELECT dept FROM #e UNION SELECT 'A' UNION ALL SELECT NULL ORDER BY dept
--> columns: dept varchar(10)
--> NULL
--> NULL
--> 'A'
--> 'b'
--> (4 rows)
GO
SELECT id FROM #e EXCEPT SELECT boss FROM #e
--> columns: id int
--> 3
--> 5
--> (2 rows)
GO
SELECT id FROM #e INTERSECT SELECT boss FROM #e
--> columns: id int
--> 1
--> 2
--> 4
--> (3 rows)
GO
SELECT DISTINCT dept FROM #e
--> columns: dept varchar(10)
--> 'a'
--> 'b'
--> NULL
--> (3 rows)
GO
SELECT a.id, b.id AS b FROM #e a FULL JOIN #e b ON a.id = b.boss ORDER BY a.id, b.id
--> columns: id int, b int
--> NULL | 1
--> 1 | 2
--> 1 | 3
--> 2 | 4
--> 3 | NULL
--> 4 | 5
--> 5 | NULL
--> (7 rows)
GO
SELECT CASE WHEN id > 3 THEN 'big' WHEN id > 1 THEN 'mid' END AS c, IIF(id = 1, 1.5, 2) AS i, COALESCE(dept, N'none') AS d, NULLIF(id, 2) AS n, ISNULL(boss, 0) AS b FROM #e
--> columns: c varchar(3), i numeric(11,1) not null, d nvarchar(10) not null, n int, b int not null
--> NULL | 1.5 | 'a' | 1 | 0
--> 'mid' | 2.0 | 'a' | NULL | 1
--> 'mid' | 2.0 | 'b' | 3 | 1
--> 'big' | 2.0 | 'b' | 4 | 2
--> 'big' | 2.0 | 'none' | 5 | 4
--> (5 rows)
GO
SELECT v.a, v.b FROM (VALUES (1, 'x'), (2, NULL), (NULL, 'zzz')) v(a, b)
--> columns: a int, b varchar(3)
--> 1 | 'x'
--> 2 | NULL
--> NULL | 'zzz'
--> (3 rows)
GO
SELECT STRING_AGG(dept, ',') WITHIN GROUP (ORDER BY id DESC) AS s FROM #e
--> columns: s varchar(8000)
--> 'b,b,a,a'
--> (1 rows)
GO
SELECT e.id, s.value FROM #e e CROSS APPLY STRING_SPLIT('p,q', ',') s WHERE e.id < 3
--> columns: id int, value varchar(3)
--> 1 | 'p'
--> 1 | 'q'
--> 2 | 'p'
--> 2 | 'q'
--> (4 rows)
GO
SELECT value FROM GENERATE_SERIES(1, 5, 2)
--> columns: value int
--> 1
--> 3
--> 5
--> (3 rows)
GO
UPDATE e SET pay = b.pay FROM #e e JOIN #e b ON e.boss = b.id
SELECT id, pay FROM #e ORDER BY id
--> (4 rows)
--> columns: id int, pay decimal(9,2)
--> 1 | 10.00
--> 2 | 10.00
--> 3 | 10.00
--> 4 | 20.00
--> 5 | 30.00
--> (5 rows)
GO
DELETE e FROM #e e JOIN #e b ON e.boss = b.id WHERE b.id = 1
SELECT @@ROWCOUNT AS rc
--> (2 rows)
--> columns: rc int not null
--> 2
--> (1 rows)
GO
DECLARE @n int, @s varchar(max) = ''
SELECT @n = COUNT(*) FROM #e
SET @n += 1
SELECT @n AS n
WHILE @n > 0 BEGIN SET @n = @n - 1; IF @n = 2 CONTINUE; SET @s = @s + CAST(@n AS varchar(10)) END
PRINT @s
--> columns: n int
--> 4
--> (1 rows)
--> info 0: 310
GO
DECLARE @t TABLE (a int PRIMARY KEY, b nvarchar(5))
INSERT @t VALUES (1, 'x'), (2, 'y')
INSERT @t OUTPUT inserted.a SELECT a + 10, b FROM @t
SELECT COUNT(*) AS n FROM @t t WHERE t.a > 1
--> (2 rows)
--> columns: a int not null
--> 11
--> 12
--> (2 rows)
--> columns: n int not null
--> 3
--> (1 rows)
GO
DECLARE @o int
EXEC sp_executesql N'SELECT @p = @p + 1; SELECT @p AS p', N'@p int OUTPUT', @p = 41
EXEC sp_executesql N'SET @q = 7', N'@q int OUTPUT', @q = @o OUTPUT
SELECT @o AS o
--> columns: p int
--> 42
--> (1 rows)
--> status 0
--> status 0
--> columns: o int
--> 7
--> (1 rows)
GO
EXEC ('SELECT 1 AS a' + ', 2 AS b')
--> columns: a int not null, b int not null
--> 1 | 2
--> (1 rows)
GO
CREATE PROCEDURE addone @a int, @b int OUTPUT, @c varchar(5) = 'dflt' AS BEGIN SET NOCOUNT ON; SET @b = @a + 1; SELECT @c AS c; RETURN 5 END
GO
DECLARE @r int, @b int
EXEC @r = addone 3, @b OUTPUT
SELECT @r AS r, @b AS b
EXEC addone @a = 1, @b = NULL, @c = 'given'
--> columns: c varchar(5)
--> 'dflt'
--> status 5
--> columns: r int, b int
--> 5 | 4
--> (1 rows)
--> columns: c varchar(5)
--> 'given'
--> status 5
GO
EXEC addone
--> Msg 201, Level 16, State 4, Procedure addone, Line 1: Procedure or function 'addone' expects parameter '@a', which was not supplied.
GO
CREATE TABLE #ie (c varchar(5))
INSERT #ie EXEC addone 1, 2
SELECT * FROM #ie
--> (1 rows)
--> columns: c varchar(5)
--> 'dflt'
--> (1 rows)
GO
SELECT LEN('ab  ') AS l, DATALENGTH(N'ab') AS d, SUBSTRING('hello', 2, 3) AS s, CHARINDEX('L', 'hello') AS c, PATINDEX('%l_o%', 'hello') AS p, REPLACE('aXbx', 'x', '-') AS r, LEFT('abc', 2) AS lf, RIGHT('abc', 2) AS rt, REVERSE('abc') AS rv, STUFF('abcdef', 2, 3, 'X') AS st, REPLICATE('ab', 3) AS rp, CONCAT('a', NULL, 1, 2.5) AS cc, QUOTENAME('a]b') AS q, LTRIM('  x ') + '|' AS lt
--> columns: l int not null, d int, s varchar(3) not null, c int not null, p int not null, r varchar(8000) not null, lf varchar(2) not null, rt varchar(2) not null, rv varchar(3) not null, st varchar(7), rp varchar(8000), cc varchar(101) not null, q nvarchar(258), lt varchar(5) not null
--> 2 | 4 | 'ell' | 3 | 3 | 'a-b-' | 'ab' | 'bc' | 'cba' | 'aXef' | 'ababab' | 'a12.5' | '[a]]b]' | 'x |'
--> (1 rows)
GO
SELECT ABS(-5) AS a, ROUND(2.567, 2) AS r, ROUND(1234, -2) AS r2, FLOOR(-1.5) AS f, CEILING(1.2) AS c, POWER(2, 10) AS p, SQRT(16) AS s, SIGN(-3.5) AS sg
--> columns: a int not null, r numeric(4,3) not null, r2 int not null, f numeric(2,0) not null, c numeric(2,0) not null, p int not null, s float not null, sg numeric(2,1) not null
--> 5 | 2.570 | 1200 | -2 | 2 | 1024 | 4 | -1.0
--> (1 rows)
GO
SELECT DATEADD(month, 1, '2020-01-31') AS a, DATEDIFF(day, '2020-01-01', '2020-03-01') AS d, DATEPART(weekday, '2020-01-01') AS w, YEAR('2020-05-06') AS y, DATENAME(month, '2020-05-06') AS m, EOMONTH('2020-02-01') AS e, CONVERT(varchar(20), CAST('2020-01-02 03:04:05' AS datetime), 120) AS c, CAST('2020-01-02' AS date) AS dt
--> columns: a datetime not null, d int not null, w int not null, y int not null, m nvarchar(30) not null, e date not null, c varchar(20) not null, dt date not null
--> 2020-02-29 00:00:00.0000000 | 60 | 4 | 2020 | 'May' | 2020-02-29 | '2020-01-02 03:04:05' | 2020-01-02
--> (1 rows)
GO
SELECT DB_NAME() AS db, SUSER_SNAME() AS su, ORIGINAL_LOGIN() AS ol, USER_NAME() AS un, IS_SRVROLEMEMBER(N'sysadmin') AS sy, HAS_PERMS_BY_NAME(DB_NAME(), N'DATABASE', N'EXECUTE ANY EXTERNAL SCRIPT') AS hp, IS_ROLEMEMBER(N'db_owner') AS ro, @@OPTIONS AS o, @@TEXTSIZE AS t, CHARINDEX(N'Babelfish', @@VERSION) AS bf, SERVERPROPERTY('EngineEdition') AS ee
--> columns: db nvarchar(128), su nvarchar(128), ol nvarchar(128), un nvarchar(128), sy int, hp int, ro int, o int not null, t int not null, bf int not null, ee sql_variant
--> 'master' | 'sa' | 'sa' | 'dbo' | 1 | 1 | 1 | 5432 | 2147483647 | 0 | variant int 3
--> (1 rows)
GO
EXEC sp_executesql N'SELECT @a AS a, LEN(@a) AS l, @b AS b', N'@a nvarchar(10), @b varbinary(10)', N'', 0x
--> columns: a nvarchar(10), l int, b varbinary(10)
--> '' | 0 | 0x
--> (1 rows)
--> status 0
GO
SELECT CAST('/' AS hierarchyid) AS h, CAST(NULL AS hierarchyid) AS n
--> columns: h hierarchyid not null, n hierarchyid
--> 0x | NULL
--> (1 rows)
GO
DECLARE @s varchar(100) = '', @n int = 0
SELECT @s = @s + v + ';', @n = @n + LEN(v) FROM (VALUES ('a'), ('bb'), ('ccc')) x(v)
SELECT @s AS s, @n AS n
--> columns: s varchar(100), n int
--> 'a;bb;ccc;' | 6
--> (1 rows)
GO
DECLARE @x int = 3
SELECT @x = @x + 1
SELECT @x AS x
--> columns: x int
--> 4
--> (1 rows)
GO
CREATE PROC #answer AS RETURN 42
GO
DECLARE @r int
EXEC @r = #answer
SELECT @r AS r
--> status 42
--> columns: r int
--> 42
--> (1 rows)
GO

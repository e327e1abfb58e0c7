CREATE TABLE a (id int PRIMARY KEY, n int NULL, s varchar(10), d decimal(10,3), dt datetime, g uniqueidentifier, b varbinary(10))
INSERT a VALUES (1, 10, 'x', 1.5, '2020-01-01', '00000000-0000-0000-0000-000000000001', 0x01), (2, NULL, 'X ', 1.500, '2020-01-02', '00000000-0000-0000-0100-000000000000', 0x0100), (3, 10, 'é', 2, '2021-01-01', NULL, 0x02)
--> (3 rows)
GO
SELECT COUNT(DISTINCT s) AS ds, COUNT(DISTINCT n) AS dn, COUNT(n) AS cn, COUNT(DISTINCT d) AS dd FROM a
--> columns: ds int not null, dn int not null, cn int not null, dd int not null
--> 2 | 1 | 2 | 2
--> (1 rows)
GO
SELECT s, COUNT(*) AS c FROM a GROUP BY s ORDER BY s
--> columns: s varchar(10), c int not null
--> 'é' | 1
--> 'x' | 2
--> (2 rows)
GO
SELECT id FROM a WHERE n NOT IN (10, NULL)
--> columns: id int not null
--> (0 rows)
GO
SELECT id FROM a WHERE n NOT IN (SELECT n FROM a WHERE n = 99)
--> columns: id int not null
--> 1
--> 2
--> 3
--> (3 rows)
GO
SELECT id FROM a WHERE n BETWEEN '5' AND 15.5 ORDER BY id
--> columns: id int not null
--> 1
--> 3
--> (2 rows)
GO
SELECT id FROM a WHERE d = 1.5 AND d IN (1.5, 3) ORDER BY id
--> columns: id int not null
--> 1
--> 2
--> (2 rows)
GO
SELECT id FROM a WHERE dt >= '2020-01-02' ORDER BY dt DESC
--> columns: id int not null
--> 3
--> 2
--> (2 rows)
GO
SELECT id FROM a WHERE dt = '20200101'
--> columns: id int not null
--> 1
--> (1 rows)
GO
SELECT id FROM a ORDER BY g
--> columns: id int not null
--> 3
--> 2
--> 1
--> (3 rows)
GO
SELECT id FROM a WHERE s = N'É'
--> columns: id int not null
--> 3
--> (1 rows)
GO
SELECT id FROM a WHERE s COLLATE Latin1_General_CS_AS = 'x'
--> columns: id int not null
--> 1
--> (1 rows)
GO
SELECT id FROM a WHERE s COLLATE Latin1_General_CI_AI = 'e'
--> columns: id int not null
--> 3
--> (1 rows)
GO
SELECT (SELECT MAX(id) FROM a y WHERE y.n = x.n) AS m, x.id FROM a x ORDER BY x.id
--> columns: m int, id int not null
--> 3 | 1
--> NULL | 2
--> 3 | 3
--> (3 rows)
GO
SELECT n + 1 AS n1, COUNT(*) AS c FROM a GROUP BY n + 1 HAVING COUNT(*) >= 1 ORDER BY n + 1
--> columns: n1 int, c int not null
--> NULL | 1
--> 11 | 2
--> (2 rows)
GO
SELECT 'a' + 1
--> columns: (no name) int not null
--> Msg 245, Level 16, State 1, Line 1: Conversion failed when converting the varchar value 'a' to data type int.
GO
SELECT 1 + '2' AS three, '1' + '2' AS twelve, 1 + 1.5 AS d, 5 / 2 AS i, 5.0 / 2 AS q, 1 / 3.0 AS t, CAST(1 AS money) / 3 AS m, 7 % 3 AS r
--> columns: three int not null, twelve varchar(2) not null, d numeric(3,1) not null, i int not null, q numeric(7,6) not null, t numeric(8,6) not null, m money not null, r int not null
--> 3 | '12' | 2.5 | 2 | 2.500000 | 0.333333 | 0.3333 | 1
--> (1 rows)
GO
SELECT GETDATE() - GETDATE() AS zero, DATEADD(day, 1, CAST('2020-12-31' AS date)) AS nextday, CAST('2020-01-31' AS datetime) + 1 AS plus
--> columns: zero datetime not null, nextday date not null, plus datetime not null
--> 1900-01-01 00:00:00.0000000 | 2021-01-01 | 2020-02-01 00:00:00.0000000
--> (1 rows)
GO
UPDATE a SET n = (SELECT MAX(n) + id FROM a b WHERE b.id <= a.id)
SELECT id, n FROM a ORDER BY id
--> Msg 8120, Level 16, State 1, Line 1: Column 'b.id' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.
GO
DECLARE @top int = 2
SELECT TOP (@top) id FROM a ORDER BY id DESC
--> columns: id int not null
--> 3
--> 2
--> (2 rows)
GO
SELECT DISTINCT n % 2 AS parity FROM a ORDER BY parity
--> columns: parity int
--> NULL
--> 0
--> (2 rows)
GO
SELECT DISTINCT s FROM a ORDER BY id
--> Msg 145, Level 15, State 1, Line 1: ORDER BY items must appear in the select list if SELECT DISTINCT is specified.
GO
SELECT s FROM a UNION SELECT N'new' ORDER BY 1 DESC
--> columns: s nvarchar(10)
--> 'x'
--> 'new'
--> 'é'
--> (3 rows)
GO
SELECT MAX(dt) AS mx, MIN(s) AS ms, MAX(g) AS mg, AVG(n) AS av, AVG(CAST(n AS decimal(10,2))) AS ad, SUM(d) AS sd, STDEV(n) AS sv FROM a
--> columns: mx datetime, ms varchar(10), mg uniqueidentifier, av int, ad decimal(38,6), sd decimal(38,3), sv float
--> 2021-01-01 00:00:00.0000000 | 'é' | 00000000-0000-0000-0000-000000000001 | 10 | 10.000000 | 5.000 | 0
--> (1 rows)
GO
SELECT COUNT(*) AS c, SUM(n) AS s FROM a WHERE 1 = 0
--> columns: c int not null, s int
--> 0 | NULL
--> (1 rows)
GO
SELECT id FROM a WHERE 1 = 0 GROUP BY id
--> columns: id int not null
--> (0 rows)
GO
WITH c AS (SELECT id, n FROM a), e AS (SELECT id FROM c WHERE id > 1) SELECT c.id, c.n FROM c JOIN e ON c.id = e.id ORDER BY c.id
--> columns: id int not null, n int
--> 2 | NULL
--> 3 | 10
--> (2 rows)
GO
SELECT x.id, y.id AS yid FROM a x, a y WHERE x.id = y.id - 1 ORDER BY 1
--> columns: id int not null, yid int not null
--> 1 | 2
--> 2 | 3
--> (2 rows)
GO
SELECT a.* FROM a INNER JOIN (SELECT id FROM a WHERE id < 3) AS q ON a.id = q.id RIGHT JOIN (VALUES (1), (9)) v(k) ON v.k = a.id ORDER BY v.k
--> columns: id int, n int, s varchar(10), d decimal(10,3), dt datetime, g uniqueidentifier, b varbinary(10)
--> 1 | 10 | 'x' | 1.500 | 2020-01-01 00:00:00.0000000 | 00000000-0000-0000-0000-000000000001 | 0x01
--> NULL | NULL | NULL | NULL | NULL | NULL | NULL
--> (2 rows)
GO
SELECT id FROM a, a
--> Msg 1013, Level 16, State 1, Line 1: The objects "dbo.a" and "dbo.a" in the FROM clause have the same exposed names. Use correlation names to distinguish them.
GO
SELECT id FROM a x JOIN a y ON x.id = y.id
--> Msg 209, Level 16, State 1, Line 1: Ambiguous column name 'id'.
GO
SELECT x.nope FROM a x
--> Msg 207, Level 16, State 1, Line 1: Invalid column name 'nope'.
GO
SELECT q.id FROM a x
--> Msg 4104, Level 16, State 1, Line 1: The multi-part identifier "q.id" could not be bound.
GO
SELECT CASE 1 WHEN 1 THEN 'one' ELSE NULL END AS a, CASE WHEN 1 = 2 THEN 1 END AS b, CASE WHEN 1 = 1 THEN 1 ELSE 1/0 END AS lazy
--> columns: a varchar(3), b int, lazy int not null
--> 'one' | NULL | 1
--> (1 rows)
GO
SELECT CASE WHEN NULL = NULL THEN 1 ELSE 0 END AS n, CASE WHEN NOT (NULL = 1) THEN 1 ELSE 0 END AS m
--> columns: n int not null, m int not null
--> 0 | 0
--> (1 rows)
GO
SELECT CONVERT(varchar(10), 123.456) AS a, CONVERT(varchar(30), CAST(1.5 AS float)) AS b, CONVERT(varchar(30), CAST(12345678.9 AS money), 1) AS c, CONVERT(varchar(30), 0xABCD, 1) AS d, CONVERT(varbinary(4), '0xABCD', 1) AS e, CONVERT(int, '  12 ') AS f, CONVERT(bit, 'true') AS g
--> columns: a varchar(10) not null, b varchar(30) not null, c varchar(30) not null, d varchar(30) not null, e varbinary(4) not null, f int not null, g bit not null
--> '123.456' | '1.5' | '12,345,678.90' | '0xABCD' | 0xABCD | 12 | 1
--> (1 rows)
GO
SELECT TRY_CAST('x' AS int) AS a, TRY_CONVERT(date, '2020-13-01') AS b, ISNUMERIC('1e5') AS c, ISNUMERIC('x') AS d
--> columns: a int, b date, c int, d int
--> NULL | NULL | 1 | 0
--> (1 rows)
GO
INSERT a (id, s) SELECT id + 10, s FROM a
SELECT COUNT(*) AS n FROM a
--> (3 rows)
--> columns: n int not null
--> 6
--> (1 rows)
GO
DELETE TOP (2) FROM a WHERE id > 10
SELECT COUNT(*) AS n FROM a
--> (2 rows)
--> columns: n int not null
--> 4
--> (1 rows)
GO
SELECT ROW_NUMBER() OVER (ORDER BY s) AS rn, RANK() OVER (ORDER BY s) AS rk, DENSE_RANK() OVER (ORDER BY s) AS dr, NTILE(2) OVER (ORDER BY id) AS nt, COUNT(*) OVER () AS c, FIRST_VALUE(id) OVER (PARTITION BY s ORDER BY id) AS fv FROM a ORDER BY id
--> columns: rn bigint not null, rk bigint not null, dr bigint not null, nt bigint not null, c int not null, fv int
--> 3 | 3 | 2 | 1 | 4 | 1
--> 4 | 3 | 2 | 1 | 4 | 1
--> 1 | 1 | 1 | 2 | 4 | 3
--> 2 | 1 | 1 | 2 | 4 | 3
--> (4 rows)
GO
SELECT SUM(COUNT(*)) OVER () AS total, s FROM a GROUP BY s ORDER BY s
--> columns: total int, s varchar(10)
--> 4 | 'é'
--> 4 | 'x'
--> (2 rows)
GO
SELECT id FROM a WHERE EXISTS (SELECT 1 UNION SELECT 2) AND id = 1
--> columns: id int not null
--> 1
--> (1 rows)
GO
SELECT ISNULL(NULL, 'abc') AS a, ISNULL(CAST(NULL AS varchar(2)), 'abc') AS b, COALESCE(NULL, 1, 2.5) AS c, NULLIF('a', 'A') AS d
--> columns: a varchar(3) not null, b varchar(2) not null, c numeric(11,1) not null, d varchar(1)
--> 'abc' | 'ab' | 1.0 | NULL
--> (1 rows)
GO
SELECT @@ROWCOUNT AS rc
--> columns: rc int not null
--> 1
--> (1 rows)
GO
IF EXISTS (SELECT * FROM a WHERE id = 1) PRINT 'yes' ELSE PRINT 'no'
IF (SELECT COUNT(*) FROM a) > 100 PRINT 'many' ELSE BEGIN PRINT 'few' END
--> info 0: yes
--> info 0: few
GO
DECLARE @i int = 0
WHILE 1 = 1 BEGIN
  SET @i += 1
  IF @i > 3 BREAK
END
SELECT @i AS i
RETURN
SELECT 'unreachable'
--> columns: i int
--> 4
--> (1 rows)
GO
SELECT name FROM sys.tables WHERE name IN ('a', 'zzz')
--> columns: name nvarchar(128) not null
--> 'a'
--> (1 rows)
GO
SELECT LEFT(s, 1) + RIGHT(s, 1) AS t FROM a WHERE id = 1
--> columns: t varchar(2)
--> 'xx'
--> (1 rows)
GO
SELECT id, LAG(id, 1, 0) OVER (ORDER BY id) AS p, SUM(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS two FROM a WHERE id < 5 ORDER BY id
--> columns: id int not null, p int, two int
--> 1 | 0 | 1
--> 2 | 1 | 3
--> 3 | 2 | 5
--> (3 rows)
GO
SELECT * FROM a WHERE id = 1 OPTION (MAXDOP 1)
--> columns: id int not null, n int, s varchar(10), d decimal(10,3), dt datetime, g uniqueidentifier, b varbinary(10)
--> 1 | 10 | 'x' | 1.500 | 2020-01-01 00:00:00.0000000 | 00000000-0000-0000-0000-000000000001 | 0x01
--> (1 rows)
GO
SELECT TOP 1 id FROM a WITH (NOLOCK) ORDER BY id
--> columns: id int not null
--> 1
--> (1 rows)
GO
MERGE a AS t USING (SELECT 1 AS id) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = 0;
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: the statement Merge is not supported by the embedded engine.
GO
SELECT id, s FROM a FOR XML PATH
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: the FOR clause of SELECT is not supported by the embedded engine.
GO

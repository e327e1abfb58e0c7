SELECT ISNUMERIC('+') AS a, ISNUMERIC('-') AS b, ISNUMERIC('.') AS c, ISNUMERIC('') AS d, ISNUMERIC('-x') AS e
--> columns: a int, b int, c int, d int, e int
--> 1 | 1 | 1 | 0 | 0
--> (1 rows)
GO
SELECT ISDATE('') AS a, ISDATE(' ') AS b, ISDATE(1) AS c, ISDATE(2020) AS d
--> columns: a int, b int, c int, d int
--> 0 | 0 | 0 | 1
--> (1 rows)
GO
SELECT DATEDIFF(day, CAST('10:00' AS time), CAST('1900-01-02' AS date)) AS a, DATEDIFF(minute, CAST('10:00' AS time), CAST('11:30' AS time)) AS b
--> columns: a int not null, b int not null
--> 1 | 90
--> (1 rows)
GO
SELECT DATEADD(nanosecond, 49, CAST('2020-01-01' AS datetime2)) AS a, DATEADD(nanosecond, 50, CAST('2020-01-01' AS datetime2)) AS b, DATEADD(nanosecond, -150, CAST('2020-01-01' AS datetime2)) AS c
--> columns: a datetime2(7) not null, b datetime2(7) not null, c datetime2(7) not null
--> 2020-01-01 00:00:00.0000000 | 2020-01-01 00:00:00.0000001 | 2019-12-31 23:59:59.9999998
--> (1 rows)
GO
SELECT RADIANS(180) AS a, DEGREES(1) AS b, RADIANS(180e0) AS c, DEGREES(CAST(1 AS money)) AS d
--> columns: a int not null, b int not null, c float not null, d money not null
--> 3 | 57 | 3.141592653589793 | 57.2958
--> (1 rows)
GO
SELECT LEFT(123, 2) AS a, REVERSE(45) AS b
--> columns: a varchar(2) not null, b varchar(8000) not null
--> '12' | '54'
--> (1 rows)
GO
SELECT 1 AS a WHERE 'a ' LIKE 'a' AND 'a  ' LIKE 'a ' AND 'xa ' LIKE '%a' AND 'ab  ' LIKE 'a__' AND 'a' NOT LIKE 'a '
--> columns: a int not null
--> 1
--> (1 rows)
GO
SELECT 1 AS a WHERE N'a ' LIKE 'a' OR 'a ' LIKE N'a'
--> columns: a int not null
--> (0 rows)
GO
SELECT 1 AS a WHERE 'a' COLLATE Latin1_General_CS_AS = 'A' OR (N'a' + 'b') COLLATE Latin1_General_CS_AS = 'Ab'
--> columns: a int not null
--> (0 rows)
GO
SELECT 3 AS a UNION ALL SELECT 1 INTERSECT SELECT 1 ORDER BY a
--> columns: a int not null
--> 1
--> 3
--> (2 rows)
GO
SELECT 3 AS a UNION SELECT 1 INTERSECT SELECT 1 INTERSECT SELECT 2 EXCEPT SELECT 4
--> columns: a int not null
--> 3
--> (1 rows)
GO
(SELECT 3 AS a UNION ALL SELECT 1) INTERSECT SELECT 1
--> columns: a int not null
--> 1
--> (1 rows)
GO
BEGIN TRY SELECT 6 / (a - 2) AS x FROM (VALUES (1), (2)) AS t(a) END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n END CATCH
--> columns: x int not null
--> -6
--> (1 rows)
--> columns: n int
--> 8134
--> (1 rows)
GO
SELECT 1 /* a /* b */
c */ + .5 AS x, 1. AS y
--> columns: x numeric(3,1) not null, y numeric(1,0) not null
--> 1.5 | 1
--> (1 rows)
GO
CREATE TABLE mixed (a varchar(10))
INSERT mixed VALUES (1), (1.5)
INSERT mixed VALUES (1), ('x')
SELECT a FROM mixed
--> (2 rows)
--> Msg 245, Level 16, State 1, Line 3: Conversion failed when converting the varchar value 'x' to data type int.
GO
CREATE VIEW v (a b) AS SELECT 1 AS a
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near 'b'.
GO
CREATE VIEW v (a, AS SELECT 1 AS a
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'as'.
GO
CREATE VIEW v (
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near '('.
GO
CREATE FUNCTION f () RETURNS int AS BEGIN RETURN 1 END
GO
GRANT CREATE TABLE TO public
GO
SELECT 1 AS x WHERE ((2 * 3) / NULLIF((3 % NULLIF(4, 0)), 0)) = LEN(('s' + 'x'))
--> columns: x int not null
--> 1
--> (1 rows)
GO
SELECT 1 AS x WHERE (2 * 3) / 3 = 2 AND ((2 * 3)) = 6 AND NOT ((2 * 3) + 3) = 8
--> columns: x int not null
--> 1
--> (1 rows)
GO
IF ((2 * 3) / 3) = 2 SELECT CASE WHEN (1 + 1) * 2 = 4 THEN 1 END AS c
--> columns: c int
--> 1
--> (1 rows)
GO
SELECT 1 AS x WHERE (((1 = 1)) AND ((2) = 2 OR (3 = 4))) AND ((SELECT 1) + 1) = 2 AND (SELECT 2) * 2 = 4 AND (CASE WHEN 1 = 1 THEN 2 END) + 1 = 3
--> columns: x int not null
--> 1
--> (1 rows)
GO
SELECT a.x FROM ((SELECT 1 AS x) a CROSS JOIN (SELECT 2 AS y) b) JOIN (SELECT 3 AS z) c ON (a.x + b.y) * 1 = c.z AND NOT (c.z - 1) - 1 > 5
--> columns: x int not null
--> 1
--> (1 rows)
GO

CREATE TABLE p (id int PRIMARY KEY, name varchar(10)); CREATE TABLE c (id int PRIMARY KEY, pid int NULL, v float NULL, d decimal(38, 10) NULL, t datetimeoffset NULL, x sql_variant NULL)
GO
INSERT p VALUES (1, 'one'), (2, 'two'), (3, 'three'); INSERT c VALUES (10, 1, 0.1, 1234567890123456789012345678.0123456789, '2020-01-02T03:04:05.1234567+02:00', N'v'); INSERT c (id, pid, v, x) VALUES (11, 1, 1e300, 5); INSERT c (id, pid) VALUES (12, 2)
--> (3 rows)
--> (1 rows)
--> (1 rows)
--> (1 rows)
GO
SELECT p.id, x.* FROM p OUTER APPLY (SELECT TOP 1 * FROM c WHERE c.pid = p.id ORDER BY c.id) AS x ORDER BY p.id
--> columns: id int not null, id int, pid int, v float, d decimal(38,10), t datetimeoffset(7), x sql_variant
--> 1 | 10 | 1 | 0.1 | 1234567890123456789012345678.0123456789 | 2020-01-02 03:04:05.1234567 +02:00 | variant nvarchar(1) 'v'
--> 2 | 12 | 2 | NULL | NULL | NULL | NULL
--> 3 | NULL | NULL | NULL | NULL | NULL | NULL
--> (3 rows)
GO
DECLARE @s varchar(max) = ''; SELECT @s += x.s FROM p CROSS APPLY (SELECT p.name + ' ' AS s) AS x; SELECT @s AS s
--> columns: s varchar(max)
--> 'one two three '
--> (1 rows)
GO
WITH w AS (SELECT * FROM c) SELECT p.id FROM p CROSS APPLY (SELECT TOP 1 w.id FROM w WHERE w.pid = p.id) AS x
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: APPLY of a query that looks left and reads a common table expression is not supported by the embedded engine.
GO
WITH w AS (SELECT * FROM p) SELECT w.id, x.n FROM w CROSS APPLY (SELECT COUNT(*) AS n FROM c WHERE c.pid = w.id) AS x ORDER BY w.id
--> columns: id int not null, n int not null
--> 1 | 2
--> 2 | 1
--> 3 | 0
--> (3 rows)
GO
SELECT p.name, COUNT(x.id) AS n FROM p OUTER APPLY (SELECT c.id FROM c WHERE c.pid = p.id) AS x GROUP BY p.name ORDER BY p.name
--> columns: name varchar(10), n int not null
--> 'one' | 2
--> 'three' | 0
--> 'two' | 1
--> (3 rows)
GO
SELECT p.id FROM p, (SELECT c.id FROM c WHERE c.pid = p.id) AS x
--> Msg 4104, Level 16, State 1, Line 1: The multi-part identifier "p.id" could not be bound.
GO
SELECT p.id FROM p CROSS APPLY (SELECT 10 / (p.id - 2) AS w) AS x; PRINT 'goes on'
--> columns: id int not null
--> 1
--> Msg 8134, Level 16, State 1, Line 1: Divide by zero error encountered.
--> info 0: goes on
GO
CREATE PROCEDURE finds @name varchar(10) AS SELECT x.id FROM p CROSS APPLY (SELECT c.id FROM c WHERE c.pid = p.id AND p.name = @name) AS x
GO
EXEC finds 'one'; EXEC finds 'two'
--> columns: id int not null
--> 10
--> 11
--> (2 rows)
--> status 0
--> columns: id int not null
--> 12
--> (1 rows)
--> status 0
GO
INSERT p OUTPUT inserted.id, inserted.name VALUES (4, 'four'); DELETE p OUTPUT deleted.id FROM p CROSS APPLY (SELECT p.id AS i) AS x WHERE x.i = 4
--> columns: id int not null, name varchar(10)
--> 4 | 'four'
--> (1 rows)
--> columns: id int not null
--> 4
--> (1 rows)
GO
SELECT a.id, b.id FROM p AS a CROSS APPLY (SELECT p.id FROM p CROSS APPLY (SELECT p.id + a.id AS s) AS y WHERE y.s = 4) AS b ORDER BY a.id
--> columns: id int not null, id int not null
--> 1 | 3
--> 2 | 2
--> 3 | 1
--> (3 rows)
GO

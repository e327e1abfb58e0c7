CREATE TABLE p (id int PRIMARY KEY, name varchar(10) COLLATE Latin1_General_CI_AS, amount decimal(9, 2) NULL, at datetime NULL)
GO
CREATE TABLE c (id int PRIMARY KEY, pid int NULL, v float NULL, s nvarchar(20) NULL, g uniqueidentifier NULL, b varbinary(8) NULL)
GO
INSERT p VALUES (1, 'one', 1.5, '2020-01-02T03:04:05'), (2, 'two', NULL, NULL), (3, 'three', 3.25, '2021-01-01')
GO
INSERT c VALUES (10, 1, 0.1, N'a', '6F9619FF-8B86-D011-B42D-00C04FC964FF', 0x01), (11, 1, 1e300, N'b', NULL, 0x), (12, 2, NULL, NULL, NULL, NULL), (13, NULL, 3, N'd', NULL, 0xFF)
GO
SELECT p.id, x.id AS c, x.v, x.s, x.g, x.b FROM p CROSS APPLY (SELECT TOP 1 * FROM c WHERE c.pid = p.id ORDER BY c.id DESC) AS x ORDER BY p.id
GO
SELECT p.id, x.id AS c, x.v FROM p OUTER APPLY (SELECT TOP 1 * FROM c WHERE c.pid = p.id ORDER BY c.id DESC) AS x ORDER BY p.id
GO
SELECT p.id, x.n, x.total FROM p CROSS APPLY (SELECT COUNT(*) AS n, SUM(v) AS total FROM c WHERE c.pid = p.id) AS x ORDER BY p.id
GO
SELECT p.id, v.k, v.x FROM p CROSS APPLY (VALUES ('id', p.id), ('twice', p.id * 2)) AS v (k, x) ORDER BY p.id, v.k
GO
SELECT p.id, a.x, b.y FROM p CROSS APPLY (SELECT p.id * 2 AS x) AS a CROSS APPLY (SELECT a.x + p.id AS y) AS b WHERE b.y > 3 ORDER BY p.id
GO
SELECT p.name, a.m FROM p CROSS APPLY (SELECT p.amount AS m UNION ALL SELECT p.amount + 1) AS a ORDER BY p.id, a.m
GO
SELECT p.id, (SELECT SUM(x.v) FROM (SELECT 1 AS one) AS o CROSS APPLY (SELECT c.id + p.id + o.one AS v FROM c WHERE c.pid = p.id) AS x) AS total FROM p ORDER BY p.id
GO
SELECT p.id FROM p WHERE EXISTS (SELECT * FROM c CROSS APPLY (SELECT c.v * 2 AS w) AS x WHERE c.pid = p.id AND x.w > 1) ORDER BY p.id
GO
DECLARE @least int = 11; SELECT p.id, x.id AS c FROM p CROSS APPLY (SELECT c.id FROM c WHERE c.pid = p.id AND c.id >= @least) AS x ORDER BY x.id
GO
UPDATE p SET amount = x.n FROM p CROSS APPLY (SELECT COUNT(*) AS n FROM c WHERE c.pid = p.id) AS x WHERE p.id < 3
GO
SELECT id, amount FROM p ORDER BY id
GO
DELETE p FROM p OUTER APPLY (SELECT TOP 1 c.id FROM c WHERE c.pid = p.id) AS x WHERE x.id IS NULL
GO
SELECT COUNT(*) AS n FROM p
GO
INSERT p (id, name) SELECT 100 + x.id, p.name FROM p CROSS APPLY (SELECT c.id FROM c WHERE c.pid = p.id) AS x
GO
SELECT id, name FROM p ORDER BY id
GO
CREATE FUNCTION dbo.of_parent (@id int, @least float) RETURNS TABLE AS RETURN (SELECT c.id, c.v FROM c WHERE c.pid = @id AND (@least IS NULL OR c.v >= @least))
GO
SELECT p.id, f.id AS c, f.v FROM p CROSS APPLY dbo.of_parent(p.id, NULL) AS f ORDER BY f.id
GO
SELECT p.id, f.id AS c FROM p OUTER APPLY dbo.of_parent(p.id, 1) AS f ORDER BY p.id
GO
SELECT p.id, f.id AS c, g.id AS d FROM p CROSS APPLY dbo.of_parent(p.id, NULL) AS f CROSS APPLY dbo.of_parent(f.id - 9, NULL) AS g ORDER BY p.id, f.id, g.id
GO
CREATE VIEW vw AS SELECT p.id, f.v FROM p CROSS APPLY dbo.of_parent(p.id, 0) AS f
GO
SELECT id, v FROM vw ORDER BY id, v
GO
SELECT p.id, x.id AS xid FROM p CROSS APPLY (SELECT TOP 1 vw.id FROM vw WHERE vw.id <= p.id ORDER BY vw.v) AS x ORDER BY p.id
GO
SELECT p.id FROM p CROSS APPLY (SELECT nothing FROM c WHERE c.pid = p.id) AS x
GO
SELECT p.id, x.w FROM p CROSS APPLY (SELECT 1 / (p.id - 1) AS w) AS x ORDER BY p.id
GO
SELECT name, x.up FROM p CROSS APPLY (SELECT UPPER(p.name) AS up WHERE p.name = 'ONE') AS x
GO

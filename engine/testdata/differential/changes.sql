CREATE TABLE t (id int IDENTITY(1,1) NOT NULL PRIMARY KEY, a int NOT NULL DEFAULT 7, b varchar(5) NULL, c decimal(6,2) NULL CHECK (c >= 0), u int NULL)
GO
INSERT INTO t (a, b) VALUES (1, 'x')
GO
INSERT t DEFAULT VALUES
GO
SELECT @@IDENTITY AS i, SCOPE_IDENTITY() AS s, IDENT_CURRENT('t') AS c, @@ROWCOUNT AS r
GO
-- differs: OUTPUT's rows are counted
INSERT INTO t (a, b, c) OUTPUT inserted.id, inserted.b VALUES (2, 'y', 1.555), (3, NULL, 0)
GO
SELECT * FROM t ORDER BY id
GO
INSERT INTO t (a) VALUES (NULL)
GO
-- differs: 2628 in SQL Server 2019 and later
INSERT INTO t (b) VALUES ('toolong')
GO
INSERT INTO t (c) VALUES (-1)
GO
INSERT INTO t (c) VALUES (12345.6)
GO
INSERT INTO t (a) VALUES ('x')
GO
INSERT INTO t (id, a) VALUES (100, 1)
GO
SET IDENTITY_INSERT t ON; INSERT INTO t (id, a) VALUES (100, 1); SET IDENTITY_INSERT t OFF
GO
INSERT INTO t (a) VALUES (5); SELECT SCOPE_IDENTITY() AS s, COUNT(*) AS k FROM t
GO
INSERT INTO t (a, b) VALUES (1, 'a'), (2)
GO
INSERT INTO t (a, b) VALUES (1)
GO
INSERT INTO t (nosuch) VALUES (1)
GO
INSERT INTO t (a, a) VALUES (1, 2)
GO
-- differs: Babelfish fails at two columns named a
UPDATE t SET a = a + 1, b = 'u' OUTPUT deleted.a, inserted.a, inserted.b WHERE id <= 2
GO
UPDATE t SET a = NULL WHERE id = 1
GO
UPDATE t SET id = 5 WHERE id = 1
GO
UPDATE t SET c = -5 WHERE id = 1
GO
UPDATE t SET a = 1, a = 2
GO
UPDATE t SET a = b, b = CAST(a AS varchar(5)) WHERE id = 999
GO
UPDATE t SET a = u, u = a WHERE id = 3
GO
UPDATE t SET u = a, a = id WHERE id = 3; SELECT id, a, u FROM t WHERE id = 3
GO
UPDATE x SET x.b = 'j' FROM t x JOIN (SELECT 3 AS k) y ON x.id = y.k; SELECT @@ROWCOUNT AS r
GO
UPDATE TOP (1) t SET b = 'top' WHERE id > 3; SELECT @@ROWCOUNT AS r
GO
-- differs: OUTPUT's rows are counted; the UPDATE above failed there
DELETE FROM t OUTPUT deleted.id, deleted.b WHERE id = 2
GO
DELETE t WHERE id = 12345; SELECT @@ROWCOUNT AS r
GO
DELETE x FROM t x JOIN (SELECT 1 AS k) y ON x.id = y.k
GO
SELECT id, a, b, c, u FROM t ORDER BY id
GO
CREATE TABLE k (a int NOT NULL, b int NOT NULL, CONSTRAINT pk_k PRIMARY KEY (a, b), CONSTRAINT uq_k UNIQUE (b))
GO
INSERT INTO k VALUES (1, 1), (1, 2), (2, 3)
GO
INSERT INTO k VALUES (1, 1)
GO
INSERT INTO k VALUES (3, 3)
GO
INSERT INTO k VALUES (5, 5), (6, 5)
GO
SELECT COUNT(*) AS n FROM k
GO
-- differs: Babelfish checks uniqueness row by row
UPDATE k SET b = b + 1; SELECT a, b FROM k ORDER BY a, b
GO
CREATE TABLE f (id int PRIMARY KEY, r int NULL REFERENCES p2 (id))
GO
CREATE TABLE p2 (id int PRIMARY KEY); CREATE TABLE f (id int PRIMARY KEY, r int NULL REFERENCES p2 (id))
GO
INSERT INTO p2 VALUES (1), (2); INSERT INTO f VALUES (1, 1), (2, NULL)
GO
INSERT INTO f VALUES (3, 99)
GO
DELETE FROM p2 WHERE id = 1
GO
UPDATE f SET r = 77 WHERE id = 1
GO
DELETE FROM p2 WHERE id = 2; SELECT id FROM p2
GO
DROP TABLE p2
GO
CREATE TABLE cas (id int PRIMARY KEY, r int NULL REFERENCES p2 (id) ON DELETE CASCADE)
INSERT INTO cas VALUES (1, 1)
DELETE FROM f
DELETE FROM p2
SELECT COUNT(*) AS n FROM cas
GO
CREATE TABLE t (id int)
GO
DROP TABLE nosuch
GO
DROP TABLE IF EXISTS nosuch
GO
CREATE TABLE bad (id int, id int)
GO
CREATE TABLE bad (id nosuchtype)
GO
CREATE TABLE u (a int NULL UNIQUE)
INSERT INTO u VALUES (NULL)
INSERT INTO u VALUES (NULL)
GO
CREATE TABLE types (i tinyint, s smallint, l bigint, r real, f float, m money, d decimal(9,3), c char(4), v varchar(10), n nvarchar(10), x binary(4), y varbinary(10), dt datetime, da date, ti time(3), d2 datetime2(3), g uniqueidentifier, b bit)
GO
INSERT INTO types VALUES (255, -32768, 9223372036854775807, 1.5, 2.25, 3.3333, 4.5678, 'ab', 'cd  ', N'日本', 0x01, 0x0102, '2020-01-02 03:04:05.678', '2020-01-02', '03:04:05.6789', '2020-01-02 03:04:05.6789', '0E984725-C51C-4BF4-9960-E1C80E27ABA0', 1)
GO
INSERT INTO types (i) VALUES (NULL)
GO
SELECT * FROM types ORDER BY i DESC
GO
SELECT DATALENGTH(c) AS c, DATALENGTH(v) AS v, DATALENGTH(x) AS x, LEN(v) AS lv FROM types WHERE i = 255
GO
INSERT INTO types (i) VALUES (256)
GO
INSERT INTO types (i) VALUES (-1)
GO
INSERT INTO types (s) VALUES (40000)
GO
-- differs: 2628 in SQL Server 2019 and later
INSERT INTO types (v) VALUES ('12345678901')
GO
INSERT INTO types (v) VALUES ('1234567890   ')
GO
INSERT INTO types (dt) VALUES ('not a date')
GO
INSERT INTO types (g) VALUES ('not a guid')
GO
-- differs: several rows of VALUES take a common type, and true is no decimal
INSERT INTO types (b) VALUES (5), ('true'), (0.0); SELECT b FROM types WHERE b IS NOT NULL AND i IS NULL ORDER BY b
GO
INSERT INTO types (x) VALUES (0x0102030405)
GO
INSERT INTO types (y) VALUES ('abc')
GO
INSERT INTO types (d) VALUES (1234567.5)
GO
INSERT INTO types (c) VALUES (12)
GO
TRUNCATE TABLE types; SELECT COUNT(*) AS n FROM types
GO
ALTER TABLE t ADD z int NULL
GO
SELECT TOP 1 z FROM t
GO
ALTER TABLE t ADD nn int NOT NULL
GO
ALTER TABLE t ADD nd int NOT NULL DEFAULT 5
GO
SELECT TOP 1 nd FROM t
GO
ALTER TABLE t DROP COLUMN z
GO
SELECT z FROM t
GO
INSERT INTO k SELECT a + 10, b + 10 FROM k; SELECT @@ROWCOUNT AS r
GO
INSERT INTO k SELECT a FROM k
GO
CREATE TABLE computed (a int, b AS a * 2); INSERT INTO computed (a) VALUES (3); SELECT a, b FROM computed
GO
INSERT INTO computed (a, b) VALUES (1, 2)
GO

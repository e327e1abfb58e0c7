SELECT 1
--> columns: (no name) int not null
--> 1
--> (1 rows)
GO
SELECT 1 AS a, 'x' AS b, N'y' c, 1.5 AS d, NULL AS e, 0x01AF AS f, 1e0 AS g, $1.5 AS m, 12345678901 AS big
--> columns: a int not null, b varchar(1) not null, c nvarchar(1) not null, d numeric(2,1) not null, e int, f varbinary(2) not null, g float not null, m money not null, big numeric(11,0) not null
--> 1 | 'x' | 'y' | 1.5 | NULL | 0x01AF | 1 | 1.5000 | 12345678901
--> (1 rows)
GO
SELECT @@VERSION
--> columns: (no name) nvarchar(300) not null
--> 'tds-launchpad embedded development engine - 16.0.1000.6 (X64)
--> 	T-SQL of Microsoft SQL Server 2022, as far as it goes
--> 	Developer Edition on SQLite'
--> (1 rows)
GO
SELECT 1+1, 7/2, 7%4, 7/2.0, 'a' + N'b', 2 * 3.50, -5, ~1, 5 & 3
--> columns: (no name) int not null, (no name) int not null, (no name) int not null, (no name) numeric(8,6) not null, (no name) nvarchar(2) not null, (no name) numeric(5,2) not null, (no name) int not null, (no name) int not null, (no name) int not null
--> 2 | 3 | 3 | 3.500000 | 'ab' | 7.00 | -5 | -2 | 1
--> (1 rows)
GO
DECLARE @i int = 5, @s nvarchar(10) = N'abc'
SELECT @i AS i, @s + N'd' AS s
--> columns: i int, s nvarchar(11)
--> 5 | 'abcd'
--> (1 rows)
GO
CREATE TABLE t (id int IDENTITY(1,1) PRIMARY KEY, name nvarchar(20) NOT NULL, amount decimal(10,2) NULL, created datetime DEFAULT GETDATE())
GO
INSERT INTO t (name, amount) VALUES (N'one', 1.25), (N'two', NULL), ('three', 3)
--> (3 rows)
GO
SELECT id, name, amount FROM t WHERE name = 'ONE  '
--> columns: id int not null identity, name nvarchar(20) not null, amount decimal(10,2)
--> 1 | 'one' | 1.25
--> (1 rows)
GO
SELECT id, name, amount FROM t ORDER BY amount DESC, id
--> columns: id int not null identity, name nvarchar(20) not null, amount decimal(10,2)
--> 3 | 'three' | 3.00
--> 1 | 'one' | 1.25
--> 2 | 'two' | NULL
--> (3 rows)
GO
SELECT COUNT(*) AS n, SUM(amount) AS total, AVG(amount) AS mean, MAX(name) AS last, MIN(id) FROM t
--> columns: n int not null, total decimal(38,2), mean decimal(38,6), last nvarchar(20), (no name) int
--> 3 | 4.25 | 2.125000 | 'two' | 1
--> (1 rows)
GO
SELECT TOP 1 * FROM (SELECT id, name FROM t) AS x ORDER BY id DESC
--> columns: id int not null identity, name nvarchar(20) not null
--> 3 | 'three'
--> (1 rows)
GO
UPDATE t SET amount = amount * 2 OUTPUT inserted.id, deleted.amount, inserted.amount WHERE amount IS NOT NULL
--> columns: id int not null identity, amount decimal(10,2), amount decimal(10,2)
--> 1 | 1.25 | 2.50
--> 3 | 3.00 | 6.00
--> (2 rows)
GO
DELETE FROM t OUTPUT deleted.* WHERE id = 99
--> columns: id int not null identity, name nvarchar(20) not null, amount decimal(10,2), created datetime
--> (0 rows)
GO
DELETE FROM t WHERE id = 1
--> (1 rows)
GO
SELECT id FROM t
--> columns: id int not null identity
--> 2
--> 3
--> (2 rows)
GO

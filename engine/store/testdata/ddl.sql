CREATE DATABASE shop
GO
USE shop
--> info 5701: Changed database context to 'shop'.
GO
CREATE SCHEMA sales
GO
CREATE TABLE sales.customer (id int IDENTITY(10,5) CONSTRAINT pk_customer PRIMARY KEY, name nvarchar(50) NOT NULL, email varchar(100) NULL UNIQUE, born date, vip bit NOT NULL DEFAULT 0)
CREATE TABLE sales.orders (id bigint NOT NULL PRIMARY KEY, customer int NOT NULL CONSTRAINT fk_customer REFERENCES sales.customer(id), total money, placed datetime2(3) DEFAULT SYSDATETIME(), doubled AS total * 2)
GO
INSERT sales.customer (name, email, born) VALUES ('Ann', 'ann@x', '2000-02-29'), ('Bob', NULL, NULL)
SELECT SCOPE_IDENTITY() AS si, @@IDENTITY AS i
--> (2 rows)
--> columns: si numeric(38,0), i numeric(38,0)
--> 15 | 15
--> (1 rows)
GO
INSERT sales.customer (name) VALUES ('Cid')
--> Msg 2627, Level 14, State 1, Line 1: Violation of UNIQUE KEY constraint 'UQ__customer__57C06230'. Cannot insert duplicate key in object 'sales.customer'. The duplicate key value is (<NULL>).
--> info 3621: The statement has been terminated.
GO
INSERT sales.orders (id, customer, total) VALUES (1, 10, 5), (2, 15, 7.25)
--> (2 rows)
GO
INSERT sales.orders (id, customer, total) VALUES (3, 99, 5)
--> Msg 547, Level 16, State 0, Line 1: The INSERT statement conflicted with the FOREIGN KEY constraint "fk_customer". The conflict occurred in database "shop", table "sales.customer", column 'id'.
--> info 3621: The statement has been terminated.
GO
DELETE sales.customer WHERE id = 10
--> Msg 547, Level 16, State 0, Line 1: The DELETE statement conflicted with the REFERENCE constraint "fk_customer". The conflict occurred in database "shop", table "sales.orders", column 'customer'.
--> info 3621: The statement has been terminated.
GO
SELECT id, doubled FROM sales.orders ORDER BY id
--> columns: id bigint not null, doubled money
--> 1 | 10.0000
--> 2 | 14.5000
--> (2 rows)
GO
SELECT c.name, o.total FROM sales.customer c LEFT JOIN sales.orders o ON o.customer = c.id ORDER BY c.id
--> columns: name nvarchar(50) not null, total money
--> 'Ann' | 5.0000
--> 'Bob' | 7.2500
--> (2 rows)
GO
DROP TABLE sales.customer
--> Msg 3726, Level 16, State 1, Line 1: Could not drop object 'sales.customer' because it is referenced by a FOREIGN KEY constraint.
GO
ALTER TABLE sales.customer ADD city nvarchar(20) NULL, score int NOT NULL CONSTRAINT df_score DEFAULT 7
GO
SELECT id, name, city, score FROM sales.customer
--> columns: id int not null identity, name nvarchar(50) not null, city nvarchar(20), score int not null
--> 10 | 'Ann' | NULL | 7
--> 15 | 'Bob' | NULL | 7
--> (2 rows)
GO
ALTER TABLE sales.customer DROP COLUMN score
--> Msg 5074, Level 16, State 1, Line 1: The object 'df_score' is dependent on column 'score'.
GO
ALTER TABLE sales.customer DROP CONSTRAINT df_score
ALTER TABLE sales.customer DROP COLUMN score
GO
ALTER TABLE sales.customer ALTER COLUMN name nvarchar(100) NOT NULL
GO
UPDATE sales.customer SET name = REPLICATE('n', 60) WHERE id = 10
SELECT LEN(name) AS l FROM sales.customer WHERE id = 10
--> (1 rows)
--> columns: l int not null
--> 60
--> (1 rows)
GO
CREATE INDEX ix_name ON sales.customer(name DESC) INCLUDE (email)
CREATE UNIQUE INDEX ux_born ON sales.customer(born)
GO
SELECT name, is_unique, is_primary_key FROM sys.indexes WHERE object_id = OBJECT_ID('sales.customer') ORDER BY name
--> columns: name nvarchar(128), is_unique bit, is_primary_key bit
--> 'ix_name' | 0 | 0
--> 'pk_customer' | 1 | 1
--> 'UQ__customer__57C06230' | 1 | 0
--> 'ux_born' | 1 | 0
--> (4 rows)
GO
DROP INDEX ux_born ON sales.customer
GO
SELECT t.name, s.name AS [schema] FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id ORDER BY t.name
--> columns: name nvarchar(128) not null, schema nvarchar(128) not null
--> 'customer' | 'sales'
--> 'orders' | 'sales'
--> (2 rows)
GO
SELECT name, column_id, max_length, is_nullable, is_identity FROM sys.columns WHERE object_id = OBJECT_ID(N'sales.orders')
--> columns: name nvarchar(128), column_id int not null, max_length smallint not null, is_nullable bit, is_identity bit not null
--> 'id' | 1 | 8 | 0 | 0
--> 'customer' | 2 | 4 | 0 | 0
--> 'total' | 3 | 8 | 1 | 0
--> 'placed' | 4 | 7 | 1 | 0
--> 'doubled' | 5 | 8 | 1 | 0
--> (5 rows)
GO
SELECT COLUMN_NAME, DATA_TYPE, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'orders'
--> columns: COLUMN_NAME nvarchar(128), DATA_TYPE nvarchar(128), IS_NULLABLE varchar(3)
--> 'id' | 'bigint' | 'NO'
--> 'customer' | 'int' | 'NO'
--> 'total' | 'money' | 'YES'
--> 'placed' | 'datetime2' | 'YES'
--> 'doubled' | 'money' | 'YES'
--> (5 rows)
GO
SET IDENTITY_INSERT sales.customer ON
INSERT sales.customer (id, name) VALUES (100, 'Zed')
SET IDENTITY_INSERT sales.customer OFF
INSERT sales.customer (name, email) VALUES ('Next', 'n@x')
SELECT id, name FROM sales.customer WHERE id >= 100
--> Msg 2627, Level 14, State 1, Line 2: Violation of UNIQUE KEY constraint 'UQ__customer__57C06230'. Cannot insert duplicate key in object 'sales.customer'. The duplicate key value is (<NULL>).
--> info 3621: The statement has been terminated.
--> (1 rows)
--> columns: id int not null identity, name nvarchar(100) not null
--> 105 | 'Next'
--> (1 rows)
GO
TRUNCATE TABLE sales.orders
SELECT COUNT(*) AS n FROM sales.orders
--> columns: n int not null
--> 0
--> (1 rows)
GO
CREATE VIEW sales.v AS SELECT id, name FROM sales.customer WHERE id < 100
GO
SELECT * FROM sales.v ORDER BY id
--> columns: id int not null identity, name nvarchar(100) not null
--> 10 | 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn'
--> 15 | 'Bob'
--> (2 rows)
GO
DROP VIEW sales.v
GO
SELECT * INTO #copy FROM sales.customer
SELECT COUNT(*) AS n FROM #copy
SELECT TOP 0 * FROM #copy
--> (3 rows)
--> columns: n int not null
--> 3
--> (1 rows)
--> columns: id int not null identity, name nvarchar(100) not null, email varchar(100), born date, vip bit not null, city nvarchar(20)
--> (0 rows)
GO
DROP TABLE IF EXISTS #copy, nothing
GO
CREATE TABLE p (a int NULL, b int NULL, CONSTRAINT uq UNIQUE (a, b))
INSERT p VALUES (1, NULL)
INSERT p VALUES (1, NULL)
--> (1 rows)
--> Msg 2627, Level 14, State 1, Line 3: Violation of UNIQUE KEY constraint 'uq'. Cannot insert duplicate key in object 'dbo.p'. The duplicate key value is (1, <NULL>).
--> info 3621: The statement has been terminated.
GO
UPDATE p SET b = 1
INSERT p VALUES (2, 1), (3, 1)
UPDATE p SET a = a + 1
SELECT a, b FROM p ORDER BY a
--> (1 rows)
--> (2 rows)
--> (3 rows)
--> columns: a int, b int
--> 2 | 1
--> 3 | 1
--> 4 | 1
--> (3 rows)
GO
USE master
DROP DATABASE shop
SELECT DB_ID('shop') AS gone
--> info 5701: Changed database context to 'master'.
--> columns: gone smallint
--> NULL
--> (1 rows)
GO
CREATE TABLE self (id int PRIMARY KEY, parent int NULL REFERENCES self(id))
INSERT self VALUES (2, 1), (1, NULL)
SELECT * FROM self ORDER BY id
DELETE self
--> (2 rows)
--> columns: id int not null, parent int
--> 1 | NULL
--> 2 | 1
--> (2 rows)
--> (2 rows)
GO
INSERT self VALUES (5, 6)
--> Msg 547, Level 16, State 0, Line 1: The INSERT statement conflicted with the FOREIGN KEY SAME TABLE constraint "FK__self__C84ADD10". The conflict occurred in database "master", table "dbo.self", column 'id'.
--> info 3621: The statement has been terminated.
GO
CREATE TABLE alltypes (a bit, b tinyint, c smallint, d int, e bigint, f real, g float, h decimal(38,10), i numeric(5), j money, k smallmoney, l char(5), m varchar(max), n nchar(3), o nvarchar(10), p text, q ntext, r binary(4), s varbinary(max), t image, u date, v time(3), w smalldatetime, x datetime, y datetime2(5), z datetimeoffset(2), aa uniqueidentifier, bb xml, cc sql_variant, dd rowversion)
INSERT alltypes (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, bb, cc) VALUES (1, 255, -32768, 2147483647, -9223372036854775808, 1.5, 2.25, 1234567890123456789.0123456789, 12345, -922337203685477.5808, 214748.3647, 'ab', 'max', N'z', N'ünï', 'text', N'ntext', 0x01, 0x0203, 0x04, '2020-02-29', '12:34:56.789', '2020-01-01 10:10', '2020-01-01 10:10:10.123', '2020-01-01 10:10:10.12345', '2020-01-01 10:10:10.12 +02:00', '6F9619FF-8B86-D011-B42D-00C04FC964FF', '<a/>', 5)
SELECT * FROM alltypes
--> (1 rows)
--> columns: a bit, b tinyint, c smallint, d int, e bigint, f real, g float, h decimal(38,10), i numeric(5,0), j money, k smallmoney, l char(5), m varchar(max), n nchar(3), o nvarchar(10), p text, q ntext, r binary(4), s varbinary(max), t image, u date, v time(3), w smalldatetime, x datetime, y datetime2(5), z datetimeoffset(2), aa uniqueidentifier, bb xml, cc sql_variant, dd timestamp not null
--> 1 | 255 | -32768 | 2147483647 | -9223372036854775808 | 1.5 | 2.25 | 1234567890123456789.0123456789 | 12345 | -922337203685477.5808 | 214748.3647 | 'ab   ' | 'max' | 'z  ' | 'ünï' | 'text' | 'ntext' | 0x01000000 | 0x0203 | 0x04 | 2020-02-29 | 12:34:56.7890000 | 2020-01-01 10:10:00.0000000 | 2020-01-01 10:10:10.1230000 | 2020-01-01 10:10:10.1234500 | 2020-01-01 10:10:10.1200000 +02:00 | 6f9619ff-8b86-d011-b42d-00c04fc964ff | '<a/>' | variant int 5 | 0x0000000000000001
--> (1 rows)
GO
-- a comma may end the columns of CREATE TABLE
CREATE TABLE dbo.dangling (a int NULL, [b] varchar(10) NOT NULL DEFAULT ('x'),
 )
GO
CREATE TABLE #dangling (a int, CHECK (a > 0),)
GO
CREATE TABLE master..dangling2 (a int,)
GO
CREATE TABLE dbo.dangling3 (a int,,)
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near ','.
GO
DECLARE @t TABLE (a int,)
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near ')'.
GO
INSERT INTO dbo.dangling (a,) VALUES (1)
--> Msg 102, Level 15, State 1, Line 1: Incorrect syntax near ')'.
GO
INSERT INTO dbo.dangling (a) VALUES (1)
SELECT * FROM dbo.dangling
--> (1 rows)
--> columns: a int, b varchar(10) not null
--> 1 | 'x'
--> (1 rows)
GO

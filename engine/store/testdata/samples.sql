CREATE TABLE t (id int IDENTITY(5, 5), a varchar(10) NULL, b int NULL); INSERT t VALUES ('x', 1), ('y', 2), (NULL, NULL)
--> (3 rows)
GO
SELECT COUNT(*) AS n FROM t TABLESAMPLE (100 PERCENT); SELECT COUNT(*) AS n FROM t AS s TABLESAMPLE SYSTEM (0 PERCENT); SELECT s.id, s.a FROM t AS s TABLESAMPLE (1000 ROWS) WHERE s.b = 2
--> columns: n int not null
--> 3
--> (1 rows)
--> columns: n int not null
--> 0
--> (1 rows)
--> columns: id int not null identity, a varchar(10)
--> 10 | 'y'
--> (1 rows)
GO
SELECT COUNT(*) - (SELECT COUNT(*) FROM t TABLESAMPLE (50 PERCENT) REPEATABLE (7)) AS same FROM t TABLESAMPLE (50 PERCENT) REPEATABLE (7)
--> columns: same int
--> 0
--> (1 rows)
GO
SELECT COUNT(*) FROM sys.tables TABLESAMPLE (10 PERCENT)
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: TABLESAMPLE of what is no table is not supported by the embedded engine.
GO
SELECT CASE WHEN CHECKSUM('ab', 1) = CHECKSUM('AB ', 1) THEN 1 END AS folded, CASE WHEN BINARY_CHECKSUM('ab') = BINARY_CHECKSUM('AB') THEN 1 ELSE 0 END AS exact, BINARY_CHECKSUM(7) AS seven, BINARY_CHECKSUM('A') AS a
--> columns: folded int, exact int not null, seven int not null, a int not null
--> 1 | 0 | 7 | 65
--> (1 rows)
GO
SELECT COUNT(*) AS n FROM t WHERE ABS(CAST(BINARY_CHECKSUM(a, b) AS int)) % 100 < 100; SELECT CASE WHEN CHECKSUM(NEWID()) = CHECKSUM(NEWID()) THEN 1 ELSE 0 END AS same, CHECKSUM(NULL) AS n
--> columns: n int not null
--> 3
--> (1 rows)
--> columns: same int not null, n int not null
--> 0 | 2147483647
--> (1 rows)
GO
DBCC CHECKIDENT ('t', NORESEED)
--> info 7998: Checking identity information: current identity value '15', current column value '15'.
--> info 2528: DBCC execution completed. If DBCC printed error messages, contact your system administrator.
GO
DBCC CHECKIDENT ('dbo.t', RESEED, 100); INSERT t (a) VALUES ('z'); SELECT SCOPE_IDENTITY() AS i
--> info 7998: Checking identity information: current identity value '15'.
--> info 2528: DBCC execution completed. If DBCC printed error messages, contact your system administrator.
--> (1 rows)
--> columns: i numeric(38,0)
--> 105
--> (1 rows)
GO
DBCC CHECKIDENT (t, RESEED, 1) WITH NO_INFOMSGS; DBCC CHECKIDENT ('t'); INSERT t (a) VALUES ('zz'); SELECT SCOPE_IDENTITY() AS i
--> info 7998: Checking identity information: current identity value '1', current column value '105'.
--> info 2528: DBCC execution completed. If DBCC printed error messages, contact your system administrator.
--> (1 rows)
--> columns: i numeric(38,0)
--> 110
--> (1 rows)
GO
TRUNCATE TABLE t; DBCC CHECKIDENT ('t', RESEED, 7) WITH NO_INFOMSGS; INSERT t (a) VALUES ('z'), ('z'); SELECT id FROM t ORDER BY id
--> (2 rows)
--> columns: id int not null identity
--> 7
--> 12
--> (2 rows)
GO
BEGIN TRAN; TRUNCATE TABLE t; INSERT t (a) VALUES ('q'); ROLLBACK; INSERT t (a) VALUES ('q'); SELECT id FROM t ORDER BY id
--> (1 rows)
--> (1 rows)
--> columns: id int not null identity
--> 7
--> 12
--> 17
--> (3 rows)
GO
DBCC CHECKIDENT ('nowhere')
--> Msg 2501, Level 16, State 45, Line 1: Cannot find a table or object with the name "nowhere". Check the system catalog.
GO
CREATE TABLE plain (a int, c int); DBCC CHECKIDENT ('plain')
--> Msg 7997, Level 16, State 1, Line 1: 'plain' does not contain an identity column.
GO
CREATE CLUSTERED COLUMNSTORE INDEX cci ON plain; CREATE NONCLUSTERED COLUMNSTORE INDEX ncci ON plain (a, c) WITH (DROP_EXISTING = OFF); SELECT name, index_id, type, type_desc FROM sys.indexes WHERE object_id = OBJECT_ID('plain') ORDER BY index_id
--> columns: name nvarchar(128), index_id int not null, type tinyint not null, type_desc nvarchar(60)
--> 'cci' | 1 | 5 | 'CLUSTERED COLUMNSTORE'
--> 'ncci' | 2 | 6 | 'NONCLUSTERED COLUMNSTORE'
--> (2 rows)
GO
CREATE CLUSTERED COLUMNSTORE INDEX cci ON plain
--> Msg 1913, Level 16, State 1, Line 1: The operation failed because an index or statistics with name 'cci' already exists on table 'dbo.plain'.
GO
CREATE CLUSTERED COLUMNSTORE INDEX cci2 ON plain
--> Msg 1902, Level 16, State 3, Line 1: Cannot create more than one clustered index on table 'dbo.plain'. Drop the existing clustered index 'cci' before creating another.
GO
CREATE CLUSTERED COLUMNSTORE INDEX cci ON plain WITH (DROP_EXISTING = ON); INSERT plain VALUES (1, 2); ALTER TABLE plain ADD d int NULL; SELECT * FROM plain; DROP INDEX cci ON plain; SELECT COUNT(*) AS n FROM sys.indexes WHERE name = 'cci'
--> (1 rows)
--> columns: a int, c int, d int
--> 1 | 2 | NULL
--> (1 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
CREATE COLUMNSTORE INDEX x ON plain (nothing)
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: CREATE COLUMNSTORE is not supported by the embedded engine.
GO

CREATE TABLE t (id int IDENTITY PRIMARY KEY, a int NULL, b varchar(10) NULL, twice AS a * 2, v rowversion)
GO
CREATE TABLE log (n int IDENTITY(100, 1), what varchar(20), id int NULL, old int NULL, new int NULL, twice int NULL)
GO
CREATE TRIGGER dbo.tr_ins ON dbo.t AFTER INSERT AS
BEGIN
  SET NOCOUNT ON
  INSERT log (what, id, new, twice) SELECT 'insert', id, a, twice FROM inserted
END
GO
CREATE TRIGGER tr_change ON t FOR UPDATE, DELETE AS
SET NOCOUNT ON
IF EXISTS (SELECT * FROM inserted)
  INSERT log (what, id, old, new) SELECT 'update', i.id, d.a, i.a FROM inserted AS i JOIN deleted AS d ON d.id = i.id
ELSE
  INSERT log (what, id, old) SELECT 'delete', id, a FROM deleted
GO
INSERT t (a, b) VALUES (1, 'x'), (2, 'y'); SELECT @@ROWCOUNT AS n, SCOPE_IDENTITY() AS scoped, @@IDENTITY AS last, @@TRANCOUNT AS c
--> (2 rows)
--> columns: n int not null, scoped numeric(38,0), last numeric(38,0), c int not null
--> 2 | 2 | 101 | 0
--> (1 rows)
GO
UPDATE t SET a += 10 WHERE id <= 2; SELECT @@ROWCOUNT AS n; DELETE t WHERE id = 1; SELECT @@ROWCOUNT AS n; SELECT what, id, old, new, twice FROM log ORDER BY n
--> (2 rows)
--> columns: n int not null
--> 2
--> (1 rows)
--> (1 rows)
--> columns: n int not null
--> 1
--> (1 rows)
--> columns: what varchar(20), id int, old int, new int, twice int
--> 'insert' | 1 | NULL | 1 | 2
--> 'insert' | 2 | NULL | 2 | 4
--> 'update' | 1 | 1 | 11 | NULL
--> 'update' | 2 | 2 | 12 | NULL
--> 'delete' | 1 | 11 | NULL | NULL
--> (5 rows)
GO
UPDATE t SET a = 1 WHERE id = 77; DELETE t WHERE id = 77; SELECT COUNT(*) AS n FROM log; TRUNCATE TABLE log
--> (0 rows)
--> (0 rows)
--> columns: n int not null
--> 5
--> (1 rows)
GO
INSERT t (a) EXEC('SELECT 5 UNION ALL SELECT 6'); INSERT t (a) SELECT a + 100 FROM t WHERE a = 6; SELECT what, new FROM log ORDER BY n
--> (2 rows)
--> (1 rows)
--> columns: what varchar(20), new int
--> 'insert' | 5
--> 'insert' | 6
--> 'insert' | 106
--> (3 rows)
GO
DISABLE TRIGGER tr_ins ON t; INSERT t (a) VALUES (9); SELECT COUNT(*) AS n FROM log; SELECT is_disabled FROM sys.triggers WHERE name = 'tr_ins'
--> (1 rows)
--> columns: n int not null
--> 3
--> (1 rows)
--> columns: is_disabled bit not null
--> 1
--> (1 rows)
GO
ALTER TABLE t ENABLE TRIGGER ALL; INSERT t (a) VALUES (10); SELECT COUNT(*) AS n FROM log; DISABLE TRIGGER none ON t
--> (1 rows)
--> columns: n int not null
--> 4
--> (1 rows)
--> Msg 1088, Level 16, State 12, Line 1: Cannot find the object "none" because it does not exist or you do not have permissions.
GO
SELECT t.name, OBJECT_NAME(t.parent_id) AS parent, o.type, o.type_desc, OBJECT_NAME(o.parent_object_id) AS p, e.type_desc AS event FROM sys.triggers AS t JOIN sys.objects AS o ON o.object_id = t.object_id
JOIN sys.trigger_events AS e ON e.object_id = t.object_id ORDER BY t.name, e.type
--> columns: name nvarchar(128) not null, parent nvarchar(128), type char(2), type_desc nvarchar(60), p nvarchar(128), event nvarchar(60)
--> 'tr_change' | 't' | 'TR' | 'SQL_TRIGGER' | 't' | 'UPDATE'
--> 'tr_change' | 't' | 'TR' | 'SQL_TRIGGER' | 't' | 'DELETE'
--> 'tr_ins' | 't' | 'TR' | 'SQL_TRIGGER' | 't' | 'INSERT'
--> (3 rows)
GO
SELECT OBJECTPROPERTY(OBJECT_ID('tr_ins'), 'IsTrigger') AS t, OBJECT_ID('tr_ins', 'TR') - OBJECT_ID('dbo.tr_ins') AS same, LEFT(OBJECT_DEFINITION(OBJECT_ID('tr_ins')), 25) AS d
--> columns: t int, same int, d nvarchar(25)
--> 1 | 0 | 'CREATE TRIGGER dbo.tr_ins'
--> (1 rows)
GO
CREATE TRIGGER tr_ins ON t AFTER INSERT AS PRINT 1
--> Msg 2714, Level 16, State 6, Line 1: There is already an object named 'tr_ins' in the database.
GO
CREATE OR ALTER TRIGGER tr_ins ON t AFTER INSERT AS PRINT CONCAT(@@ROWCOUNT, ' rows, tran ', @@TRANCOUNT, ', level ', @@NESTLEVEL); IF UPDATE(a) PRINT 'a'; IF NOT UPDATE(b) PRINT 'not b'
SELECT COLUMNS_UPDATED() AS bits; RETURN; PRINT 'not reached'
GO
INSERT t (a) VALUES (20), (21); PRINT CONCAT(@@ROWCOUNT, ' ', @@TRANCOUNT)
--> info 0: Procedure tr_ins: 2 rows, tran 1, level 1
--> info 0: Procedure tr_ins: a
--> columns: bits varbinary(1)
--> 0x1F
--> (1 rows)
--> (2 rows)
--> info 0: 2 0
GO
BEGIN TRAN; BEGIN TRAN; INSERT t (a) VALUES (22); ROLLBACK
--> info 0: Procedure tr_ins: 1 rows, tran 2, level 1
--> info 0: Procedure tr_ins: a
--> columns: bits varbinary(1)
--> 0x1F
--> (1 rows)
--> (1 rows)
GO
ALTER TRIGGER tr_change ON t AFTER UPDATE AS IF UPDATE(a) PRINT 'a'; IF UPDATE(b) PRINT 'b'; IF UPDATE(a) AND UPDATE(b) PRINT 'both'; SELECT COLUMNS_UPDATED() AS bits
GO
UPDATE t SET a = 1 WHERE id = 2; UPDATE t SET b = 'q', a = 2 WHERE id = 2; UPDATE t SET b = 'r' WHERE 1 = 0
--> info 0: Procedure tr_change: a
--> columns: bits varbinary(1)
--> 0x02
--> (1 rows)
--> (1 rows)
--> info 0: Procedure tr_change: a
--> info 0: Procedure tr_change: b
--> info 0: Procedure tr_change: both
--> columns: bits varbinary(1)
--> 0x06
--> (1 rows)
--> (1 rows)
--> info 0: Procedure tr_change: b
--> columns: bits varbinary(1)
--> 0x04
--> (1 rows)
--> (0 rows)
GO
DROP TRIGGER tr_change, dbo.tr_ins; DROP TRIGGER tr_change
--> Msg 3701, Level 11, State 5, Line 1: Cannot drop the trigger 'tr_change', because it does not exist or you do not have permission.
GO
DROP TRIGGER IF EXISTS tr_change; SELECT COUNT(*) AS n FROM sys.triggers
--> columns: n int not null
--> 0
--> (1 rows)
GO
CREATE TRIGGER guard ON t AFTER INSERT AS
IF EXISTS (SELECT * FROM inserted WHERE a < 0)
BEGIN
  RAISERROR('negative', 16, 1)
  ROLLBACK TRANSACTION
  SELECT COUNT(*) AS n FROM inserted
  PRINT 'goes on'
END
GO
INSERT t (a) VALUES (-1)
PRINT 'not reached'
--> Msg 50000, Level 16, State 1, Procedure guard, Line 4: negative
--> columns: n int not null
--> 1
--> (1 rows)
--> info 0: Procedure guard: goes on
--> Msg 3609, Level 16, State 1, Line 1: The transaction ended in the trigger. The batch has been aborted.
GO
SELECT COUNT(*) AS n FROM t WHERE a = -1; SELECT @@TRANCOUNT AS c
--> columns: n int not null
--> 0
--> (1 rows)
--> columns: c int not null
--> 0
--> (1 rows)
GO
BEGIN TRAN; INSERT log (what) VALUES ('in tran'); INSERT t (a) VALUES (-1); PRINT 'not reached'
--> (1 rows)
--> Msg 50000, Level 16, State 1, Procedure guard, Line 4: negative
--> columns: n int not null
--> 1
--> (1 rows)
--> info 0: Procedure guard: goes on
--> Msg 3609, Level 16, State 1, Line 1: The transaction ended in the trigger. The batch has been aborted.
GO
SELECT COUNT(*) AS n FROM log WHERE what = 'in tran'; SELECT @@TRANCOUNT AS c
--> columns: n int not null
--> 0
--> (1 rows)
--> columns: c int not null
--> 0
--> (1 rows)
GO
BEGIN TRY
  INSERT t (a) VALUES (-1)
END TRY
BEGIN CATCH
  SELECT ERROR_NUMBER() AS n, ERROR_MESSAGE() AS m, ERROR_PROCEDURE() AS p, ERROR_LINE() AS l, XACT_STATE() AS x, @@TRANCOUNT AS c
END CATCH
--> (0 rows)
--> columns: n int, m nvarchar(4000), p nvarchar(128), l int, x smallint not null, c int not null
--> 50000 | 'negative' | 'guard' | 4 | 0 | 0
--> (1 rows)
GO
CREATE OR ALTER TRIGGER guard ON t AFTER INSERT AS
IF EXISTS (SELECT * FROM inserted WHERE a < 0) ROLLBACK
GO
BEGIN TRY BEGIN TRAN INSERT t (a) VALUES (-1) END TRY
BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_PROCEDURE() AS p, ERROR_LINE() AS l, XACT_STATE() AS x, @@TRANCOUNT AS c END CATCH
--> (0 rows)
--> columns: n int, p nvarchar(128), l int, x smallint not null, c int not null
--> 3609 | NULL | 1 | 0 | 0
--> (1 rows)
GO
CREATE OR ALTER TRIGGER guard ON t AFTER INSERT AS
DECLARE @x int
SELECT @x = 1 / (a + 1) FROM inserted
PRINT 'not reached for -1'
GO
INSERT t (a) VALUES (-1); PRINT 'not reached'
--> Msg 8134, Level 16, State 1, Procedure guard, Line 3: Divide by zero error encountered.
GO
SELECT COUNT(*) AS n FROM t WHERE a = -1; INSERT t (a) VALUES (0)
--> columns: n int not null
--> 0
--> (1 rows)
--> info 0: Procedure guard: not reached for -1
--> (1 rows)
GO
BEGIN TRAN; BEGIN TRY INSERT t (a) VALUES (-1) END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_PROCEDURE() AS p, ERROR_LINE() AS l, XACT_STATE() AS x END CATCH; ROLLBACK
--> (0 rows)
--> columns: n int, p nvarchar(128), l int, x smallint not null
--> 8134 | 'guard' | 3 | -1
--> (1 rows)
GO
CREATE OR ALTER TRIGGER guard ON t AFTER INSERT AS
BEGIN TRY DECLARE @x int = 1 / 0 END TRY BEGIN CATCH SELECT XACT_STATE() AS x, ERROR_MESSAGE() AS m END CATCH
GO
INSERT t (a) VALUES (30); PRINT 'not reached'
--> columns: x smallint not null, m nvarchar(4000)
--> -1 | 'Divide by zero error encountered.'
--> (1 rows)
--> Msg 3616, Level 16, State 1, Line 1: An error was raised during trigger execution. The batch has been aborted and the user transaction, if any, has been rolled back.
GO
SELECT COUNT(*) AS n FROM t WHERE a = 30; SELECT @@TRANCOUNT AS c
--> columns: n int not null
--> 0
--> (1 rows)
--> columns: c int not null
--> 0
--> (1 rows)
GO
CREATE OR ALTER TRIGGER guard ON t AFTER INSERT AS THROW 50001, 'thrown', 3
GO
INSERT t (a) VALUES (31); PRINT 'not reached'
--> Msg 50001, Level 16, State 3, Procedure guard, Line 1: thrown
GO
CREATE OR ALTER TRIGGER guard ON t AFTER INSERT AS RAISERROR('soft', 16, 2)
GO
INSERT t (a) VALUES (32); SELECT COUNT(*) AS n FROM t WHERE a = 32
--> Msg 50000, Level 16, State 2, Procedure guard, Line 1: soft
--> (1 rows)
--> columns: n int not null
--> 1
--> (1 rows)
GO
CREATE TABLE u (k int PRIMARY KEY)
GO
CREATE OR ALTER TRIGGER guard ON t AFTER INSERT AS INSERT u SELECT a FROM inserted; PRINT 'kept'
GO
INSERT t (a) VALUES (40); INSERT t (a) VALUES (40); PRINT 'not reached'
--> (1 rows)
--> info 0: Procedure guard: kept
--> (1 rows)
--> Msg 2627, Level 14, State 1, Procedure guard, Line 1: Violation of PRIMARY KEY constraint 'PK__u__C9166980'. Cannot insert duplicate key in object 'dbo.u'. The duplicate key value is (40).
--> info 3621: Procedure guard: The statement has been terminated.
GO
SELECT COUNT(*) AS n FROM t WHERE a = 40
--> columns: n int not null
--> 1
--> (1 rows)
GO
CREATE OR ALTER TRIGGER guard ON t AFTER INSERT AS SELECT * FROM nowhere
GO
INSERT t (a) VALUES (41); PRINT 'not reached'
--> Msg 208, Level 16, State 1, Procedure guard, Line 1: Invalid object name 'nowhere'.
GO
SELECT COUNT(*) AS n FROM t WHERE a = 41; SELECT @@TRANCOUNT AS c
--> columns: n int not null
--> 0
--> (1 rows)
--> columns: c int not null
--> 0
--> (1 rows)
GO
CREATE OR ALTER TRIGGER guard ON t AFTER INSERT AS INSERT t (a) SELECT a + 1 FROM inserted
GO
INSERT t (a) VALUES (50); SELECT a FROM t WHERE a BETWEEN 50 AND 59
--> (1 rows)
--> (1 rows)
--> columns: a int
--> 50
--> 51
--> (2 rows)
GO
CREATE TABLE p (a int)
GO
CREATE TRIGGER ping ON p AFTER INSERT AS INSERT u SELECT a + 1 FROM inserted
GO
CREATE TRIGGER pong ON u AFTER INSERT AS INSERT p SELECT k + 1 FROM inserted
GO
INSERT p VALUES (1000); PRINT 'not reached'
--> Msg 217, Level 16, State 1, Procedure pong, Line 1: Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).
GO
SELECT COUNT(*) AS n FROM p; DROP TRIGGER ping, pong
--> columns: n int not null
--> 0
--> (1 rows)
GO
CREATE TRIGGER shows ON p AFTER INSERT AS
CREATE TABLE #x (a int); INSERT #x SELECT a FROM inserted; SELECT a FROM #x; EXEC('SELECT * FROM inserted')
GO
INSERT p VALUES (3)
--> (1 rows)
--> columns: a int
--> 3
--> (1 rows)
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'inserted'.
GO
CREATE OR ALTER TRIGGER shows ON p AFTER INSERT AS UPDATE inserted SET a = 1
GO
INSERT p VALUES (3)
--> Msg 286, Level 16, State 1, Procedure shows, Line 1: The logical tables INSERTED and DELETED cannot be updated.
GO
INSERT p OUTPUT inserted.a VALUES (3)
--> Msg 334, Level 16, State 1, Line 1: The target table 'p' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO clause.
GO
CREATE TABLE kept (a int)
GO
CREATE OR ALTER TRIGGER shows ON p AFTER INSERT AS SET NOCOUNT ON; INSERT kept SELECT a * 10 FROM inserted
GO
INSERT p OUTPUT inserted.a INTO kept VALUES (3); SELECT a FROM kept ORDER BY a
--> (1 rows)
--> columns: a int
--> 3
--> 30
--> (2 rows)
GO
CREATE PROCEDURE adds @a int AS INSERT p VALUES (@a); SELECT @@ROWCOUNT AS n, SCOPE_IDENTITY() AS s
GO
EXEC adds 4; EXEC sp_executesql N'INSERT p VALUES (@a)', N'@a int', 5; SELECT COUNT(*) AS n FROM kept
--> (1 rows)
--> columns: n int not null, s numeric(38,0)
--> 1 | NULL
--> (1 rows)
--> status 0
--> (1 rows)
--> status 0
--> columns: n int not null
--> 4
--> (1 rows)
GO
DROP TABLE p; SELECT COUNT(*) AS n FROM sys.objects WHERE name = 'shows'
--> columns: n int not null
--> 0
--> (1 rows)
GO
CREATE TRIGGER bad ON nowhere AFTER INSERT AS PRINT 1
--> Msg 8197, Level 16, State 6, Line 1: The object 'nowhere' does not exist or is invalid for this operation.
GO
CREATE TRIGGER bad ON t INSTEAD OF INSERT AS PRINT 1
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: an INSTEAD OF trigger is not supported by the embedded engine.
GO
CREATE TRIGGER bad ON DATABASE FOR CREATE_TABLE AS PRINT 1
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: a trigger on DDL or logins is not supported by the embedded engine.
GO
CREATE TRIGGER bad ON t AFTER INSERT, INSERT AS PRINT 1
--> Msg 1034, Level 15, State 1, Line 1: Syntax error: Duplicate specification of the action "INSERT" in the trigger declaration.
GO
CREATE TRIGGER bad ON t AFTER SELECT AS PRINT 1
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'select'.
GO
CREATE TRIGGER bad ON t AFTER INSERT AS RETURN 1
--> Msg 178, Level 15, State 1, Line 1: A RETURN statement with a return value cannot be used in this context.
GO
CREATE TRIGGER bad ON t AFTER INSERT AS
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'as'.
GO
ALTER TRIGGER bad ON t AFTER INSERT AS PRINT 1
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'bad'.
GO
PRINT 1; CREATE TRIGGER bad ON t AFTER INSERT AS PRINT 1
--> Msg 111, Level 15, State 1, Line 1: 'CREATE TRIGGER' must be the first statement in a query batch.
GO
CREATE TABLE #tmp (a int); EXEC('CREATE TRIGGER bad ON #tmp AFTER INSERT AS PRINT 1')
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: a trigger on a view or temporary table is not supported by the embedded engine.
GO
IF UPDATE(a) PRINT 1
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: UPDATE() outside of a trigger is not supported by the embedded engine.
GO
CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE); INSERT parent VALUES (1); INSERT child VALUES (1)
--> (1 rows)
--> (1 rows)
GO
CREATE TRIGGER gone ON child AFTER DELETE AS PRINT 'gone'
GO
DELETE parent
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: a cascade to table child, which has triggers, is not supported by the embedded engine.
GO
DELETE child; DELETE parent
--> info 0: Procedure gone: gone
--> (1 rows)
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: a cascade to table child, which has triggers, is not supported by the embedded engine.
GO
ALTER TABLE t DISABLE TRIGGER none
--> Msg 1088, Level 16, State 12, Line 1: Cannot find the object "none" because it does not exist or you do not have permissions.
GO

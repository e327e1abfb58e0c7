CREATE TABLE t (id int IDENTITY PRIMARY KEY, a int NOT NULL CHECK (a < 100), s varchar(10) DEFAULT 'd', twice AS a * 2, v rowversion)
GO
CREATE TABLE l (n int IDENTITY(1000, 1), what varchar(20), id int NULL, old int NULL, new int NULL, twice int NULL, s varchar(10) NULL)
GO
CREATE TRIGGER dbo.tr ON dbo.t AFTER INSERT, UPDATE, DELETE
AS
BEGIN
  DECLARE @n int = @@ROWCOUNT
  SET NOCOUNT ON
  INSERT l (what, id, old, new, twice, s)
  SELECT CASE WHEN d.id IS NULL THEN 'insert' WHEN i.id IS NULL THEN 'delete' ELSE 'update' END, COALESCE(i.id, d.id), d.a, i.a, COALESCE(i.twice, d.twice), i.s
  FROM inserted i FULL JOIN deleted AS d ON d.id = i.id
  IF UPDATE(a) PRINT CONCAT('a of ', @n, ' rows, ', @@TRANCOUNT, ', ', @@NESTLEVEL)
END
GO
INSERT t (a) VALUES (1), (2); SELECT SCOPE_IDENTITY() AS s, @@IDENTITY AS i, @@ROWCOUNT AS r, @@TRANCOUNT AS c
--> info 0: Procedure tr: a of 2 rows, 1, 1
--> (2 rows)
--> columns: s numeric(38,0), i numeric(38,0), r int not null, c int not null
--> 2 | 1001 | 2 | 0
--> (1 rows)
GO
UPDATE t SET a = a + 10 WHERE id = 1; SELECT @@ROWCOUNT AS r
--> info 0: Procedure tr: a of 1 rows, 1, 1
--> (1 rows)
--> columns: r int not null
--> 1
--> (1 rows)
GO
UPDATE t SET s = 'x' WHERE id > 5
--> (0 rows)
GO
DELETE t WHERE id = 2
--> (1 rows)
GO
SELECT what, id, old, new, twice, s FROM l ORDER BY n; TRUNCATE TABLE l
--> columns: what varchar(20), id int, old int, new int, twice int, s varchar(10)
--> 'insert' | 1 | NULL | 1 | 2 | 'd'
--> 'insert' | 2 | NULL | 2 | 4 | 'd'
--> 'update' | 1 | 1 | 11 | 22 | 'd'
--> 'delete' | 2 | 2 | NULL | 4 | NULL
--> (4 rows)
GO
INSERT t (a) SELECT a + 1 FROM t WHERE a = 99999
--> info 0: Procedure tr: a of 0 rows, 1, 1
--> (0 rows)
GO
INSERT t (a) VALUES (5), (500)
--> Msg 547, Level 16, State 0, Line 1: The INSERT statement conflicted with the CHECK constraint "CK__t__57C06230". The conflict occurred in database "master", table "dbo.t", column 'a'.
--> info 3621: The statement has been terminated.
GO
SELECT COUNT(*) AS n FROM l; SELECT @@TRANCOUNT AS c
--> columns: n int not null
--> 0
--> (1 rows)
--> columns: c int not null
--> 0
--> (1 rows)
GO
CREATE PROCEDURE rows2 AS SELECT 7, 'p' UNION ALL SELECT 8, 'q'
GO
INSERT t (a, s) EXEC rows2; SELECT what, new, s FROM l ORDER BY n
--> info 0: Procedure tr: a of 2 rows, 1, 1
--> (2 rows)
--> columns: what varchar(20), new int, s varchar(10)
--> 'insert' | 7 | 'p'
--> 'insert' | 8 | 'q'
--> (2 rows)
GO
BEGIN TRAN; INSERT t (a) VALUES (9); SELECT @@TRANCOUNT AS c; ROLLBACK; SELECT COUNT(*) AS n FROM t WHERE a = 9
--> info 0: Procedure tr: a of 1 rows, 1, 1
--> (1 rows)
--> columns: c int not null
--> 1
--> (1 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
INSERT t (a) OUTPUT inserted.id VALUES (1)
--> Msg 334, Level 16, State 1, Line 1: The target table 't' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO clause.
GO
DECLARE @o TABLE (id int); INSERT t (a) OUTPUT inserted.id INTO @o VALUES (1); SELECT COUNT(*) AS n FROM @o
--> info 0: Procedure tr: a of 1 rows, 1, 1
--> (1 rows)
--> columns: n int not null
--> 1
--> (1 rows)
GO
ALTER TRIGGER tr ON t FOR INSERT AS
  IF EXISTS (SELECT * FROM inserted WHERE a = 66) BEGIN RAISERROR('not 66', 16, 1); ROLLBACK; PRINT 'still here'; RETURN END
  IF EXISTS (SELECT * FROM inserted WHERE a = 67) RAISERROR('warned of 67', 16, 1)
  IF EXISTS (SELECT * FROM inserted WHERE a = 68) SELECT 1 / 0 AS z
  IF EXISTS (SELECT * FROM inserted WHERE a = 69) THROW 50001, 'not 69', 1
GO
INSERT t (a) VALUES (66); PRINT 'not reached'
--> Msg 50000, Level 16, State 1, Procedure tr, Line 2: not 66
--> info 0: Procedure tr: still here
--> Msg 3609, Level 16, State 1, Line 1: The transaction ended in the trigger. The batch has been aborted.
GO
INSERT t (a) VALUES (67); PRINT 'reached'
--> Msg 50000, Level 16, State 1, Procedure tr, Line 3: warned of 67
--> (1 rows)
--> info 0: reached
GO
INSERT t (a) VALUES (68); PRINT 'not reached'
--> columns: z int not null
--> Msg 8134, Level 16, State 1, Procedure tr, Line 4: Divide by zero error encountered.
GO
BEGIN TRAN; INSERT t (a) VALUES (50); INSERT t (a) VALUES (69); PRINT 'not reached'
--> (1 rows)
--> Msg 50001, Level 16, State 1, Procedure tr, Line 5: not 69
GO
SELECT @@TRANCOUNT AS c; SELECT a FROM t WHERE a BETWEEN 50 AND 70
--> columns: c int not null
--> 0
--> (1 rows)
--> columns: a int not null
--> 67
--> (1 rows)
GO
BEGIN TRY INSERT t (a) VALUES (69) END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_PROCEDURE() AS p, ERROR_LINE() AS l END CATCH
--> (0 rows)
--> columns: n int, p nvarchar(128), l int
--> 50001 | 'tr' | 5
--> (1 rows)
GO
BEGIN TRAN; BEGIN TRY INSERT t (a) VALUES (69) END TRY BEGIN CATCH SELECT ERROR_MESSAGE() AS m, XACT_STATE() AS x; ROLLBACK END CATCH
--> (0 rows)
--> columns: m nvarchar(4000), x smallint not null
--> 'not 69' | -1
--> (1 rows)
GO
DISABLE TRIGGER tr ON t; INSERT t (a) VALUES (66); ALTER TABLE t ENABLE TRIGGER tr; SELECT name, is_disabled FROM sys.triggers
--> (1 rows)
--> columns: name nvarchar(128) not null, is_disabled bit not null
--> 'tr' | 0
--> (1 rows)
GO
SELECT name, type, type_desc, OBJECT_NAME(parent_object_id) AS parent FROM sys.objects WHERE type = 'TR'; SELECT OBJECTPROPERTY(OBJECT_ID('tr'), 'IsTrigger') AS t
--> columns: name nvarchar(128) not null, type char(2), type_desc nvarchar(60), parent nvarchar(128)
--> 'tr' | 'TR' | 'SQL_TRIGGER' | 't'
--> (1 rows)
--> columns: t int
--> 1
--> (1 rows)
GO
CREATE TABLE r (a int); CREATE TABLE q (a int)
GO
CREATE TRIGGER r1 ON r FOR INSERT AS INSERT r SELECT a + 1 FROM inserted WHERE a < 5; INSERT q SELECT a FROM inserted
GO
CREATE TRIGGER r2 ON r FOR INSERT AS PRINT 'second'
GO
CREATE TRIGGER q1 ON q FOR INSERT AS SELECT a AS q FROM inserted
GO
INSERT r VALUES (1); SELECT a FROM r ORDER BY a
--> info 0: Procedure r2: second
--> (1 rows)
--> columns: q int
--> 1
--> (1 rows)
--> (1 rows)
--> info 0: Procedure r2: second
--> (1 rows)
--> columns: a int
--> 1
--> 2
--> (2 rows)
GO
CREATE TRIGGER q2 ON q FOR INSERT AS UPDATE inserted SET a = 1
GO
INSERT q VALUES (1)
--> columns: q int
--> 1
--> (1 rows)
--> Msg 286, Level 16, State 1, Procedure q2, Line 1: The logical tables INSERTED and DELETED cannot be updated.
GO
CREATE TRIGGER bad ON nowhere FOR INSERT AS PRINT 'x'
--> Msg 8197, Level 16, State 6, Line 1: The object 'nowhere' does not exist or is invalid for this operation.
GO
CREATE TRIGGER bad ON t INSTEAD OF INSERT AS PRINT 'x'
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: an INSTEAD OF trigger is not supported by the embedded engine.
GO
CREATE TRIGGER bad ON t FOR MERGE AS PRINT 'x'
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'merge'.
GO
CREATE TRIGGER bad ON DATABASE FOR CREATE_TABLE AS PRINT 'x'
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: a trigger on DDL or logins is not supported by the embedded engine.
GO
CREATE TRIGGER tr ON t FOR INSERT AS PRINT 'x'
--> Msg 2714, Level 16, State 6, Line 1: There is already an object named 'tr' in the database.
GO
SELECT 1; CREATE TRIGGER bad ON t FOR INSERT AS PRINT 'x'
--> Msg 111, Level 15, State 1, Line 1: 'CREATE TRIGGER' must be the first statement in a query batch.
GO
DROP TRIGGER tr; DROP TRIGGER IF EXISTS tr; DROP TRIGGER tr
--> Msg 3701, Level 11, State 5, Line 1: Cannot drop the trigger 'tr', because it does not exist or you do not have permission.
GO
DROP TABLE r; SELECT name FROM sys.triggers ORDER BY name
--> columns: name nvarchar(128) not null
--> 'q1'
--> 'q2'
--> (2 rows)
GO
CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE)
GO
CREATE TRIGGER c1 ON child FOR DELETE AS PRINT 'x'
GO
DELETE parent
--> Msg 59040, Level 16, State 1, Line 1: tds-launchpad: a cascade to table child, which has triggers, is not supported by the embedded engine.
GO
SELECT * FROM inserted
--> Msg 208, Level 16, State 1, Line 1: Invalid object name 'inserted'.
GO

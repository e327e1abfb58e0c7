CREATE TABLE t (id int IDENTITY CONSTRAINT pk_t PRIMARY KEY, a int NULL, b varchar(10) NULL)
GO
CREATE TABLE log (n int IDENTITY(100, 1), what varchar(20), id int NULL, old int NULL, new int NULL)
GO
CREATE TRIGGER tr_ins ON t AFTER INSERT AS
BEGIN
  SET NOCOUNT ON
  INSERT log (what, id, new) SELECT 'insert', id, a FROM inserted
END
GO
CREATE TRIGGER tr_change ON t FOR UPDATE, DELETE AS
SET NOCOUNT ON
IF EXISTS (SELECT * FROM inserted)
  INSERT log (what, id, old, new) SELECT 'update', inserted.id, deleted.a, inserted.a FROM inserted JOIN deleted ON deleted.id = inserted.id
ELSE
  INSERT log (what, id, old) SELECT 'delete', id, a FROM deleted
GO
INSERT t (a, b) VALUES (1, 'x'), (2, 'y')
GO
SELECT SCOPE_IDENTITY() AS scoped, @@IDENTITY AS last, @@TRANCOUNT AS c
GO
INSERT t (a) VALUES (3); SELECT @@ROWCOUNT AS n
GO
UPDATE t SET a = a + 10 WHERE id <= 2; SELECT @@ROWCOUNT AS n
GO
DELETE t WHERE id = 1; SELECT @@ROWCOUNT AS n
GO
SELECT what, id, old, new FROM log ORDER BY n
GO
UPDATE t SET a = 1 WHERE id = 77
GO
INSERT t (a) EXEC('SELECT 5 UNION ALL SELECT 6')
GO
DISABLE TRIGGER tr_ins ON t
GO
INSERT t (a) VALUES (9); SELECT COUNT(*) AS n FROM log WHERE new = 9
GO
ENABLE TRIGGER ALL ON t
GO
-- differs: Babelfish hands out an identity value twice after INSERT ... EXEC
INSERT t (a) VALUES (10); SELECT COUNT(*) AS n FROM log WHERE new = 10
GO
SELECT t.name, OBJECT_NAME(t.parent_id) AS parent, o.type, o.type_desc, OBJECT_NAME(o.parent_object_id) AS p FROM sys.triggers AS t JOIN sys.objects AS o ON o.object_id = t.object_id ORDER BY t.name
GO
DROP TRIGGER tr_ins
GO
DROP TRIGGER tr_change
GO
DROP TRIGGER IF EXISTS tr_change; SELECT COUNT(*) AS n FROM sys.triggers
GO
CREATE TRIGGER tells ON t AFTER INSERT AS
PRINT CAST(@@TRANCOUNT AS varchar) + ' ' + CAST(@@NESTLEVEL AS varchar); SELECT a FROM inserted ORDER BY a
GO
-- differs: Babelfish hands out an identity value twice after INSERT ... EXEC
INSERT t (a) VALUES (20), (21)
GO
BEGIN TRAN; INSERT t (a) VALUES (22); ROLLBACK
GO
DROP TRIGGER tells
GO
CREATE TRIGGER asks ON t AFTER UPDATE AS IF UPDATE(a) PRINT 'a'; IF UPDATE(b) PRINT 'b'; IF UPDATE(a) AND UPDATE(b) PRINT 'both'
GO
UPDATE t SET a = 1 WHERE id = 2
GO
UPDATE t SET b = 'q', a = 2 WHERE id = 2
GO
DROP TRIGGER asks
GO
CREATE TRIGGER guard ON t AFTER INSERT AS IF EXISTS (SELECT * FROM inserted WHERE a < 0) ROLLBACK TRANSACTION
GO
INSERT t (a) VALUES (-1)
PRINT 'not reached'
GO
SELECT COUNT(*) AS n FROM t WHERE a = -1; SELECT @@TRANCOUNT AS c
GO
BEGIN TRAN; INSERT log (what) VALUES ('in tran'); INSERT t (a) VALUES (-1); PRINT 'not reached'
GO
SELECT COUNT(*) AS n FROM log WHERE what = 'in tran'; SELECT @@TRANCOUNT AS c
GO
DROP TRIGGER guard
GO
CREATE TRIGGER divides ON t AFTER INSERT AS DECLARE @x int; SELECT @x = 1 / (a + 1) FROM inserted; PRINT 'not reached for -1'
GO
INSERT t (a) VALUES (-1); PRINT 'not reached'
GO
INSERT t (a) VALUES (0)
GO
BEGIN TRAN; BEGIN TRY INSERT t (a) VALUES (-1) END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS n, ERROR_PROCEDURE() AS p, ERROR_LINE() AS l, XACT_STATE() AS x END CATCH; ROLLBACK
GO
DROP TRIGGER divides
GO
CREATE TRIGGER throws ON t AFTER INSERT AS THROW 50001, 'thrown', 3
GO
INSERT t (a) VALUES (31); PRINT 'not reached'
GO
DROP TRIGGER throws
GO
CREATE TABLE u (k int CONSTRAINT pk_u PRIMARY KEY)
GO
CREATE TRIGGER copies ON t AFTER INSERT AS INSERT u SELECT a FROM inserted; PRINT 'kept'
GO
INSERT t (a) VALUES (40)
GO
INSERT t (a) VALUES (40); PRINT 'not reached'
GO
SELECT COUNT(*) AS n FROM t WHERE a = 40
GO
DROP TRIGGER copies
GO
DECLARE @v TABLE (id int IDENTITY PRIMARY KEY, s varchar(10)); INSERT @v VALUES ('before'); BEGIN TRAN; INSERT @v VALUES ('within'); ROLLBACK; INSERT @v VALUES ('after'); SELECT id, s FROM @v ORDER BY id
GO

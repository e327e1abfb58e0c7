CREATE TABLE t (a int)
GO
DECLARE @v TABLE (id int IDENTITY PRIMARY KEY, s varchar(10)); INSERT @v VALUES ('before')
BEGIN TRAN; INSERT @v VALUES ('within'); SAVE TRAN here; INSERT @v VALUES ('saved'); CREATE TABLE #gone (a int); ROLLBACK TRAN here; SELECT s FROM @v; ROLLBACK
INSERT @v VALUES ('after'); SELECT id, s FROM @v ORDER BY id
--> (1 rows)
--> (1 rows)
--> (1 rows)
--> columns: s varchar(10)
--> 'before'
--> 'within'
--> 'saved'
--> (3 rows)
--> (1 rows)
--> columns: id int not null identity, s varchar(10)
--> 1 | 'before'
--> 2 | 'within'
--> 3 | 'saved'
--> 4 | 'after'
--> (4 rows)
GO
BEGIN TRAN; DECLARE @v TABLE (a int); INSERT @v VALUES (1); UPDATE t SET a = 0 WHERE 1 = 0; ROLLBACK; SELECT a FROM @v
--> (1 rows)
--> (0 rows)
--> columns: a int
--> 1
--> (1 rows)
GO
DECLARE @v TABLE (a int); BEGIN TRAN; BEGIN TRY INSERT @v VALUES (1); THROW 50001, 'x', 1 END TRY BEGIN CATCH ROLLBACK; SELECT a FROM @v END CATCH
--> (1 rows)
--> columns: a int
--> 1
--> (1 rows)
GO

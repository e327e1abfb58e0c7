CREATE TABLE t (a int PRIMARY KEY)
BEGIN TRAN
INSERT t VALUES (1)
SELECT @@TRANCOUNT AS tc, XACT_STATE() AS xs
BEGIN TRAN
SELECT @@TRANCOUNT AS tc
COMMIT
SELECT @@TRANCOUNT AS tc
ROLLBACK
SELECT @@TRANCOUNT AS tc, (SELECT COUNT(*) FROM t) AS n
--> (1 rows)
--> columns: tc int not null, xs smallint not null
--> 1 | 1
--> (1 rows)
--> columns: tc int not null
--> 2
--> (1 rows)
--> columns: tc int not null
--> 1
--> (1 rows)
--> columns: tc int not null, n int
--> 0 | 0
--> (1 rows)
GO
BEGIN TRAN
INSERT t VALUES (1)
SAVE TRAN sp
INSERT t VALUES (2)
ROLLBACK TRAN sp
INSERT t VALUES (3)
COMMIT
SELECT a FROM t
--> (1 rows)
--> (1 rows)
--> (1 rows)
--> columns: a int not null
--> 1
--> 3
--> (2 rows)
GO
SAVE TRAN x
--> Msg 628, Level 16, State 0, Line 1: Cannot issue SAVE TRANSACTION when there is no active transaction.
GO
BEGIN TRAN
SAVE TRAN first
INSERT t VALUES (10)
ROLLBACK TRAN first
COMMIT
SELECT COUNT(*) AS n FROM t
--> (1 rows)
--> columns: n int not null
--> 2
--> (1 rows)
GO
BEGIN TRAN
INSERT t VALUES (20)
INSERT t VALUES (20)
SELECT @@TRANCOUNT AS tc
COMMIT
SELECT a FROM t WHERE a = 20
--> (1 rows)
--> Msg 2627, Level 14, State 1, Line 3: Violation of PRIMARY KEY constraint 'PK__t__7448C720'. Cannot insert duplicate key in object 'dbo.t'. The duplicate key value is (20).
--> info 3621: The statement has been terminated.
--> columns: tc int not null
--> 1
--> (1 rows)
--> columns: a int not null
--> 20
--> (1 rows)
GO
SET XACT_ABORT ON
BEGIN TRAN
INSERT t VALUES (30)
INSERT t VALUES (30)
SELECT 'not reached'
--> (1 rows)
--> Msg 2627, Level 14, State 1, Line 4: Violation of PRIMARY KEY constraint 'PK__t__7448C720'. Cannot insert duplicate key in object 'dbo.t'. The duplicate key value is (30).
GO
SELECT @@TRANCOUNT AS tc, (SELECT COUNT(*) FROM t WHERE a = 30) AS n
SET XACT_ABORT OFF
--> columns: tc int not null, n int
--> 0 | 0
--> (1 rows)
GO
BEGIN TRAN
BEGIN TRY
  INSERT t VALUES (40)
  SELECT CAST('x' AS int)
END TRY
BEGIN CATCH
  SELECT XACT_STATE() AS xs, ERROR_NUMBER() AS n
END CATCH
--> (1 rows)
--> columns: (no name) int not null
--> (0 rows)
--> columns: xs smallint not null, n int
--> -1 | 245
--> (1 rows)
--> Msg 3998, Level 16, State 1, Line 1: Uncommittable transaction is detected at the end of the batch. The transaction is rolled back.
GO
SELECT @@TRANCOUNT AS tc
--> columns: tc int not null
--> 0
--> (1 rows)
GO
BEGIN TRAN
CREATE TABLE made (x int)
CREATE TABLE #made (x int)
INSERT made VALUES (1)
ROLLBACK
SELECT OBJECT_ID('made') AS a, OBJECT_ID('tempdb..#made') AS b
--> (1 rows)
--> columns: a int, b int
--> NULL | NULL
--> (1 rows)
GO
BEGIN TRY
  BEGIN TRAN
  INSERT t VALUES (50)
  INSERT t VALUES (50)
  COMMIT
END TRY
BEGIN CATCH
  SELECT XACT_STATE() AS xs, ERROR_NUMBER() AS n
  IF XACT_STATE() <> 0 ROLLBACK
END CATCH
SELECT COUNT(*) AS n FROM t WHERE a = 50
--> (1 rows)
--> (0 rows)
--> columns: xs smallint not null, n int
--> 1 | 2627
--> (1 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
SET IMPLICIT_TRANSACTIONS ON
INSERT t VALUES (60)
SELECT @@TRANCOUNT AS tc
ROLLBACK
SET IMPLICIT_TRANSACTIONS OFF
SELECT COUNT(*) AS n FROM t WHERE a = 60
--> (1 rows)
--> columns: tc int not null
--> 1
--> (1 rows)
--> columns: n int not null
--> 0
--> (1 rows)
GO
INSERT t VALUES (70)
SELECT @@ROWCOUNT AS rc, @@ERROR AS e
INSERT t VALUES (70)
SELECT @@ERROR AS e
SELECT @@ERROR AS e
--> (1 rows)
--> columns: rc int not null, e int not null
--> 1 | 0
--> (1 rows)
--> Msg 2627, Level 14, State 1, Line 3: Violation of PRIMARY KEY constraint 'PK__t__7448C720'. Cannot insert duplicate key in object 'dbo.t'. The duplicate key value is (70).
--> info 3621: The statement has been terminated.
--> columns: e int not null
--> 2627
--> (1 rows)
--> columns: e int not null
--> 0
--> (1 rows)
GO
SET NOCOUNT ON
UPDATE t SET a = a
SELECT @@ROWCOUNT AS rc
--> columns: rc int not null
--> 4
GO

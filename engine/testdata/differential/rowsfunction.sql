CREATE TABLE t (id int PRIMARY KEY, n int)
GO
INSERT t VALUES (1, 3), (2, 0), (3, 2)
GO
CREATE FUNCTION dbo.upto (@n int, @step int = 1) RETURNS @r TABLE (v int NOT NULL, s varchar(10) COLLATE Latin1_General_CI_AS NULL) AS
BEGIN
  DECLARE @v int = 1
  WHILE @v <= @n BEGIN INSERT @r (v) VALUES (@v); SET @v = @v + @step END
  IF @n > 100 RETURN
  UPDATE @r SET v = v * 10, s = 'two' WHERE v = 2
  DELETE @r WHERE v = 3
  RETURN
END
GO
SELECT v, s FROM dbo.upto(5, DEFAULT) ORDER BY v
GO
SELECT t.id, u.v FROM t CROSS APPLY dbo.upto(t.n, 1) AS u ORDER BY t.id, u.v
GO
SELECT t.id, u.v FROM t OUTER APPLY dbo.upto(t.n, 2) AS u ORDER BY t.id, u.v
GO
SELECT a.v, b.s FROM dbo.upto(2, 1) AS a JOIN dbo.upto(4, 1) AS b ON b.v = a.v ORDER BY 1
GO
SELECT id, (SELECT SUM(v) FROM dbo.upto(t.n, 1)) AS total FROM t WHERE EXISTS (SELECT * FROM dbo.upto(t.n, 1)) ORDER BY id
GO
DECLARE @n int = 2; DECLARE @v TABLE (a int); INSERT @v SELECT v FROM dbo.upto(@n, 1); SELECT a FROM @v ORDER BY a
GO
BEGIN TRAN; INSERT t SELECT v + 100, 0 FROM dbo.upto(2, 1); SELECT COUNT(*) AS n FROM t; ROLLBACK; SELECT COUNT(*) AS n FROM t
GO
CREATE FUNCTION dbo.names (@least int) RETURNS @names TABLE (id int, text nvarchar(20)) AS
BEGIN
  DECLARE @ids TABLE (id int); INSERT INTO @ids SELECT id FROM dbo.t WHERE id >= @least
  INSERT INTO @names SELECT i.id, CONCAT(N'name ', i.id) FROM @ids AS i
  RETURN
END
GO
SELECT t.id, n.text FROM t CROSS APPLY dbo.names(t.id) AS n ORDER BY t.id, n.id
GO
CREATE FUNCTION dbo.largest () RETURNS int AS BEGIN DECLARE @v TABLE (a int); INSERT @v SELECT n FROM dbo.t; DELETE @v WHERE a > 2; RETURN (SELECT MAX(a) FROM @v) END
GO
SELECT id, dbo.largest() AS l FROM t ORDER BY id
GO

CREATE TABLE t (id int)
GO
-- a comment before
CREATE OR ALTER PROCEDURE p @a int, @b varchar(10) = 'x' OUTPUT
WITH RECOMPILE
AS SELECT @a AS a -- and after
GO
SELECT definition, uses_quoted_identifier AS q, is_recompiled AS r FROM sys.sql_modules WHERE object_id = OBJECT_ID('p')
--> columns: definition nvarchar(max), q bit, r bit
--> '-- a comment before
--> CREATE   PROCEDURE p @a int, @b varchar(10) = 'x' OUTPUT
--> WITH RECOMPILE
--> AS SELECT @a AS a -- and after' | 1 | 1
--> (1 rows)
GO
EXEC sp_helptext 'dbo.p'
--> columns: Text nvarchar(255)
--> '-- a comment before
--> '
--> 'CREATE   PROCEDURE p @a int, @b varchar(10) = 'x' OUTPUT
--> '
--> 'WITH RECOMPILE
--> '
--> 'AS SELECT @a AS a -- and after'
--> (4 rows)
--> status 0
GO
ALTER PROCEDURE p @a int, @b varchar(10) = 'x' OUTPUT, @c decimal(10,2) = 1 AS SELECT @a AS a
GO
SELECT OBJECT_DEFINITION(OBJECT_ID('p')) AS d, m.uses_ansi_nulls, p.type FROM sys.sql_modules m JOIN sys.procedures p ON p.object_id = m.object_id
--> columns: d nvarchar(max), uses_ansi_nulls bit, type char(2)
--> 'CREATE PROCEDURE p @a int, @b varchar(10) = 'x' OUTPUT, @c decimal(10,2) = 1 AS SELECT @a AS a' | 1 | 'P '
--> (1 rows)
GO
SELECT name, parameter_id, system_type_id, max_length, precision, scale, is_output, is_readonly FROM sys.parameters WHERE object_id = OBJECT_ID('p') ORDER BY parameter_id
--> columns: name nvarchar(128), parameter_id int not null, system_type_id tinyint not null, max_length smallint not null, precision tinyint not null, scale tinyint not null, is_output bit not null, is_readonly bit not null
--> '@a' | 1 | 56 | 4 | 10 | 0 | 0 | 0
--> '@b' | 2 | 167 | 10 | 0 | 0 | 1 | 0
--> '@c' | 3 | 106 | 9 | 10 | 2 | 0 | 0
--> (3 rows)
GO
CREATE FUNCTION f(@x nvarchar(5)) RETURNS money AS BEGIN RETURN 1 END
GO
SELECT name, parameter_id, system_type_id, max_length, is_output FROM sys.all_parameters WHERE object_id = OBJECT_ID('f') ORDER BY parameter_id
--> columns: name nvarchar(128), parameter_id int not null, system_type_id tinyint not null, max_length smallint not null, is_output bit not null
--> '' | 0 | 60 | 8 | 1
--> '@x' | 1 | 231 | 10 | 0
--> (2 rows)
GO
CREATE TYPE pairs AS TABLE (a int)
GO
CREATE PROCEDURE tv @rows pairs READONLY AS SELECT * FROM @rows
GO
SELECT name, system_type_id, user_type_id - TYPE_ID('pairs') AS d, is_readonly FROM sys.parameters WHERE object_id = OBJECT_ID('tv')
--> columns: name nvarchar(128), system_type_id tinyint not null, d int, is_readonly bit not null
--> '@rows' | 243 | 0 | 1
--> (1 rows)
GO
SET QUOTED_IDENTIFIER OFF; SET ANSI_NULLS OFF
GO
CREATE PROCEDURE old AS SELECT "text" AS t, SESSIONPROPERTY('QUOTED_IDENTIFIER') AS q, SESSIONPROPERTY('ANSI_NULLS') AS n
GO
SET QUOTED_IDENTIFIER ON; SET ANSI_NULLS ON
GO
EXEC old; SELECT OBJECTPROPERTY(OBJECT_ID('old'), 'ExecIsQuotedIdentOn') AS q, OBJECTPROPERTY(OBJECT_ID('p'), 'ExecIsQuotedIdentOn') AS q2, OBJECTPROPERTY(OBJECT_ID('old'), 'ExecIsAnsiNullsOn') AS n, OBJECTPROPERTY(OBJECT_ID('t'), 'ExecIsQuotedIdentOn') AS none, SESSIONPROPERTY('QUOTED_IDENTIFIER') AS s
--> columns: t varchar(4) not null, q sql_variant, n sql_variant
--> 'text' | variant int 0 | variant int 1
--> (1 rows)
--> status 0
--> columns: q int, q2 int, n int, none int, s sql_variant
--> 0 | 1 | 1 | NULL | variant int 1
--> (1 rows)
GO
CREATE PROCEDURE secret WITH ENCRYPTION AS SELECT 'hidden' AS h
GO
EXEC secret; SELECT OBJECT_DEFINITION(OBJECT_ID('secret')) AS d, OBJECTPROPERTY(OBJECT_ID('secret'), 'IsEncrypted') AS e; SELECT definition FROM sys.sql_modules WHERE object_id = OBJECT_ID('secret')
--> columns: h varchar(6) not null
--> 'hidden'
--> (1 rows)
--> status 0
--> columns: d nvarchar(max), e int
--> NULL | 1
--> (1 rows)
--> columns: definition nvarchar(max)
--> NULL
--> (1 rows)
GO
EXEC sp_helptext 'secret'
--> info 15471: The text for object 'secret' is encrypted.
--> status 0
GO
EXEC sp_helptext 'nothing'; EXEC sp_helptext 't'
--> Msg 15009, Level 16, State 1, Line 1: The object 'nothing' does not exist in database 'master' or is invalid for this operation.
--> Msg 15197, Level 16, State 1, Line 1: There is no text for object 't'.
GO
CREATE PROCEDURE owned WITH EXECUTE AS OWNER AS SELECT 1 AS a
GO
CREATE PROCEDURE other WITH EXECUTE AS 'somebody' AS SELECT 1 AS a
GO
EXEC owned; EXEC other
--> columns: a int not null
--> 1
--> (1 rows)
--> status 0
--> Msg 15517, Level 16, State 1, Line 1: Cannot execute as the database principal because the principal "somebody" does not exist, this type of principal cannot be impersonated, or you do not have permission.
GO
SELECT execute_as_principal_id AS p FROM sys.sql_modules WHERE object_id = OBJECT_ID('owned')
--> columns: p int
--> -2
--> (1 rows)
GO
SELECT HAS_PERMS_BY_NAME('dbo.p', 'OBJECT', 'EXECUTE') AS a, HAS_PERMS_BY_NAME('nothing', 'OBJECT', 'EXECUTE') AS b
--> columns: a int, b int
--> 1 | NULL
--> (1 rows)
GO
DECLARE @before datetime = (SELECT modify_date FROM sys.procedures WHERE name = 'p'); WAITFOR DELAY '00:00:00.020'; EXEC('ALTER PROCEDURE p AS SELECT 1 AS a'); SELECT CASE WHEN modify_date > @before THEN 1 ELSE 0 END AS later, CASE WHEN create_date < modify_date THEN 1 ELSE 0 END AS kept FROM sys.procedures WHERE name = 'p'
--> columns: later int not null, kept int not null
--> 1 | 1
--> (1 rows)
GO
SET PARSEONLY ON
GO
SELECT 1 AS a; SELECT * FROM nowhere
GO
SELECT FROM
--> Msg 156, Level 15, State 1, Line 1: Incorrect syntax near the keyword 'from'.
GO
CREATE TABLE never (a int)
GO
SET PARSEONLY OFF
GO
SELECT OBJECT_ID('never') AS none; SET PARSEONLY ON
GO
SET PARSEONLY OFF
GO
SET NOEXEC ON
GO
CREATE TABLE never (a int); PRINT 'never'; IF 1 = 1 PRINT 'never'
GO
SELECT nix FROM t
--> Msg 207, Level 16, State 1, Line 1: Invalid column name 'nix'.
GO
SET NOEXEC OFF
GO
SET FMTONLY ON
GO
SELECT id, 'x' AS x FROM t; CREATE TABLE never (a int); INSERT t VALUES (1); PRINT 'never'; EXEC p
--> columns: id int, x varchar(1) not null
--> (0 rows)
--> columns: a int not null
--> (0 rows)
--> status 0
GO
SET FMTONLY OFF
GO
SELECT OBJECT_ID('never') AS none, COUNT(*) AS n FROM t
--> columns: none int, n int not null
--> NULL | 0
--> (1 rows)
GO

package tsql

import (
	"fmt"
	"strings"
	"testing"
)

// outline writes statements in one line: kind or keyword, "!" for an error, and what is in them.
func outline(list []Statement) string {
	var out []string
	for i := range list {
		s := &list[i]
		w := s.Keyword
		switch s.Kind {
		case StatementOpaque:
		case StatementBlock:
			w = strings.ToLower(strings.TrimPrefix(w+" block", " ")) + "{" + outline(s.Body) + "}"
		case StatementIf:
			w = "if{" + outline(s.Body) + "}"
			if s.Else != nil {
				w += "else{" + outline(s.Else) + "}"
			}
		case StatementWhile:
			w = "while{" + outline(s.Body) + "}"
		case StatementTry:
			w = "try{" + outline(s.Body) + "}catch{" + outline(s.Else) + "}"
		case StatementModule:
			w = s.Module.Verb + " " + s.Module.Kind + "{" + outline(s.Module.Body) + "}"
		default:
			w = splitKind(s)
		}
		if s.Into {
			w += "*"
		}
		if s.Err != nil {
			w += "!"
		}
		out = append(out, w)
	}
	return strings.Join(out, ", ")
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{" ;; /* c */ ; ", ""},
		{"SELECT 1 SELECT 2;SELECT 3", "SELECT, SELECT, SELECT"},
		// SELECT inside others
		{"SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 3 INTERSECT (SELECT 4) SELECT 5", "SELECT, SELECT"},
		{"(SELECT 1) UNION (SELECT 2) (SELECT 3)", "SELECT, SELECT"},
		{"INSERT t SELECT 1 SELECT 2", "INSERT, SELECT"},
		{"INSERT t (a) (SELECT 1) SELECT 2", "INSERT, SELECT"},
		{"INSERT INTO t (a) OUTPUT inserted.a INTO @t (b) SELECT 1 UNION SELECT 2 SELECT 3", "INSERT, SELECT"},
		{"INSERT t VALUES (1), (2) SELECT 2", "INSERT, SELECT"},
		{"INSERT t DEFAULT VALUES SELECT 2", "INSERT, SELECT"},
		{"INSERT t WITH (TABLOCK) SELECT 1 UPDATE t SET a = 1", "INSERT, UPDATE"},
		{"INSERT TOP (5) INTO t SELECT 1", "INSERT"},
		{"INSERT INTO t SELECT a FROM (MERGE u USING v ON 1=1 WHEN MATCHED THEN UPDATE SET a=1 OUTPUT $action, a) AS m (x, a) DELETE t", "INSERT, DELETE"},
		{"INSERT BULK t (a int) WITH (TABLOCK) SELECT 1", "INSERT BULK, SELECT"},
		{"BULK INSERT t FROM 'x' WITH (FIRSTROW=2) SELECT * FROM OPENROWSET(BULK 'x', SINGLE_CLOB) AS a", "BULK INSERT, SELECT"},
		{"SELECT a INTO #t FROM u SELECT b FROM #t", "SELECT*, SELECT"},
		{"(SELECT a INTO #t FROM u)", "SELECT*"},
		{"SELECT * FROM t FOR XML PATH SELECT * FROM t FOR JSON AUTO UPDATE t SET a=1", "SELECT, SELECT, UPDATE"},
		{"SELECT 1 OPTION (MERGE JOIN, USE HINT('x')) SELECT a FROM t INNER MERGE JOIN u ON 1=1 SELECT 2", "SELECT, SELECT, SELECT"},
		{"SELECT a FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY FETCH NEXT FROM c FETCH c INTO @a", "SELECT, FETCH, FETCH"},
		{"SELECT CASE WHEN a=1 THEN 2 ELSE CASE b WHEN 1 THEN 2 END END AS [END] FROM t PRINT 1", "SELECT, PRINT"},
		{"SELECT {fn insert('a',1,1,'b')}, {fn truncate(1,1)} SELECT 1", "SELECT, SELECT"},
		{"SELECT 1 AS throw, 2 AS enable, 3 receive SELECT 1 THROW SELECT 2 THROW 50000, 'x', 1", "SELECT, SELECT, SELECT, THROW"},
		// WITH
		{"WITH a AS (SELECT 1 x), b (y) AS (SELECT 2) SELECT * FROM a; WITH a AS (SELECT 1 x) INSERT t SELECT x FROM a SELECT 1", "SELECT, INSERT, SELECT"},
		{"WITH a AS (SELECT 1 x) (SELECT * FROM a) SELECT 2", "SELECT, SELECT"},
		{"WITH a AS (SELECT 1 x) UPDATE t SET b=1 SET NOCOUNT ON", "UPDATE, SET NOCOUNT"},
		{"WITH a AS (SELECT 1 x) DELETE FROM a DELETE a", "DELETE, DELETE"},
		{"WITH a AS (SELECT 1 x) MERGE t USING a ON 1=1 WHEN NOT MATCHED BY SOURCE THEN DELETE; DELETE a", "MERGE, DELETE"},
		{"WITH XMLNAMESPACES ('u' AS n), a AS (SELECT 1 x) SELECT * FROM a", "SELECT"},
		{"WITH CHANGE_TRACKING_CONTEXT (0x1) UPDATE t SET a=1", "UPDATE"},
		{"SELECT 1 FROM t WITH (NOLOCK) WITH a AS (SELECT 1 x) SELECT * FROM a", "SELECT, SELECT"},
		{"SELECT TOP 1 WITH TIES * FROM t GROUP BY a WITH ROLLUP SELECT 2", "SELECT, SELECT"},
		{"IF 1=1 WITH a AS (SELECT 1 x) SELECT * FROM a ELSE PRINT 1", "if{SELECT}else{PRINT}"},
		// SET, UPDATE, MERGE
		{"UPDATE t SET a=1, b=(SELECT 1) FROM t SET @x = 1 SET @y += 2", "UPDATE, SET, SET"},
		{"UPDATE STATISTICS t WITH FULLSCAN SET NOCOUNT ON", "UPDATE STATISTICS, SET NOCOUNT"},
		{"UPDATE TOP (1) t SET a=1 OUTPUT deleted.* WHERE CURRENT OF c UPDATE u SET b=1", "UPDATE, UPDATE"},
		{"DELETE FROM t OUTPUT deleted.* SELECT 1", "DELETE, SELECT"},
		{"MERGE INTO t USING s ON t.a=s.a WHEN MATCHED AND CASE WHEN 1=1 THEN 2 END = 2 THEN UPDATE SET t.b=s.b WHEN NOT MATCHED THEN INSERT (a) VALUES (1) OUTPUT $action INTO @t; SET @x=1", "MERGE, SET"},
		{"SET XACT_ABORT ON DELETE FROM t SET ANSI_NULLS, QUOTED_IDENTIFIER ON UPDATE t SET a=1", "SET XACT_ABORT, DELETE, SET ANSI_NULLS, UPDATE"},
		{"SET TRANSACTION ISOLATION LEVEL READ COMMITTED SET STATISTICS IO ON", "SET TRAN, SET STATISTICS"},
		{"SET @x.modify('insert 1') SET @c = CURSOR FOR SELECT 1 FOR UPDATE OF a SELECT 2", "SET, SET, SELECT"},
		{"SET @x = 2 * ((1 + 2)) SELECT 1", "SET, SELECT"},
		{"SET @x = 1 (SELECT 2)", "SET, SELECT"},
		// cursors
		{"DECLARE c CURSOR LOCAL FOR SELECT a FROM t FOR UPDATE OF a OPEN c FETCH NEXT FROM c CLOSE c DEALLOCATE c", "DECLARE CURSOR, OPEN, FETCH, CLOSE, DEALLOCATE"},
		{"DECLARE c INSENSITIVE CURSOR FOR WITH a AS (SELECT 1 x) SELECT * FROM a FOR READ ONLY SELECT 1", "DECLARE CURSOR, SELECT"},
		// permissions
		{"GRANT SELECT, INSERT, UPDATE (a, b), DELETE ON t TO u WITH GRANT OPTION AS dbo GRANT EXECUTE ON p TO u", "GRANT, GRANT"},
		{"GRANT CREATE TABLE, ALTER ANY LOGIN, BACKUP DATABASE TO u DENY EXEC ON p TO u REVOKE GRANT OPTION FOR SELECT ON t FROM u CASCADE SELECT 1", "GRANT, DENY, REVOKE, SELECT"},
		{"GRANT EXECUTE ANY EXTERNAL SCRIPT TO u EXEC p", "GRANT, execute"},
		// DDL
		{"ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (a) ON DELETE CASCADE ON UPDATE SET NULL DELETE FROM t", "ALTER TABLE, DELETE"},
		{"ALTER TABLE t WITH NOCHECK ADD CHECK (a>1) ALTER TABLE t DROP CONSTRAINT c, COLUMN d DROP TABLE t", "ALTER TABLE, ALTER TABLE, DROP TABLE"},
		{"ALTER TABLE t ALTER COLUMN a int NOT NULL ALTER TABLE t ALTER COLUMN a DROP ROWGUIDCOL ALTER INDEX i ON t REBUILD", "ALTER TABLE, ALTER TABLE, ALTER INDEX"},
		{"ALTER TABLE t ALTER INDEX i REBUILD WITH (BUCKET_COUNT=1) SELECT 1", "ALTER TABLE, SELECT"},
		{"ALTER TABLE t ADD s datetime2 GENERATED ALWAYS AS ROW START, e datetime2 GENERATED ALWAYS AS ROW END HIDDEN, PERIOD FOR SYSTEM_TIME (s, e)", "ALTER TABLE"},
		{"ALTER TABLE t ENABLE TRIGGER ALL ENABLE TRIGGER r ON t DISABLE TRIGGER ALL ON DATABASE", "ALTER TABLE, ENABLE TRIGGER, DISABLE TRIGGER"},
		{"ALTER TABLE t SET (LOCK_ESCALATION=AUTO) SET NOCOUNT ON", "ALTER TABLE, SET NOCOUNT"},
		{"ALTER DATABASE d SET SINGLE_USER WITH ROLLBACK IMMEDIATE ALTER DATABASE d SET RECOVERY SIMPLE ROLLBACK", "ALTER DATABASE, ALTER DATABASE, ROLLBACK"},
		{"ALTER PARTITION FUNCTION f() MERGE RANGE (1) MERGE t USING s ON 1=1 WHEN MATCHED THEN DELETE;", "ALTER PARTITION, MERGE"},
		{"ALTER LOGIN l ENABLE ALTER LOGIN l WITH PASSWORD='x' DROP USER u", "ALTER LOGIN, ALTER LOGIN, DROP USER"},
		{"ALTER AVAILABILITY GROUP g GRANT CREATE ANY DATABASE CREATE TABLE t (a int)", "ALTER AVAILABILITY, CREATE TABLE"},
		{"ALTER RESOURCE GOVERNOR RECONFIGURE RECONFIGURE WITH OVERRIDE", "ALTER RESOURCE, RECONFIGURE"},
		{"ALTER ROLE r ADD MEMBER u ALTER ROLE r DROP MEMBER u ADD SIGNATURE TO p BY CERTIFICATE c", "ALTER ROLE, ALTER ROLE, ADD SIGNATURE"},
		{"CREATE SECURITY POLICY p ADD FILTER PREDICATE f(a) ON t, ADD BLOCK PREDICATE f(a) ON t AFTER INSERT SELECT 1", "CREATE SECURITY, SELECT"},
		{"CREATE SCHEMA s AUTHORIZATION u CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1 x GRANT SELECT ON t TO u DENY DELETE ON t TO u", "CREATE SCHEMA"},
		{"CREATE TABLE t (a int, CONSTRAINT c FOREIGN KEY (a) REFERENCES u ON DELETE SET NULL) INSERT t VALUES (1)", "CREATE TABLE, INSERT"},
		{"DROP TABLE IF EXISTS a, b IF EXISTS (SELECT 1) DROP VIEW IF EXISTS v", "DROP TABLE, if{DROP VIEW}"},
		{"TRUNCATE TABLE t DBCC CHECKDB (0) WITH NO_INFOMSGS KILL 55 BACKUP DATABASE d TO DISK='x' RESTORE DATABASE d FROM DISK='x' WITH MOVE 'a' TO 'b'", "TRUNCATE, DBCC, KILL, BACKUP, RESTORE"},
		{"EXECUTE AS USER = 'u' EXEC AS CALLER REVERT EXECUTE AS LOGIN = 'x' WITH NO REVERT REVERT", "EXECUTE AS, EXECUTE AS, REVERT, EXECUTE AS, REVERT"},
		// messages, transactions
		{"BEGIN TRAN BEGIN TRANSACTION t WITH MARK 'x' SAVE TRAN s COMMIT COMMIT WORK ROLLBACK TRAN s ROLLBACK", "BEGIN TRAN, BEGIN TRAN, SAVE, COMMIT, COMMIT, ROLLBACK, ROLLBACK"},
		{"BEGIN DISTRIBUTED TRAN COMMIT", "BEGIN DISTRIBUTED TRAN, COMMIT"},
		{"RAISERROR ('x', 16, 1) WITH NOWAIT PRINT 'a' + 'b' THROW 50000, 'x', 1 WAITFOR DELAY '0:0:1' USE d", "RAISERROR, PRINT, THROW, WAITFOR, USE"},
		{"BEGIN DIALOG CONVERSATION @h FROM SERVICE a TO SERVICE 'b' ON CONTRACT c WITH ENCRYPTION = OFF SEND ON CONVERSATION @h (x) END CONVERSATION @h WITH CLEANUP GET CONVERSATION GROUP @g FROM q MOVE CONVERSATION @h TO @g",
			"BEGIN DIALOG, SEND, END CONVERSATION, GET CONVERSATION, MOVE CONVERSATION"},
		{"BEGIN CONVERSATION TIMER (@h) TIMEOUT = 1 WAITFOR (RECEIVE * FROM q), TIMEOUT 1 RECEIVE TOP (1) * FROM q", "BEGIN CONVERSATION TIMER, WAITFOR, RECEIVE"},
		// control
		{"IF @a = 1 IF @b = 2 PRINT 1 ELSE PRINT 2 ELSE PRINT 3", "if{if{PRINT}else{PRINT}}else{PRINT}"},
		{"IF 1=1 SELECT 1; ELSE SELECT 2; SELECT 3", "if{SELECT}else{SELECT}, SELECT"},
		{"IF UPDATE(a) OR UPDATE(b) UPDATE t SET a=1 ELSE IF NOT UPDATE(c) RETURN", "if{UPDATE}else{if{return}}"},
		{"IF @x IS NULL THROW 50001, 'x', 1; IF EXISTS (SELECT 1) BEGIN THROW END", "if{THROW}, if{block{THROW}}"},
		{"IF (SELECT 1) = 1 (SELECT 2) ELSE SELECT 3", "if{SELECT}else{SELECT}"},
		{"IF CASE WHEN 1=1 THEN 1 ELSE 0 END = 1 SELECT CASE 1 WHEN 1 THEN 2 ELSE 3 END ELSE PRINT 2", "if{SELECT}else{PRINT}"},
		{"WHILE 1=1 BEGIN IF @x>3 BREAK ELSE CONTINUE END PRINT 1", "while{block{if{break}else{continue}}}, PRINT"},
		{"BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH IF @@TRANCOUNT>0 ROLLBACK THROW END CATCH SELECT 1", "try{SELECT}catch{if{ROLLBACK}, THROW}, SELECT"},
		{"BEGIN TRY BEGIN TRAN EXEC p COMMIT TRAN END TRY BEGIN CATCH END CATCH", "try{BEGIN TRAN, execute, COMMIT}catch{}"},
		{"GOTO done; again: SELECT 1 GOTO again done: RETURN", "goto done, label again, SELECT, goto again, label done, return"},
		{"RETURN (SELECT 1) RETURN -1 RETURN @x + 1 RETURN SELECT 1", "return, return, return, return, SELECT"},
		{"BEGIN ATOMIC WITH (TRANSACTION ISOLATION LEVEL = SNAPSHOT, LANGUAGE = N'x') SELECT 1 END", "begin atomic block{SELECT}"},
		{"BEGIN BEGIN SELECT 1 END; END END SELECT 2", "block{block{SELECT}}, END, SELECT"},
		{"BEGIN SELECT 1", "block{SELECT}"},
		{"IF 1=1", "if{}"},
		{"ELSE SELECT 1", "ELSE, SELECT"},
		// DECLARE, EXEC
		{"DECLARE @a int, @b AS nvarchar(20) = N'x', @c dbo.t, @d xml(c), @t TABLE (a int DEFAULT (1)) SELECT @a", "declare, SELECT"},
		{"DECLARE @a int = (SELECT 1), @b int = CASE WHEN 1=1 THEN 2 END, @c float = -1.5 * POWER(2, 3) EXEC p", "declare, execute"},
		{"DECLARE @@a int SELECT 1 DECLARE @x CURSOR DECLARE @y sys.sysname", "declare, SELECT, declare, declare"},
		{"DECLARE @a int NEW SYNTAX SELECT 1", "DECLARE!, SELECT"},
		{"EXEC p @a = 1, @b OUTPUT EXEC @r = q;2 N'x' WITH RECOMPILE EXEC ('a' + @b) AS USER = 'u' EXEC (@x) AT s EXEC @p 1 SELECT 1", "execute, execute, execute, execute, execute, SELECT"},
		{"sp_who 'x' EXEC sp_who", "execute, execute"},
		{"; dbo.sp_who", "execute"},
		{"BEGIN sp_who END", "block{SP_WHO}"},
		{"EXEC p a, [b], DEFAULT, NULL INSERT t EXEC p 1 INSERT INTO @t (a, [b c]) EXEC ('x') INSERT t SELECT 1", "execute, insert exec, insert exec, INSERT"},
		{"EXEC p @a = 1 + (SELECT 1) SELECT 2", "EXECUTE!, SELECT"},
		{"EXEC OPENDATASOURCE('a', 'b').c.d.e SELECT 1", "EXECUTE!, SELECT"},
		{"INSERT t EXEC p 1 + 2 SELECT 1", "INSERT!, SELECT"},
		{"EXEC p done: EXEC p 1", "execute, label done, execute"},
		// modules
		{"CREATE PROC p @a int = 1, @b nvarchar(max) OUTPUT WITH EXECUTE AS OWNER, RECOMPILE AS SELECT 1 RETURN 1", "CREATE PROCEDURE{SELECT, return}"},
		{"CREATE OR ALTER PROCEDURE dbo.p (@a AS dbo.tt READONLY) AS BEGIN SET NOCOUNT ON; EXEC q @a END", "CREATE OR ALTER PROCEDURE{block{SET NOCOUNT, execute}}"},
		{"ALTER TRIGGER r ON t WITH EXECUTE AS SELF AFTER INSERT, UPDATE, DELETE NOT FOR REPLICATION AS IF UPDATE(a) SELECT 1", "ALTER TRIGGER{if{SELECT}}"},
		{"CREATE TRIGGER r ON ALL SERVER FOR LOGON AS ROLLBACK", "CREATE TRIGGER{ROLLBACK}"},
		{"CREATE TRIGGER r ON DATABASE FOR DROP_TABLE, CREATE_TABLE AS PRINT 1", "CREATE TRIGGER{PRINT}"},
		{"CREATE FUNCTION f (@a int) RETURNS int WITH SCHEMABINDING, RETURNS NULL ON NULL INPUT AS BEGIN DECLARE @x int RETURN @a END", "CREATE FUNCTION{block{declare, return}}"},
		{"CREATE FUNCTION f () RETURNS TABLE AS RETURN (SELECT 1 x)", "CREATE FUNCTION{return}"},
		{"CREATE FUNCTION f () RETURNS TABLE RETURN WITH a AS (SELECT 1 x) SELECT * FROM a UNION SELECT 2", "CREATE FUNCTION{return}"},
		{"CREATE FUNCTION f () RETURNS @t TABLE (a int) BEGIN INSERT @t SELECT 1 RETURN END", "CREATE FUNCTION{block{INSERT, return}}"},
		{"CREATE VIEW v (a) WITH SCHEMABINDING AS WITH c AS (SELECT 1 x) SELECT x FROM c WITH CHECK OPTION", "CREATE VIEW{SELECT}"},
		{"CREATE PROC p AS EXTERNAL NAME a.b.c", "CREATE PROCEDURE{}"},
		{"CREATE PROC p WITH NATIVE_COMPILATION, SCHEMABINDING AS BEGIN ATOMIC WITH (LANGUAGE=N'x') SELECT 1 END", "CREATE PROCEDURE{begin atomic block{SELECT}}"},
		{"CREATE PROC p @a int NEW OPTION AS SELECT 1", "CREATE PROCEDURE{SELECT}!"},
		// what is not known
		{"FROB t WIBBLE (SELECT 1) SELECT 2", "EXECUTE!, SELECT"},
		{"SELECT 1; FROB t WIBBLE (SELECT 1) SELECT 2", "SELECT, FROB, SELECT"},
		{"SELECT 1; 42 SELECT 2", "SELECT, , SELECT"},
	} {
		list := Split(tt.text, QuotedIdentifierOn)
		if got := outline(list); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.text, got, tt.want)
		}
		checkSplit(t, tt.text, QuotedIdentifierOn)
		checkSplit(t, tt.text, QuotedIdentifierOff)
	}
}

func TestSplitQuotedIdentifier(t *testing.T) {
	const text = `SELECT "a SELECT 2 'b" EXEC p "x;y" SELECT 3`
	for mode, want := range map[Mode]string{QuotedIdentifierOn: "SELECT, execute, SELECT", QuotedIdentifierOff: "SELECT, execute, SELECT"} {
		list := Split(text, mode)
		if got := outline(list); got != want {
			t.Errorf("%d: %s", mode, got)
			continue
		}
		typ := list[1].Execute.Args[0].Type.Kind
		if (typ == KindVarChar) != (mode == QuotedIdentifierOff) {
			t.Errorf("%d: argument of type %v", mode, typ)
		}
	}
}

func TestSplitPlaces(t *testing.T) {
	text := "SELECT 1\r\n\r\nIF @a\n= 1\rBEGIN\n EXEC p 'x\ny';\r\nEND ; -- c\nSELECT 2"
	list := Split(text, QuotedIdentifierOn)
	if outline(list) != "SELECT, if{block{execute}}, SELECT" {
		t.Fatal(outline(list))
	}
	var got []string
	WalkStatements(list, func(s *Statement) bool {
		got = append(got, fmt.Sprintf("%d-%d %q %q", s.Line, s.EndLine, text[s.Pos:s.End], text[s.CondPos:s.CondEnd]))
		return true
	})
	want := []string{`1-1 "SELECT 1" ""`, `3-7 "IF @a\n= 1\rBEGIN\n EXEC p 'x\ny';\r\nEND" "@a\n= 1"`, `4-7 "BEGIN\n EXEC p 'x\ny';\r\nEND" ""`,
		`5-6 "EXEC p 'x\ny'" ""`, `8-8 "SELECT 2" ""`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

package tsql

import (
	"errors"
	"strings"
	"testing"
)

// The spellings in this file must be seen as script calls for ever: add to them, never take one out.

// calls are batches that are one call.
var calls = []string{
	"EXEC sp_execute_external_script @language=N'R',@script=N''",
	"exec SP_Execute_External_Script @language=N'R',@script=N''",
	"EXECUTE sp_execute_external_script @language=N'R',@script=N''",
	"sp_execute_external_script @language=N'R',@script=N''",
	" \t\r\n sp_execute_external_script @language=N'R',@script=N''",
	"/* comment */ sp_execute_external_script @language=N'R',@script=N''",
	"-- comment\nsp_execute_external_script @language=N'R',@script=N''",
	"-- comment\rsp_execute_external_script @language=N'R',@script=N''",
	"EXEC -- comment\rsp_execute_external_script @language=N'R',@script=N''",
	"\ufeffEXEC\u200bsp_execute_external_script @language=N'R',@script=N''",
	"/* outer /* inner */ */EXEC/**/sp_execute_external_script/**/@language=N'R',@script=N''",
	"EXEC sys.sp_execute_external_script @language=N'R',@script=N''",
	"EXEC dbo.sp_execute_external_script @language=N'R',@script=N''",
	"EXEC master..sp_execute_external_script @language=N'R',@script=N''",
	"EXEC master.sys.sp_execute_external_script @language=N'R',@script=N''",
	"EXEC [master].[sys].[sp_execute_external_script] @language=N'R',@script=N''",
	"EXEC[sp_execute_external_script]@language=N'R',@script=N''",
	"EXEC \"sp_execute_external_script\" @language=N'R',@script=N''",
	"EXEC \"sys\".\"sp_execute_external_script\" @language=N'R',@script=N''",
	"EXEC sys . sp_execute_external_script @language=N'R',@script=N''",
	"EXEC sys./* x */[sp_execute_external_script] @language=N'R',@script=N''",
	"EXEC tempdb.dbo.sp_execute_external_script @language=N'R',@script=N''",
	"EXEC ..sp_execute_external_script @language=N'R',@script=N''",
	"EXEC .sys.sp_execute_external_script @language=N'R',@script=N''",
	"EXEC sp_execute_external_script;1 @language=N'R',@script=N''",
	"EXEC sp_execute_external_script ; 1 @language=N'R',@script=N''",
	"EXEC\vsp_execute_external_script\f@language=N'R',@script=N''",
	"EXEC\x00sp_execute_external_script @language=N'R',@script=N''",
	"EXEC\u00a0sp_execute_external_script\u3000@language=N'R',@script=N''",
	";EXEC sp_execute_external_script @language=N'R',@script=N'';",
	"EXEC sp_execute_external_script N'R',N''",
	"EXEC sp_execute_external_script @language=N'R',@script=N'' WITH RECOMPILE",
	"EXEC sp_execute_external_script @language=N'R',@script=N'' WITH RESULT SETS UNDEFINED -- end",
}

// compositions are batches with a call that is not alone.
var compositions = []string{
	"SET NOCOUNT ON EXEC sp_execute_external_script N'R',N''",
	"SET NOCOUNT ON; EXEC sp_execute_external_script N'R',N'';",
	"DECLARE @s nvarchar(max)=N'' EXEC sp_execute_external_script N'R',@s",
	"EXEC sp_execute_external_script N'R',N'' SELECT 1",
	"EXEC sp_execute_external_script N'R',N'';SELECT 1",
	"EXEC sp_execute_external_script N'R',N'';EXEC sp_execute_external_script N'R',N''",
	"EXEC sp_execute_external_script @p=@m OUTPUT INSERT t SELECT @m",
	"INSERT t EXEC sp_execute_external_script N'R',N''",
	"INSERT INTO t (a,[b]) EXECUTE sys.sp_execute_external_script N'R',N''",
	"EXEC @rc = sp_execute_external_script N'R',N''",
	"DECLARE @rc int; EXEC @rc=[sys].[sp_execute_external_script] N'R',N''",
	"BEGIN EXEC sp_execute_external_script N'R',N'' END",
	"BEGIN TRY EXEC sp_execute_external_script N'R',N'' END TRY BEGIN CATCH END CATCH",
	"IF 1=1 EXEC sp_execute_external_script N'R',N'' ELSE PRINT 'x'",
	"WHILE 1=1 EXEC sp_execute_external_script N'R',N''",
	"EXEC('EXEC sp_execute_external_script N''R'',N''''')",
	"EXECUTE (N'sp_execute_external_script @language=N''R''')",
	"EXEC(N'SET NOCOUNT ON; EXEC sp_execute_external_script @language=N''R''' + @x)",
	"EXEC sp_executesql N'EXEC sp_execute_external_script N''R'',N'''''",
	"sp_executesql N'EXEC sp_execute_external_script N''R'',N'''''",
	"EXEC sys.sp_executesql @stmt=N'EXEC [sys].[sp_execute_external_script] N''R'',N'''''",
	"DECLARE @q nvarchar(max)=N'EXEC sp_execute_external_script N''R'',N'''''; EXEC (@q)",
	"DECLARE @q nvarchar(max)=N'EXEC sp_execute_external_script N''R'',N'''''; EXEC sp_executesql @q",
	"EXEC dbo.other; EXEC sp_execute_external_script N'R',N''",
	"other_procedure 1 EXEC sp_execute_external_script N'R',N''",
}

// strangers only mention the name: they must reach the engine untouched.
var strangers = []string{
	"SELECT 'sp_execute_external_script'",
	"SELECT OBJECT_ID('sys.sp_execute_external_script')",
	"SELECT * FROM sys.all_objects WHERE name = N'sp_execute_external_script'",
	"INSERT log VALUES ('EXEC sp_execute_external_script N''R''')",
	"GRANT EXECUTE ON sys.sp_execute_external_script TO public",
	"EXEC sp_helptext 'sp_execute_external_script'",
	"-- EXEC sp_execute_external_script\nSELECT 1",
	"/* EXEC sp_execute_external_script */ EXEC sp_who",
	"SELECT 1 AS sp_execute_external_script",
	"SELECT [EXEC sp_execute_external_script] FROM t",
	"CREATE PROCEDURE p AS EXEC sp_execute_external_script N'R',N''",
	"-- c\nCREATE OR ALTER PROC p AS BEGIN EXEC sp_execute_external_script N'R',N'' END",
	"ALTER PROCEDURE p AS EXEC sp_execute_external_script N'R',N''",
	"CREATE TRIGGER tr ON t FOR INSERT AS EXEC sp_execute_external_script N'R',N''",
	"EXEC dbo.sp_executesql @statement = N'CREATE PROCEDURE p AS EXEC sp_execute_external_script N''R'',N'''''",
	"IF OBJECT_ID('p') IS NULL EXEC('CREATE OR ALTER PROC p AS EXEC sp_execute_external_script N''R'',N''''')",
	"EXEC sp_describe_first_result_set N'EXEC sp_execute_external_script N''R'',N'''''",
	"EXEC msdb.dbo.sp_add_jobstep @command=N'EXEC sp_execute_external_script N''R'',N'''''",
	"EXEC srv.master.sys.sp_execute_external_script N'R',N''",
	"EXEC my.sp_execute_external_script N'R',N''",
	"EXEC sp_execute_external_script_2 N'R',N''",
	"EXECUTE AS USER = 'sp_execute_external_script'",
	"IF OBJECT_ID('sp_execute_external_script') IS NOT NULL EXEC('SELECT 1')",
	"EXEC @p; PRINT 'sp_execute_external_script'",
	"",
	"SELECT 1",
}

func TestCallsAreSeen(t *testing.T) {
	for _, text := range calls {
		c, err := ParseScriptCall(text)
		if err != nil || c == nil {
			t.Errorf("%q: %v, %v", text, c, err)
			continue
		}
		if len(c.Args) != 2 {
			t.Errorf("%q: %d arguments", text, len(c.Args))
		}
	}
}

func TestCompositionsAreSeen(t *testing.T) {
	for _, text := range compositions {
		c, err := ParseScriptCall(text)
		var comp *CompositionError
		if c != nil || !errors.As(err, &comp) || comp.Line != 1 || comp.What == "" {
			t.Errorf("%q: %v, %v", text, c, err)
			continue
		}
		if m := comp.Message(); m.Number != 59011 || !strings.HasPrefix(m.Message, "tds-launchpad: ") {
			t.Errorf("%q: message %v", text, m)
		}
	}
}

func TestStrangersAreLeftAlone(t *testing.T) {
	for _, text := range strangers {
		if c, err := ParseScriptCall(text); c != nil || err != nil {
			t.Errorf("%q: %v, %v", text, c, err)
		}
	}
}

// What the parser sees, the cheap scan must have seen before.
func TestScanSeesAllSpellings(t *testing.T) {
	for _, text := range append(append([]string{}, calls...), compositions...) {
		if ScanUTF16(utf16le(text))&HitScript == 0 {
			t.Errorf("%q is not a hit", text)
		}
	}
}

package tsql

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// describe writes a call's arguments in one line.
func describe(t *testing.T, c *ScriptCall) string {
	t.Helper()
	var out []string
	for _, a := range c.Args {
		s := a.Name + "="
		switch a.Kind {
		case ArgLiteral:
			v, err := Format(a.Value, a.Type, 0)
			if err != nil {
				t.Fatal(err)
			}
			s += v + ":" + a.Type.String()
		case ArgVariable, ArgFunction:
			s += a.Ref
		case ArgNull:
			s += "NULL"
		case ArgDefault:
			s += "DEFAULT"
		}
		if a.Output {
			s += " OUTPUT"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestParseScriptCallArguments(t *testing.T) {
	for text, want := range map[string]string{
		"EXEC sp_execute_external_script":                                                                      "",
		"EXEC sp_execute_external_script @language = N'Python', @script=N'print(''x'')'":                       "@language=Python:nvarchar(6); @script=print('x'):nvarchar(10)",
		"execute [sys].sp_execute_external_script N'R', N'';":                                                  "=R:nvarchar(1); =:nvarchar(1)",
		"sp_execute_external_script 'R'":                                                                       "=R:varchar(1)",
		"EXEC sp_execute_external_script @a=1,@b=-2,@c=3000000000,@d=1.50,@e=-1e3,@f=$1.5,@g=0x0aF":            "@a=1:int; @b=-2:int; @c=3000000000:numeric(10,0); @d=1.50:numeric(3,2); @e=-1000:float; @f=1.50:money; @g=0x00AF:varbinary(2)",
		"EXEC sp_execute_external_script @a=@x OUTPUT, @b=@y OUT, @c=@z, @d=@@servername, @e=NULL, @f=default": "@a=@x OUTPUT; @b=@y OUTPUT; @c=@z; @d=@@servername; @e=NULL; @f=DEFAULT",
		"EXEC sp_execute_external_script @x OUTPUT, @y":                                                        "=@x OUTPUT; =@y",
		"EXEC sp_execute_external_script @language=R, @script=[a b], @p=\"c d\"":                               "@language=R:nvarchar(1); @script=a b:nvarchar(3); @p=c d:nvarchar(3)",
		"EXEC sp_execute_external_script;1 N'R'":                                                               "=R:nvarchar(1)",
		";;/* c */ EXEC /* d */ sp_execute_external_script --e\n @a /*f*/ = /*g*/ 1 ; ; ":                      "@a=1:int",
		"EXEC sp_execute_external_script @a=1 WITH RECOMPILE, RESULT SETS NONE":                                "@a=1:int",
		"EXEC sp_execute_external_script @a=N'x' WITH RESULT SETS UNDEFINED;":                                  "@a=x:nvarchar(1)",
		"EXEC sp_execute_external_script @a=.5, @b=1., @c=00012, @d=+7":                                        "@a=0.5:numeric(1,1); @b=1:numeric(1,0); @c=12:int; @d=7:int",
	} {
		c, err := ParseScriptCall(text)
		if err != nil || c == nil {
			t.Errorf("%s: %v, %v", text, c, err)
			continue
		}
		if got := describe(t, c); got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestParseScriptCallQuotedIdentifierOff(t *testing.T) {
	c, err := ParseScriptCallMode(`EXEC sp_execute_external_script @script="it's"`, QuotedIdentifierOff)
	if err != nil || describe(t, c) != "@script=it's:varchar(4)" {
		t.Errorf("%v, %v", c, err)
	}
}

func TestParseScriptCallPlace(t *testing.T) {
	const text = "-- first\n\n  EXEC sp_execute_external_script\n @a = 1,\n @b = 2 ;\n-- last"
	c, err := ParseScriptCall(text)
	if err != nil {
		t.Fatal(err)
	}
	if c.Line != 3 || c.Args[0].Line != 4 || c.Args[1].Line != 5 {
		t.Errorf("lines %d, %d, %d", c.Line, c.Args[0].Line, c.Args[1].Line)
	}
	if got := text[c.Pos:c.End]; got != "EXEC sp_execute_external_script\n @a = 1,\n @b = 2" {
		t.Errorf("statement %q", got)
	}
}

func TestParseScriptCallSyntaxErrors(t *testing.T) {
	tests := []struct {
		text   string
		number int32
		line   int32
		msg    string
	}{
		{"EXEC sp_execute_external_script @a = ", 102, 1, "Incorrect syntax near '='."},
		{"EXEC sp_execute_external_script\n@a = 1,", 102, 2, "Incorrect syntax near ','."},
		{"EXEC sp_execute_external_script @a = 'x", 105, 1, "Unclosed quotation mark after the character string 'x'."},
		{"EXEC sp_execute_external_script @a = 1 + 2", 102, 1, "Incorrect syntax near '+'."},
		{"EXEC sp_execute_external_script @a = SELECT", 156, 1, "Incorrect syntax near the keyword 'SELECT'."},
		{"EXEC sp_execute_external_script @a = 1 OUTPUT", 179, 1, ""},
		{"EXEC sp_execute_external_script @a = N'x' WITH RESULT SETS ((x foo))", 2715, 1, ""},
		{"EXEC sp_execute_external_script @a = N'x' WITH RESULT SETS ((x int)", 102, 1, "Incorrect syntax near ')'."},
		{"EXEC sp_execute_external_script @a = N'x' WITH RESULT SETS ()", 102, 1, "Incorrect syntax near ')'."},
		{"EXEC sp_execute_external_script @a = N'x' WITH NOTHING", 102, 1, "Incorrect syntax near 'NOTHING'."},
		{"EXEC sp_execute_external_script @a = 1e999", 168, 1, ""},
		{"EXEC sp_execute_external_script @a = -N'x'", 102, 1, "Incorrect syntax near 'x'."},
		{"EXEC sp_execute_external_script @a = (1)", 102, 1, "Incorrect syntax near '('."},
		{"EXEC sp_execute_external_script @a = 123456789012345678901234567890123456789", 1007, 1, ""},
		{"EXEC sp_execute_external_script @a = 1 /* open", 113, 1, "Missing end comment mark '*/'."},
	}
	for _, tt := range tests {
		c, err := ParseScriptCall(tt.text)
		var e *Error
		if c != nil || !errors.As(err, &e) || e.Number != tt.number || e.Line != tt.line || tt.msg != "" && e.Message != tt.msg {
			t.Errorf("%s: %v, %v", tt.text, c, err)
		}
	}
}

func TestParseResultSets(t *testing.T) {
	const text = `EXEC sp_execute_external_script N'R', N'' WITH RESULT SETS (
  ("Sepal.Length" float not null, [Species] varchar(100) COLLATE Latin1_General_BIN2 NULL, c dec(9,2)),
  AS OBJECT [db].dbo.t, AS TYPE dbo.tt, AS FOR XML, (x int)) ;`
	c, err := ParseScriptCall(text)
	if err != nil {
		t.Fatal(err)
	}
	want := &ResultSets{Mode: ResultSetsDefined, Sets: []ResultSet{
		{Line: 2, Columns: []ResultColumn{
			{Name: "Sepal.Length", Type: TypeFloat, Null: NotNull, Line: 2},
			{Name: "Species", Type: Type{Kind: KindVarChar, Length: 100, Collation: "Latin1_General_BIN2"}, Null: Null, Line: 2},
			{Name: "c", Type: Decimal(9, 2), Line: 2}}},
		{Line: 3, Object: &Name{Database: "db", Schema: "dbo", Object: "t"}},
		{Line: 3, Type: &Name{Schema: "dbo", Object: "tt"}},
		{Line: 3, ForXML: true},
		{Line: 3, Columns: []ResultColumn{{Name: "x", Type: TypeInt, Line: 3}}},
	}}
	if d := cmp.Diff(want, c.ResultSets); d != "" {
		t.Error(d)
	}
	for clause, mode := range map[string]ResultSetsMode{"NONE": ResultSetsNone, "undefined": ResultSetsUndefined} {
		c, err := ParseScriptCall("EXEC sp_execute_external_script N'R' with result sets " + clause)
		if err != nil || c.ResultSets.Mode != mode || len(c.ResultSets.Sets) != 0 {
			t.Errorf("%s: %v, %v", clause, c, err)
		}
	}
	c, err = ParseScriptCall("EXEC sp_execute_external_script N'R'")
	if err != nil || c.ResultSets != nil {
		t.Errorf("without the clause: %v, %v", c, err)
	}
}

func FuzzParseScriptCall(f *testing.F) {
	for _, s := range []string{
		"EXEC sp_execute_external_script @language=N'R', @script=@s OUTPUT WITH RESULT SETS ((a int not null), as for xml)",
		"DECLARE @a int; EXEC sp_execute_external_script", "INSERT t EXEC @r = sys.sp_execute_external_script;1 -1e5, 0x, $",
		"EXEC('EXEC sp_execute_external_script')", "create proc p as sp_execute_external_script",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, off bool) {
		mode := QuotedIdentifierOn
		if off {
			mode = QuotedIdentifierOff
		}
		c, err := ParseScriptCallMode(text, mode)
		if err == nil && c == nil {
			return
		}
		var e *Error
		var comp *CompositionError
		switch {
		case c != nil && err != nil:
			t.Fatalf("%q: both", text)
		case c != nil:
			if c.Pos >= c.End || c.End > len(text) || !strings.Contains(strings.ToLower(text[c.Pos:c.End]), scriptProcedure) {
				t.Fatalf("%q: statement at %d:%d", text, c.Pos, c.End)
			}
			if ScanUTF16(utf16le(text))&HitScript == 0 {
				t.Fatalf("%q: a call that the scan does not see", text)
			}
		case !errors.As(err, &e) && !errors.As(err, &comp):
			t.Fatalf("%q: error of type %T", text, err)
		}
	})
}

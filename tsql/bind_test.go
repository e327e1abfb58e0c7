package tsql

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bindText parses and binds a call; variables are @n = nvarchar 'value of @n', @i = int 7, @v = varchar.
func bindText(t *testing.T, args string) (*Bound, error) {
	t.Helper()
	c, err := ParseScriptCall("EXEC sp_execute_external_script " + args)
	if err != nil {
		t.Fatalf("%s: %v", args, err)
	}
	list, err := c.Resolve(func(ref string) (Type, any, bool) {
		switch strings.ToLower(ref) {
		case "@n":
			return NVarChar(10), "variable", true
		case "@i":
			return TypeInt, int64(7), true
		case "@v":
			return VarChar(10), "narrow", true
		case "@null":
			return NVarChar(10), nil, true
		case "@@servername":
			return TypeSysname, "server", true
		}
		return Type{}, nil, false
	})
	if err != nil {
		return nil, err
	}
	return Bind(list)
}

func TestBindBuiltins(t *testing.T) {
	tests := []struct {
		args string
		want Bound
	}{
		{"N'R', N'x'", Bound{Language: "R", Script: "x"}},
		{"@Script=N'x', @LANGUAGE=N'Python'", Bound{Language: "Python", Script: "x"}},
		{"N'R', N'x', N'SELECT 1', N'i', N'b', N'a', N'o', 1, N''", Bound{Language: "R", Script: "x", InputQuery: "SELECT 1",
			InputName: "i", OrderBy: "b", PartitionBy: "a", OutputName: "o", Parallel: true}},
		{"N'R', N'', @input_data_1=N'   ;', @output_data_1_name=N'SQL_out'", Bound{Language: "R", OutputName: "SQL_out"}},
		{"@language=@n, @script=@@servername, @input_data_1=NULL, @parallel=0", Bound{Language: "variable", Script: "server"}},
		{"@language=@n, @script=@n, @input_data_1=DEFAULT, @input_data_1_name=@null, @parallel=NULL", Bound{Language: "variable", Script: "variable"}},
		{"@language=R, @script=N'x', @params=N''", Bound{Language: "R", Script: "x"}},
	}
	for _, tt := range tests {
		got, err := bindText(t, tt.args)
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
			continue
		}
		if tt.want.InputName == "" {
			tt.want.InputName = "InputDataSet"
		}
		if tt.want.OutputName == "" {
			tt.want.OutputName = "OutputDataSet"
		}
		got.Params = nil
		if d := cmp.Diff(tt.want, *got); d != "" {
			t.Errorf("%s:\n%s", tt.args, d)
		}
	}
}

func TestBindParams(t *testing.T) {
	got, err := bindText(t, `@language=N'R', @script=N'', @params=N'@ParamINT int OUTPUT, @s nvarchar(3), @d decimal(5,2) = 1.5, @m varbinary(max) OUT,
		@u uniqueidentifier, @r_rowsPerRead int', @paramint=@i OUTPUT, @S='setosa', @m=0x01, @u=NULL, @r_rowsPerRead=5`)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Name, Type, Value string
		Return            bool
		Argument          int
	}
	var rows []row
	for _, p := range got.Params {
		v := "NULL"
		if p.Value != nil {
			if v, err = Format(p.Value, p.Type, 0); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row{p.Name, p.Type.String(), v, p.Return, p.Argument})
	}
	want := []row{
		{"ParamINT", "int", "7", true, 3}, {"s", "nvarchar(3)", "set", false, 4}, {"d", "decimal(5,2)", "1.50", false, -1},
		{"m", "varbinary(max)", "0x01", false, 5}, {"u", "uniqueidentifier", "NULL", false, 6}, {"r_rowsPerRead", "int", "5", false, 7},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	if got.RowsPerRead != 5 {
		t.Errorf("rows per read %d", got.RowsPerRead)
	}
}

func TestBindErrors(t *testing.T) {
	const head = "@language=N'R', @script=N'', "
	for args, want := range map[string]struct {
		number  int32
		message string
	}{
		"":                                     {201, "Procedure or function 'sp_execute_external_script' expects parameter '@language', which was not supplied."},
		"N'R'":                                 {201, "Procedure or function 'sp_execute_external_script' expects parameter '@script', which was not supplied."},
		"NULL, N''":                            {201, ""},
		"N'R', NULL":                           {201, ""},
		"DEFAULT, N''":                         {201, ""},
		"@language=N'R', N''":                  {119, "Must pass parameter number 2 and subsequent parameters as '@name = value'. After the form '@name = value' has been used, all subsequent parameters must be passed in the form '@name = value'."},
		"'R', N''":                             {214, "Procedure expects parameter '@language' of type 'ntext/nchar/nvarchar'."},
		"N'R', @v":                             {214, "Procedure expects parameter '@script' of type 'ntext/nchar/nvarchar'."},
		"N'R', 1":                              {214, ""},
		head + "@params='@a int', @a=1":        {214, ""},
		head + "@script=N'y'":                  {8143, "Parameter '@script' was supplied multiple times."},
		head + "@a=1":                          {8145, "@a is not a parameter for procedure sp_execute_external_script."},
		head + "@a=1, @params=N'@a int'":       {8145, ""},
		"@language=@missing, @script=N''":      {137, `Must declare the scalar variable "@missing".`},
		head + "@params=N'@a int'":             {39016, "The parameterized external script expects the parameter '@a', which was not supplied."},
		head + "@params=N'@a int', @a=DEFAULT": {39016, ""},
		head + "@params=N'@a int', @a=1, @A=2": {39027, "Parameter '@A' was specified multiple times to sp_execute_external_script stored procedure."},
		head + "@params=N'@language int', @language=1":                               {39008, "Invlid Parameter name '@language' specified for Procedure. This clashes with internal parameters."},
		head + "@params=N'@a int', @a=1, @language=N'x'":                             {39027, ""},
		head + "@params=N'@a int', @a=1, @parallel=1":                                {8145, ""},
		head + "@params=N'@a int', @a=1, @b=2":                                       {8145, ""},
		head + "@params=N'@a int', @a=@i OUTPUT":                                     {8162, ""},
		head + "@params=N'@a int', @a=N'x'":                                          {8114, "Error converting data type nvarchar to int."},
		head + "@params=N'@a tinyint', @a=300":                                       {8114, "Error converting data type int to tinyint."},
		head + "@params=N'@a date', @a=1":                                            {206, "Operand type clash: int is incompatible with date"},
		head + "@params=N'@a varbinary(9)', @a=N'x'":                                 {257, ""},
		head + "@params=N'@a foo', @a=1":                                             {2715, ""},
		head + "@params=N'@a int, @a int', @a=1":                                     {134, ""},
		head + "@params=N'@a int @b int', @a=1":                                      {102, "Incorrect syntax near '@b'."},
		head + "@params=N'@r_rowsPerRead int, @r_rowsPerRead int', @r_rowsPerRead=1": {39026, ""},
		head + "@params=N'@r_rowsPerRead int', @r_rowsPerRead=0":                     {39132, ""},
		head + "@params=N'@r_rowsPerRead int', @r_rowsPerRead=NULL":                  {39132, ""},
		head + "@input_data_1_order_by_columns=N'a'":                                 {39103, ""},
		"N'R',N'',N'',N'',N'',N'',N'',0,N'@a int',1,2":                               {8144, "Procedure or function sp_execute_external_script has too many arguments specified."},
		head + "@parallel=N'x'":                                                      {8114, ""},
	} {
		_, err := bindText(t, args)
		var e *Error
		if !errors.As(err, &e) || e.Number != want.number || want.message != "" && e.Message != want.message {
			t.Errorf("%s: %v, want %d %s", args, err, want.number, want.message)
		}
	}
}

// An RPC gives names without a text, with or without the @.
func TestBindRPC(t *testing.T) {
	b, err := Bind([]Argument{
		{Name: "language", Type: TypeSysname, Value: "Python"},
		{Name: "@script", Type: TypeNVarCharMax, Value: "x"},
		{Name: "@params", Type: TypeNVarCharMax, Value: "@m money OUTPUT"},
		{Name: "@m", Type: TypeFloat, Value: 1.5, Output: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := b.Params[0]
	if v, err := Format(p.Value, p.Type, 2); err != nil || v != "1.5000" || !p.Return || p.Argument != 3 {
		t.Errorf("%+v, %q, %v", p, v, err)
	}
}

func TestParseParamDecls(t *testing.T) {
	got, err := ParseParamDecls(" @a int , @B as nvarchar ( 20 ) = N'x' output,\n@c dec(9,2) OUT = -1.5, @d varchar(max) = NULL, @e dbo.[tt] READONLY")
	if !errors.Is(err, &Error{Number: 2715}) {
		t.Errorf("%v, %v", got, err)
	}
	got, err = ParseParamDecls(" @a int , @B as nvarchar ( 20 ) = N'x' output,\n@c dec(9,2) OUT = -1.5, @d varchar(max) = NULL -- end")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range got {
		s := d.Name + " " + d.Type.String()
		if d.HasDefault {
			s += " default"
			if d.Default != nil {
				v, _ := Format(d.Default, d.DefaultType, 0)
				s += " " + v
			}
		}
		if d.Output {
			s += " output"
		}
		out = append(out, s)
	}
	want := []string{"a int", "B nvarchar(20) default x output", "c decimal(9,2) default -1.5 output", "d varchar(max) default"}
	if d := cmp.Diff(want, out); d != "" {
		t.Error(d)
	}
	for _, blank := range []string{"", "  ", "-- x"} {
		if got, err := ParseParamDecls(blank); got != nil || err != nil {
			t.Errorf("%q: %v, %v", blank, got, err)
		}
	}
	for text, number := range map[string]int32{"a int": 102, "@a": 102, "@a int,": 102, "@ int": 102, "@a int @": 102, "@a int = 1 = 2": 102,
		"@a int,,@b int": 102, "@a select": 156, "@a int = getdate()": 102, "@@a int": 102} {
		if _, err := ParseParamDecls(text); !errors.Is(err, &Error{Number: number}) {
			t.Errorf("%q: %v, want %d", text, err, number)
		}
	}
}

func FuzzParseParamDecls(f *testing.F) {
	f.Add("@a int, @B nvarchar(20) = N'x' OUTPUT")
	f.Add("@a national character varying(max) = 0x")
	f.Fuzz(func(t *testing.T, text string) {
		decls, err := ParseParamDecls(text)
		if err != nil {
			return
		}
		for _, d := range decls {
			if d.Name == "" || d.Type.Kind == KindInvalid {
				t.Fatalf("%q: %+v", text, d)
			}
		}
	})
}

// Parameters are counted before they are looked at one by one.
func TestTooManyParams(t *testing.T) {
	declare := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("@p%d int", i)
		}
		return strings.Join(list, ", ")
	}
	if _, err := ParseParamDecls(declare(MaxParams)); err != nil {
		t.Error(err)
	}
	var e *Error
	if _, err := ParseParamDecls(declare(MaxParams + 1)); !errors.As(err, &e) || e.Number != 8003 {
		t.Errorf("declarations: %v", err)
	}
	if _, err := Bind(make([]Argument, len(signature)+MaxParams+1)); !errors.As(err, &e) || e.Number != 8144 {
		t.Errorf("arguments: %v", err)
	}
}

package tsql

import (
	"errors"
	"testing"
)

func TestParseType(t *testing.T) {
	for text, want := range map[string]string{
		"int": "int", "INTEGER": "int", "[int]": "int", "sys.int": "int", `"sys".[bigint]`: "bigint",
		"dec": "decimal(18,0)", "dec(9)": "decimal(9,0)", "DECIMAL ( 9 , 2 )": "decimal(9,2)", "numeric(38,38)": "numeric(38,38)",
		"character varying(20)": "varchar(20)", "char varying (3)": "varchar(3)", "national character varying(5)": "nvarchar(5)",
		"national char varying(max)": "nvarchar(max)", "national char(2)": "nchar(2)", "national text": "ntext",
		"nchar varying(7)": "nvarchar(7)", "binary varying(9)": "varbinary(9)", "character": "char(1)", "varchar": "varchar(1)",
		"varchar(max)": "varchar(max)", "varchar(8000)": "varchar(8000)", "nvarchar(4000)": "nvarchar(4000)",
		"varbinary(MAX)": "varbinary(max)", "float": "float", "float(53)": "float", "float(25)": "float", "float(24)": "real",
		"float(1)": "real", "double precision": "float", "real": "real", "datetime2": "datetime2(7)", "datetime2(0)": "datetime2(0)",
		"time(3)": "time(3)", "datetimeoffset": "datetimeoffset(7)", "rowversion": "timestamp", "timestamp": "timestamp",
		"sysname": "nvarchar(128)", "sql_variant": "sql_variant", "uniqueidentifier": "uniqueidentifier", "xml": "xml",
		"text": "text", "money": "money", "smallmoney": "smallmoney", "bit": "bit", "date": "date", "image": "image",
	} {
		got, err := ParseType(text)
		if err != nil || got.String() != want {
			t.Errorf("ParseType(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestParseTypeErrors(t *testing.T) {
	for text, want := range map[string]struct {
		number  int32
		message string
	}{
		"foo":                           {2715, "Column, parameter, or variable #1: Cannot find data type foo."},
		"dbo.foo":                       {2715, "Column, parameter, or variable #1: Cannot find data type dbo.foo."},
		"varchar(9000)":                 {131, "The size (9000) given to the type 'varchar' exceeds the maximum allowed for any data type (8000)."},
		"nvarchar(4001)":                {2717, "The size (4001) given to the type 'nvarchar' exceeds the maximum allowed (4000)."},
		"varchar(0)":                    {1001, "Line 1: Length or precision specification 0 is invalid."},
		"decimal(0)":                    {1001, "Line 1: Length or precision specification 0 is invalid."},
		"int(5)":                        {2716, "Column, parameter, or variable #1: Cannot specify a column width on data type int."},
		"char(max)":                     {2716, "Column, parameter, or variable #1: Cannot specify a column width on data type char."},
		"sysname(5)":                    {2716, "Column, parameter, or variable #1: Cannot specify a column width on data type sysname."},
		"decimal(39)":                   {2750, "Column or parameter #1: Specified column precision 39 is greater than the maximum precision of 38."},
		"decimal(5,6)":                  {2751, "Column or parameter #1: Specified column scale 6 is greater than the specified precision of 5."},
		"float(54)":                     {2750, "Column or parameter #1: Specified column precision 54 is greater than the maximum precision of 53."},
		"datetime2(8)":                  {1002, "Line 1: Specified scale 8 is invalid."},
		"":                              {102, "Incorrect syntax near ''."},
		"int x":                         {102, "Incorrect syntax near 'x'."},
		"decimal(1,2,3)":                {102, "Incorrect syntax near ','."},
		"varchar(":                      {102, "Incorrect syntax near '('."},
		"varchar(99999999999999999999)": {131, "The size (2147483647) given to the type 'varchar' exceeds the maximum allowed for any data type (8000)."},
		"national int":                  {102, "Incorrect syntax near 'int'."},
	} {
		_, err := ParseType(text)
		var e *Error
		if !errors.As(err, &e) || e.Number != want.number || e.Message != want.message {
			t.Errorf("ParseType(%q): %v, want %d %s", text, err, want.number, want.message)
		}
	}
}

func TestParseCastType(t *testing.T) {
	for text, want := range map[string]string{"varchar": "varchar(30)", "nchar": "nchar(30)", "varbinary": "varbinary(30)",
		"varchar(1)": "varchar(1)", "int": "int"} {
		if got, err := ParseCastType(text); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := ParseCastType("foo"); !errors.Is(err, &Error{Number: 243}) {
		t.Error(err)
	}
}

func TestNewType(t *testing.T) {
	for _, want := range []string{"int", "decimal(9,2)", "nvarchar(20)", "varchar(max)", "varbinary(0)", "datetime2(3)", "float",
		"uniqueidentifier", "text"} {
		p, err := ParseType(want)
		if want == "varbinary(0)" {
			p = Type{Kind: KindVarBinary}
		} else if err != nil {
			t.Fatal(err)
		}
		got, err := NewType(p.Name(), p.Length, int(p.Precision), int(p.Scale))
		if err != nil || got != p && want != "varbinary(0)" {
			t.Errorf("%s: %v, %v", want, got, err)
		}
	}
	if _, err := NewType("nope", 1, 0, 0); !errors.Is(err, &Error{Number: 2715}) {
		t.Error(err)
	}
	if _, err := NewType("decimal", 0, 50, 0); !errors.Is(err, &Error{Number: 2750}) {
		t.Error(err)
	}
}

// Every type must read back what it writes, and the precedence must order all kinds that have a name.
func TestTypeStrings(t *testing.T) {
	for k, row := range kindTable {
		if row.name == "" {
			continue
		}
		p, err := ParseType(row.name)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if p.Kind != Kind(k) || p.Precedence() == 0 {
			t.Errorf("%s reads as %v, precedence %d", row.name, p, p.Precedence())
		}
		if again, err := ParseType(p.String()); err != nil || again != p {
			t.Errorf("%v writes %s, reads %v, %v", p, p, again, err)
		}
	}
}

func FuzzParseType(f *testing.F) {
	for _, s := range []string{"int", "decimal(9,2)", "national char varying(max)", "[a].[b](", "double precision", "float(99)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseType(s)
		if err != nil {
			if _, ok := err.(*Error); !ok {
				t.Fatalf("%q: error of type %T", s, err)
			}
			return
		}
		if again, err := ParseType(p.String()); err != nil || again != p {
			t.Fatalf("%q reads as %v, writes %s, reads %v, %v", s, p, p, again, err)
		}
	})
}

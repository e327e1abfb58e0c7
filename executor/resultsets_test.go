package executor

import (
	"fmt"
	"strings"
	"testing"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// declare makes a clause out of types, "!" in front for NOT NULL.
func declare(t *testing.T, types ...string) *tsql.ResultSets {
	t.Helper()
	set := tsql.ResultSet{Columns: []tsql.ResultColumn{}}
	for i, s := range types {
		c := tsql.ResultColumn{Name: fmt.Sprint("Col ", i+1)}
		if s[0] == '!' {
			c.Null, s = tsql.NotNull, s[1:]
		}
		typ, err := tsql.ParseType(s)
		if err != nil {
			t.Fatal(err)
		}
		c.Type = typ
		set.Columns = append(set.Columns, c)
	}
	return &tsql.ResultSets{Mode: tsql.ResultSetsDefined, Sets: []tsql.ResultSet{set}}
}

func TestResultSets(t *testing.T) {
	cases := []struct{ expr, typ, want string }{
		{"[1, 2]", "int", "int [1] [2]"},
		{"[1, 2]", "!int", "int [1] [2]"},
		{"[1, 255]", "tinyint", "tinyint [1] [255]"},
		{"[1]", "float", "float [1]"},
		{"[1]", "decimal(9,2)", "decimal(9,2) [1.00]"},
		{"[0, 5]", "bit", "bit [false] [true]"},
		{"[1]", "nvarchar(10)", "nvarchar(10) [1]"},
		{"[1.9, -1.9]", "int", "int [1] [-1]"},
		{"[0.5, None]", "real", "real [0.5] [<nil>]"},
		{"[0.1]", "decimal(5,1)", "decimal(5,1) [0.1]"},
		{"['abc', None]", "varchar(100)", "varchar(100) [abc] [<nil>]"},
		{"['abcdef', 'ü']", "varchar(3)", "varchar(3) [abc] [ü]"},
		{"['abcdef']", "nvarchar(3)", "nvarchar(3) [abc]"},
		{"['a']", "nchar(3)", "nchar(3) [a  ]"},
		{"['12']", "int", "int [12]"},
		{"['x' * 5000]", "nvarchar(max)", "nvarchar(max) [" + strings.Repeat("x", 5000) + "]"},
		{"[b'ab']", "varbinary(max)", "varbinary(max) [[97 98]]"},
		{"[b'ab']", "varbinary(1)", "varbinary(1) [[97]]"},
		{"pd.to_datetime(['2024-01-02 03:04:05.678'])", "datetime", "datetime [2024-01-02 03:04:05.677 +0000 UTC]"},
		{"pd.to_datetime(['2024-01-02 03:04:05.678'])", "date", "date [2024-01-02 00:00:00 +0000 UTC]"},
		{"pd.to_datetime(['2024-01-02 03:04:05.678'])", "datetime2(1)", "datetime2(1) [2024-01-02 03:04:05.7 +0000 UTC]"},
		{"[Decimal('1.239')]", "decimal(9,2)", "decimal(9,2) [1.24]"},
		{"[Decimal('-1.235'), None]", "numeric(18,2)", "numeric(18,2) [-1.24] [<nil>]"},
		{"[Decimal('12345678901234567890.5')]", "decimal(28,0)", "decimal(28,0) [12345678901234567891]"},
		{"[Decimal('1.5')]", "decimal(38,10)", "decimal(38,10) [1.5000000000]"},
		{"[Decimal('1.239')]", "money", "money [1.2390]"},
		{"[None, None]", "datetime", "datetime [<nil>] [<nil>]"},
		{"[None]", "varbinary(5)", "varbinary(5) [<nil>]"},
		{"['6f9619ff-8b86-d011-b42d-00c04fc964ff']", "uniqueidentifier", "uniqueidentifier [6f9619ff-8b86-d011-b42d-00c04fc964ff]"},
	}
	// All in one result set, the values repeated up to two rows.
	script := "import pandas as pd, numpy as np\nfrom decimal import Decimal\ncolumns = {}\n" +
		"def case(v):\n    s = pd.Series(v)\n    columns[len(columns)] = s.take(np.resize(np.arange(len(s)), 2)).reset_index(drop=True)\n"
	var types []string
	for _, c := range cases {
		script += "case(" + c.expr + ")\n"
		types = append(types, c.typ)
	}
	out := mustRun(t, &Call{Script: script + "OutputDataSet = pd.DataFrame(columns)", ResultSets: declare(t, types...)}, nil)
	for i, c := range cases {
		col := out.Columns[i]
		got := fmt.Sprintf("%s [%v]", col.Type, out.rows[0][i])
		if want := c.want; strings.Count(want, " [") == 2 && !strings.Contains(want, "[[") {
			got += fmt.Sprintf(" [%v]", out.rows[1][i])
		}
		if got != c.want {
			t.Errorf("%s: %.200s, want %.200s", c.expr, got, c.want)
		}
		if col.Name != fmt.Sprint("Col ", i+1) || (col.Flags&tds.ColumnNullable != 0) != (c.typ[0] != '!') || col.Type.Nullable() != (c.typ[0] != '!') {
			t.Errorf("column %+v", col)
		}
	}
}

func TestResultSetErrors(t *testing.T) {
	const two = "OutputDataSet = pandas.DataFrame({'a': [1, 2], 'b': ['x', None]})\nprint('done')"
	none := &tsql.ResultSets{Mode: tsql.ResultSetsNone}
	twice := declare(t, "int", "int")
	twice.Sets = append(twice.Sets, twice.Sets[0])
	e := New(Config{Starter: newUnconfined(t), DataDir: t.TempDir()})
	for _, c := range []struct {
		name, script string
		sets         *tsql.ResultSets
		number       int32
		text         string
	}{
		{"NONE", two, none, 11535, "specified 0 result set(s)"},
		{"two sets", two, twice, 11536, "specified 2 result set(s), but the statement only sent 1"},
		{"no result set", "print('done')", declare(t, "int"), 11536, "specified 1 result set(s), but the statement only sent 0"},
		{"one column", two, declare(t, "int"), 11537, "specified 1 column(s) for result set number 1, but the statement sent 2"},
		{"no conversion", two, declare(t, "int", "varbinary(10)"), 11538, "specified type 'varbinary(10)' for column #2 in result set #1, and the corresponding type sent at run time was 'nvarchar(1)'"},
		{"NULL", two, declare(t, "int", "!nvarchar(5)"), 11553, "column #2 in result set #1"},
		{"not a number", two, declare(t, "int", "int"), 245, ""},
		{"decimal overflow", "from decimal import Decimal\nOutputDataSet = pandas.DataFrame({'a': [Decimal('999.95')]})\nprint('done')", declare(t, "decimal(4,1)"), 8115, "numeric"},
		{"overflow", "OutputDataSet = pandas.DataFrame({'a': [300]})\nprint('done')", declare(t, "tinyint"), 220, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := runWith(t, e, &Call{Script: c.script, ResultSets: c.sets, Line: 3}, nil)
			failed, ok := err.(*CallError)
			if !ok {
				t.Fatalf("ended with %v", err)
			}
			m := failed.Messages[0]
			if m.Number != c.number && !(c.number == 220 && m.Number == 8115) || !m.IsError || m.Class != 16 || m.Line != 3 || !strings.Contains(m.Text, c.text) {
				t.Errorf("%+v", m)
			}
			if got := stdout(failed.Messages); got != "done\n" {
				t.Errorf("printed: %q", got)
			}
		})
	}
	t.Run("NONE without a result set", func(t *testing.T) {
		if _, err := runWith(t, e, &Call{Script: "print('done')", ResultSets: none}, nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("UNDEFINED", func(t *testing.T) {
		out, err := runWith(t, e, &Call{Script: two, ResultSets: &tsql.ResultSets{}}, nil)
		if err != nil || typeNames(out.Columns) != "bigint nvarchar(1)" {
			t.Error(out, err)
		}
	})
}

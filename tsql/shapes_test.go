package tsql

import "testing"

// Call shapes out of the acceptance catalogue of the specification (section 10), by number, as far as reading them goes.
func TestAcceptanceShapes(t *testing.T) {
	for _, tt := range []struct {
		number int
		text   string
		want   Bound
		params int
	}{
		{1, "EXEC sp_execute_external_script @language=N'Python', @script=N'a=1\nb=2\nprint(a/b, a*b)'",
			Bound{Language: "Python", Script: "a=1\nb=2\nprint(a/b, a*b)"}, 0},
		{3, "execute sp_execute_external_script\n@script =N'x' ,\t@language =N'R'", Bound{Language: "R", Script: "x"}, 0},
		{4, "EXEC sp_execute_external_script @language=N'Python', @script=N' b = \"\"  '", Bound{Language: "Python", Script: " b = \"\"  "}, 0},
		{6, "EXECUTE [sys].[sp_execute_external_script] @language=N'R', @script=N'', @params=N'@server sysname', @server=@@servername",
			Bound{Language: "R", Declaration: "@server sysname"}, 1},
		{7, "EXEC sp_execute_external_script N'R', N''", Bound{Language: "R"}, 0},
		{8, "EXEC sp_execute_external_script @language=N'R', @script=N'1', @params=N''", Bound{Language: "R", Script: "1"}, 0},
		{9, "EXEC sp_execute_external_script @language=N'R', @script=N'1', @params=N'@m int OUTPUT', @m=@i OUTPUT;\n;",
			Bound{Language: "R", Script: "1", Declaration: "@m int OUTPUT"}, 1},
		{12, "EXEC sp_execute_external_script @language=N'R', @input_data_1_name=N'SQL_in', @input_data_1=N'SELECT 1', @script=N's', @output_data_1_name=N'SQL_out'",
			Bound{Language: "R", Script: "s", InputQuery: "SELECT 1", InputName: "SQL_in", OutputName: "SQL_out"}, 0},
		{14, "EXEC sp_execute_external_script @language=N'R', @script=N's', @input_data_1=N'   ;' WITH RESULT SETS(([Density] FLOAT NOT NULL))",
			Bound{Language: "R", Script: "s"}, 0},
		{25, "EXEC sp_execute_external_script @language=N'R', @script=N's', @params=N'@mynumbers int, @mymean int, @mysd int', @mynumbers=100, @mymean=50, @mysd=3",
			Bound{Language: "R", Script: "s", Declaration: "@mynumbers int, @mymean int, @mysd int"}, 3},
		{28, "EXEC sp_execute_external_script @language=N'R', @script=N's', @params=N'@ParamINT int OUTPUT', @paramINT=@i OUTPUT",
			Bound{Language: "R", Script: "s", Declaration: "@ParamINT int OUTPUT"}, 1},
		{52, "EXEC sp_execute_external_script @language=N'Python', @script=N'x = ''utf-8'' -- \"q\" /* c */ ''M200 Europe'' '''''''''",
			Bound{Language: "Python", Script: "x = 'utf-8' -- \"q\" /* c */ 'M200 Europe' ''''"}, 0},
		{63, "EXEC sp_execute_external_script @language=N'Python', @script=@P1, @input_data_1=@P2 with result sets((_stdout_ varchar(MAX), _stderr_ varchar(MAX)))",
			Bound{Language: "Python", Script: "p1", InputQuery: "SELECT 2"}, 0},
	} {
		c, err := ParseScriptCall(tt.text)
		if err != nil || c == nil {
			t.Errorf("%d: %v, %v", tt.number, c, err)
			continue
		}
		args, err := c.Resolve(func(ref string) (Type, any, bool) {
			switch ref {
			case "@i":
				return TypeInt, int64(7), true
			case "@P1":
				return NVarChar(4000), "p1", true
			case "@P2":
				return NVarChar(4000), "SELECT 2", true
			}
			return TypeSysname, "server", true
		})
		if err != nil {
			t.Errorf("%d: %v", tt.number, err)
			continue
		}
		got, err := Bind(args)
		if err != nil {
			t.Errorf("%d: %v", tt.number, err)
			continue
		}
		if tt.want.InputName == "" {
			tt.want.InputName = "InputDataSet"
		}
		if tt.want.OutputName == "" {
			tt.want.OutputName = "OutputDataSet"
		}
		if got.Language != tt.want.Language || got.Script != tt.want.Script || got.InputQuery != tt.want.InputQuery ||
			got.InputName != tt.want.InputName || got.OutputName != tt.want.OutputName || got.Declaration != tt.want.Declaration ||
			len(got.Params) != tt.params {
			t.Errorf("%d: %+v, want %+v with %d parameters", tt.number, *got, tt.want, tt.params)
		}
		if _, err := ClassifyInputQuery(got.InputQuery); err != nil {
			t.Errorf("%d: %v", tt.number, err)
		}
	}
}

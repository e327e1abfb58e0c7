package tsql

import (
	"errors"
	"testing"
)

func TestParseName(t *testing.T) {
	tests := []struct {
		text  string
		want  Name
		error int32
	}{
		{text: "a", want: Name{Object: "a"}},
		{text: "s.a", want: Name{Schema: "s", Object: "a"}},
		{text: "d..a", want: Name{Database: "d", Object: "a"}},
		{text: "[x y].[d].\"s\" . [a]]]", want: Name{"x y", "d", "s", "a]"}},
		{text: "srv...a", want: Name{Server: "srv", Object: "a"}},
		{text: "a.b.c.d.e", error: 117},
		{text: "", error: 102},
		{text: "a.", error: 102},
		{text: "a b", error: 102},
		{text: "[a", error: 105},
		{text: "1", error: 102},
	}
	for _, tt := range tests {
		got, err := ParseName(tt.text)
		if tt.error != 0 {
			if !errors.Is(err, &Error{Number: tt.error}) {
				t.Errorf("ParseName(%q): %v, want error %d", tt.text, err, tt.error)
			}
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("ParseName(%q) = %+v, %v, want %+v", tt.text, got, err, tt.want)
		}
		if again, err := ParseName(got.String()); err != nil || again != got {
			t.Errorf("%+v writes %s, reads %+v, %v", got, got, again, err)
		}
	}
}

func TestIsScriptProcedure(t *testing.T) {
	for name, want := range map[string]bool{
		"sp_execute_external_script": true, "SP_EXECUTE_EXTERNAL_SCRIPT": true, "sys.sp_execute_external_script": true,
		"[sys].[sp_execute_external_script]": true, "master..sp_execute_external_script": true,
		"master.sys.sp_execute_external_script": true, `"master"."dbo"."sp_execute_external_script"`: true,
		"db1.sys.sp_execute_external_script": true, "sp_execute_external_script;1": true, " sys . sp_execute_external_script ": true,
		"srv.master.sys.sp_execute_external_script": false, "my.sp_execute_external_script": false,
		"sp_execute_external_script2": false, "sp_execute_external_script;2": false, "": false, "sp_executesql": false,
		"sp_execute_external_script x": false,
	} {
		if got := IsScriptProcedure(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
	if !IsSystemProcedure("[sys].sp_executesql", "sp_executesql") || IsSystemProcedure("sp_executesql", "sp_prepare") {
		t.Error("IsSystemProcedure")
	}
}

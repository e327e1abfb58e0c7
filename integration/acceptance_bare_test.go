package integration

import (
	"strings"
	"testing"
)

// The acceptance list of the behaviour specification, section A: calls without
// data. Each test names its number in the list.

const stdoutHeader = "STDOUT message(s) from external script: \n"

func TestAcceptance01PrintsAMessage(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py("a=1\nb=2\nprint(a/b, a*b)"))
	o.noErrors(t)
	if len(o.Sets) != 0 {
		t.Errorf("a script without data returned %d result sets", len(o.Sets))
	}
	wantNotices(t, o, stdoutHeader+"0.5 2\n")
}

func TestAcceptance02ManyLinesSemicolonsCommentsTabs(t *testing.T) {
	script := "## comment\nfor i in range(3):\n\tprint('line', i);\n# ende: äöü\nprint('Δ');"
	o := query(t, sharedServer(t).connect(t), py(script))
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"line 0\nline 1\nline 2\nΔ\n")
}

func TestAcceptance03SpellingOfTheCall(t *testing.T) {
	conn := sharedServer(t).connect(t)
	for _, text := range []string{
		"EXEC sp_execute_external_script @script = N'print(1)', @language = N'Python'",
		"execute sp_execute_external_script @language =N'Python'  ,@script=N'print(1)'",
		"exec Sp_Execute_External_Script\n\t@Language\t= N'python',\r\n@SCRIPT = N'print(1)';",
		"sp_execute_external_script N'Python', N'print(1)'",
		"/* first */ EXEC -- then\nsp_execute_external_script @language=N'Python', @script=N'print(1)' /* last */",
		"EXEC master..sp_execute_external_script @language=N'Python', @script=N'print(1)'",
		"EXEC master.sys.[sp_execute_external_script] @language=N'Python', @script=N'print(1)' ; ",
	} {
		o := query(t, conn, text)
		if len(o.Errors) > 0 {
			t.Errorf("%s\n%+v", text, o.Errors)
			continue
		}
		wantNotices(t, o, stdoutHeader+"1\n")
	}
}

func TestAcceptance04IndentedScripts(t *testing.T) {
	conn := sharedServer(t).connect(t)
	for _, script := range []string{
		` b = ""  `,
		"  a = 1\n  if a:\n    print('yes')\n",
		"\ta = 1\n\tif a:\n\t\tprint('yes')\n",
		"\n    x = '''\n  kept\n'''\n    assert x == '\\n  kept\\n', repr(x)\n",
	} {
		query(t, conn, py(script)).noErrors(t)
	}
	wantErrors(t, query(t, conn, py("a = 1\n  b = 2")), 39004, 39019)
}

func TestAcceptance06SchemaSpellings(t *testing.T) {
	s := sharedServer(t)
	conn := s.connect(t)
	for _, name := range []string{"sys.sp_execute_external_script", "[sys].[sp_execute_external_script]", `"sys"."sp_execute_external_script"`} {
		o := query(t, conn, "EXECUTE "+name+" @language=N'Python', @script=N'print(1)'")
		o.noErrors(t)
		wantNotices(t, o, stdoutHeader+"1\n")
	}
	o := query(t, conn, py("print(len(server) > 0)", "@params=N'@server nvarchar(128)'", "@server=@@SERVERNAME"))
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"True\n")
}

func TestAcceptance07EmptyScript(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py(""))
	o.noErrors(t)
	if len(o.Sets)+len(o.Notices) != 0 {
		t.Errorf("an empty script returned something: %+v", o)
	}
}

func TestAcceptance08EmptyParams(t *testing.T) {
	o := query(t, sharedServer(t).connect(t), py("print(1)", "@params=N''"))
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"1\n")
}

func TestAcceptance52QuotesAndCommentsInsideTheLiteral(t *testing.T) {
	script := `print("M200 Europe", 'utf-8', '''it''s''', "--", "/* */", "''")  # -- "` + "\n"
	o := query(t, sharedServer(t).connect(t), py(script))
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"M200 Europe utf-8 it''s -- /* */ ''\n")
}

// wantNotices compares the messages of severity 10 and below.
func wantNotices(t testing.TB, o outcome, want ...string) {
	t.Helper()
	if got := strings.Join(o.Notices, "\x00"); got != strings.Join(want, "\x00") {
		t.Errorf("messages %q, want %q", o.Notices, want)
	}
}

package executor

import (
	"strings"
	"testing"

	"tds-launchpad/tds"
)

// stdout is the text that a call's messages say was printed.
func stdout(msgs []tds.ServerMessage) string { return printedAs(msgs, 39005) }

func printedAs(msgs []tds.ServerMessage, number int32) string {
	var s strings.Builder
	for _, m := range msgs {
		if m.Number == number {
			_, text, _ := strings.Cut(m.Text, "\n")
			s.WriteString(text)
		}
	}
	return s.String()
}

// TestScripts: scripts that must run, and what they print.
func TestScripts(t *testing.T) {
	e := New(Config{Starter: newUnconfined(t), DataDir: t.TempDir()})
	for _, c := range []struct{ name, script, want string }{
		{"arithmetic", "a=1\nb=2\nprint(a/b, a*b)", "0.5 2\n"},
		{"nothing", "", ""},
		{"blanks", "  \n \t\n", ""},
		{"only a comment", "   # nothing\n", ""},
		{"one indented line", " b = \"\"  ", ""},
		{"indented as a whole", "\n    a = 1\n    if a:\n        print('in')\n\n    print('out')\n", "in\nout\n"},
		{"indented with tabs", "\tfor i in range(2):\n\t\tprint(i)\n", "0\n1\n"},
		{"comment at the margin", "# first\n    a = 1\n# second\n    print(a)\n", "1\n"},
		{"strings keep their indentation", "    s = '''a\n      b\nc'''\n    print(repr(s))\n", `'a\n      b\nc'` + "\n"},
		{"carriage returns", "print('a')\r\nif True:\r\n    print('b')\r\n", "a\nb\n"},
		{"byte order mark", "\ufeffprint(1)", "1\n"},
		{"semicolons and comments", "a = 1; b = 2;  ## note\nprint(a + b);", "3\n"},
		{"not ASCII", "größe = '€ü😀'\nprint(größe)", "€ü😀\n"},
		{"global", "global q\nq = 1\ndef f():\n    global q\n    q += 1\nf()\nprint(q)", "2\n"},
		{"functions see later names", "def f():\n    return g()\ndef g():\n    return 5\nprint(f())", "5\n"},
		{"comprehensions see module names", "k = 3\nprint([k * i for i in range(3)])", "[0, 3, 6]\n"},
		{"pandas without import", "print(pandas.DataFrame({'a': [1]}).shape, numpy.int32(3))", "(1, 1) 3\n"},
		{"pandas in eval", "print(eval('pan' 'das' if False else 'pandas').Series([1]).sum())", "1\n"},
		{"main module", "import sys\nprint(__name__, sys.modules['__main__'].__dict__ is globals(), sys.argv)", "__main__ True ['']\n"},
		{"pickling", "import pickle\nclass A:\n    x = 1\ndef f(): return 2\na, g = pickle.loads(pickle.dumps((A(), f)))\nprint(a.x, g())", "1 2\n"},
		{"no input is an empty DataFrame", "print(type(InputDataSet).__name__, InputDataSet.shape)", "DataFrame (0, 0)\n"},
		{"future import", "from __future__ import annotations\ndef f(x: nonsense): pass\nprint('ok')", "ok\n"},
		{"future import, indented", "  from __future__ import annotations\n  def f(x: nonsense): pass\n  print('ok')", "ok\n"},
		{"exit without error", "import sys\nprint('a')\nsys.exit()\nprint('b')", "a\n"},
		{"exit 0", "print('a')\nexit(0)", "a\n"},
		{"no newline at the end", "print('a', end='')", "a"},
		{"written past Python", "import os\nprint('a')\nos.write(1, b'b\\n')\nos.system('echo c')\nprint('d')", "a\nb\nc\nd\n"},
		{"not UTF-8", "import os\nos.write(1, b'a\\xffb\\n')", "a\uFFFDb\n"},
		{"unpaired surrogate", "print('\\ud800')", "\\ud800\n"},
		{"a child that runs on", "import subprocess\nsubprocess.Popen(['sleep', '1000'])\nprint('done')", "done\n"},
		{"a fork that runs on", "import os, time\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint('both')", "both\nboth\n"},
		{"a thread that runs on", "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\nprint('done')", "done\n"},
		{"multiprocessing", "import multiprocessing\ndef f(x): return x * x\nwith multiprocessing.get_context('fork').Pool(2) as p: print(p.map(f, [1, 2]))", "[1, 4]\n"},
		{"stdout closed", "import sys\nprint('a')\nsys.stdout.close()", "a\n"},
		{"stdout replaced", "import io, sys\nsys.stdout = io.StringIO()\nprint('lost')", ""},
		{"source lines can be had", "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))", "def f():\n    return 1\n\n"},
		{"files are UTF-8", "import locale, tempfile\nwith tempfile.TemporaryFile('w') as f: print(f.encoding, locale.getpreferredencoding())", "utf-8 utf-8\n"},
		{"standard input is empty", "import sys\nprint(repr(sys.stdin.read()))", "''\n"},
		{"our own names are not there", "print([n for n in dir() if not n.startswith('_')])", "[]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := runWith(t, e, &Call{Script: c.script}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := stdout(out.Messages); got != c.want {
				t.Errorf("printed %q, want %q", got, c.want)
			}
			if out.Columns != nil || len(out.rows) != 0 {
				t.Errorf("a result set: %v", out.rows)
			}
			if e := printedAs(out.Messages, 39022); e != "" {
				t.Errorf("stderr: %q", e)
			}
		})
	}
}

// TestScriptErrors: scripts that must fail, and the end of what the caller reads.
func TestScriptErrors(t *testing.T) {
	e := New(Config{Starter: newUnconfined(t), DataDir: t.TempDir()})
	for _, c := range []struct{ name, script, want string }{
		{"exception", "\n\nraise ValueError('no')", "Traceback (most recent call last):\n  File \"<script>\", line 3, in <module>\n    raise ValueError('no')\nValueError: no\n"},
		{"indented", "  a = 1\n\n  b = a / 0\n", "  File \"<script>\", line 3, in <module>\n    b = a / 0\n        ~~^~~\nZeroDivisionError: division by zero\n"},
		{"in a function", "def f():\n    1/0\nf()", "  File \"<script>\", line 3, in <module>\n    f()\n  File \"<script>\", line 2, in f\n    1/0\n    ~^~\nZeroDivisionError: division by zero\n"},
		{"chained", "try:\n    {}['a']\nexcept KeyError as e:\n    raise RuntimeError('b') from e", "Traceback (most recent call last):\n  File \"<script>\", line 2, in <module>\n    {}['a']\n    ~~^^^^^\nKeyError: 'a'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"<script>\", line 4, in <module>\n    raise RuntimeError('b') from e\nRuntimeError: b\n"},
		{"exec inside", "x = 1\nexec('1/0')", "  File \"<script>\", line 2, in <module>\n    exec('1/0')\n  File \"<string>\", line 1, in <module>\nZeroDivisionError: division by zero\n"},
		{"syntax", "a = 1\nb = = 2", "more information.\n  File \"<script>\", line 2\n    b = = 2\n        ^\nSyntaxError: invalid syntax\n"},
		{"syntax, indented", "    a = 1\n    b = = 2", "  File \"<script>\", line 2\n    b = = 2\n        ^\nSyntaxError: invalid syntax\n"},
		{"mixed indentation", "  a = 1\nb = 2", "  File \"<script>\", line 1\n    a = 1\nIndentationError: unexpected indent\n"},
		{"block left in an indented script", "  a = 1\nelse:\n  b = 2", "  File \"<script>\", line 1\n    a = 1\nIndentationError: unexpected indent\n"},
		{"later unexpected indent", "a = 1\n  b = 2", "  File \"<script>\", line 2\n    b = 2\nIndentationError: unexpected indent\n"},
		{"NUL", "a\x00b", "ValueError: source code string cannot contain null bytes\n"},
		{"exit status", "import sys\nsys.exit(3)", "    sys.exit(3)\nSystemExit: 3\n"},
		{"exit message", "import sys\nsys.exit('bad')", "SystemExit: bad\n"},
		{"interrupt", "raise KeyboardInterrupt", "    raise KeyboardInterrupt\nKeyboardInterrupt\n"},
		{"recursion", "def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded\n"},
		{"no text", "class E(Exception):\n    def __str__(self): raise E\nraise E", "E: <exception str() failed>\n"},
		{"memory", "x = bytearray(1 << 60)", "    x = bytearray(1 << 60)\n        ^^^^^^^^^^^^^^^^^^\nMemoryError\n"},
		{"group", "raise ExceptionGroup('g', [ValueError('a')])", "    | ValueError: a\n    +------------------------------------\n"},
		{"unknown name", "print(nothing)", "NameError: name 'nothing' is not defined\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := runWith(t, e, &Call{Script: c.script, Line: 8}, nil)
			failed, ok := err.(*CallError)
			if !ok {
				t.Fatalf("ended with %v", err)
			}
			first, last := failed.Messages[0], failed.Messages[1]
			if first.Number != 39004 || first.State != 20 || first.Class != 16 || !first.IsError || first.Line != 8 ||
				!strings.HasPrefix(first.Text, "A 'Python' script error occurred during execution of 'sp_execute_external_script' with HRESULT 0x80004004.") {
				t.Errorf("first message: %+v", first)
			}
			if last.Number != 39019 || last.State != 2 || last.Class != 16 || !last.IsError ||
				!strings.HasPrefix(last.Text, "An external script error occurred: \n\n") {
				t.Errorf("second message: %+v", last)
			}
			if !strings.HasSuffix(last.Text, c.want) {
				t.Errorf("the text is\n%s\nwant\n%s", last.Text, c.want)
			}
			if strings.Contains(last.Text, "tds_satellite") {
				t.Errorf("our own frames show:\n%s", last.Text)
			}
		})
	}
}

// TestPrintedOnFailure: what was printed before is kept, in the right messages.
func TestPrintedOnFailure(t *testing.T) {
	failed := mustFail(t, &Call{Script: "import sys\nprint('out')\nprint('err', file=sys.stderr)\n1/0"}, nil)
	if len(failed.Messages) != 3 {
		t.Fatalf("%+v", failed.Messages)
	}
	if got := stdout(failed.Messages); got != "out\n" {
		t.Errorf("stdout: %q", got)
	}
	if text := failed.Messages[1].Text; !strings.Contains(text, "\nerr\nTraceback") {
		t.Errorf("39019: %q", text)
	}
	if last, ok := failed.Last(); !ok || last.Number != 39019 {
		t.Errorf("the last error is %+v", last)
	}
}

// TestPrintedOnSuccess: stdout, then stderr.
func TestPrintedOnSuccess(t *testing.T) {
	out := mustRun(t, &Call{Script: "import sys, warnings\nprint('out')\nwarnings.warn('look')"}, nil)
	if len(out.Messages) != 2 || out.Messages[0].Number != 39005 || out.Messages[1].Number != 39022 {
		t.Fatalf("%+v", out.Messages)
	}
	if got := printedAs(out.Messages, 39022); got != "<script>:3: UserWarning: look\n  warnings.warn('look')\n" {
		t.Errorf("stderr: %q", got)
	}
}

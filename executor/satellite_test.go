package executor

import (
	"fmt"
	"strings"
	"testing"
)

// TestScriptChangesPython: what a script does to its interpreter must not keep
// its results back.
func TestScriptChangesPython(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"floating-point events and warnings as errors": {`
import warnings
warnings.simplefilter('error')
numpy.seterr(all='raise')
OutputDataSet = pandas.DataFrame({'a': numpy.array(['1e400', '1'], dtype='longdouble')})
`, "[[<nil>] [1]]"},
		"numpy's dates outside of nanoseconds": {
			"OutputDataSet = pandas.DataFrame({'a': pandas.Series([numpy.datetime64('0001-01-01'), numpy.datetime64('2020-01-01T01:02:03.1234567')], dtype=object)})",
			"[[0001-01-01 00:00:00 +0000 UTC] [2020-01-01 01:02:03.1234567 +0000 UTC]]"},
		"garbage collection": {"import gc\nassert gc.isenabled()\nOutputDataSet = pandas.DataFrame({'a': [1]})", "[[1]]"},
		"output closed":      {"import os\nos.close(1)\nos.close(2)\nOutputDataSet = pandas.DataFrame({'a': [1]})", "[[1]]"},
	} {
		t.Run(name, func(t *testing.T) {
			out := mustRun(t, &Call{Script: c.script}, nil)
			if got := fmt.Sprint(out.rows); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if e := printedAs(out.Messages, 39022); e != "" {
				t.Errorf("stderr: %q", e)
			}
		})
	}
}

// TestFailureIsTold: whatever goes wrong after the script, the caller reads why.
func TestFailureIsTold(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"a broken library": {
			"pandas.isna = None\nOutputDataSet = pandas.DataFrame({'a': ['x']})", "TypeError: 'NoneType' object is not callable"},
		"no descriptor left": {`
import os, resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
OutputDataSet = pandas.DataFrame({'a': [1]})
print('printed')
try:
    while True: os.dup(0)
except OSError: pass
`, "Too many open files"},
		"an error that can't be shown": {`
class Shy(Exception):
    def __str__(self): raise SystemExit
raise Shy
`, "Shy"},
		"an integer beside floats": {
			"OutputDataSet = pandas.DataFrame({'a': pandas.Series([10**400, 1.5], dtype=object)})", "an integer that is too large for float"},
		"a year of numpy's": {
			"OutputDataSet = pandas.DataFrame({'a': pandas.Series([numpy.datetime64('10000-01-01')], dtype=object)})", "outside of the years 1 to 9999"},
	} {
		t.Run(name, func(t *testing.T) {
			failed := mustFail(t, &Call{Script: c.script}, nil)
			if m := failed.Messages; len(m) < 2 || m[0].Number != 39004 || m[0].State != 20 || !strings.Contains(m[1].Text, c.want) {
				t.Errorf("got %+v, want %q", m, c.want)
			}
		})
	}
}

package integration

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	mssql "github.com/microsoft/go-mssqldb"
)

// What a driver makes of wrapped script calls, through the proxy, is what it makes of native equivalents
// on the engine alone: result sets, row counts, OUTPUT parameters, return codes, errors in order.

// sameDatabases are the databases of the two sides, whose names have one length.
var sameDatabases = map[bool]string{true: "same_calls", false: "same_plain"}

var embeddedLine = regexp.MustCompile(`embedded engine listens.* address=(\S+)`)

func TestDriversSeeTheSame(t *testing.T) {
	s := ownServer(t, "--embedded-listen", "127.0.0.1:0")
	engine := os.Getenv(engineVariable)
	if s.embedded {
		waitFor(t, "the embedded engine's address", func() bool { return embeddedLine.MatchString(s.log.String()) })
		engine = embeddedLine.FindStringSubmatch(s.log.String())[1]
	}
	alone := &server{address: engine, user: s.user, password: s.password, embedded: s.embedded, log: s.log}
	sides := map[bool]*server{true: s, false: alone}
	for scripts, at := range sides {
		master := alone.connect(t)
		query(t, master, "CREATE DATABASE "+sameDatabases[scripts]).noErrors(t)
		t.Cleanup(func() { query(t, alone.connect(t), "DROP DATABASE "+sameDatabases[scripts]) })
		db, conn := at.open(t, map[string]string{"database": sameDatabases[scripts]})
		for _, batch := range (sameSide{scripts}).setup() {
			o := query(t, conn, batch)
			for _, e := range o.Errors {
				t.Fatalf("%d %s\n%s", e.Number, e.Message, batch)
			}
		}
		db.Close()
	}
	drivers := map[string]func(t *testing.T, at *server, database string, requests []sameRequest) string{
		"go-mssqldb": sameByGoMssqldb,
		"tedious":    sameByProgram("node", "clients/tedious/same.js"),
		"pymssql":    sameByProgram("/usr/bin/python3", "clients/pymssql/same.py"),
	}
	for driver, run := range drivers {
		t.Run(driver, func(t *testing.T) {
			got := map[bool][]string{}
			var asked int
			for scripts, at := range sides {
				requests := sameRequests(t, scripts, driver, s.embedded)
				asked = len(requests)
				// Both begin with the same rows.
				_, conn := at.open(t, map[string]string{"database": sameDatabases[scripts]})
				query(t, conn, "TRUNCATE TABLE taken").noErrors(t)
				text := run(t, at, sameDatabases[scripts], requests)
				got[scripts] = strings.Split(sameNormal(text, s.embedded), "== ")[1:]
			}
			if len(got[true]) != asked || len(got[false]) != asked {
				t.Fatalf("answers of %d and %d requests instead of %d", len(got[true]), len(got[false]), asked)
			}
			for i := range got[true] {
				native, scripts := strings.Split(got[false][i], "\n"), strings.Split(got[true][i], "\n")
				if diff := cmp.Diff(native, scripts); diff != "" {
					t.Errorf("%s (-engine alone +proxy):\n%s", native[0], diff)
				}
				if len(native) < 3 {
					t.Errorf("%s: nothing to compare", native[0])
				}
			}
		})
	}
}

func sameRequests(t *testing.T, scripts bool, driver string, embedded bool) []sameRequest {
	var out []sameRequest
	for _, r := range (sameSide{scripts}).requests() {
		if r.unless != nil {
			if reason := r.unless(driver, embedded); reason != "" {
				if scripts {
					t.Logf("not compared: %s (%s)", r.Name, reason)
				}
				continue
			}
		}
		if r.Kind == "" {
			r.Kind = "batch"
		}
		if r.Params == nil {
			r.Params = []sameParam{}
		}
		out = append(out, r)
	}
	return out
}

// sameNormal takes away in what the sides must differ: numbers, texts and places of a failed script's two errors.
func sameNormal(text string, embedded bool) string {
	text = strings.NewReplacer("39004", "50000", "39019", "50000", sameDatabases[true], "same", sameDatabases[false], "same").Replace(text)
	text = failedMessage.ReplaceAllString(text, "$1 of a failed script, state $2")
	text = argumentError.ReplaceAllString(text, "line 0: $1")
	text = noStatus.ReplaceAllString(text, "$1")
	if !embedded {
		// Babelfish names no place in a procedure, and one type by two names.
		text = place.ReplaceAllString(text, "$1 8134, class 16, state 1, ")
		text = strings.NewReplacer("NumericN 17", "DecimalN 5", "NVarChar", "VarChar", "nvarchar(1)", "varchar(max)").Replace(text)
	}
	text = printedMessage.ReplaceAllString(text, "message: $1")
	return failedNumber.ReplaceAllString(text, "error of a failed script")
}

var (
	failedMessage = regexp.MustCompile(`(?m)^(error 50000,|message) class 16, state (20|2), procedure .*$`)
	// Errors of arguments are in line 0 of the procedure on SQL Server, in the line of the EXECUTE on our engines;
	// whether a return code comes with them is not laid down.
	argumentError = regexp.MustCompile(`line [01]: (Procedure or function|@m is not)`)
	noStatus      = regexp.MustCompile(`(?m)^(error (?:201|8145),.*\n)procedure done undefined, return \w+\n`)
	place         = regexp.MustCompile(`(error|message) (?:8134, )?class 16, state 1, procedure .*, line \d+`)
	// What a script prints has number 39005, and the place of the call.
	printedMessage = regexp.MustCompile(`(?m)^message .*(STDOUT message)`)
	failedNumber   = regexp.MustCompile(`(?m)^error 50000 b.*$`)
)

// sameByProgram gives the requests to a client program.
func sameByProgram(name, file string) func(*testing.T, *server, string, []sameRequest) string {
	return func(t *testing.T, at *server, database string, requests []sameRequest) string {
		t.Helper()
		host, port, err := net.SplitHostPort(at.address)
		if err != nil {
			t.Fatal(err)
		}
		input, err := json.Marshal(requests)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, name, file, host, port, at.user, at.password, database)
		cmd.Env = append(os.Environ(), "NODE_NO_WARNINGS=1", "TDSVER=7.4", "PYTHONIOENCODING=utf-8", "PYTHONUNBUFFERED=1")
		cmd.Stdin = bytes.NewReader(input)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v at %s\n%s", err, at.address, out)
		}
		return string(out)
	}
}

func sameByGoMssqldb(t *testing.T, at *server, database string, requests []sameRequest) string {
	t.Helper()
	_, conn := at.open(t, map[string]string{"database": database})
	var out strings.Builder
	for _, r := range requests {
		fmt.Fprintf(&out, "== %s\n", r.Name)
		var args []any
		outputs := make([]any, len(r.Params))
		for i, p := range r.Params {
			v := p.Value
			if !p.Output {
				args = append(args, sql.Named(p.Name, v))
				continue
			}
			switch p.Type {
			case "int":
				var n int64
				if given, ok := v.(int); ok {
					n = int64(given)
				}
				outputs[i] = &n
			case "nvarchar":
				text, _ := v.(string)
				outputs[i] = &text
			case "varbinary":
				outputs[i] = &[]byte{}
			}
			args = append(args, sql.Named(p.Name, sql.Out{Dest: outputs[i], In: v != nil}))
		}
		var status mssql.ReturnStatus
		args = append(args, &status)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		o, err := collect(ctx, conn, r.Text, args...)
		cancel()
		if ctx.Err() == context.DeadlineExceeded {
			t.Fatalf("%s has no answer at %s\n%s", r.Name, at.address, out.String())
		}
		fmt.Fprintf(&out, "order %v, %v\n", o.Order, err)
		for _, set := range o.Sets {
			fmt.Fprintf(&out, "columns %v\n", set.Columns)
			for _, row := range set.Rows {
				fmt.Fprintf(&out, "row %v\n", row)
			}
		}
		for _, e := range o.Errors {
			fmt.Fprintf(&out, "error %d, class %d, state %d, procedure %q, line %d: %s\n", e.Number, e.Class, e.State, e.ProcName, e.LineNo, strings.ReplaceAll(e.Message, "\n", `\n`))
		}
		fmt.Fprintf(&out, "notices %q, affected %v, return %d\n", o.Notices, o.Affected, status)
		for i, v := range outputs {
			switch v := v.(type) {
			case *int64:
				fmt.Fprintf(&out, "output %s = %d\n", r.Params[i].Name, *v)
			case *string:
				fmt.Fprintf(&out, "output %s = %q\n", r.Params[i].Name, *v)
			case *[]byte:
				fmt.Fprintf(&out, "output %s = %d bytes\n", r.Params[i].Name, len(*v))
			}
		}
	}
	return out.String()
}

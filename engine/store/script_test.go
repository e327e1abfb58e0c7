package store

import (
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/go-cmp/cmp"

	"tds-launchpad/tsql"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// recorder writes what a batch produces as text.
type recorder struct {
	lines []string
	cols  []Column
}

func (r *recorder) add(format string, args ...any) error {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
	return nil
}

func (r *recorder) Columns(cols []Column) error {
	r.cols = append([]Column(nil), cols...)
	parts := make([]string, len(cols))
	for i, c := range cols {
		name := c.Name
		if name == "" {
			name = "(no name)"
		}
		parts[i] = name + " " + c.Type.String()
		if c.Type.Collation != "" {
			parts[i] += " collate " + c.Type.Collation
		}
		if !c.Nullable {
			parts[i] += " not null"
		}
		if c.Identity {
			parts[i] += " identity"
		}
	}
	return r.add("columns: %s", strings.Join(parts, ", "))
}

func (r *recorder) Row(row []any) error {
	parts := make([]string, len(row))
	for i, v := range row {
		parts[i] = show(v, r.cols[i].Type)
	}
	return r.add("%s", strings.Join(parts, " | "))
}

func show(v any, t tsql.Type) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		return "0x" + strings.ToUpper(hex.EncodeToString(v))
	case *apd.Decimal:
		return v.Text('f')
	case string:
		return "'" + v + "'"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case time.Time:
		switch t.Kind {
		case tsql.KindDate:
			return v.Format("2006-01-02")
		case tsql.KindTime:
			return v.Format("15:04:05.0000000")
		case tsql.KindDateTimeOffset:
			return v.Format("2006-01-02 15:04:05.0000000 -07:00")
		}
		return v.Format("2006-01-02 15:04:05.0000000")
	case tsql.Variant:
		return "variant " + v.Type.String() + " " + show(v.Value, v.Type)
	}
	return fmt.Sprint(v)
}

func (r *recorder) Done(d Done) error {
	switch {
	case d.Error, !d.HasCount:
		return nil
	}
	return r.add("(%d rows)", d.Count)
}

func (r *recorder) Message(e *tsql.Error) error {
	proc := ""
	if e.Proc != "" {
		proc = "Procedure " + e.Proc + ", "
	}
	if e.Class <= 10 {
		return r.add("info %d: %s%s", e.Number, strings.Replace(proc, ",", ":", 1), e.Message)
	}
	return r.add("Msg %d, Level %d, State %d, %sLine %d: %s", e.Number, e.Class, e.State, proc, e.Line, e.Message)
}

func (r *recorder) Env(EnvChange) error        { return nil }
func (r *recorder) ReturnStatus(n int32) error { return r.add("status %d", n) }

func open(t testing.TB) *Instance {
	t.Helper()
	i, err := Open(Config{SAPassword: "Secret1!", ServerName: "TEST"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

func session(t testing.TB, i *Instance) *Session {
	t.Helper()
	s, err := i.NewSession(SessionOptions{Login: "sa", Host: "host", Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// run gives a batch's output as text.
func run(t testing.TB, s *Session, text string) string {
	t.Helper()
	r := &recorder{}
	if err := s.Run(context.Background(), text, nil, r); err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return strings.Join(r.lines, "\n")
}

// TestScripts runs testdata/*.sql: batches separated by GO, each followed by its expected output in lines that begin with "-->".
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := session(t, open(t))
			var out []string
			for _, part := range strings.Split(string(data), "\nGO\n") {
				var code, want []string
				for _, line := range strings.Split(strings.Trim(part, "\n"), "\n") {
					if after, ok := strings.CutPrefix(line, "-->"); ok {
						want = append(want, strings.TrimPrefix(after, " "))
					} else {
						code = append(code, line)
					}
				}
				text := strings.Join(code, "\n")
				if strings.TrimSpace(text) == "" {
					continue
				}
				got := run(t, s, text)
				if diff := cmp.Diff(strings.Join(want, "\n"), got); diff != "" && !*update {
					t.Errorf("%s\n(-want +got)\n%s", text, diff)
				}
				lines := []string{text}
				if got != "" {
					for _, l := range strings.Split(got, "\n") {
						lines = append(lines, strings.TrimRight("--> "+l, " "))
					}
				}
				out = append(out, strings.Join(lines, "\n"))
			}
			if *update {
				if err := os.WriteFile(file, []byte(strings.Join(out, "\nGO\n")+"\nGO\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

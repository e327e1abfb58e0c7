package tsql

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sqlc-dev/teesql/ast"
	"github.com/sqlc-dev/teesql/parser"
	"pgregory.net/rapid"
)

// teesqlExecs parses text with teesql and returns the EXECUTE statements of procedures that stand in a batch directly.
func teesqlExecs(text string) []*ast.ExecuteStatement {
	script, err := parser.Parse(context.Background(), strings.NewReader(text))
	if err != nil {
		return nil
	}
	var out []*ast.ExecuteStatement
	for _, b := range script.Batches {
		for _, s := range b.Statements {
			e, ok := s.(*ast.ExecuteStatement)
			if !ok || e.ExecuteSpecification == nil {
				continue
			}
			if ref, ok := e.ExecuteSpecification.ExecutableEntity.(*ast.ExecutableProcedureReference); ok &&
				ref.AdHocDataSource == nil && ref.ProcedureReference != nil && ref.ProcedureReference.ProcedureReference != nil {
				out = append(out, e)
			}
		}
	}
	return out
}

// teesqlArgs writes the arguments of a statement as describeArgs writes ours.
func teesqlArgs(e *ast.ExecuteStatement) string {
	return teesqlParams(e.ExecuteSpecification.ExecutableEntity.(*ast.ExecutableProcedureReference).Parameters)
}

func teesqlParams(params []*ast.ExecuteParameter) string {
	var out []string
	for _, p := range params {
		s := ""
		if p.Variable != nil {
			s = p.Variable.Name
		}
		s += "="
		switch v := p.ParameterValue.(type) {
		case *ast.VariableReference:
			s += v.Name
		case *ast.GlobalVariableExpression:
			s += v.Name
		case *ast.NullLiteral:
			s += "NULL"
		case *ast.DefaultLiteral:
			s += "DEFAULT"
		case *ast.StringLiteral:
			s += "'" + v.Value
		case *ast.IdentifierLiteral:
			s += "'" + strings.Trim(v.Value, `[]"`)
		case *ast.ColumnReferenceExpression: // a bare word behind a name
			s += "'" + v.MultiPartIdentifier.Identifiers[0].Value
		default:
			s += "number"
		}
		if p.IsOutput {
			s += " OUTPUT"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func describeArgs(c *ScriptCall) string {
	var out []string
	for _, a := range c.Args {
		s := a.Name + "="
		text, isText := a.Value.(string)
		switch {
		case a.Kind == ArgVariable || a.Kind == ArgFunction:
			s += a.Ref
		case a.Kind == ArgNull:
			s += "NULL"
		case a.Kind == ArgDefault:
			s += "DEFAULT"
		case isText:
			s += "'" + text
		default:
			s += "number"
		}
		if a.Output {
			s += " OUTPUT"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// readExec reads an EXECUTE statement of any procedure at the beginning of text and returns where it ends.
func readExec(text string) (*ScriptCall, int, error) {
	r := newReader(text, QuotedIdentifierOn)
	var e Execute
	if err := r.execute(&e); err != nil {
		return nil, 0, err
	}
	end := e.End
	if r.accept(";") {
		end = r.prevEnd
	}
	return &ScriptCall{Args: e.Args}, end, nil
}

// teesqlScripts are the scripts of teesql's own test suite.
func teesqlScripts(t *testing.T) []string {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/sqlc-dev/teesql").Output()
	if err != nil {
		t.Skip("the go command can't find the sources of teesql:", err)
	}
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "parser", "testdata", "*", "query.sql"))
	if len(files) == 0 {
		t.Skip("teesql came without its testdata")
	}
	return files
}

// The statements of teesql's own test suite: our end of the statement and our arguments must be teesql's.
func TestExecAgainstTeesqlCorpus(t *testing.T) {
	seen := 0
	for _, f := range teesqlScripts(t) {
		b, err := os.ReadFile(f)
		text := string(b)
		if err != nil || !isASCII(text) || !containsFoldASCII(text, "exec") && !strings.Contains(strings.ToLower(text), "exec") {
			continue
		}
		for _, e := range teesqlExecs(text) {
			stmt := text[e.StartOffset:]
			c, end, err := readExec(stmt)
			short := stmt[:e.FragmentLength]
			if err != nil {
				t.Errorf("%s: %s: %v", filepath.Base(filepath.Dir(f)), short, err)
				continue
			}
			seen++
			if end != e.FragmentLength {
				t.Errorf("%s: teesql ends at %d, we at %d: %s", filepath.Base(filepath.Dir(f)), e.FragmentLength, end, short)
			}
			if a, b := describeArgs(c), teesqlArgs(e); a != b {
				t.Errorf("%s: %s:\n   we %s\nteesql %s", filepath.Base(filepath.Dir(f)), short, a, b)
			}
		}
	}
	t.Logf("%d statements compared", seen)
	if seen < 20 {
		t.Errorf("only %d statements compared", seen)
	}
}

// Calls made at random, with something before and behind.
func TestExecAgainstTeesql(t *testing.T) {
	gap := rapid.SampledFrom([]string{" ", "\n", "\t ", " /* c */ ", " -- d\r\n"})
	val := rapid.SampledFrom([]string{"N'it''s'", "''", "N'a;b -- c'", "@v", "@v OUTPUT", "@@spid", "NULL", "DEFAULT", "1", "-1.5", "0x1F", "1e3", "$2", "word", "[a b]", `"q"`})
	after := rapid.SampledFrom([]string{"", ";", " SELECT 1", "; SELECT 1", " EXEC p 1", "\nINSERT t SELECT @m", "\nWITH RESULT SETS NONE"})
	name := rapid.SampledFrom([]string{"sp_execute_external_script", "sys.sp_execute_external_script", "[master]..[sp_execute_external_script]", "sp_execute_external_script;1"})
	rapid.Check(t, func(t *rapid.T) {
		text := "EXEC" + gap.Draw(t, "gap") + name.Draw(t, "name")
		n := rapid.IntRange(0, 4).Draw(t, "n")
		for i := range n {
			if i > 0 {
				text += ","
			}
			text += gap.Draw(t, "gap")
			if rapid.Bool().Draw(t, "named") {
				text += fmt.Sprintf("@p%d%s=%s", i, gap.Draw(t, "gap"), gap.Draw(t, "gap"))
			}
			text += val.Draw(t, "value")
		}
		text += after.Draw(t, "after")
		execs := teesqlExecs(text)
		if len(execs) == 0 {
			t.Skip("teesql does not take it")
		}
		c, end, err := readExec(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if a, b := describeArgs(c), teesqlArgs(execs[0]); a != b || end != execs[0].FragmentLength {
			t.Fatalf("%q: to %d, teesql to %d:\n   we %s\nteesql %s", text, end, execs[0].FragmentLength, a, b)
		}
	})
}

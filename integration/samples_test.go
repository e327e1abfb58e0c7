package integration

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
)

// tutorial is a sequence of pages whose T-SQL runs in order, on one connection, unchanged.
type tutorial struct {
	name     string
	database string                               // made in front of it, "" if the tutorial makes one itself
	makes    string                               // a database that it makes
	data     func(*testing.T, *sql.Conn)          // what the tutorial restores from a backup
	pages    []string                             // ends of paths
	leave    map[string]string                    // batches that don't belong to it, by a part of them, with the reason
	mended   map[string]string                    // mistakes of a page, and what must stand there
	instead  map[string]string                    // what Babelfish has not got, and what runs there in its place
	lacks    map[string]string                    // batches that need a package that isn't there, by a part of them
	results  map[string]func(*testing.T, outcome) // what the pages show, by a part of the batch
	needs    string                               // a Python package beyond ours
}

// The samples run as they are. TDS_LAUNCHPAD_SAMPLES says where they are.
func TestSamples(t *testing.T) {
	pages := samples(t)
	s := sharedServer(t)
	for _, tut := range tutorials {
		t.Run(tut.name, func(t *testing.T) { tut.run(t, s, pages) })
	}
}

// The same as files, by our own command, which stops at the first error.
func TestSamplesByCommand(t *testing.T) {
	pages := samples(t)
	s := sharedServer(t)
	for _, tut := range tutorials {
		if tut.lacks != nil {
			continue
		}
		t.Run(tut.name, func(t *testing.T) {
			text := strings.Join(tut.batches(t, s, pages), "\nGO\n")
			tut.prepare(t, s.connect(t))
			path := filepath.Join(t.TempDir(), "tutorial.sql")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			database := tut.database
			if database == "" {
				database = "master"
			}
			out, errs, status := run(t, []string{"SQLCMDPASSWORD=" + s.password}, "query", "-S", s.address, "-U", s.user, "-d", database, "-N", "disable", "-b", "-i", path)
			if status != 0 || strings.Contains(out+errs, "Msg ") {
				t.Errorf("exit status %d: %s", status, out[max(0, len(out)-2000):]+errs)
			}
		})
	}
}

func (tut tutorial) run(t *testing.T, s *server, pages samplePages) {
	list := tut.batches(t, s, pages)
	conn := s.connect(t)
	tut.prepare(t, conn)
	used := map[string]bool{}
	for _, batch := range list {
		tut.batch(t, conn, batch, used)
	}
	for part := range tut.results {
		if !used[part] {
			t.Errorf("no batch has %q: another version of the page", part)
		}
	}
}

// batches are all that belong to the tutorial, in order. It skips the test if a page or a package is missing.
func (tut tutorial) batches(t *testing.T, s *server, pages samplePages) (list []string) {
	t.Helper()
	if tut.needs != "" && len(query(t, s.connect(t), py("import "+tut.needs)).Errors) > 0 {
		t.Skip("Python has no " + tut.needs + " here")
	}
	babelfish := !s.embedded && isBabelfish(t, s)
	for _, page := range tut.pages {
		scripts := pages.scripts(t, page)
		if scripts == nil {
			t.Skip("not in the folder: " + page)
		}
		for _, script := range scripts {
			script = put(script, tut.mended)
			if babelfish {
				script = put(script, tut.instead)
			}
			for _, batch := range batches(script) {
				if part, _ := holds(tut.leave, batch); part == "" {
					list = append(list, batch)
				}
			}
		}
	}
	return list
}

// prepare makes the databases anew; those of others on the same engine are left alone.
func (tut tutorial) prepare(t *testing.T, conn *sql.Conn) {
	for _, name := range []string{tut.database, tut.makes} {
		if name == "" {
			continue
		}
		if len(query(t, conn, "SELECT 1 WHERE DB_ID(N'"+name+"') IS NOT NULL").one(t).Rows) > 0 {
			t.Skip("the engine has a database " + name + " already")
		}
		t.Cleanup(func() {
			query(t, conn, "USE master").noErrors(t)
			query(t, conn, "DROP DATABASE ["+name+"]").noErrors(t)
		})
	}
	if tut.database != "" {
		query(t, conn, "CREATE DATABASE ["+tut.database+"]").noErrors(t)
		query(t, conn, "USE ["+tut.database+"]").noErrors(t)
	}
	if tut.data != nil {
		tut.data(t, conn)
	}
}

func (tut tutorial) batch(t *testing.T, conn *sql.Conn, batch string, used map[string]bool) {
	t.Helper()
	o := query(t, conn, batch)
	if _, module := holds(tut.lacks, batch); module != "" {
		if !o.says("No module named '" + module) {
			t.Errorf("%s should be missing: %+v\nin: %s", module, o, batch)
		}
		return
	}
	if len(o.Errors) > 0 {
		t.Errorf("%s\nin: %s", errorTexts(o.Errors), batch)
		return
	}
	if part, result := holds(tut.results, batch); part != "" {
		used[part] = true
		result(t, o)
	}
}

// put puts other texts in the place of some.
func put(text string, others map[string]string) string {
	for old, other := range others {
		text = strings.ReplaceAll(text, old, other)
	}
	return text
}

// holds finds the longest key that is a part of the text, since a shorter one is often the shorter's beginning.
func holds[V any](m map[string]V, text string) (part string, value V) {
	for k, v := range m {
		if len(k) > len(part) && strings.Contains(text, k) {
			part, value = k, v
		}
	}
	return part, value
}

// says tells whether a message of the request has the text in it.
func (o outcome) says(text string) bool {
	return strings.Contains(strings.Join(o.Notices, "\n")+errorTexts(o.Errors), text)
}

func errorTexts(errors []mssql.Error) string {
	var b strings.Builder
	for _, e := range errors {
		b.WriteString(e.Message + "\n")
	}
	return b.String()
}

package plans

import (
	"fmt"
	"regexp"
	"strings"
)

// A node is a statement: its text if it has no parts, else texts with lists of statements between them.
// Keep nodes are not removed when a failing case is made smaller.
type node struct {
	texts  []string
	bodies [][]*node
	keep   bool
	// settled: what it asks of the statement before it is the same on all engines (generator.settle).
	settled bool
}

func leaf(format string, args ...any) *node {
	return &node{texts: []string{fmt.Sprintf(format, args...)}}
}

// write adds the statement's lines.
func (n *node) write(out *strings.Builder) {
	for i, text := range n.texts {
		if text != "" {
			out.WriteString(text + "\n")
		}
		if i < len(n.bodies) {
			if len(n.bodies[i]) == 0 {
				out.WriteString("PRINT 'nothing';\n")
			}
			writeAll(n.bodies[i], out)
		}
	}
}

func writeAll(list []*node, out *strings.Builder) {
	for _, n := range list {
		n.write(out)
	}
}

// procedure is made before the case's batches are run.
type procedure struct {
	name, header string // header is what stands between the name and the body
	body         []*node
}

func (p *procedure) text() string {
	var out strings.Builder
	out.WriteString("CREATE PROCEDURE dbo." + p.name + " " + p.header + " AS\n")
	writeAll(p.body, &out)
	return out.String()
}

// testCase is one case. Batches run one after another in one session.
type testCase struct {
	procedures []*procedure
	batches    []*batch
}

type batch struct {
	body []*node
	rpc  bool // it is sent by sp_executesql
}

func (b *batch) text() string {
	var out strings.Builder
	writeAll(b.body, &out)
	return out.String()
}

func (c *testCase) String() string {
	var out strings.Builder
	for _, p := range c.procedures {
		out.WriteString(p.text() + "GO\n")
	}
	for _, b := range c.batches {
		if b.rpc {
			out.WriteString("-- by RPC\n")
		}
		out.WriteString(b.text() + "GO\n")
	}
	return out.String()
}

// texts tells whether there is dynamic SQL. A message of that names no procedure, but a plan can't tell it from one
// of the statement that executes it.
func (c *testCase) texts() bool { return strings.Contains(c.String(), "‹") }

// tables are what a case finds, and what is left of it afterwards.
const (
	makeTables = "CREATE TABLE t1 (id int NOT NULL CONSTRAINT pk_t1 PRIMARY KEY, n int NULL, s varchar(20) NULL); " +
		"CREATE TABLE t2 (id int IDENTITY(1, 1) NOT NULL, n int NOT NULL, s nvarchar(20) NULL DEFAULT N'none')"
	fillTables = "INSERT INTO t1 VALUES (1, 10, 'one'), (2, 20, NULL), (3, NULL, 'three'); INSERT INTO t2 (n, s) VALUES (5, N'five')"
	showTables = "SELECT id, n, s FROM t1 ORDER BY id; SELECT id, n, s FROM t2 ORDER BY id"
	dropTables = "IF OBJECT_ID('t1') IS NOT NULL DROP TABLE t1; IF OBJECT_ID('t2') IS NOT NULL DROP TABLE t2"
	endSession = "SELECT @@TRANCOUNT AS trancount, XACT_STATE() AS xact_state, @@OPTIONS AS options, @@LOCK_TIMEOUT AS lock_timeout"
	tidy       = "IF @@TRANCOUNT > 0 ROLLBACK; SET XACT_ABORT OFF; SET NOCOUNT OFF; SET IMPLICIT_TRANSACTIONS OFF; IF OBJECT_ID('tempdb..#w') IS NOT NULL DROP TABLE #w"
)

// leftBehind names the tables that a plan makes for itself.
var leftBehind = func() string {
	text := "SELECT CONCAT('no'"
	for n := 1; n <= 12; n++ {
		for _, name := range []string{"rows", "tv"} {
			text += fmt.Sprintf(", CASE WHEN OBJECT_ID('tempdb..[#tds-launchpad:%d:%s]') IS NOT NULL THEN ' #tds-launchpad:%d:%s' END", n, name, n, name)
		}
	}
	return text + ")"
}()

// run runs a case on one side. An error is a lost connection.
func (s *side) run(c *testCase) (events []string, err error) {
	quiet := func(text string) bool {
		if err == nil {
			_, err = s.client.batch(text)
		}
		return err == nil
	}
	send := s.client.batch
	loud := func(name, text string) {
		if err != nil {
			return
		}
		var more []string
		more, err = send(text)
		if c.texts() {
			for i := range more {
				more[i] = anyProcedure.ReplaceAllString(more[i], "$1")
			}
		}
		events = append(append(events, "-- "+name), s.comparable(more, true)...)
	}
	for _, text := range append(s.mess, tidy, dropTables) {
		quiet(text)
	}
	s.mess = nil
	loud("beginning", makeTables+"; "+fillTables+" SELECT 'begun' AS state")
	for _, p := range c.procedures {
		loud("procedure "+p.name, expand(p.text(), s.scripts))
		s.mess = append([]string{"DROP PROCEDURE dbo." + p.name}, s.mess...)
	}
	for i, b := range c.batches {
		send = s.client.batch
		if b.rpc {
			send = s.client.rpc
		}
		loud(fmt.Sprintf("batch %d", i+1), expand(b.text(), s.scripts))
		send = s.client.batch
	}
	loud("session", endSession)
	loud("tables", showTables)
	quiet("IF @@TRANCOUNT > 0 ROLLBACK")
	loud("tables after a rollback", showTables)
	quiet(expand("BEGIN {{say N'x'}} END", s.scripts)) // the next plan removes what the rollback has brought back
	loud("left behind", leftBehind)
	if strings.Contains(strings.Join(events[max(0, len(events)-4):], "\n"), "row no #tds") && err == nil {
		s.close()
		err = s.connect()
	}
	if err != nil {
		s.close()
		if again := s.connect(); again != nil {
			return events, again
		}
		events = append(events, "CONNECTION LOST: "+err.Error())
	}
	return events, nil
}

// comparable are events without what the engine tells otherwise of a procedure of ours than of the
// client's own text, or need not tell at all.
func (s *side) comparable(events []string, batch bool) []string {
	out := events[:0]
	for _, e := range events {
		if batch && strings.HasPrefix(e, "return status") {
			continue // of a failing procedure, and of one in another, engines think differently
		}
		if strings.HasSuffix(e, ", 0 rows") {
			continue // of statements that failed in a TRY, sometimes
		}
		if s.babelfish && strings.HasPrefix(e, "transaction ") {
			continue // it says so never, once or twice
		}
		if strings.Contains(e, " 3621, ") && len(out) > 0 && strings.Contains(out[len(out)-1], "error 8164, ") {
			continue // an INSERT ... EXEC in an INSERT ... EXEC: whether the statement was terminated is a matter of opinion
		}
		if s.babelfish && strings.HasPrefix(e, "columns ") {
			e = binaryPattern.ReplaceAllString(e, "varbinary(max)")
		}
		if s.babelfish {
			e = linePattern.ReplaceAllString(e, "$1")
		}
		e = countPattern.ReplaceAllString(strings.ReplaceAll(e, s.database, "database"), "2$1")
		out = append(out, s.procedurePattern().ReplaceAllString(e, "$1"))
	}
	return out
}

var (
	countPattern    = regexp.MustCompile(`2(13|66), class 16, state \d.*|Transaction count after .*`) // in words of the engine's own, or at a place of its own
	linePattern     = regexp.MustCompile(`(state \d+, (?:procedure "[^"]*", )?)line \d+`)             // Babelfish miscounts in procedures
	binaryPattern   = regexp.MustCompile(`varbinary\(\d+\)`)                                          // Babelfish describes one by the value's length, in a loop's first rounds
	anyProcedure    = regexp.MustCompile(`(, )procedure "[^"]*", `)                                   // Babelfish does not tell
	procedureSchema = regexp.MustCompile(`dbo\.(p\d|native_)`)
)

func (s *side) procedurePattern() *regexp.Regexp {
	if s.babelfish {
		return anyProcedure
	}
	return procedureSchema
}

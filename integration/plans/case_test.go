package plans

import (
	"fmt"
	"strings"
)

// A node is a statement: its text if it has no parts, else texts with lists of statements between them.
// Keep nodes are not removed when a failing case is made smaller.
type node struct {
	texts  []string
	bodies [][]*node
	keep   bool
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

type batch struct{ body []*node }

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
		out.WriteString(b.text() + "GO\n")
	}
	return out.String()
}

// tables are what a case finds, and what is left of it afterwards.
const (
	makeTables = "CREATE TABLE t1 (id int NOT NULL PRIMARY KEY, n int NULL, s varchar(20) NULL); " +
		"CREATE TABLE t2 (id int IDENTITY(1, 1) NOT NULL, n int NOT NULL, s nvarchar(20) NULL DEFAULT N'none')"
	fillTables = "INSERT INTO t1 VALUES (1, 10, 'one'), (2, 20, NULL), (3, NULL, 'three'); INSERT INTO t2 (n, s) VALUES (5, N'five')"
	showTables = "SELECT id, n, s FROM t1 ORDER BY id; SELECT id, n, s FROM t2 ORDER BY id"
	dropTables = "IF OBJECT_ID('t1') IS NOT NULL DROP TABLE t1; IF OBJECT_ID('t2') IS NOT NULL DROP TABLE t2"
	endSession = "SELECT @@TRANCOUNT AS trancount, XACT_STATE() AS xact_state, @@OPTIONS AS options"
	tidy       = "IF @@TRANCOUNT > 0 ROLLBACK; SET XACT_ABORT OFF; SET NOCOUNT OFF; SET IMPLICIT_TRANSACTIONS OFF; IF OBJECT_ID('tempdb..#w') IS NOT NULL DROP TABLE #w"
)

// run runs a case on one side. An error is a lost connection.
func (s *side) run(c *testCase) (events []string, err error) {
	quiet := func(text string) bool {
		if err == nil {
			_, err = s.client.batch(text)
		}
		return err == nil
	}
	loud := func(name, text string) {
		if err != nil {
			return
		}
		var more []string
		more, err = s.client.batch(text)
		events = append(append(events, "-- "+name), more...)
	}
	for _, text := range append(s.mess, tidy, dropTables, makeTables, fillTables) {
		quiet(text)
	}
	s.mess = nil
	for _, p := range c.procedures {
		loud("procedure "+p.name, expand(p.text(), s.scripts))
		s.mess = append([]string{"DROP PROCEDURE dbo." + p.name}, s.mess...)
	}
	for i, b := range c.batches {
		loud(fmt.Sprintf("batch %d", i+1), expand(b.text(), s.scripts))
	}
	loud("session", endSession)
	loud("tables", showTables)
	quiet("IF @@TRANCOUNT > 0 ROLLBACK")
	loud("tables after a rollback", showTables)
	if err != nil {
		s.close()
		if again := s.connect(); again != nil {
			return events, again
		}
		events = append(events, "CONNECTION LOST: "+err.Error())
	}
	return events, nil
}

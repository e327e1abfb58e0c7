package plans

import "fmt"

// Statements of made-up cases that change tables and transactions, or fail.

// change is an INSERT, UPDATE or DELETE.
func (g *generator) change(sc *scope) []*node {
	table := g.pick(sc.tables...)
	text := ""
	switch n := g.IntN(8); {
	case n < 4 && table == "t1":
		text = fmt.Sprintf("INSERT INTO t1 VALUES (%s, %s, %s)", g.pick("1", "4", "5", "6", "@i", "@j"), g.integer(sc, 1), g.pick("@s", "'new'", "NULL"))
	case n < 4:
		text = fmt.Sprintf("INSERT INTO %s (n, s) VALUES (%s, %s)", table, g.integer(sc, 1), g.pick("@s", "'new'", "NULL"))
	case n < 6:
		text = fmt.Sprintf("UPDATE %s SET n = %s WHERE n > %s", table, g.integer(sc, 1), g.integer(sc, 0))
	case n < 7:
		text = fmt.Sprintf("DELETE FROM %s WHERE n = %s", table, g.integer(sc, 0))
	default:
		text = fmt.Sprintf("INSERT INTO %s (n, s) SELECT n, s FROM t1 WHERE id < 3", g.pick("t2", "t2", table))
	}
	return []*node{leaf("%s%s", text, g.end())}
}

func (g *generator) transaction(sc *scope) []*node {
	if g.tables || g.babelfish && (sc.procedure || sc.dynamic > 0 || sc.rpc) {
		// On Babelfish error 266 dooms the transaction in a TRY, and does not come at the end of an RPC.
		return []*node{leaf("SELECT @@TRANCOUNT AS t;")}
	}
	return []*node{leaf("%s", g.pick("BEGIN TRAN;", "BEGIN TRANSACTION", "BEGIN TRAN t;", "IF @@TRANCOUNT > 0 COMMIT;", "IF @@TRANCOUNT > 0 ROLLBACK;", "COMMIT;", "ROLLBACK;",
		"IF @@TRANCOUNT > 0 SAVE TRAN sp;", "IF @@TRANCOUNT > 0 ROLLBACK TRAN sp;", "IF XACT_STATE() = -1 ROLLBACK;", "IF XACT_STATE() <> 0 ROLLBACK TRAN;"))}
}

// mistake is a statement that fails when it runs.
func (g *generator) mistake() []*node {
	return []*node{leaf("%s%s", g.pick("SET @k = 1 / (@i - @i)", "SELECT 1 / (@k - @k) AS q", "INSERT INTO t1 VALUES (1, 1, 'again')", "SELECT CONVERT(int, 'abc') AS c",
		"SET @i = CONVERT(int, @s)", "INSERT INTO t2 (n) VALUES (NULL)", "UPDATE t1 SET id = 1", "INSERT INTO t1 VALUES (9, 1, 'this is more than twenty characters')"), g.end())}
}

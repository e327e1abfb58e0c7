package proxy

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// A loopback connection is the caller's second one: it sees what he has committed, works while his
// transaction is open, and waits for what that has locked.
func TestRealEngineLoopback(t *testing.T) {
	const table = "loopback_test"
	reports := make(chan string, 1)
	db := realEngine(t, func(c *Config) {
		c.Scripts = looping(t, func(l *looped) string {
			reports <- loopbackReport(l, table)
			return ""
		})
	})
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	exec := func(text string) {
		t.Helper()
		if _, err := conn.ExecContext(ctx, text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	exec("DROP TABLE IF EXISTS " + table + "; DROP TABLE IF EXISTS " + table + "_free")
	exec("CREATE TABLE " + table + " (n int); INSERT INTO " + table + " VALUES (1); CREATE TABLE " + table + "_free (n int); INSERT INTO " + table + "_free VALUES (1), (2)")
	defer exec("DROP TABLE " + table + "; DROP TABLE " + table + "_free")
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("UPDATE " + table + " SET n = 2"); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(simpleCall); err != nil {
		t.Fatal(err)
	}
	if said := <-reports; said != "true true 2 locked" {
		t.Errorf("the script says %s", said)
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
	exec(simpleCall)
	if said := <-reports; said != "true true 2 not locked" {
		t.Errorf("after the transaction the script says %s", said)
	}
}

func loopbackReport(l *looped, table string) string {
	script := openDB(l.t, l.address, "anybody", l.call.Loopback.Token, "encrypt=disable")
	defer script.Close()
	var login, database, held string
	var rows int
	ctx := context.Background()
	if err := script.QueryRowContext(ctx, "SELECT SUSER_SNAME(), DB_NAME(), (SELECT COUNT(*) FROM "+table+"_free)").Scan(&login, &database, &rows); err != nil {
		return err.Error()
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := script.Conn(bounded)
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	held = "not locked"
	if _, err := conn.ExecContext(bounded, "SET LOCK_TIMEOUT 200; UPDATE "+table+" SET n = 3"); err != nil {
		held = "locked"
	}
	return fmt.Sprint(login == os.Getenv(userVariable), " ", database == l.call.Database, " ", rows, " ", held)
}

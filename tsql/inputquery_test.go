package tsql

import (
	"errors"
	"testing"
)

func TestClassifyInputQuery(t *testing.T) {
	errs := map[QueryClass]int32{QuerySelectInto: 39015, QueryNotSelect: 39001, QuerySeveral: 59010}
	for text, want := range map[string]QueryClass{
		"": QueryBlank, " ": QueryBlank, "   ;": QueryBlank, " ;; ": QueryBlank, "-- x\n/* y */": QueryBlank, "\t\r\n": QueryBlank,
		"SELECT 1":           QuerySelect,
		"select 1;":          QuerySelect,
		" ; SELECT 1 ; -- x": QuerySelect,
		"(SELECT 1)":         QuerySelect,
		"((SELECT 1) UNION (SELECT 2)) UNION ALL SELECT 3 ORDER BY 1":                  QuerySelect,
		"SELECT 1 UNION SELECT 2 EXCEPT SELECT 3 INTERSECT (SELECT 4)":                 QuerySelect,
		"SELECT (SELECT 1) AS x, * FROM (SELECT 1 AS b) AS t":                          QuerySelect,
		"WITH x AS (SELECT 1 AS a), y(b) AS (SELECT a FROM x) SELECT * FROM y":         QuerySelect,
		"WITH x AS (SELECT 1 AS a) SELECT * INTO t FROM x":                             QuerySelectInto,
		"WITH x AS (SELECT 1 AS a) DELETE FROM x":                                      QueryNotSelect,
		"WITH x AS (SELECT 1 AS a) INSERT t SELECT * FROM x":                           QueryNotSelect,
		"SELECT * FROM (VALUES (1),(2)) AS v(a)":                                       QuerySelect,
		"SELECT [into], \"select\" FROM t WHERE 'x;y' = N';'":                          QuerySelect,
		"SELECT a FROM t INNER MERGE JOIN u ON t.a=u.a OPTION (MERGE JOIN)":            QuerySelect,
		"SELECT a FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY":              QuerySelect,
		"SELECT CASE WHEN 1=1 THEN 1 ELSE 2 END":                                       QuerySelect,
		"SELECT a FROM t WITH (NOLOCK) WHERE id > 10 OPTION (MAXDOP 1, USE HINT('x'))": QuerySelect,
		"SELECT * INTO #t FROM u":                                                      QuerySelectInto,
		"SELECT 1 INTO t;":                                                             QuerySelectInto,
		"EXEC p":                                                                       QueryNotSelect,
		"INSERT t VALUES (1)":                                                          QueryNotSelect,
		"DECLARE @x int; SELECT 1":                                                     QueryNotSelect,
		"VALUES (1)":                                                                   QueryNotSelect,
		"nonsense":                                                                     QueryNotSelect,
		"SELECT 1 SELECT 2":                                                            QuerySeveral,
		"SELECT 1; SELECT 2":                                                           QuerySeveral,
		"SELECT 1; -- x\n DROP TABLE t":                                                QuerySeveral,
		"SELECT a FROM t DELETE t":                                                     QuerySeveral,
		"(SELECT 1) SELECT 2":                                                          QuerySeveral,
		"SELECT 1 EXEC p":                                                              QuerySeveral,
		"SELECT a FROM t MERGE INTO u USING v ON 1=1":                                  QuerySeveral,
		"SELECT 1 IF 1=1 SELECT 2":                                                     QuerySeveral,
	} {
		got, err := ClassifyInputQuery(text)
		if got != want {
			t.Errorf("%q: %d, want %d (%v)", text, got, want, err)
			continue
		}
		if n := errs[want]; n == 0 && err != nil || n != 0 && !errors.Is(err, &Error{Number: n}) {
			t.Errorf("%q: error %v, want %d", text, err, n)
		}
	}
}

func TestSeveralStatementsNamesTheSecond(t *testing.T) {
	_, err := ClassifyInputQuery("SELECT 1\nDROP TABLE t")
	var e *Error
	if !errors.As(err, &e) || e.Message != NewError(59010, 2, "DROP").Message {
		t.Error(err)
	}
}

func FuzzClassifyInputQuery(f *testing.F) {
	f.Add("WITH x AS (SELECT 1) SELECT * FROM x; SELECT 2")
	f.Add("((((SELECT")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ClassifyInputQuery(text)
		if (err == nil) != (c == QueryBlank || c == QuerySelect) {
			t.Fatalf("%q: %d, %v", text, c, err)
		}
	})
}

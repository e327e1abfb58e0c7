package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tds-launchpad/tsql"
)

func BenchmarkSelectOne(b *testing.B) {
	s := session(b, open(b))
	for b.Loop() {
		if err := s.Run(context.Background(), "SELECT 1", nil, discard{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSelectByKey(b *testing.B) {
	s := session(b, open(b))
	exec(b, s, "CREATE TABLE t (id int PRIMARY KEY, v nvarchar(20), d decimal(10,2))")
	exec(b, s, "INSERT t SELECT value, CONCAT('v', value), value FROM GENERATE_SERIES(1, 10000)")
	for b.Loop() {
		p := []Param{{Name: "@p1", Type: tsql.TypeInt, Value: int64(777)}}
		if err := s.Run(context.Background(), "SELECT v, d FROM t WHERE id = @p1", p, discard{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInsertOne(b *testing.B) {
	s := session(b, open(b))
	exec(b, s, "CREATE TABLE t (id int, v nvarchar(20), d datetime)")
	for b.Loop() {
		p := []Param{{Name: "@p1", Type: tsql.TypeInt, Value: int64(777)}, {Name: "@p2", Type: tsql.NVarChar(4000), Value: "text"}}
		if err := s.Run(context.Background(), "INSERT t VALUES (@p1, @p2, GETDATE())", p, discard{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScan reads 100,000 rows of five columns.
func BenchmarkScan(b *testing.B) {
	s := session(b, open(b))
	exec(b, s, "CREATE TABLE t (id int, f float, v nvarchar(20), d decimal(10,2), x datetime)")
	exec(b, s, "INSERT t SELECT value, value * 1.5, CONCAT('v', value), value, '2020-01-01' FROM GENERATE_SERIES(1, 100000)")
	for b.Loop() {
		if err := s.Run(context.Background(), "SELECT * FROM t", nil, discard{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBulk loads 10,000 rows of four columns.
func BenchmarkBulk(b *testing.B) {
	s := session(b, open(b))
	exec(b, s, "CREATE TABLE t (id int PRIMARY KEY, f float, v nvarchar(20), x datetime2)")
	for b.Loop() {
		exec(b, s, "TRUNCATE TABLE t")
		bulk, err := s.Bulk(context.Background(), "INSERT BULK t (id int, f float, v nvarchar(20))")
		if err != nil {
			b.Fatal(err)
		}
		cols := []Column{{Type: tsql.TypeInt}, {Type: tsql.TypeFloat}, {Type: tsql.NVarChar(20)}}
		for n := range 10000 {
			if err := bulk.Row(cols, []any{int64(n), float64(n), "value"}); err != nil {
				b.Fatal(err)
			}
		}
		if n, err := bulk.Commit(); err != nil || n != 10000 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkValues inserts 1,000 rows by one statement of literals, a new text every time.
func BenchmarkValues(b *testing.B) {
	s := session(b, open(b))
	exec(b, s, "CREATE TABLE t (id int, v nvarchar(20))")
	round := 0
	for b.Loop() {
		var text strings.Builder
		text.WriteString("INSERT t VALUES ")
		round++
		for n := range 1000 {
			if n > 0 {
				text.WriteByte(',')
			}
			fmt.Fprintf(&text, "(%d, N'%d')", n, round)
		}
		if err := s.Run(context.Background(), text.String(), nil, discard{}); err != nil {
			b.Fatal(err)
		}
	}
}

package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBatchesAreSplitAtGo(t *testing.T) {
	type batch struct {
		Text  string
		Times int
	}
	tests := []struct {
		name, text string
		want       []batch
	}{
		{"one without GO", "select 1", []batch{{"select 1", 1}}},
		{"two", "select 1\nGO\nselect 2\ngo\n", []batch{{"select 1\n", 1}, {"select 2\n", 1}}},
		{"count", "select 1\n  Go  3 \n", []batch{{"select 1\n", 3}}},
		{"blank batches vanish", "GO\n\nGO\nselect 1\nGO\nGO", []batch{{"select 1\n", 1}}},
		{"in a string", "select '\nGO\n'\nGO", []batch{{"select '\nGO\n'\n", 1}}},
		{"doubled quote", "select 'it''s\nGO\n'\nGO", []batch{{"select 'it''s\nGO\n'\n", 1}}},
		{"in a bracketed name", "select 1 [a\nGO\n]\nGO", []batch{{"select 1 [a\nGO\n]\n", 1}}},
		{"in nested comments", "/* a /* b\nGO\n*/\nGO\n*/ select 1\nGO", []batch{{"/* a /* b\nGO\n*/\nGO\n*/ select 1\n", 1}}},
		{"quote in a line comment", "-- it's\nGO\nselect 1", []batch{{"-- it's\n", 1}, {"select 1", 1}}},
		{"a name that begins with go", "select 1\nGOTO x\nGO", []batch{{"select 1\nGOTO x\n", 1}}},
		{"CRLF", "select 1\r\nGO\r\n", []batch{{"select 1\r\n", 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []batch
			r := newBatchReader(strings.NewReader(tt.text))
			for {
				text, times, err := r.next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, batch{text, times})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestServerIsReadAsSqlcmdReadsIt(t *testing.T) {
	for server, want := range map[string][3]string{
		"db":               {"db", "1433"},
		"db,1500":          {"db", "1500"},
		"tcp:db,1500":      {"db", "1500"},
		"db:1500":          {"db", "1500"},
		"[::1]:1500":       {"::1", "1500"},
		"::1":              {"::1", "1433"},
		"127.0.0.1 , 1433": {"127.0.0.1", "1433"},
		`db\reports`:       {"db", "", "reports"},
	} {
		host, port, instance := splitServer(server)
		if got := [3]string{host, port, instance}; got != want {
			t.Errorf("splitServer(%q) = %v, want %v", server, got, want)
		}
	}
}

func TestConnectionsNeedAPortAndALogin(t *testing.T) {
	for _, c := range []queryCommand{{Server: "db,x", User: "sa"}, {Server: "db:0", User: "sa"}, {Server: "db:65536", User: "sa"}, {Server: "db"}} {
		if text, err := c.connectionString(); err == nil {
			t.Errorf("%+v gives %q", c, text)
		}
	}
	c := queryCommand{Server: "::1", User: "a;b", Password: "p@:/w", Encrypt: "true"}
	text, err := c.connectionString()
	if err != nil || !strings.HasPrefix(text, "sqlserver://a;b:p%40%3A%2Fw@[::1]:1433?") {
		t.Errorf("%q, %v", text, err)
	}
}

func TestHeaderFlagOfSqlcmd(t *testing.T) {
	tests := []struct{ args, want string }{
		{"query -h -1 -Q x", "query --header=-1 -Q x"},
		{"query -Q x -h-1", "query -Q x --header=-1"},
		{"query -h", "query -h"},
		{"query -h -Q x", "query -h -Q x"},
		{"serve -h -1", "serve -h -1"},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(strings.Fields(tt.want), sqlcmdArgs(strings.Fields(tt.args))); diff != "" {
			t.Errorf("%s: %s", tt.args, diff)
		}
	}
}

func TestTypedLinesArePromptedFor(t *testing.T) {
	var out strings.Builder
	r := newBatchReader(newPrompter(strings.NewReader("select 1\n+ 1\ngo\nselect 2\nGO 2\nEXIT\nnot read"), &out))
	for _, want := range []string{"select 1\n+ 1\n", "select 2\n"} {
		if text, _, err := r.next(); text != want || err != nil {
			t.Fatalf("%q, %v", text, err)
		}
	}
	if _, _, err := r.next(); !errors.Is(err, io.EOF) {
		t.Errorf("exit gives %v", err)
	}
	if want := "1> 2> 3> 1> 2> 1> "; out.String() != want {
		t.Errorf("prompts %q, want %q", out.String(), want)
	}
}

func TestValuesAreShownAsSqlcmdShowsThem(t *testing.T) {
	at := time.Date(2024, 2, 29, 13, 14, 15, 123456700, time.UTC)
	tests := []struct {
		column displayColumn
		value  any
		want   string
	}{
		{displayColumn{kind: "INT", width: 11, right: true}, int64(7), "          7"},
		{displayColumn{kind: "INT", width: 11, right: true}, nil, "       NULL"},
		{displayColumn{kind: "BIT", width: 1, right: true}, true, "1"},
		{displayColumn{kind: "REAL", width: 14, right: true}, float64(float32(0.1)), "           0.1"},
		{displayColumn{kind: "NVARCHAR", width: 5}, "é", "é    "},
		{displayColumn{kind: "NVARCHAR", width: 3}, "abcdef", "abc"},
		{displayColumn{kind: "VARBINARY", width: 8}, []byte{1, 0xAB}, "0x01AB  "},
		{displayColumn{kind: "DECIMAL", width: 6, right: true}, []byte("1.50"), "  1.50"},
		{displayColumn{kind: "DATE", width: 10}, at, "2024-02-29"},
		{displayColumn{kind: "DATETIME2", width: 27, scale: 7}, at, "2024-02-29 13:14:15.1234567"},
		{displayColumn{kind: "DATETIME", width: 23}, at, "2024-02-29 13:14:15.123"},
	}
	for _, tt := range tests {
		if got := tt.column.pad(tt.column.text(tt.value)); got != tt.want {
			t.Errorf("%s %v: got %q, want %q", tt.column.kind, tt.value, got, tt.want)
		}
	}
}

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
	for server, want := range map[string][2]string{
		"db":               {"db", "1433"},
		"db,1500":          {"db", "1500"},
		"tcp:db,1500":      {"db", "1500"},
		"db:1500":          {"db", "1500"},
		"[::1]:1500":       {"::1", "1500"},
		"::1":              {"::1", "1433"},
		"127.0.0.1 , 1433": {"127.0.0.1", "1433"},
	} {
		host, port := splitServer(server)
		if got := [2]string{host, port}; got != want {
			t.Errorf("splitServer(%q) = %v, want %v", server, got, want)
		}
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

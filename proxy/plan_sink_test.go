package proxy

import (
	"bytes"
	"testing"

	"tds-launchpad/tds"
)

// What a code page holds that is not the database's is kept as Unicode.
func TestSinkWidensOtherCodePages(t *testing.T) {
	var cyrillic tds.Collation
	cyrillic.Info = 0x00419
	database := tds.DefaultCollation
	p := &plan{scriptCall: &scriptCall{session: &session{cfg: &Config{DataDir: t.TempDir()}}}, facts: &facts{collation: database}}
	sink := &rowSink{}
	defer sink.close()
	columns := []tds.Column{{Type: tds.VarChar(20, cyrillic)}, {Type: tds.VarChar(20, database)}, {Type: tds.VarChar(8000, cyrillic)}}
	if err := sink.begin(p, columns); err != nil {
		t.Fatal(err)
	}
	for i, want := range []tds.TypeInfo{tds.NVarChar(20, database), tds.VarChar(20, database), tds.NVarChar(tds.SizeMax, database)} {
		if got := sink.last().columns[i].Type; got != want.AsNullable() {
			t.Errorf("column %d: got %v, want %v", i, got, want)
		}
	}
	row := [][]byte{{0xE6}, {0xE6}, nil}
	if err := sink.row(row); err != nil {
		t.Fatal(err)
	}
	if row[0][0] != 0xE6 {
		t.Error("the row itself was changed")
	}
	meta, err := (&tds.ColMetadata{Columns: sink.last().columns}).Append(nil, tds.TokenFormat{Version: tds.V74})
	if err != nil {
		t.Fatal(err)
	}
	rows := bytes.NewBuffer(meta)
	if _, err := sink.last().WriteTo(rows); err != nil {
		t.Fatal(err)
	}
	tokens := tds.NewTokenReader(rows, tds.TokenReaderOptions{TokenFormat: tds.TokenFormat{Version: tds.V74}})
	var kept [][]byte
	for kept == nil {
		token, err := tokens.Next()
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := token.(*tds.Row); ok {
			kept = r.Values
		}
	}
	if v, err := sink.last().columns[0].Type.Decode(kept[0]); err != nil || v != "ж" {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := sink.last().columns[1].Type.Decode(kept[1]); err != nil || v != "æ" {
		t.Errorf("got %v, %v", v, err)
	}
}

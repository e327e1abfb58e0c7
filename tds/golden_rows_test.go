package tds

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// goldenTokens reads all tokens of a dump's message.
func goldenTokens(t *testing.T, name string, typ PacketType, f TokenFormat) []Token {
	t.Helper()
	m := dumpMessage(t, name, typ)
	tokens, raw, err := readAll(NewTokenReader(bytes.NewReader(m.Data), TokenReaderOptions{TokenFormat: f}))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	wantBytes(t, raw, m.Data)
	return tokens
}

func TestGoldenSelect(t *testing.T) {
	const name = "ms-tds-4.7-sql-batch-server-response"
	tokens := goldenTokens(t, name, PacketReply, TokenFormat{Version: V74})
	cols := []Column{{Name: "bar", Type: VarChar(3, DefaultCollation), Flags: ColumnComputed}}
	want := []Token{
		&ColMetadata{Columns: cols},
		&Row{Values: [][]byte{[]byte("foo")}},
		&Done{Token: TokenDone, Status: DoneCount, CurCmd: CurCmdSelect, RowCount: 1},
	}
	if diff := cmp.Diff(want, tokens); diff != "" {
		t.Fatal(diff)
	}
	again, err := want[0].(*ColMetadata).Append(nil, TokenFormat{})
	if err != nil {
		t.Fatal(err)
	}
	if again, err = AppendRow(again, cols, [][]byte{[]byte("foo")}); err != nil {
		t.Fatal(err)
	}
	again = want[2].(*Done).Append(again, V74)
	wantBytes(t, again, dumpMessage(t, name, PacketReply).Data)
}

func TestGoldenBulkLoad(t *testing.T) {
	const name = "ms-tds-4.12-bulk-load"
	f := TokenFormat{Version: V74, BulkLoad: true}
	tokens := goldenTokens(t, name, PacketBulkLoad, f)
	cols := []Column{{Name: "c1", Type: Bit().NotNull(), Flags: ColumnNullable | ColumnUpdatable}}
	want := []Token{
		&ColMetadata{Columns: cols},
		&Row{Values: [][]byte{{0}}},
		&Done{Token: TokenDone},
	}
	if diff := cmp.Diff(want, tokens); diff != "" {
		t.Fatal(diff)
	}
	again, err := want[0].(*ColMetadata).Append(nil, f)
	if err != nil {
		t.Fatal(err)
	}
	if again, err = AppendRow(again, cols, [][]byte{{0}}); err != nil {
		t.Fatal(err)
	}
	again = want[2].(*Done).Append(again, V74)
	wantBytes(t, again, dumpMessage(t, name, PacketBulkLoad).Data)
}

// The dump of a sparse column set has xml in chunks without a length, and NBCROW.
func TestGoldenSparseColumns(t *testing.T) {
	tokens := goldenTokens(t, "ms-tds-4.15-sparse-column-select", PacketReply, TokenFormat{Version: V73B})
	m, ok := tokens[0].(*ColMetadata)
	if !ok {
		t.Fatalf("%T", tokens[0])
	}
	want := []Column{
		{Name: "id", Type: Int(4), Flags: ColumnNullable | ColumnUpdatableUnused},
		{Name: "sparsePropertySet", Type: XML(),
			Flags: ColumnNullable | ColumnCaseSensitive | ColumnUpdatableUnused | ColumnSparseSet},
	}
	if diff := cmp.Diff(want, m.Columns); diff != "" {
		t.Fatal(diff)
	}
	texts := []any{
		"<sparseProp1>1000</sparseProp1><sparseProp2>foo</sparseProp2>",
		"<sparseProp1>1000</sparseProp1>",
		"<sparseProp2>abcd</sparseProp2>",
		nil, nil, nil, nil, nil, nil, nil,
	}
	for i, text := range texts {
		row, ok := tokens[1+i].(*Row)
		if !ok {
			t.Fatalf("%T", tokens[1+i])
		}
		id, err := m.Columns[0].Type.Decode(row.Values[0])
		if err != nil || id != int64(i+1) {
			t.Errorf("row %d: id %v, %v", i, id, err)
		}
		x, err := m.Columns[1].Type.Decode(row.Values[1])
		if err != nil || x != text {
			t.Errorf("row %d: %v, %v; want %v", i, x, err, text)
		}
		if row.NullBitmap != (text == nil) {
			t.Errorf("row %d: NBCROW is %v", i, row.NullBitmap)
		}
	}
	done := &Done{Token: TokenDone, Status: DoneCount, CurCmd: CurCmdSelect, RowCount: 10}
	if diff := cmp.Diff([]Token{done}, tokens[1+len(texts):]); diff != "" {
		t.Error(diff)
	}
}

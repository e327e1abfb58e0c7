package tds

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The dumps named babelfish-... were recorded from Babelfish for PostgreSQL 4.3.0,
// answering what this package had appended.

func TestGoldenBabelfishPrelogin(t *testing.T) {
	m := dumpMessage(t, "babelfish-4.3.0-prelogin-response", PacketReply)
	p, err := ParsePrelogin(m.Data)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := p.Encryption(); !ok || e != EncryptOn || p.MARS() || p.Version() != (ProductVersion{Major: 12, Build: 2000}) {
		t.Errorf("%+v", p)
	}
	got, err := p.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, got, m.Data)
}

func TestGoldenBabelfishResponses(t *testing.T) {
	for name, want := range map[string][]Token{
		"login-response": {
			&EnvChange{Type: EnvPacketSize, New: "8000", Old: "4096"},
			&EnvChange{Type: EnvDatabase, New: "master"},
			&ServerMessage{State: 1, Text: "Changed database context to 'master'.", Server: "BABELFISH"},
			&EnvChange{Type: EnvCollation, NewData: []byte{9, 4, 0xD0, 0, 0x34}},
			&LoginAck{Interface: InterfaceTSQL, TDSVersion: V74, ProgName: "Microsoft SQL Server", Version: ProductVersion{Major: 12, Build: 2000}},
			&Done{Token: TokenDone, CurCmd: 2},
		},
		"rpc-response": {
			&ColMetadata{Columns: []Column{{Name: "twice", Type: Int(4), Flags: ColumnNullable | ColumnUpdatableUnused}}},
			&Row{Values: [][]byte{{42, 0, 0, 0}}},
			&Done{Token: TokenDoneInProc, Status: DoneMore | DoneCount, CurCmd: CurCmdSelect, RowCount: 1},
			&Done{Token: TokenDoneInProc, Status: DoneMore | DoneCount, CurCmd: CurCmdSelect},
			&ServerMessage{State: 1, Text: "hello", Server: "BABELFISH"},
			&Done{Token: TokenDoneInProc, Status: DoneMore, CurCmd: 2},
			&ReturnStatus{},
			&ReturnValue{Ordinal: 3, Name: "@b", Status: 1, Flags: ColumnNullable | ColumnUpdatableUnused, Type: Int(4), Value: []byte{22, 0, 0, 0}},
			&Done{Token: TokenDoneProc, CurCmd: CurCmdExecute},
		},
		"begin-transaction-response": {
			&Done{Token: TokenDone, Status: DoneMore, CurCmd: 2},
			&Done{Token: TokenDone, Status: DoneMore, CurCmd: 2},
			&EnvChange{Type: EnvBeginTran, NewData: DescriptorBytes(0x84)},
			&Done{Token: TokenDone, CurCmd: CurCmdBeginTran},
		},
		"error-response": {
			&ServerMessage{IsError: true, Number: 8134, State: 1, Class: 16, Text: "division by zero", Server: "BABELFISH", Line: 1},
			&Done{Token: TokenDone, Status: DoneError, CurCmd: CurCmdSelect},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := dumpMessage(t, "babelfish-4.3.0-"+name, PacketReply)
			if diff := cmp.Diff(want, tokens(t, bytes.Clone(m.Data)), tokenOptions); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

package tds

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var tokenOptions = cmp.Options{cmpopts.EquateEmpty(), cmp.AllowUnexported(EnvChange{}, SessionState{})}

// readBack appends tokens as a server of version v would and reads them again.
func readBack(t testing.TB, v Version, sent ...Token) []Token {
	t.Helper()
	var stream []byte
	for _, token := range sent {
		var ok bool
		if stream, ok = appendToken(t, stream, token, v); !ok {
			t.Fatalf("no encoder for %T", token)
		}
	}
	tr := NewTokenReader(bytes.NewReader(stream), TokenReaderOptions{TokenFormat: TokenFormat{Version: v}})
	var got []Token
	for {
		token, err := tr.Next()
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, token)
	}
}

func TestTokensRoundTrip(t *testing.T) {
	sent := []Token{
		&Done{Token: TokenDone, Status: DoneMore | DoneCount | DoneInXact, CurCmd: CurCmdSelect, RowCount: 1 << 31},
		&Done{Token: TokenDoneProc, Status: DoneAttn}, &Done{Token: TokenDoneInProc, Status: DoneError},
		&ServerMessage{IsError: true, Number: 39004, State: 20, Class: 16, Text: "A 'Python' script error \u00e4 \U0001F600", Server: "srv", Proc: "p", Line: 7},
		&ServerMessage{Number: -1, Line: 0},
		&ReturnStatus{Value: math.MinInt32},
		&Offset{Identifier: 3, OffsetLen: 0xFFFF},
		&LoginAck{Interface: InterfaceTSQL, TDSVersion: V74, ProgName: "Microsoft SQL Server", Version: ProductVersion{16, 0, 4175, 0}},
		&FedAuthInfo{STSURL: "https://login.example/x", SPN: "https://database.example/", Unknown: []FedAuthInfoOption{{9, []byte("later")}, {10, nil}}},
		&FedAuthInfo{},
		&SSPI{Data: []byte("NTLMSSP")}, &SSPI{},
		&SessionState{SeqNo: 5, Recoverable: true, States: []StateValue{{1, nil}, {2, make([]byte, 254)}, {3, make([]byte, 255)}, {4, make([]byte, 300)}}},
		&FeatureExtAck{Features: []Feature{{FeatureColumnEncryption, []byte{1}}, {0x66, make([]byte, 100)}, {FeatureJSONSupport, nil}}},
		&FeatureExtAck{},
		&EnvChange{Type: EnvDatabase, New: "db", Old: "master"},
		&EnvChange{Type: EnvPacketSize, New: "8000", noOld: true},
		&EnvChange{Type: EnvMirrorPartner, New: "partner"},
		&EnvChange{Type: EnvUserInstance, New: "instance"},
		&EnvChange{Type: EnvCollation, NewData: []byte{9, 4, 0xD0, 0, 0x34}, OldData: []byte{9, 4, 0, 0, 0}},
		&EnvChange{Type: EnvBeginTran, NewData: DescriptorBytes(77)},
		&EnvChange{Type: EnvRollbackTran, OldData: DescriptorBytes(77)},
		&EnvChange{Type: EnvResetAck},
		&EnvChange{Type: EnvPromoteTran, NewData: make([]byte, 100)},
		&EnvChange{Type: EnvTranManagerAddress, NewData: []byte("addr")},
		&EnvChange{Type: EnvRouting, Routing: &Routing{Port: 1433, Server: "other.example"}},
		&EnvChange{Type: EnvRouting},
		&EnvChange{Type: EnvEnhancedRouting, Routing: &Routing{Port: 11000, Server: "other", Database: "db2"}, noOld: true},
		&EnvChange{Type: 99, NewData: []byte("of a later version")},
		&Done{Token: TokenDone},
	}
	for _, v := range []Version{V71, V71R, V72, V73A, V73B, V74, V80} {
		t.Run(v.String(), func(t *testing.T) {
			if diff := cmp.Diff(sent, readBack(t, v, sent...), tokenOptions); diff != "" {
				t.Errorf("(-sent +got):\n%s", diff)
			}
		})
	}
}

func TestLoginAckVersions(t *testing.T) {
	for _, v := range []Version{V70, V71, V71R, V72, V73A, V73B, V74, V80} {
		got := readBack(t, V74, &LoginAck{TDSVersion: v})
		if got[0].(*LoginAck).TDSVersion != v {
			t.Errorf("%v became %v", v, got[0].(*LoginAck).TDSVersion)
		}
	}
	b := (&LoginAck{Interface: 1, TDSVersion: V74, ProgName: strings.Repeat("x", 300)}).Append(nil)
	var l LoginAck
	if err := l.Decode(b[3:]); err != nil || len(l.ProgName) != 255 {
		t.Errorf("%d characters, %v", len(l.ProgName), err)
	}
	if !bytes.Equal(b[4:8], []byte{0x74, 0, 0, 4}) {
		t.Errorf("version bytes % x", b[4:8])
	}
}

func TestDoneVersions(t *testing.T) {
	d := Done{Token: TokenDone, Status: DoneCount, RowCount: 1 << 40}
	if b := d.Append(nil, V71); len(b) != 9 || binary.LittleEndian.Uint32(b[5:]) != math.MaxUint32 {
		t.Errorf("TDS 7.1: % x", b)
	}
	b := d.Append(nil, V72)
	if len(b) != 13 {
		t.Errorf("TDS 7.2: % x", b)
	}
	var got Done
	if err := got.Decode(TokenDone, b[1:], V71); !errors.Is(err, ErrMalformed) {
		t.Errorf("12 bytes as TDS 7.1: %v", err)
	}
	if err := got.Decode(TokenDone, b[1:9], V72); !errors.Is(err, ErrTruncated) {
		t.Errorf("8 bytes as TDS 7.2: %v", err)
	}
	if n, ok := d.Count(); !ok || n != 1<<40 || d.More() {
		t.Errorf("%d %v", n, ok)
	}
}

// Texts that no token can hold are cut to what one can.
func TestServerMessageCutsTexts(t *testing.T) {
	long := strings.Repeat("\U0001F600", 40000)
	for _, v := range []Version{V71, V74} {
		m := ServerMessage{IsError: true, Text: long, Server: long, Proc: long, Line: 100000}
		b := m.Append(nil, v)
		if int(binary.LittleEndian.Uint16(b[1:])) != len(b)-3 {
			t.Fatalf("%v: length field %d, body %d", v, binary.LittleEndian.Uint16(b[1:]), len(b)-3)
		}
		var got ServerMessage
		if err := got.Decode(TokenError, b[3:], v); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(long, got.Text) || len(got.Text) < 4*16000 || UTF16Len(got.Server) != 254 {
			t.Errorf("%v: text of %d units, server of %d", v, UTF16Len(got.Text), UTF16Len(got.Server))
		}
		if want := map[Version]int32{V71: 65535, V74: 100000}[v]; got.Line != want {
			t.Errorf("%v: line %d", v, got.Line)
		}
	}
}

func TestServerMessageProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := ServerMessage{
			IsError: rapid.Bool().Draw(t, "error"), Number: rapid.Int32().Draw(t, "number"),
			State: rapid.Byte().Draw(t, "state"), Class: rapid.Byte().Draw(t, "class"),
			Text: rapid.String().Draw(t, "text"), Server: rapid.StringN(0, 60, -1).Draw(t, "server"),
			Proc: rapid.StringN(0, 60, -1).Draw(t, "proc"), Line: rapid.Int32().Draw(t, "line"),
		}
		b := m.Append(nil, V74)
		var got ServerMessage
		if err := got.Decode(TokenType(b[0]), b[3:], V74); err != nil || got != m {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

// A later body that is shorter leaves nothing of the former.
func TestDecodeOverwrites(t *testing.T) {
	e := EnvChange{Type: EnvRouting, New: "x", NewData: []byte("x"), Routing: &Routing{}}
	if err := e.Decode([]byte{byte(EnvDatabase), 0, 0}); err != nil || e.New != "" || e.NewData != nil || e.Routing != nil {
		t.Errorf("%+v, %v", e, err)
	}
	s := SessionState{States: make([]StateValue, 3)}
	if err := s.Decode([]byte{0, 0, 0, 0, 0}); err != nil || s.States != nil {
		t.Errorf("%+v, %v", s, err)
	}
	f := FedAuthInfo{STSURL: "x"}
	if err := f.Decode([]byte{0, 0, 0, 0}); err != nil || f.STSURL != "" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestTokenDecodeErrors(t *testing.T) {
	env := func(b []byte) error { var e EnvChange; return e.Decode(b) }
	tests := []struct {
		name   string
		decode func([]byte) error
		body   []byte
		want   error
	}{
		{"ENVCHANGE empty", env, nil, ErrTruncated},
		{"ENVCHANGE text cut", env, []byte{1, 3, 'a', 0}, ErrTruncated},
		{"ENVCHANGE old cut", env, []byte{1, 0, 3, 'a', 0}, ErrTruncated},
		{"ENVCHANGE trailing", env, []byte{1, 0, 0, 0}, ErrMalformed},
		{"ENVCHANGE collation cut", env, []byte{7, 5, 1}, ErrTruncated},
		{"ENVCHANGE routing cut", env, []byte{20, 9, 0, 0}, ErrTruncated},
		{"ENVCHANGE routing server cut", env, []byte{20, 5, 0, 0, 1, 0, 2, 0, 0, 0}, ErrTruncated},
		{"ENVCHANGE routing trailing", env, []byte{20, 6, 0, 0, 1, 0, 0, 0, 9, 0, 0}, ErrMalformed},
		{"ENVCHANGE routing with old", env, []byte{20, 0, 0, 1, 0}, ErrMalformed},
		{"ENVCHANGE promote length", env, []byte{15, 0xFF, 0xFF, 0xFF, 0xFF}, ErrTruncated},
		{"ENVCHANGE promote too long", env, append([]byte{15, 1, 0, 1, 0}, make([]byte, 65537+1)...), ErrLimit},
		{"LOGINACK cut", func(b []byte) error { var l LoginAck; return l.Decode(b) }, []byte{1, 0, 0, 0, 0, 0, 1, 2}, ErrTruncated},
		{"LOGINACK trailing", func(b []byte) error { var l LoginAck; return l.Decode(b) }, make([]byte, 11), ErrMalformed},
		{"ERROR text cut", func(b []byte) error { var m ServerMessage; return m.Decode(TokenError, b, V74) }, []byte{0, 0, 0, 0, 1, 2, 0xFF, 0xFF}, ErrTruncated},
		{"RETURNSTATUS short", func(b []byte) error { var r ReturnStatus; return r.Decode(b) }, []byte{1}, ErrTruncated},
		{"OFFSET long", func(b []byte) error { var o Offset; return o.Decode(b) }, make([]byte, 5), ErrMalformed},
		{"SESSIONSTATE long length", func(b []byte) error { var s SessionState; return s.Decode(b) }, []byte{0, 0, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, ErrTruncated},
		{"SESSIONSTATE no length", func(b []byte) error { var s SessionState; return s.Decode(b) }, []byte{0, 0, 0, 0, 0, 1}, ErrTruncated},
		{"FEATUREEXTACK no terminator", func(b []byte) error { var f FeatureExtAck; return f.Decode(b) }, []byte{1, 0, 0, 0, 0}, ErrTruncated},
		{"FEATUREEXTACK trailing", func(b []byte) error { var f FeatureExtAck; return f.Decode(b) }, []byte{0xFF, 0}, ErrMalformed},
		{"FEDAUTHINFO count", func(b []byte) error { var f FedAuthInfo; return f.Decode(b) }, []byte{0xFF, 0xFF, 0xFF, 0xFF}, ErrMalformed},
		{"FEDAUTHINFO offset", func(b []byte) error { var f FedAuthInfo; return f.Decode(b) },
			append([]byte{1, 0, 0, 0, 1}, 4, 0, 0, 0, 0, 0, 0, 0), ErrMalformed},
		{"FEDAUTHINFO length", func(b []byte) error { var f FedAuthInfo; return f.Decode(b) },
			append([]byte{1, 0, 0, 0, 1}, 0xFF, 0xFF, 0xFF, 0xFF, 13, 0, 0, 0), ErrMalformed},
	}
	for _, test := range tests {
		if err := test.decode(test.body); !errors.Is(err, test.want) || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func TestTokenEncodeErrors(t *testing.T) {
	long := strings.Repeat("x", 256)
	for name, token := range map[string]interface{ Append([]byte) ([]byte, error) }{
		"text":     &EnvChange{Type: EnvDatabase, New: long},
		"old text": &EnvChange{Type: EnvLanguage, Old: long},
		"bytes":    &EnvChange{Type: EnvCollation, NewData: make([]byte, 256)},
		"promote":  &EnvChange{Type: EnvPromoteTran, NewData: make([]byte, MaxEnvPromoteSize+1)},
		"routing":  &EnvChange{Type: EnvRouting, Routing: &Routing{Server: strings.Repeat("x", 16001)}},
		"unknown":  &EnvChange{Type: 99, NewData: make([]byte, 65535)},
		"SSPI":     &SSPI{Data: make([]byte, 65536)},
	} {
		if b, err := token.Append([]byte("x")); !errors.Is(err, ErrEncode) || string(b) != "x" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEnvChangeDescriptor(t *testing.T) {
	for _, test := range []struct {
		e    EnvChange
		want uint64
		ok   bool
	}{
		{EnvChange{Type: EnvBeginTran, NewData: DescriptorBytes(5)}, 5, true},
		{EnvChange{Type: EnvCommitTran, OldData: DescriptorBytes(6)}, 6, true},
		{EnvChange{Type: EnvTranEnded, OldData: []byte{1}}, 0, false},
		{EnvChange{Type: EnvCollation, NewData: DescriptorBytes(7)}, 0, false},
	} {
		if got, ok := test.e.Descriptor(); got != test.want || ok != test.ok {
			t.Errorf("%+v: %d, %v", test.e, got, ok)
		}
	}
}

func TestFeatureExtAckContents(t *testing.T) {
	var f FeatureExtAck
	f.SetFeature(FeatureColumnEncryption, append([]byte{2, 3}, AppendUTF16(nil, "VBS")...))
	f.SetFeature(FeatureDataClassification, []byte{2, 1})
	f.SetFeature(FeatureUTF8Support, []byte{1})
	f.SetFeature(FeatureGlobalTransactions, []byte{1})
	f.RemoveFeature(FeatureGlobalTransactions)
	if v, enclave := f.ColumnEncryption(); v != 2 || enclave != "VBS" {
		t.Errorf("COLUMNENCRYPTION %d %q", v, enclave)
	}
	if f.DataClassification() != 2 || !f.Flag(FeatureUTF8Support) || f.Flag(FeatureGlobalTransactions) {
		t.Errorf("%+v", f)
	}
	f.SetFeature(FeatureDataClassification, []byte{2, 0}) // switched off
	f.SetFeature(FeatureColumnEncryption, []byte{2, 9})   // broken enclave type
	if v, enclave := f.ColumnEncryption(); f.DataClassification() != 0 || v != 2 || enclave != "" {
		t.Errorf("%+v", f)
	}
	if v, _ := (&FeatureExtAck{}).ColumnEncryption(); v != 0 {
		t.Errorf("version %d of nothing", v)
	}
}

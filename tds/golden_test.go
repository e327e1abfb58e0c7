package tds

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// dump returns the bytes of a hex dump in testdata/dumps, whose name tells where it
// was printed.
func dump(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "dumps", name+".hex"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

// dumpMessage returns the message of a dump, which must hold one and nothing else.
func dumpMessage(t testing.TB, name string, want PacketType) Message {
	t.Helper()
	pr := NewPacketReader(bytes.NewReader(dump(t, name)), DefaultPacketSize)
	m, err := pr.ReadMessage(1<<20, nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if m.Type != want {
		t.Fatalf("%s is a %v message, want %v", name, m.Type, want)
	}
	if n := len(pr.Buffered()); n > 0 {
		t.Fatalf("%s: %d bytes behind the message", name, n)
	}
	return m
}

func wantBytes(t *testing.T, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("appended again:\n%s\nwant:\n%s", hex.Dump(got), hex.Dump(want))
	}
}

func TestGoldenPrelogin(t *testing.T) {
	m := dumpMessage(t, "ms-tds-4.1-pre-login-request", PacketPrelogin)
	p, err := ParsePrelogin(m.Data)
	if err != nil {
		t.Fatal(err)
	}
	if v := p.Version(); v != (ProductVersion{Major: 9}) {
		t.Errorf("version %v", v)
	}
	if e, ok := p.Encryption(); !ok || e != EncryptOn {
		t.Errorf("encryption %v, %v", e, ok)
	}
	if !p.MARS() || p.Instance() != "" {
		t.Errorf("MARS %v, instance %q", p.MARS(), p.Instance())
	}
	if id, ok := p.Get(PreloginThreadID); !ok || binary.LittleEndian.Uint32(id) != 3512 {
		t.Errorf("THREADID % x", id)
	}
	got, err := p.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, got, m.Data)
}

// clearUnusedOffsets zeroes the offsets of LOGIN7 fields with length 0, which must be
// ignored (MS-TDS 2.2.6.4) and which clients fill as they like.
func clearUnusedOffsets(login []byte) []byte {
	b := bytes.Clone(login)
	for at := 36; at < 94-4; at += 4 {
		if at == 72 {
			at += 6 // ClientID
		}
		if at != 36 && b[at+2] == 0 && b[at+3] == 0 {
			b[at], b[at+1] = 0, 0
		}
	}
	return b
}

func TestGoldenLogin7(t *testing.T) {
	client := [6]byte{0x00, 0x50, 0x8B, 0xE2, 0xB7, 0x8F}
	flags1 := FlagUseDB | FlagDatabaseFatal | FlagSetLang
	flags2 := FlagLanguageFatal | FlagODBC
	tests := []struct {
		name  string
		want  Login7
		exact bool
	}{
		{"ms-tds-4.2-login-request", Login7{TDSVersion: V72, PacketSize: 4096,
			ClientProgVer: 0x07000000, ClientPID: 256, OptionFlags1: flags1, OptionFlags2: flags2,
			ClientLCID: 1033, HostName: "skostov1", UserName: "sa", AppName: "OSQL-32",
			CltIntName: "ODBC", ClientID: client}, true},
		{"ms-tds-4.16-featureext-sessionrecovery", Login7{TDSVersion: V74, PacketSize: 4096,
			ClientProgVer: 0x07000000, ClientPID: 256, OptionFlags1: flags1, OptionFlags2: flags2,
			OptionFlags3: FlagExtension, ClientLCID: 1033, UserName: "sa",
			// The dump has the password blanked out with zeros.
			Password: strings.Repeat("\u5a5a", 8), AppName: "OSQL-32", CltIntName: "ODBC",
			Database: "tempdb", ClientID: client}, true},
		{"ms-tds-4.20-featureext-azuresqlsupport", Login7{TDSVersion: V74, PacketSize: 8000,
			ClientProgVer: 0x06000000, ClientPID: 0x1D96, OptionFlags1: flags1, OptionFlags2: flags2,
			TypeFlags: FlagReadOnlyIntent, OptionFlags3: FlagExtension,
			HostName: "ZLIN6CLIENT2", UserName: "cloudsa", Password: strings.Repeat("\u5a5a", 8),
			AppName:    ".Net SqlClient Data Provider",
			ServerName: "e2f8876ad658.local.onebox.control.zlinheka6dev4.onebox.xdb.mscds.com,37008",
			CltIntName: ".Net SqlClient Data Provider", Database: "testdb",
			ClientID: [6]byte{0xC2, 0xCC, 0x3D, 0x20, 0xB7, 0xAB},
			Features: []Feature{{FeatureSessionRecovery, nil}, {FeatureColumnEncryption, []byte{1}},
				{FeatureGlobalTransactions, nil}, {FeatureAzureSQLSupport, []byte{1}}}}, false},
		{"ms-tds-4.3-login-request-federated-auth", Login7{TDSVersion: V74, PacketSize: 4096,
			ClientProgVer: 0x07000000, ClientPID: 0x3740, OptionFlags1: flags1, OptionFlags2: flags2,
			OptionFlags3: FlagExtension, ClientLCID: 1033, HostName: "DANBENED3-XGZUO",
			AppName: "SQLCMD", ServerName: "cloud.dev.mscds.com,1435", CltIntName: "ODBC",
			ClientID: [6]byte{0x00, 0x15, 0x5D, 0x71, 0xE7, 0x42}}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := dumpMessage(t, test.name, PacketLogin7)
			l, err := ParseLogin7(m.Data)
			if err != nil {
				t.Fatal(err)
			}
			if test.want.Features == nil {
				test.want.Features = l.Features // looked at elsewhere
			}
			if diff := diffLogin7(&test.want, l); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			got, err := l.Append(nil)
			if err != nil {
				t.Fatal(err)
			}
			if test.exact {
				wantBytes(t, got, m.Data)
			} else {
				wantBytes(t, clearUnusedOffsets(got), clearUnusedOffsets(m.Data))
			}
		})
	}
}

// plainLogin7 is Login7 without the methods that hide the password.
type plainLogin7 Login7

// diffLogin7 compares the exported fields.
func diffLogin7(want, got *Login7) string {
	return cmp.Diff(plainLogin7(*want), plainLogin7(*got),
		cmpopts.IgnoreUnexported(plainLogin7{}), cmpopts.EquateEmpty())
}

func TestGoldenSessionRecovery(t *testing.T) {
	m := dumpMessage(t, "ms-tds-4.16-featureext-sessionrecovery", PacketLogin7)
	l, err := ParseLogin7(m.Data)
	if err != nil {
		t.Fatal(err)
	}
	data, ok := l.Feature(FeatureSessionRecovery)
	if !ok {
		t.Fatal("no SESSIONRECOVERY")
	}
	s, err := ParseSessionRecovery(data)
	if err != nil {
		t.Fatal(err)
	}
	i := s.Initial
	if i.Database != "master" || i.Language != "us_english" || !bytes.Equal(i.Collation, []byte{9, 4, 0xD0, 0, 0x34}) {
		t.Errorf("initial state %+v", i)
	}
	if len(i.States) != 8 || i.States[0].ID != 0 || len(i.States[0].Value) != 9 {
		t.Errorf("initial session states %+v", i.States)
	}
	got, err := s.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, got, data)
}

func TestGoldenFedAuth(t *testing.T) {
	m := dumpMessage(t, "ms-tds-4.3-login-request-federated-auth", PacketLogin7)
	l, err := ParseLogin7(m.Data)
	if err != nil {
		t.Fatal(err)
	}
	data, _ := l.Feature(FeatureFedAuth)
	f, err := ParseFedAuthFeature(data)
	if err != nil {
		t.Fatal(err)
	}
	if f.Library != FedAuthLiveID || !f.Echo || len(f.Token) != 0x6E2 || len(f.Nonce) != 32 ||
		!bytes.HasPrefix(f.Rest, []byte("tls-unique:")) || len(f.Rest) != len("tls-unique:")+12+32 {
		t.Errorf("library %d echo %v token %d nonce %d rest %d", f.Library, f.Echo, len(f.Token), len(f.Nonce), len(f.Rest))
	}
	got, err := f.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, got, data)
}

func TestGoldenRequests(t *testing.T) {
	f := RequestFormat{Version: V74}
	t.Run("SQLBatch", func(t *testing.T) {
		m := dumpMessage(t, "ms-tds-4.6-sql-batch-client-request", PacketSQLBatch)
		b, err := ParseSQLBatch(m.Data, f)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != "\nselect 'foo' as 'bar'\n        " || b.Headers.Descriptor != 1<<56 || !b.Headers.HasTransaction {
			t.Errorf("text %q, headers %+v", b.String(), b.Headers)
		}
		got, err := b.Append(nil, f)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, got, m.Data)
	})
	t.Run("RPC", func(t *testing.T) {
		m := dumpMessage(t, "ms-tds-4.8-rpc-client-request", PacketRPC)
		r, err := ParseRPC(m.Data, f)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Calls) != 1 || r.Calls[0].Name != "foo3" || len(r.Calls[0].Params) != 1 {
			t.Fatalf("calls %+v", r.Calls)
		}
		if p := r.Calls[0].Params[0]; p.Status != ParamDefault || p.Type.ID != TypeIntN || p.Type.Size != 2 || p.Value != nil {
			t.Errorf("parameter %+v", p)
		}
		got, err := r.Append(nil, f)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, got, m.Data)
	})
	t.Run("TVP", func(t *testing.T) {
		m := dumpMessage(t, "ms-tds-4.14-tvp-insert-statement", PacketRPC)
		r, err := ParseRPC(m.Data, f)
		if err != nil {
			t.Fatal(err)
		}
		p := r.Calls[0].Params[0]
		if p.TVP == nil || p.TVP.Schema != "dbo" || p.TVP.Name != "tvptype" || len(p.TVP.Columns) != 1 {
			t.Fatalf("parameter %+v", p)
		}
		s := p.TVP.Scan()
		if !s.Next() || !bytes.Equal(s.Values[0], []byte{2}) || s.Next() || s.Err() != nil {
			t.Errorf("row %v, error %v", s.Values, s.Err())
		}
		got, err := r.Append(nil, f)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, got, m.Data)
	})
	t.Run("TransMgr", func(t *testing.T) {
		m := dumpMessage(t, "ms-tds-4.13-transaction-manager-request", PacketTransMgr)
		// The document prints request type 0x0016 and calls it TM_PROMOTE_XACT, which
		// is 6 in its own table. As printed it is unknown.
		if _, err := ParseTransMgr(m.Data, f); !errors.Is(err, ErrMalformed) {
			t.Fatalf("as printed: error %v", err)
		}
		m.Data[len(m.Data)-2] = byte(TMPromoteXact)
		r, err := ParseTransMgr(m.Data, f)
		if err != nil || r.Type != TMPromoteXact {
			t.Fatalf("%+v, %v", r, err)
		}
		got, err := r.Append(nil, f)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, got, m.Data)
	})
	t.Run("SSPI", func(t *testing.T) {
		m := dumpMessage(t, "ms-tds-4.11-sspi-message", PacketSSPI)
		s, err := ParseSSPIMessage(m.Data)
		if err != nil || !bytes.HasPrefix(s.Data, []byte("NTLMSSP\x00")) {
			t.Fatalf("%q, %v", s.Data, err)
		}
		wantBytes(t, s.AppendMessage(nil), m.Data)
	})
	t.Run("attention", func(t *testing.T) {
		want := dump(t, "ms-tds-4.10-attention-request")
		wantBytes(t, AppendAttention(nil), want)
	})
}

// appendToken appends a token as a server would; ok is false for those that are
// tested elsewhere.
func appendToken(t testing.TB, dst []byte, token Token, v Version) (out []byte, ok bool) {
	t.Helper()
	var err error
	switch token := token.(type) {
	case *Done:
		return token.Append(dst, v), true
	case *ServerMessage:
		return token.Append(dst, v), true
	case *LoginAck:
		return token.Append(dst), true
	case *FeatureExtAck:
		return token.Append(dst), true
	case *FedAuthInfo:
		return token.Append(dst), true
	case *SessionState:
		return token.Append(dst), true
	case *ReturnStatus:
		return token.Append(dst), true
	case *Offset:
		return token.Append(dst), true
	case *EnvChange:
		out, err = token.Append(dst)
	case *SSPI:
		out, err = token.Append(dst)
	default:
		return dst, false
	}
	if err != nil {
		t.Fatalf("append %T %+v: %v", token, token, err)
	}
	return out, true
}

// tokens reads all tokens of a payload and checks that each of ours is appended as
// it came.
func tokens(t *testing.T, data []byte) []Token {
	t.Helper()
	tr := NewTokenReader(bytes.NewReader(data), TokenReaderOptions{})
	var all []Token
	for {
		token, err := tr.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if again, ok := appendToken(t, nil, token, V74); ok && !bytes.Equal(again, tr.Raw()) {
			t.Errorf("%T appended again:\n%s\nwant:\n%s", token, hex.Dump(again), hex.Dump(tr.Raw()))
		}
		all = append(all, token)
	}
}

func TestGoldenLoginResponse(t *testing.T) {
	collation := []byte{0x09, 0x04, 0xD0, 0x00, 0x34}
	env := func(typ EnvType, new, old string) *EnvChange { return &EnvChange{Type: typ, New: new, Old: old} }
	info := func(n int32, state uint8, server string, line int32, text string) *ServerMessage {
		return &ServerMessage{Number: n, State: state, Server: server, Line: line, Text: text}
	}
	const toMaster = "Changed database context to 'master'."
	const toEnglish = "Changed language setting to us_english."
	const program = "Microsoft SQL Server\x00\x00"
	want := map[string][]Token{
		"ms-tds-4.4-login-response": {
			env(EnvDatabase, "master", "master"),
			info(5701, 2, "", 0, toMaster),
			&EnvChange{Type: EnvCollation, NewData: collation},
			env(EnvLanguage, "us_english", ""),
			env(EnvPacketSize, "4096", "4096"),
			info(5703, 1, "", 0, toEnglish),
			&LoginAck{Interface: InterfaceTSQL, TDSVersion: V72, ProgName: program},
			&Done{Token: TokenDone},
		},
		"ms-tds-4.5-login-response-federated-auth": {
			env(EnvDatabase, "master", "master"),
			info(5701, 2, "cloud", 1, toMaster),
			&EnvChange{Type: EnvCollation, NewData: collation},
			env(EnvLanguage, "us_english", ""),
			info(5703, 1, "cloud", 1, toEnglish),
			&LoginAck{Interface: InterfaceTSQL, TDSVersion: V74, ProgName: program,
				Version: ProductVersion{Major: 11, Build: 2251}},
			env(EnvPacketSize, "4096", "4096"),
			nil, // FEATUREEXTACK with 64 bytes for FEDAUTH
			&Done{Token: TokenDone},
		},
	}
	for name, want := range want {
		t.Run(name, func(t *testing.T) {
			m := dumpMessage(t, name, PacketReply)
			got := tokens(t, m.Data)
			if len(got) != len(want) {
				t.Fatalf("%d tokens, want %d", len(got), len(want))
			}
			for i := range want {
				if want[i] == nil {
					ack, ok := got[i].(*FeatureExtAck)
					if data, _ := ack.Feature(FeatureFedAuth); !ok || len(data) != 64 {
						t.Errorf("token %d: %+v", i, got[i])
					}
					continue
				}
				if diff := cmp.Diff(want[i], got[i], cmp.AllowUnexported(EnvChange{})); diff != "" {
					t.Errorf("token %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

func TestGoldenFeatureExtAck(t *testing.T) {
	ack := func(t *testing.T, all []Token) *FeatureExtAck {
		t.Helper()
		for _, token := range all {
			if a, ok := token.(*FeatureExtAck); ok {
				return a
			}
		}
		t.Fatal("no FEATUREEXTACK")
		return nil
	}
	t.Run("ms-tds-4.17-featureextack-sessionrecovery", func(t *testing.T) {
		// The document prints one byte too many for the packet's Length: a zero behind
		// the ENVCHANGE of the collation, at offset 0x8C.
		b := dump(t, "ms-tds-4.17-featureextack-sessionrecovery")
		at := bytes.Index(b, []byte{0xD0, 0x00, 0x34, 0x00, 0x00, 0xE3}) + 4
		b = append(b[:at:at], b[at+1:]...)
		if int(binary.BigEndian.Uint16(b[2:])) != len(b) {
			t.Fatalf("the correction does not give the Length of the header")
		}
		a := ack(t, tokens(t, b[HeaderSize:]))
		data, _ := a.Feature(FeatureSessionRecovery)
		c := newCursor("states", data)
		if states := c.stateValues(); c.finish() != nil || len(states) != 8 {
			t.Errorf("states %+v, %v", states, c.finish())
		}
	})
	t.Run("ms-tds-4.21-featureextack-azuresqlsupport", func(t *testing.T) {
		m := dumpMessage(t, "ms-tds-4.21-featureextack-azuresqlsupport", PacketReply)
		a := ack(t, tokens(t, m.Data))
		if v, enclave := a.ColumnEncryption(); v != 1 || enclave != "" {
			t.Errorf("COLUMNENCRYPTION %d %q", v, enclave)
		}
		if !a.Flag(FeatureAzureSQLSupport) || !a.Flag(FeatureGlobalTransactions) || a.Flag(FeatureUTF8Support) {
			t.Errorf("features %+v", a.Features)
		}
		if m.SPID != 0x77 {
			t.Errorf("SPID %d", m.SPID)
		}
	})
}

func TestGoldenResponses(t *testing.T) {
	m := dumpMessage(t, "ms-tds-4.18-table-response-sessionstate", PacketReply)
	want := []Token{
		&Done{Token: TokenDone, Status: DoneMore, CurCmd: 0xBE},
		&SessionState{SeqNo: 1, Recoverable: true, States: []StateValue{{9, []byte{255, 255, 255, 255}}}},
		&Done{Token: TokenDone, CurCmd: 0xFD},
	}
	if diff := cmp.Diff(want, tokens(t, m.Data), cmp.AllowUnexported(SessionState{})); diff != "" {
		t.Errorf("session state (-want +got):\n%s", diff)
	}
	m = dumpMessage(t, "ms-tds-4.9-rpc-server-response", PacketReply)
	want = []Token{
		&Done{Token: TokenDoneInProc, Status: DoneMore | DoneCount, CurCmd: CurCmdSelect, RowCount: 1},
		&ReturnStatus{},
		&Done{Token: TokenDoneProc, CurCmd: CurCmdExecute},
	}
	if diff := cmp.Diff(want, tokens(t, m.Data)); diff != "" {
		t.Errorf("RPC response (-want +got):\n%s", diff)
	}
}

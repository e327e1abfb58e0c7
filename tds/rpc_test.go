package tds

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func sampleRPC() *RPCRequest {
	nvarchar := NVarChar(SizeMax, DefaultCollation)
	text := AppendUTF16(nil, "select @a")
	tvp := &TVP{Schema: "dbo", Name: "t", Columns: []Column{{Type: Int(4), Flags: ColumnNullable}, {Type: NVarChar(20, DefaultCollation)},
		{Type: Int(8), Flags: ColumnDefault}}, Order: []TVPOrder{{1, TVPOrderAsc | TVPUnique}}, Ordering: []uint16{2, 1, 3}}
	for _, row := range [][][]byte{{{1, 0, 0, 0}, AppendUTF16(nil, "a"), nil}, {nil, {}, nil}} {
		if err := tvp.AppendRow(row); err != nil {
			panic(err)
		}
	}
	return &RPCRequest{Headers: TransactionHeaders(0), Calls: []RPCCall{
		{ProcID: ProcExecuteSQL, Params: []RPCParam{
			{Type: nvarchar, Value: text},
			{Type: nvarchar, Value: AppendUTF16(nil, "@a int")},
			{Name: "@a", Type: Int(4), Status: ParamByRef, Value: []byte{1, 0, 0, 0}},
			{Name: "@null", Type: nvarchar},
			{Name: "@empty", Type: nvarchar, Value: []byte{}},
			{Name: "@secret", Type: VarBinary(SizeMax), Status: ParamEncrypted, Value: []byte("cipher"), Cipher: &ParamCipherInfo{
				BaseType: Int(4), Algorithm: 2, EncryptionType: 1, DatabaseID: 5, CekID: 6, CekVersion: 7, MetadataVersion: 8, NormVersion: 1}},
		}},
		{Name: "dbo.proc", Options: RPCWithRecompile, NoExec: true},
		{Name: "p", Params: []RPCParam{{Name: "@t", Type: TypeInfo{ID: TypeTVP}, TVP: tvp},
			{Name: "@n", Type: TypeInfo{ID: TypeTVP}, TVP: &TVP{Null: true}},
			{Name: "@custom", Type: VarBinary(10), Status: ParamEncrypted, Cipher: &ParamCipherInfo{BaseType: Int(4), AlgorithmName: "mine"}}}},
	}}
}

func TestRPCRoundTrip(t *testing.T) {
	for _, f := range []RequestFormat{{Version: V74}, {Version: V73A, Enclave: true}} {
		want := sampleRPC()
		if f.Enclave {
			want.Calls[0].Enclave = []byte("package")
		}
		b, err := want.Append([]byte("x"), f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseRPC(b[1:], f)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for i, p := range got.Calls[0].Params[3:5] {
			if (p.Value == nil) != (i == 0) {
				t.Errorf("%s: NULL and empty are mixed up", p.Name)
			}
		}
		again, err := got.Append(nil, f)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, again, b[1:])
		// A separator behind the last call counts for nothing.
		if got, err = ParseRPC(append(b[1:], rpcBatchFlag), f); err != nil || len(got.Calls) != 3 {
			t.Errorf("with a last separator: %v", err)
		}
	}
}

func TestRPC71(t *testing.T) {
	f := RequestFormat{Version: V71}
	want := &RPCRequest{Calls: []RPCCall{{Name: "p", Params: []RPCParam{{Name: "@a", Type: Int(4), Value: []byte{1, 2, 3, 4}}}}, {Name: "q"}}}
	b, err := want.Append(nil, f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseRPC(b, f)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	want.Calls[0].NoExec = true
	if _, err := want.Append(nil, f); !errors.Is(err, ErrEncode) {
		t.Errorf("NoExecFlag in TDS 7.1: %v", err)
	}
}

func TestTVPRows(t *testing.T) {
	b, err := sampleRPC().Append(nil, RequestFormat{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRPC(b, RequestFormat{})
	if err != nil {
		t.Fatal(err)
	}
	tvp := r.Calls[2].Params[0].TVP
	var rows [][][]byte
	s := tvp.Scan()
	for s.Next() {
		rows = append(rows, append([][]byte(nil), s.Values...))
	}
	want := [][][]byte{{{1, 0, 0, 0}, {'a', 0}, nil}, {nil, {}, nil}}
	if diff := cmp.Diff(want, rows); s.Err() != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", s.Err(), diff)
	}
	if err := tvp.AppendRow(nil); !errors.Is(err, ErrEncode) {
		t.Errorf("row without values: %v", err)
	}
	before := len(tvp.Rows)
	if err := tvp.AppendRow([][]byte{{1}, nil, nil}); err == nil || len(tvp.Rows) != before {
		t.Errorf("row with a value of wrong length: %v, %d bytes of it stay", err, len(tvp.Rows)-before)
	}
	broken := &TVP{Columns: tvp.Columns, Rows: []byte{9}}
	if s := broken.Scan(); s.Next() || !errors.Is(s.Err(), ErrMalformed) {
		t.Errorf("broken rows: %v", s.Err())
	}
}

// The scanner tells the procedure and first parameter of a request of which only the
// beginning is there.
func TestRPCScannerOnBeginning(t *testing.T) {
	f := RequestFormat{Version: V74}
	b, err := sampleRPC().Append(nil, f)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ScanRPC(b, f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.NextCall(); err != nil {
		t.Fatal(err)
	}
	head := s.Offset()
	var p RPCParam
	if err := s.NextParam(&p); err != nil {
		t.Fatal(err)
	}
	first := s.Offset()
	for n := range b {
		s, err := ScanRPC(b[:n], f)
		if err == nil {
			var h RPCHead
			if h, err = s.NextCall(); err == nil {
				if n < head || h.ProcID != ProcExecuteSQL || h.Name() != "" {
					t.Fatalf("%d bytes: %+v", n, h)
				}
				if err = s.NextParam(&p); err == nil {
					if n < first || DecodeUTF16(p.Value) != "select @a" {
						t.Fatalf("%d bytes: %+v", n, p)
					}
					continue
				}
				if err == io.EOF && n == head {
					continue // as if the call had no parameters
				}
			}
		}
		if n >= first || !errors.Is(err, ErrTruncated) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}

func TestRPCScannerSkips(t *testing.T) {
	f := RequestFormat{Version: V74}
	b, err := sampleRPC().Append(nil, f)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ScanRPC(b, f)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for {
		h, err := s.NextCall()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.ProcID.Name()+h.Name())
	}
	if diff := cmp.Diff([]string{"sp_executesql", "dbo.proc", "p"}, names); diff != "" {
		t.Error(diff)
	}
	var p RPCParam
	if err := s.NextParam(&p); err != io.EOF {
		t.Errorf("parameter behind the last call: %v", err)
	}
	// Deciding about an sp_executesql allocates nothing.
	if n := testing.AllocsPerRun(50, func() {
		s, _ := ScanRPC(b, f)
		s.NextCall()
		if err := s.NextParam(&p); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestRPCErrors(t *testing.T) {
	f := RequestFormat{Version: V71} // without headers
	param := []byte{0, 0, byte(TypeIntN), 4, 0}
	call := []byte{1, 0, 'p', 0, 0, 0}
	tvp := func(b ...byte) []byte { return join(call, []byte{0, 0, byte(TypeTVP), 0, 0, 0}, b) }
	for _, test := range []struct {
		name string
		in   []byte
		want error
	}{
		{"empty", nil, ErrTruncated},
		{"ProcID 0", []byte{0xFF, 0xFF, 0, 0, 0, 0}, ErrMalformed},
		{"name cut", []byte{9, 0, 'p', 0}, ErrTruncated},
		{"unknown type", join(call, []byte{0, 0, 0xFC}), ErrMalformed},
		{"value cut", join(call, []byte{0, 0, byte(TypeIntN), 4, 4, 1}), ErrTruncated},
		{"separator, then a broken call", join(call, []byte{0x80, 0xFF}), ErrTruncated},
		{"too many parameters", join(call, bytes.Repeat(param, MaxRPCParams+1)), ErrLimit},
		{"too many calls", bytes.Repeat(join(call, []byte{0x80}), MaxRPCCalls+1), ErrLimit},
		{"TVP without columns", tvp(0, 0, 0, 0), ErrMalformed},
		{"TVP with 1,025 columns", tvp(1, 4, 0, 0), ErrMalformed},
		{"TVP in a TVP", tvp(1, 0, 0, 0, 0, 0, 0, 0, byte(TypeTVP)), ErrMalformed},
		{"TVP unknown metadata", tvp(0xFF, 0xFF, 0x55), ErrMalformed},
		{"TVP order twice", tvp(0xFF, 0xFF, tvpOrderUnique, 0, 0, tvpOrderUnique, 0, 0), ErrMalformed},
		{"TVP order cut", tvp(0xFF, 0xFF, tvpOrderUnique, 0xFF, 0xFF), ErrTruncated},
		{"TVP ordering cut", tvp(0xFF, 0xFF, tvpColumnOrdering, 0xFF, 0xFF), ErrTruncated},
		{"TVP rows of NULL", tvp(0xFF, 0xFF, 0, 1), ErrMalformed},
		{"TVP without end", tvp(0xFF, 0xFF, 0), ErrTruncated},
		{"TVP row cut", tvp(1, 0, 0, 0, 0, 0, 0, 0, byte(TypeIntN), 4, 0, 0, 1, 4, 1), ErrTruncated},
	} {
		if _, err := ParseRPC(test.in, f); !errors.Is(err, test.want) || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func TestRPCEncodeErrors(t *testing.T) {
	one := func(p RPCParam) *RPCRequest { return &RPCRequest{Calls: []RPCCall{{Name: "p", Params: []RPCParam{p}}}} }
	for name, r := range map[string]*RPCRequest{
		"no call":         {},
		"long name":       {Calls: []RPCCall{{Name: strings.Repeat("x", 65535)}}},
		"parameter name":  one(RPCParam{Name: strings.Repeat("x", 254), Type: Int(4)}),
		"wrong value":     one(RPCParam{Type: Int(4), Value: []byte{1}}),
		"no cipher":       one(RPCParam{Type: Int(4), Status: ParamEncrypted}),
		"TVP no columns":  one(RPCParam{TVP: &TVP{}}),
		"TVP NULL rows":   one(RPCParam{TVP: &TVP{Null: true, Rows: []byte{1}}}),
		"TVP long name":   one(RPCParam{TVP: &TVP{Null: true, Name: strings.Repeat("x", 256)}}),
		"TVP column name": one(RPCParam{TVP: &TVP{Columns: []Column{{Type: Int(4), Name: strings.Repeat("x", 256)}}}}),
	} {
		if b, err := r.Append([]byte("x"), RequestFormat{}); !errors.Is(err, ErrEncode) || string(b) != "x" {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

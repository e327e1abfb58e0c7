package tds

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTransMgr(t *testing.T) {
	for _, r := range []TransMgr{
		{Type: TMGetDTCAddress}, {Type: TMPropagateXact, Payload: []byte("cookie")},
		{Type: TMBeginXact, Isolation: IsolationSnapshot, BeginName: "t\u00e4"}, {Type: TMPromoteXact},
		{Type: TMCommitXact, Name: "t1"}, {Type: TMCommitXact, Begin: true, Isolation: IsolationReadCommitted, BeginName: "t2"},
		{Type: TMRollbackXact, Name: "s", flags: 0x80}, {Type: TMSaveXact, Name: strings.Repeat("x", 127)},
	} {
		for _, v := range []Version{V71, V74} {
			f := RequestFormat{Version: v}
			if f.streamHeaders() {
				r.Headers = TransactionHeaders(7)
			}
			b, err := r.Append([]byte("x"), f)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseTransMgr(b[1:], f)
			if diff := cmp.Diff(r, got, requestOptions); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		}
	}
	f := RequestFormat{Version: V71}
	for name, in := range map[string][]byte{
		"unknown": {99, 0}, "cut": {5, 0, 1, 4, 'a'}, "trailing": {6, 0, 0}, "odd name": {9, 0, 1, 'a'}, "empty": nil,
	} {
		if _, err := ParseTransMgr(in, f); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, r := range map[string]TransMgr{
		"unknown": {Type: 99}, "long name": {Type: TMSaveXact, Name: strings.Repeat("x", 128)},
		"long payload": {Type: TMPropagateXact, Payload: make([]byte, 65536)},
	} {
		if b, err := r.Append([]byte("x"), f); !errors.Is(err, ErrEncode) || string(b) != "x" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBulkText(t *testing.T) {
	want := BulkText{Data: []byte("text")}
	b, err := want.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseBulkText(b); err != nil || string(got.Data) != "text" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, in := range [][]byte{nil, {5, 0, 0, 0, 1}, {0, 0, 0, 0, 1}, {0xFF, 0xFF, 0xFF, 0xFF}} {
		if _, err := ParseBulkText(in); !errors.Is(err, ErrMalformed) {
			t.Errorf("% x: %v", in, err)
		}
	}
}

func TestFedAuthToken(t *testing.T) {
	for _, want := range []FedAuthToken{{Token: []byte("jwt")}, {Token: []byte("jwt"), Nonce: make([]byte, 32)}} {
		b, err := want.Append([]byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		if int(binary.LittleEndian.Uint32(b[1:])) != len(b)-5 {
			t.Errorf("DataLen %d of %d bytes", binary.LittleEndian.Uint32(b[1:]), len(b)-5)
		}
		got, err := ParseFedAuthToken(b[1:])
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		for n := range b[1:] {
			if _, err := ParseFedAuthToken(b[1 : 1+n]); !errors.Is(err, ErrMalformed) {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
	}
	f := FedAuthToken{Nonce: []byte("short")}
	if _, err := f.Append(nil); !errors.Is(err, ErrEncode) {
		t.Errorf("short nonce: %v", err)
	}
	if _, err := ParseSSPIMessage(make([]byte, MaxLogin7Size+1)); !errors.Is(err, ErrLimit) {
		t.Errorf("long SSPI message: %v", err)
	}
}

func TestFedAuthHidesSecrets(t *testing.T) {
	for _, v := range []any{FedAuthToken{Token: []byte("hunter2")}, &FedAuthToken{Token: []byte("hunter2")},
		FedAuthFeature{Token: []byte("hunter2")}, &FedAuthFeature{Token: []byte("hunter2")}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			s := fmt.Sprintf(verb, v)
			if strings.Contains(s, "hunter") || strings.Contains(s, "68756e") || strings.Contains(s, "104 117") || !strings.Contains(s, "7 bytes") {
				t.Errorf("%s of %T: %s", verb, v, s)
			}
		}
	}
}

func TestFedAuthFeature(t *testing.T) {
	for _, want := range []FedAuthFeature{
		{Library: FedAuthLiveID, Echo: true, Token: []byte("t"), Nonce: make([]byte, 32), Rest: make([]byte, 50)},
		{Library: FedAuthSecurityToken, Token: []byte("t")},
		{Library: FedAuthSecurityToken, Token: []byte("t"), Nonce: make([]byte, 32)},
		{Library: FedAuthADAL, Echo: true, Workflow: 2},
	} {
		b, err := want.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseFedAuthFeature(b)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	}
	for _, in := range [][]byte{nil, {2}, {2, 5, 0, 0, 0}, {4}, {4, 1, 1}, {0x7F << 1}, {2, 0, 0, 0, 0, 1}} {
		if _, err := ParseFedAuthFeature(in); !errors.Is(err, ErrMalformed) {
			t.Errorf("% x: %v", in, err)
		}
	}
	for _, f := range []FedAuthFeature{{Library: 9}, {Nonce: []byte{1}}} {
		if _, err := f.Append(nil); !errors.Is(err, ErrEncode) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestSessionRecoveryErrors(t *testing.T) {
	for _, in := range [][]byte{nil, {3, 0, 0, 0, 0, 0, 0}, {2, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {3, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0}} {
		if _, err := ParseSessionRecovery(in); !errors.Is(err, ErrMalformed) {
			t.Errorf("% x: %v", in, err)
		}
	}
	s := SessionRecovery{Initial: SessionRecoveryData{Database: strings.Repeat("x", 256)}}
	if _, err := s.Append(nil); !errors.Is(err, ErrEncode) {
		t.Error(err)
	}
}

func TestSMPHeader(t *testing.T) {
	for _, h := range []SMPHeader{
		{Flags: SMPSyn, Length: 16, Window: 4}, {Flags: SMPAck, SID: 1, Length: 16, SeqNum: 2, Window: 6},
		{Flags: SMPFin, SID: 1, Length: 16}, {Flags: SMPData, SID: 0xFFFF, Length: MaxSMPSize, SeqNum: 1 << 31, Window: 1<<32 - 1},
	} {
		b := h.Append(nil)
		if len(b) != SMPHeaderSize || b[0] != 0x53 {
			t.Errorf("% x", b)
		}
		if got, err := ParseSMPHeader(b); err != nil || got != h {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := ParseSMPHeader(b[:15]); !errors.Is(err, ErrTruncated) {
			t.Errorf("15 bytes: %v", err)
		}
	}
	for name, h := range map[string]SMPHeader{
		"no flag": {Length: 16}, "two flags": {Flags: SMPSyn | SMPData, Length: 16}, "SYN with data": {Flags: SMPSyn, Length: 17},
		"short": {Flags: SMPData, Length: 15}, "long": {Flags: SMPData, Length: MaxSMPSize + 1},
	} {
		if _, err := ParseSMPHeader(h.Append(nil)); !errors.Is(err, ErrMalformed) || errors.Is(err, ErrLimit) != (name == "long") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseSMPHeader(make([]byte, 16)); !errors.Is(err, ErrMalformed) {
		t.Errorf("SMID 0: %v", err)
	}
}

package tds

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestHeader(t *testing.T) {
	h := Header{Type: PacketReply, Status: StatusEOM, Length: 0x1234, SPID: 0x5678, PacketID: 9, Window: 10}
	b := h.Append(nil)
	if want := []byte{4, 1, 0x12, 0x34, 0x56, 0x78, 9, 10}; !bytes.Equal(b, want) {
		t.Errorf("appended % x, want % x", b, want)
	}
	if got, err := ParseHeader(b); err != nil || got != h {
		t.Errorf("parsed %+v, %v", got, err)
	}
	if _, err := ParseHeader(b[:7]); !errors.Is(err, ErrTruncated) || !errors.Is(err, ErrMalformed) {
		t.Errorf("7 bytes: %v", err)
	}
	if _, err := ParseHeader([]byte{1, 1, 0, 7, 0, 0, 0, 0}); !errors.Is(err, ErrMalformed) || errors.Is(err, ErrTruncated) {
		t.Errorf("Length 7: %v", err)
	}
}

func TestNames(t *testing.T) {
	for typ := range 256 {
		p := PacketType(typ)
		if named := !strings.Contains(p.String(), "0x"); named != p.Known() {
			t.Errorf("packet type %d: %q, known %v", typ, p, p.Known())
		}
	}
	for want, got := range map[string]string{
		"DONEINPROC":                     TokenDoneInProc.String(),
		"token 0x00":                     TokenType(0).String(),
		"SESSIONRECOVERY":                FeatureSessionRecovery.String(),
		"feature 0x77":                   FeatureID(0x77).String(),
		"ENCRYPT_ON|ENCRYPT_CLIENT_CERT": (EncryptOn | EncryptClientCert).String(),
		"ENCRYPTION 0x04":                Encryption(4).String(),
		"sp_executesql":                  ProcExecuteSQL.Name(),
		"16.0.4175.1":                    ProductVersion{16, 0, 4175, 1}.String(),
		"packet type 0x05":               PacketType(5).String(),
		"tds: LOGIN7: offset 4: ends":    (&DecodeError{Name: "LOGIN7", Offset: 4, Problem: "ends"}).Error(),
		"tds: X: no":                     (&EncodeError{Name: "X", Problem: "no"}).Error(),
		"tds: a: offset 1: b: tds: c: offset 0: d": (&DecodeError{Name: "a", Offset: 1, Problem: "b", Err: &DecodeError{Name: "c", Problem: "d"}}).Error(),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if ProcID(99).Name() != "" || !FeatureJSONSupport.Documented() || FeatureUserAgent.Documented() {
		t.Error("unknown numbers have names")
	}
}

func TestVersions(t *testing.T) {
	order := []Version{V70, V71, V71R, V72, V73A, V73B, V74, V80}
	for i, v := range order {
		for j, w := range order {
			if v.AtLeast(w) != (i >= j) {
				t.Errorf("%v.AtLeast(%v) = %v", v, w, v.AtLeast(w))
			}
		}
		if got := versionFromAck(v.ackValue()); got != v {
			t.Errorf("%v through LOGINACK becomes %v", v, got)
		}
		if v.Known() != (v != V70) {
			t.Errorf("%v.Known() = %v", v, v.Known())
		}
	}
	// The numbers of MS-TDS product notes 17 and 69.
	for v, want := range map[Version]uint32{V70: 0x07000000, V71: 0x07010000, V71R: 0x71000001, V72: 0x72090002,
		V73A: 0x730A0003, V73B: 0x730B0003, V74: 0x74000004, V80: 0x08000000} {
		if v.ackValue() != want {
			t.Errorf("%v in LOGINACK: %#x, want %#x", v, v.ackValue(), want)
		}
	}
	for _, test := range []struct{ v, strict, classic Version }{
		{V74, V80, V74}, {V80, V80, V74}, {V72, V72, V72},
	} {
		if test.v.Strict() != test.strict || test.v.Classic() != test.classic {
			t.Errorf("%v: strict %v, classic %v", test.v, test.v.Strict(), test.v.Classic())
		}
	}
	if got := Version(0x12345678).String(); got != "0x12345678" {
		t.Errorf("unknown version is %q", got)
	}
}

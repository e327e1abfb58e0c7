package tds

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sampleLogin is a login with everything in it.
func sampleLogin() *Login7 {
	return &Login7{
		TDSVersion: V74, PacketSize: 8000, ClientProgVer: 7, ClientPID: 42, ConnectionID: 3,
		OptionFlags1: FlagUseDB | FlagDatabaseFatal | FlagSetLang, OptionFlags2: FlagLanguageFatal | FlagODBC,
		TypeFlags: FlagReadOnlyIntent, OptionFlags3: FlagExtension | FlagUnknownCollationHandling | 0xE0,
		ClientTimeZone: -60, ClientLCID: 0x409,
		HostName: "client-1", UserName: "anna", Password: "p\u00e4ss \U0001F511", AppName: "app", ServerName: "proxy",
		CltIntName: "go", Language: "us_english", Database: "db", AtchDBFile: "c:\\x.mdf", ChangePassword: "new",
		ClientID: [6]byte{1, 2, 3, 4, 5, 6}, SSPI: []byte("NTLMSSP"),
		Features: []Feature{{FeatureSessionRecovery, nil}, {0x7E, []byte("unknown to us")}, {FeatureUTF8Support, []byte{1}}},
	}
}

func mustAppendLogin(t testing.TB, l *Login7) []byte {
	t.Helper()
	b, err := l.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLogin7RoundTrip(t *testing.T) {
	l := sampleLogin()
	b := mustAppendLogin(t, l)
	got, err := ParseLogin7(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := diffLogin7(l, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantBytes(t, mustAppendLogin(t, got), b)
	if data, ok := got.Feature(0x7E); !ok || string(data) != "unknown to us" {
		t.Errorf("unknown feature %q, %v", data, ok)
	}
	// With something before it in the buffer the offsets stay those of the message.
	behind, err := l.Append([]byte("something before"))
	if err != nil || !bytes.Equal(behind[len("something before"):], b) {
		t.Errorf("appended behind something: %v", err)
	}
}

// Rewriting changes what was changed and nothing else.
func TestLogin7Rewriting(t *testing.T) {
	l, err := ParseLogin7(mustAppendLogin(t, sampleLogin()))
	if err != nil {
		t.Fatal(err)
	}
	l.ServerName = "engine.example.com"
	l.TDSVersion = l.TDSVersion.Strict()
	l.RemoveFeature(FeatureSessionRecovery)
	l.SetFeature(FeatureUTF8Support, []byte{0})
	l.SetFeature(FeatureFedAuth, []byte{5, 1})
	want := sampleLogin()
	want.ServerName = "engine.example.com"
	want.TDSVersion = V80
	want.Features = []Feature{{0x7E, []byte("unknown to us")}, {FeatureUTF8Support, []byte{0}}, {FeatureFedAuth, []byte{5, 1}}}
	got, err := ParseLogin7(mustAppendLogin(t, l))
	if err != nil {
		t.Fatal(err)
	}
	if diff := diffLogin7(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Passwords that are no valid UTF-16 reach the engine as they came.
func TestLogin7KeepsUnpairedSurrogates(t *testing.T) {
	l := sampleLogin()
	l.Password = DecodeUTF16Exact(units('a', 0xD800, 'b', 0xDC00))
	b := mustAppendLogin(t, l)
	got, err := ParseLogin7(b)
	if err != nil || got.Password != l.Password {
		t.Fatalf("password %q, %v", got.Password, err)
	}
	wantBytes(t, mustAppendLogin(t, got), b)
}

func TestLogin7Versions(t *testing.T) {
	l := &Login7{TDSVersion: V71, UserName: "sa", Password: "secret"}
	b := mustAppendLogin(t, l)
	if at := binary.LittleEndian.Uint16(b[36:]); at != login7Fixed71 {
		t.Errorf("TDS 7.1: the variable part begins at %d", at)
	}
	got, err := ParseLogin7(b)
	if err != nil || got.UserName != "sa" || got.Password != "secret" {
		t.Errorf("%v, %v", got, err)
	}
	l.ChangePassword = "new"
	if _, err := l.Append(nil); !errors.Is(err, ErrEncode) {
		t.Errorf("ChangePassword in TDS 7.1: %v", err)
	}
	l.ChangePassword, l.SSPI = "", make([]byte, 0xFFFF)
	if _, err := l.Append(nil); !errors.Is(err, ErrEncode) {
		t.Errorf("long SSPI in TDS 7.1: %v", err)
	}
	l.TDSVersion, l.SSPI = V72, nil
	if at := binary.LittleEndian.Uint16(mustAppendLogin(t, l)[36:]); at != login7Fixed72 {
		t.Errorf("TDS 7.2: the variable part begins at %d", at)
	}
}

func TestLogin7LongSSPI(t *testing.T) {
	for _, size := range []int{1, 0x7FFE, 0x7FFF, 0xFFFE, 0xFFFF, 0x10000, 100_000} {
		l := sampleLogin()
		l.SSPI = bytes.Repeat([]byte{0x5A}, size)
		got, err := ParseLogin7(mustAppendLogin(t, l))
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if !bytes.Equal(l.SSPI, got.SSPI) {
			t.Errorf("%d bytes: SSPI data were changed", size)
		}
		l.SSPI, got.SSPI = nil, nil
		if diff := diffLogin7(l, got); diff != "" {
			t.Errorf("%d bytes (-want +got):\n%s", size, diff)
		}
	}
}

// cbSSPI 0xFFFF with cbSSPILong 0 means 65,535 bytes.
func TestLogin7SSPIWithoutLongLength(t *testing.T) {
	l := sampleLogin()
	l.SSPI = bytes.Repeat([]byte{0x5A}, 0xFFFF)
	b := mustAppendLogin(t, l)
	binary.LittleEndian.PutUint32(b[90:], 0)
	if got, err := ParseLogin7(b); err != nil || len(got.SSPI) != 0xFFFF {
		t.Errorf("%v, %v", got, err)
	}
}

func TestLogin7AppendErrors(t *testing.T) {
	for name, change := range map[string]func(*Login7){
		"name":          func(l *Login7) { l.AppName = strings.Repeat("x", 0x10000) },
		"offsets":       func(l *Login7) { l.AppName = strings.Repeat("x", 0x7FFF) },
		"whole message": func(l *Login7) { l.SetFeature(0x70, make([]byte, MaxLogin7Size)) },
	} {
		l := sampleLogin()
		change(l)
		if b, err := l.Append([]byte("x")); !errors.Is(err, ErrEncode) || string(b) != "x" {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

// A login above one packet is split at the default size and joined again.
func TestLogin7AboveOnePacket(t *testing.T) {
	l := sampleLogin()
	l.SetFeature(FeatureFedAuth, bytes.Repeat([]byte("token"), 2000))
	var out bytes.Buffer
	pw := NewPacketWriter(&out, DefaultPacketSize)
	if err := pw.WriteMessage(PacketLogin7, 0, mustAppendLogin(t, l)); err != nil {
		t.Fatal(err)
	}
	if headers, _ := packets(t, out.Bytes()); len(headers) != 3 {
		t.Errorf("%d packets", len(headers))
	}
	m, err := NewPacketReader(&out, 0).ReadMessage(MaxLogin7Size, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseLogin7(m.Data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := diffLogin7(l, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseLogin7Errors(t *testing.T) {
	put16 := func(at int, v uint16) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint16(b[at:], v); return b }
	}
	put32 := func(at int, v uint32) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint32(b[at:], v); return b }
	}
	extensionAt := func(b []byte) int { return int(binary.LittleEndian.Uint16(b[56:])) }
	featuresAt := func(b []byte) int { return int(binary.LittleEndian.Uint32(b[extensionAt(b):])) }
	tests := []struct {
		name   string
		change func([]byte) []byte
		want   error
	}{
		{"empty", func([]byte) []byte { return nil }, ErrTruncated},
		{"only a Length", func(b []byte) []byte { return b[:4] }, ErrMalformed},
		{"cut in the fixed part", func(b []byte) []byte { return b[:60] }, ErrMalformed},
		{"cut in the names", func(b []byte) []byte { return b[:120] }, ErrMalformed},
		{"Length above the message", put32(0, 1<<31), ErrMalformed},
		{"Length below the fixed part", put32(0, 85), ErrMalformed},
		{"Length cuts the names", put32(0, 100), ErrTruncated},
		{"longer than the protocol allows", func(b []byte) []byte { return append(b, make([]byte, MaxLogin7Size)...) }, ErrLimit},
		{"ibHostName 0", put16(36, 0), ErrMalformed},
		{"ibHostName in the fixed part", put16(36, 85), ErrMalformed},
		{"ibHostName beyond the end", put16(36, 0xFFFF), ErrMalformed},
		{"cchHostName beyond the end", put16(38, 0xFFFF), ErrTruncated},
		{"ibUserName in the fixed part", put16(40, 36), ErrMalformed},
		{"ibUserName beyond the end", put16(40, 0xFFF0), ErrTruncated},
		{"password over user name", func(b []byte) []byte { copy(b[44:46], b[40:42]); return b }, ErrMalformed},
		{"database over itself and language", func(b []byte) []byte { copy(b[68:70], b[64:66]); return b }, ErrMalformed},
		{"cbSSPI beyond the end", put16(80, 0xFFFE), ErrTruncated},
		{"cbSSPILong huge", func(b []byte) []byte { put16(80, 0xFFFF)(b); return put32(90, 0xFFFFFFFF)(b) }, ErrMalformed},
		{"cbSSPILong beyond the end", func(b []byte) []byte { put16(80, 0xFFFF)(b); return put32(90, 100000)(b) }, ErrTruncated},
		{"extension of 3 bytes", put16(58, 3), ErrMalformed},
		{"ibFeatureExtLong in the fixed part", func(b []byte) []byte { return put32(extensionAt(b), 10)(b) }, ErrMalformed},
		{"ibFeatureExtLong beyond the end", func(b []byte) []byte { return put32(extensionAt(b), 1<<20)(b) }, ErrMalformed},
		{"FeatureExt over the names", func(b []byte) []byte { return put32(extensionAt(b), uint32(extensionAt(b))-2)(b) }, ErrMalformed},
		{"FeatureDataLen beyond the end", func(b []byte) []byte { return put32(featuresAt(b)+1, 0xFFFFFFFF)(b) }, ErrTruncated},
		{"FeatureExt without terminator", func(b []byte) []byte {
			b = b[:len(b)-1]
			return put32(0, uint32(len(b)))(b)
		}, ErrTruncated},
		{"feature twice", func(b []byte) []byte {
			b[featuresAt(b)] = 0x7E
			return b
		}, ErrMalformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseLogin7(test.change(mustAppendLogin(t, sampleLogin())))
			var decode *DecodeError
			if !errors.Is(err, test.want) || !errors.As(err, &decode) || !strings.HasPrefix(decode.Name, "LOGIN7") {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

// What stands behind Length is not part of the message.
func TestParseLogin7IgnoresTrailingBytes(t *testing.T) {
	if _, err := ParseLogin7(append(mustAppendLogin(t, sampleLogin()), 0, 0, 0)); err != nil {
		t.Error(err)
	}
}

// Without FlagExtension the extension block is an unused field of unknown content.
func TestLogin7UnusedBlock(t *testing.T) {
	l := &Login7{TDSVersion: V72, UserName: "sa", unused: []byte{1, 2, 3}}
	got, err := ParseLogin7(mustAppendLogin(t, l))
	if err != nil || !bytes.Equal(got.unused, []byte{1, 2, 3}) || got.Features != nil {
		t.Fatalf("%+v, %v", got.unused, err)
	}
	got.SetFeature(FeatureUTF8Support, []byte{1})
	got, err = ParseLogin7(mustAppendLogin(t, got))
	if err != nil || len(got.Features) != 1 || got.OptionFlags3&FlagExtension == 0 {
		t.Errorf("%+v, %v", got.Features, err)
	}
}

func TestLogin7HidesSecrets(t *testing.T) {
	l := sampleLogin()
	l.Password, l.ChangePassword = "hunter2", "hunter3"
	l.SSPI = []byte("hunter4")
	l.SetFeature(FeatureFedAuth, []byte("hunter5"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{l, *l} {
			if s := fmt.Sprintf(verb, v); strings.Contains(s, "hunter") || !strings.Contains(s, "anna") {
				t.Errorf("%s of %T: %s", verb, v, s)
			}
		}
	}
}

func TestPasswordObfuscation(t *testing.T) {
	// 'a' in UTF-16LE: 0x61 0x00 -> nibbles swapped, XOR 0xA5.
	b := []byte{0x61, 0x00}
	obfuscatePassword(b)
	if !bytes.Equal(b, []byte{0xB3, 0xA5}) || !bytes.Equal(revealPassword(b), []byte{0x61, 0x00}) {
		t.Errorf("% x", b)
	}
}

func TestLogin7Property(t *testing.T) {
	name := rapid.StringN(0, 128, -1)
	rapid.Check(t, func(t *rapid.T) {
		l := &Login7{
			TDSVersion:   rapid.SampledFrom([]Version{V71, V71R, V72, V73A, V73B, V74, V80}).Draw(t, "version"),
			PacketSize:   rapid.Uint32().Draw(t, "packet size"),
			OptionFlags1: OptionFlags1(rapid.Byte().Draw(t, "flags1")),
			OptionFlags2: OptionFlags2(rapid.Byte().Draw(t, "flags2")),
			TypeFlags:    TypeFlags(rapid.Byte().Draw(t, "type flags")),
			OptionFlags3: OptionFlags3(rapid.Byte().Draw(t, "flags3")),
			HostName:     name.Draw(t, "host"), UserName: name.Draw(t, "user"), Password: name.Draw(t, "password"),
			AppName: name.Draw(t, "app"), ServerName: name.Draw(t, "server"), CltIntName: name.Draw(t, "interface"),
			Language: name.Draw(t, "language"), Database: name.Draw(t, "database"), AtchDBFile: name.Draw(t, "file"),
			SSPI: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "sspi"),
		}
		if l.TDSVersion.AtLeast(V72) {
			l.ChangePassword = name.Draw(t, "new password")
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "features") {
			l.OptionFlags3 |= FlagExtension
			l.SetFeature(FeatureID(i*40), rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, "data"))
		}
		b, err := l.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseLogin7(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := diffLogin7(l, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if again, err := got.Append(nil); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("appended again: %v", err)
		}
	})
}

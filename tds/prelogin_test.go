package tds

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestPreloginRewriting(t *testing.T) {
	var p Prelogin
	p.SetVersion(ProductVersion{17, 1, 0x1234, 0x5678})
	p.SetEncryption(EncryptOff | EncryptClientCert)
	p.Set(PreloginInstOpt, []byte("MSSQLServer\x00"))
	p.Set(PreloginThreadID, nil)
	p.Set(PreloginMARS, []byte{0})
	p.Set(PreloginTraceID, bytes.Repeat([]byte{7}, 36))
	p.Set(PreloginFedAuthRequired, []byte{1})
	p.Set(PreloginNonceOpt, bytes.Repeat([]byte{9}, 32))
	p.Set(0x33, []byte("of a later version"))
	b, err := p.Append([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	q, err := ParsePrelogin(b[len("before"):])
	if err != nil {
		t.Fatal(err)
	}
	if v := q.Version(); v != (ProductVersion{17, 1, 0x1234, 0x5678}) {
		t.Errorf("version %v", v)
	}
	if e, ok := q.Encryption(); !ok || e.Setting() != EncryptOff || !e.ClientCert() {
		t.Errorf("encryption %v", e)
	}
	if q.Instance() != "MSSQLServer" || q.MARS() {
		t.Errorf("instance %q, MARS %v", q.Instance(), q.MARS())
	}
	if b, ok := q.FedAuthRequired(); !ok || b != 1 {
		t.Errorf("FEDAUTHREQUIRED %d, %v", b, ok)
	}
	if id, ok := q.TraceID(); !ok || id.Sequence != 0x07070707 || id.Activity[15] != 7 || id.ConnID[0] != 7 {
		t.Errorf("TRACEID %+v, %v", id, ok)
	}
	// Only what is set changes, and in its place.
	q.SetEncryption(EncryptOn)
	q.Remove(PreloginThreadID)
	q.Remove(0x44) // not there
	again, err := q.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParsePrelogin(again)
	if err != nil {
		t.Fatal(err)
	}
	want := []PreloginToken{PreloginVersion, PreloginEncryption, PreloginInstOpt, PreloginMARS, PreloginTraceID,
		PreloginFedAuthRequired, PreloginNonceOpt, 0x33}
	if len(r.Options) != len(want) {
		t.Fatalf("options %+v", r.Options)
	}
	for i, o := range r.Options {
		if o.Token != want[i] {
			t.Errorf("option %d is %d, want %d", i, o.Token, want[i])
		}
	}
	if e, _ := r.Encryption(); e != EncryptOn {
		t.Errorf("encryption %v", e)
	}
}

func TestPreloginAbsentOptions(t *testing.T) {
	p := Prelogin{Options: []PreloginOption{{PreloginVersion, []byte{1}}, {PreloginTraceID, []byte{1}}, {PreloginMARS, nil}}}
	if e, ok := p.Encryption(); ok || e != EncryptNotSup {
		t.Errorf("encryption %v, %v", e, ok)
	}
	if _, ok := p.TraceID(); ok || p.MARS() || p.Instance() != "" || p.Version() != (ProductVersion{}) {
		t.Error("broken options count")
	}
	if _, ok := p.FedAuthRequired(); ok {
		t.Error("FEDAUTHREQUIRED is there")
	}
}

func TestParsePreloginErrors(t *testing.T) {
	for _, test := range []struct {
		name string
		in   []byte
		want error
	}{
		{"empty", nil, ErrTruncated},
		{"no terminator", []byte{0, 0, 11, 0, 0}, ErrTruncated},
		{"terminator only", []byte{0xFF}, ErrMalformed},
		{"VERSION not first", []byte{1, 0, 6, 0, 1, 0xFF, 0}, ErrMalformed},
		{"data beyond the end", []byte{0, 0, 6, 0, 2, 0xFF, 0}, ErrMalformed},
		{"offset beyond the end", []byte{0, 0xFF, 0xFF, 0, 1, 0xFF, 0}, ErrMalformed},
		{"data inside the list", []byte{0, 0, 6, 0, 1, 1, 0, 0, 0, 1, 0xFF, 0}, ErrMalformed},
		{"twice", []byte{0, 0, 11, 0, 1, 0, 0, 11, 0, 1, 0xFF, 0}, ErrMalformed},
		{"too long", make([]byte, MaxPreloginSize+1), ErrLimit},
	} {
		if _, err := ParsePrelogin(test.in); !errors.Is(err, test.want) || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

func TestAppendPreloginTooLong(t *testing.T) {
	p := Prelogin{Options: []PreloginOption{{PreloginVersion, make([]byte, MaxPreloginSize)}}}
	if b, err := p.Append([]byte("x")); !errors.Is(err, ErrEncode) || string(b) != "x" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestPreloginProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Prelogin{Options: []PreloginOption{{Token: PreloginVersion}}}
		for range rapid.IntRange(0, 10).Draw(t, "options") {
			token := PreloginToken(rapid.IntRange(0, 254).Draw(t, "token"))
			p.Set(token, rapid.SliceOfN(rapid.Byte(), 0, 50).Draw(t, "data"))
		}
		b, err := p.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		q, err := ParsePrelogin(b)
		if err != nil {
			t.Fatal(err)
		}
		if len(q.Options) != len(p.Options) {
			t.Fatalf("%d options, want %d", len(q.Options), len(p.Options))
		}
		for i := range p.Options {
			if q.Options[i].Token != p.Options[i].Token || !bytes.Equal(q.Options[i].Data, p.Options[i].Data) {
				t.Fatalf("option %d is %+v, want %+v", i, q.Options[i], p.Options[i])
			}
		}
	})
}

// The table of MS-TDS 2.2.6.5: what a server set to off, on and not supported
// answers, and whether the connection goes on.
func TestEncryptionAnswer(t *testing.T) {
	type answer struct {
		e  Encryption
		ok bool
	}
	servers := []Encryption{EncryptOff, EncryptOn, EncryptNotSup}
	table := map[Encryption][3]answer{
		EncryptOff:    {{EncryptOff, true}, {EncryptReq, true}, {EncryptNotSup, true}},
		EncryptOn:     {{EncryptOn, true}, {EncryptOn, true}, {EncryptNotSup, false}},
		EncryptNotSup: {{EncryptNotSup, true}, {EncryptReq, false}, {EncryptNotSup, true}},
		EncryptReq:    {{EncryptOn, true}, {EncryptOn, true}, {EncryptNotSup, false}},

		EncryptClientCert | EncryptOff:    {{EncryptOff, true}, {EncryptReq, true}, {EncryptNotSup, false}},
		EncryptClientCert | EncryptOn:     {{EncryptOn, true}, {EncryptOn, true}, {EncryptNotSup, false}},
		EncryptClientCert | EncryptNotSup: {{EncryptReq, false}, {EncryptReq, false}, {EncryptReq, false}},
		EncryptClientCert | EncryptReq:    {{EncryptOn, true}, {EncryptOn, true}, {EncryptNotSup, false}},
	}
	for client, row := range table {
		for i, want := range row {
			if e, ok := servers[i].Answer(client); e != want.e || ok != want.ok {
				t.Errorf("server %v, client %v: %v, %v; want %v, %v", servers[i], client, e, ok, want.e, want.ok)
			}
		}
	}
}

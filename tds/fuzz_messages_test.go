package tds

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// seedPayloads adds the payloads of the dumps of one packet type, and cut ones.
func seedPayloads(f *testing.F, typ PacketType, add func(payload []byte)) {
	names, err := filepath.Glob(filepath.Join("testdata", "dumps", "*.hex"))
	if err != nil || len(names) == 0 {
		f.Fatalf("no dumps: %v", err)
	}
	for _, name := range names {
		b := dump(f, strings.TrimSuffix(filepath.Base(name), ".hex"))
		h, err := ParseHeader(b)
		if err == nil && h.Type == typ {
			add(b[HeaderSize:])
			add(b[HeaderSize : HeaderSize+(len(b)-HeaderSize)/2])
		}
	}
}

// checkAgain holds what every decoder owes: its errors are ErrMalformed, and what it
// understood it understands again in the same way after appending.
func checkAgain[T any](t *testing.T, src []byte, parse func([]byte) (T, error), appendTo func(T, []byte) ([]byte, error), opts ...cmp.Option) {
	t.Helper()
	v, err := parse(src)
	if err != nil {
		if !errors.Is(err, ErrMalformed) {
			t.Fatalf("error is not ErrMalformed: %v", err)
		}
		_ = err.Error()
		return
	}
	b, err := appendTo(v, []byte("x"))
	if err != nil {
		if !errors.Is(err, ErrEncode) || string(b) != "x" {
			t.Fatalf("append: %d bytes, %v", len(b), err)
		}
		return
	}
	again, err := parse(b[1:])
	if err != nil {
		t.Fatalf("parse of what was appended: %v", err)
	}
	if diff := cmp.Diff(v, again, append(opts, cmpopts.EquateEmpty())...); diff != "" {
		t.Fatalf("(-first +again):\n%s", diff)
	}
}

func FuzzPrelogin(f *testing.F) {
	seedPayloads(f, PacketPrelogin, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, src []byte) {
		checkAgain(t, src, ParsePrelogin, func(p Prelogin, dst []byte) ([]byte, error) {
			p.Version()
			p.Encryption()
			p.Instance()
			p.TraceID()
			return p.Append(dst)
		})
	})
}

func FuzzLogin7(f *testing.F) {
	seedPayloads(f, PacketLogin7, func(b []byte) { f.Add(b) })
	f.Add(mustAppendLogin(f, sampleLogin()))
	f.Add(mustAppendLogin(f, &Login7{TDSVersion: V71, UserName: "sa", unused: []byte{1}}))
	f.Fuzz(func(t *testing.T, src []byte) {
		type wire struct { // what Append keeps
			Login             plainLogin7
			Extension, Unused []byte
		}
		parse := func(b []byte) (wire, error) {
			l, err := ParseLogin7(b)
			if err != nil {
				return wire{}, err
			}
			return wire{plainLogin7(*l), l.extension, l.unused}, nil
		}
		checkAgain(t, src, parse, func(w wire, dst []byte) ([]byte, error) {
			l := Login7(w.Login)
			return l.Append(dst)
		}, cmpopts.IgnoreUnexported(plainLogin7{}))
	})
}

func FuzzSQLBatch(f *testing.F) {
	seedPayloads(f, PacketSQLBatch, func(b []byte) { f.Add(b, uint32(V74), false) })
	h := sampleHeaders()
	b, err := (&SQLBatch{Headers: h, Enclave: []byte("e"), Text: []byte("s\x00")}).Append(nil, RequestFormat{Enclave: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, uint32(0), true)
	f.Fuzz(func(t *testing.T, src []byte, version uint32, enclave bool) {
		rf := RequestFormat{Version: Version(version), Enclave: enclave}
		checkAgain(t, src, func(b []byte) (SQLBatch, error) { return ParseSQLBatch(b, rf) },
			func(b SQLBatch, dst []byte) ([]byte, error) { return b.Append(dst, rf) })
	})
}

func FuzzTransMgr(f *testing.F) {
	seedPayloads(f, PacketTransMgr, func(b []byte) { f.Add(b, uint32(V74)) })
	for _, r := range []TransMgr{{Type: TMCommitXact, Begin: true, BeginName: "n"}, {Type: TMPropagateXact, Payload: []byte("x")}, {Type: TMSaveXact, Name: "s"}} {
		b, err := r.Append(nil, RequestFormat{})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint32(V72))
	}
	f.Fuzz(func(t *testing.T, src []byte, version uint32) {
		rf := RequestFormat{Version: Version(version)}
		checkAgain(t, src, func(b []byte) (TransMgr, error) { return ParseTransMgr(b, rf) },
			func(r TransMgr, dst []byte) ([]byte, error) { return r.Append(dst, rf) }, cmp.AllowUnexported(TransMgr{}))
	})
}

func FuzzRPC(f *testing.F) {
	seedPayloads(f, PacketRPC, func(b []byte) { f.Add(b, uint32(V74), false) })
	b, err := sampleRPC().Append(nil, RequestFormat{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, uint32(V74), false)
	f.Add([]byte{1, 0, 'p', 0, 0, 0, 0x80, 1, 0, 'q', 0, 0, 0}, uint32(V71), false)
	f.Fuzz(func(t *testing.T, src []byte, version uint32, enclave bool) {
		rf := RequestFormat{Version: Version(version), Enclave: enclave}
		checkAgain(t, src, func(b []byte) (*RPCRequest, error) { return ParseRPC(b, rf) },
			func(r *RPCRequest, dst []byte) ([]byte, error) {
				for _, call := range r.Calls {
					for _, p := range call.Params {
						if p.TVP != nil {
							s := p.TVP.Scan()
							for s.Next() {
							}
							if s.Err() != nil {
								t.Fatalf("rows that were read once: %v", s.Err())
							}
						}
					}
				}
				return r.Append(dst, rf)
			})
	})
}

// FuzzFeatureData covers the contents of feature extensions and the small messages of
// the login.
func FuzzFeatureData(f *testing.F) {
	for _, name := range []string{"ms-tds-4.3-login-request-federated-auth", "ms-tds-4.16-featureext-sessionrecovery"} {
		l, err := ParseLogin7(dump(f, name)[HeaderSize:])
		if err != nil {
			f.Fatal(err)
		}
		for _, feature := range l.Features {
			for kind := range uint8(4) {
				f.Add(kind, feature.Data)
			}
		}
	}
	token, err := (&FedAuthToken{Token: []byte("t"), Nonce: make([]byte, 32)}).Append(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint8(2), token)
	f.Add(uint8(3), []byte{1, 0, 0, 0, 'x'})
	f.Fuzz(func(t *testing.T, kind uint8, src []byte) {
		switch kind % 4 {
		case 0:
			checkAgain(t, src, ParseFedAuthFeature, func(v FedAuthFeature, dst []byte) ([]byte, error) { return v.Append(dst) })
		case 1:
			checkAgain(t, src, ParseSessionRecovery, func(v SessionRecovery, dst []byte) ([]byte, error) { return v.Append(dst) })
		case 2:
			checkAgain(t, src, ParseFedAuthToken, func(v FedAuthToken, dst []byte) ([]byte, error) { return v.Append(dst) })
		case 3:
			checkAgain(t, src, ParseBulkText, func(v BulkText, dst []byte) ([]byte, error) { return v.Append(dst) })
		}
	})
}

// FuzzTokenStream covers the tokens of login, completion and messages through the
// reader of token streams.
func FuzzTokenStream(f *testing.F) {
	seedPayloads(f, PacketReply, func(b []byte) { f.Add(b, uint32(V74)) })
	for _, token := range []Token{
		&EnvChange{Type: EnvRouting, Routing: &Routing{Port: 1, Server: "s"}}, &EnvChange{Type: EnvPromoteTran, NewData: []byte("t")},
		&EnvChange{Type: EnvEnhancedRouting, Routing: &Routing{Port: 1, Server: "s", Database: "d"}}, &EnvChange{Type: EnvBeginTran, NewData: DescriptorBytes(1)},
		&FedAuthInfo{STSURL: "u", SPN: "s", Unknown: []FedAuthInfoOption{{7, []byte("x")}}}, &SSPI{Data: []byte("x")}, &Offset{1, 2},
		&SessionState{States: []StateValue{{1, make([]byte, 300)}}}, &ServerMessage{IsError: true, Text: "t", Server: "s", Proc: "p"},
	} {
		for _, v := range []Version{V71, V74} {
			b, ok := appendToken(f, nil, token, v)
			if !ok {
				f.Fatalf("no encoder for %T", token)
			}
			f.Add(b, uint32(v))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, version uint32) {
		v := Version(version)
		if v == 0 {
			v = V74 // as TokenFormat has it
		}
		tr := NewTokenReader(bytes.NewReader(src), TokenReaderOptions{TokenFormat: TokenFormat{Version: v}})
		for {
			token, err := tr.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				if !errors.Is(err, ErrMalformed) {
					t.Fatalf("error is not ErrMalformed: %v", err)
				}
				return
			}
			b, ok := appendToken(t, nil, token, v)
			if !ok {
				continue
			}
			again := readBack(t, v, token)
			if diff := cmp.Diff([]Token{token}, again, tokenOptions); diff != "" {
				t.Fatalf("%d bytes (-first +again):\n%s", len(b), diff)
			}
		}
	})
}

// FuzzPackets: what a forwarder passes on is a beginning of what came, and all ways of
// reading agree.
func FuzzPackets(f *testing.F) {
	f.Add(join(packet(PacketReply, 0, []byte("a")), packet(PacketReply, StatusEOM, nil)), uint8(3))
	f.Add(join(packet(PacketReply, 0, []byte("a")), packet(PacketRPC, StatusEOM, nil)), uint8(1))
	f.Add(dump(f, "ms-tds-4.4-login-response"), uint8(100))
	f.Fuzz(func(t *testing.T, src []byte, step uint8) {
		source := func() io.Reader {
			return &chunkReader{data: src, next: func(max int) int { return min(max, int(step)+1) }}
		}
		var runs []byte
		pr := NewPacketReader(source(), 0)
		for {
			run, err := pr.NextRun()
			if err != nil {
				break
			}
			runs = append(runs, run.Raw...)
		}
		if !bytes.HasPrefix(src, runs) {
			t.Fatal("runs are not what came")
		}
		var single []byte
		pr = NewPacketReader(source(), 0)
		for {
			_, raw, err := pr.NextRaw()
			if err != nil {
				break
			}
			single = append(single, raw...)
		}
		if !bytes.Equal(runs, single) {
			t.Fatalf("runs give %d bytes, packets %d", len(runs), len(single))
		}
		raw, rawErr := NewPacketReader(source(), 0).ReadRawMessage(1<<16, nil)
		m, err := NewPacketReader(source(), 0).ReadMessage(1<<16, nil)
		if rawErr == nil && (err != nil || !bytes.Equal(raw.Payload(nil), m.Data) || raw.Ignored() != m.Ignored) {
			t.Fatalf("ReadMessage and ReadRawMessage differ: %v", err)
		}
		mr := NewMessageReader(NewPacketReader(source(), 0))
		if _, err := mr.Next(); err == nil {
			if b, err := io.ReadAll(mr); err == nil && rawErr == nil && !bytes.Equal(b, m.Data) {
				t.Fatal("MessageReader and ReadMessage differ")
			}
		}
		if h, err := ParseSMPHeader(src); err == nil && !bytes.Equal(h.Append(nil), src[:SMPHeaderSize]) {
			t.Fatalf("SMP header %+v", h)
		}
	})
}

// FuzzHandshakeConn: whatever comes, the reader of TLS units ends, takes nothing twice
// and delivers only what came.
func FuzzHandshakeConn(f *testing.F) {
	record := []byte{0x17, 3, 3, 0, 2, 'o', 'k'}
	f.Add(record, false)
	f.Add(join(packet(PacketPrelogin, 1, record), record, record), true)
	f.Add(packet(PacketReply, 1, record), true)
	f.Fuzz(func(t *testing.T, src []byte, stream bool) {
		h := NewHandshakeConn(scripted{Reader: bytes.NewReader(src)})
		if stream {
			h.Stream()
		}
		got, err := io.ReadAll(h)
		if len(got) > len(src) {
			t.Fatalf("%d bytes out of %d", len(got), len(src))
		}
		if err != nil && err != io.ErrUnexpectedEOF && !errors.Is(err, ErrMalformed) {
			t.Fatal(err)
		}
	})
}

package sandbox

import (
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

var sampleMessages = []*message{
	{Kind: msgAcquire, Call: 1, Language: "Python", Login: loginKey{1, 2}, Launchpad: uuid.UUID{9}, Session: uuid.UUID{3}},
	{Kind: msgAcquire, Call: 12, Language: "R", Certificate: []byte("cert"), Key: []byte("key")},
	{Kind: msgRelease, Call: 2},
	{Kind: msgKill, Call: 1<<64 - 1},
	{Kind: msgStatus, Call: 4},
	{Kind: msgReady, Probes: []probeResult{{"landlock", 0, 7}, {"proc", 1, 0}}},
	{Kind: msgAcquired, Call: 5, Account: "INSTANCE01", UID: 77},
	{Kind: msgFailed, Call: 6, Code: failStep, Errno: 2, Limit: 3, Text: "bind /usr"},
	{Kind: msgExited, Call: 7, Quarantined: true,
		Exit: Exit{Code: -1, Signal: 9, Killed: true, OOM: true, ProcessLimit: true, MemoryPeak: 1 << 40, CPU: time.Second}},
	{Kind: msgReleased, Call: 8, Quarantined: true},
	{Kind: msgStatusReply, Call: 9, Status: Status{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
	{Kind: msgZygotes, Call: 10},
	{Kind: msgRenew},
	{Kind: msgZygotesReply, Call: 11, Zygotes: []zygoteState{{"Python", true, "numpy 1.2", "no x"}, {"R", false, "", "why"}}},
}

func TestMessages(t *testing.T) {
	for _, m := range sampleMessages {
		b := m.append(nil)
		got, err := parseMessage(b)
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("got %+v, %v, want %+v", got, err, m)
		}
		for n := range b {
			if _, err := parseMessage(b[:n]); !errors.Is(err, errMessage) {
				t.Errorf("kind %d cut to %d bytes: %v", m.Kind, n, err)
			}
		}
		if _, err := parseMessage(append(b, 0)); !errors.Is(err, errMessage) {
			t.Errorf("kind %d with a byte more: %v", m.Kind, err)
		}
	}
	if _, err := parseMessage([]byte{200, 0, 0, 0, 0, 0, 0, 0, 0}); !errors.Is(err, errMessage) {
		t.Errorf("unknown kind: %v", err)
	}
	if _, err := parseMessage(make([]byte, maxMessage+1)); !errors.Is(err, errMessage) {
		t.Errorf("too long: %v", err)
	}
	long := &message{Kind: msgAcquire, Language: strings.Repeat("x", maxLanguageName+len(probeSuffix)+1)}
	if _, err := parseMessage(long.append(nil)); !errors.Is(err, errMessage) {
		t.Errorf("long language name: %v", err)
	}
	long = &message{Kind: msgAcquire, Key: make([]byte, MaxCertificate+1)}
	if _, err := parseMessage(long.append(nil)); !errors.Is(err, errMessage) {
		t.Errorf("long key: %v", err)
	}
	full := &message{Kind: msgAcquire, Language: strings.Repeat("x", maxLanguageName),
		Certificate: make([]byte, MaxCertificate), Key: make([]byte, MaxCertificate)}
	if _, err := parseMessage(full.append(nil)); err != nil {
		t.Errorf("the longest Acquire: %v", err)
	}
}

func TestReadyFits(t *testing.T) {
	m := &message{Kind: msgReady}
	for _, k := range itemKinds {
		m.Probes = append(m.Probes, probeResult{k.name, 1, 1})
	}
	if n := len(m.append(nil)); n > maxMessage {
		t.Errorf("Ready has %d bytes", n)
	}
}

func TestMessageProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &message{
			Kind: msgFailed, Call: rapid.Uint64().Draw(t, "call"), Code: failCode(rapid.Byte().Draw(t, "code")),
			Errno: rapid.Uint32().Draw(t, "errno"), Limit: rapid.Uint32().Draw(t, "limit"), Text: rapid.StringN(-1, -1, maxText).Draw(t, "text"),
		}
		got, err := parseMessage(m.append(nil))
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Fatalf("got %+v, %v, want %+v", got, err, m)
		}
	})
}

func FuzzMessage(f *testing.F) {
	for _, m := range sampleMessages {
		f.Add(m.append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseMessage(b)
		if err != nil {
			return
		}
		// What was understood has one form only.
		if got := m.append(nil); string(got) != string(b) {
			t.Fatalf("%x was read as %+v, which is %x", b, m, got)
		}
	})
}

func FuzzRecord(f *testing.F) {
	f.Add("E\x02\x00\x00\x00\x00\x00\x00\x00\x04\x00step")
	f.Add("R\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	f.Fuzz(func(t *testing.T, s string) {
		rec, err := readRecord(strings.NewReader(s))
		if err == nil && len(rec.Text) > maxRecordText {
			t.Fatal("text is too long")
		}
	})
}

func TestLinkDescriptors(t *testing.T) {
	a, peer, err := linkPair()
	if err != nil {
		t.Fatal(err)
	}
	b, err := newLink(peer)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := openDescriptors(t)
	if err := a.send(sampleMessages[6], w, w, w); err != nil {
		t.Fatal(err)
	}
	m, files, err := b.receive()
	if err != nil || len(files) != 3 || m.Account != "INSTANCE01" {
		t.Fatalf("%+v, %d files, %v", m, len(files), err)
	}
	if _, err := files[2].WriteString("x"); err != nil {
		t.Error(err)
	}
	closeAll(files)
	w.Close()
	if got, _ := io.ReadAll(r); string(got) != "x" {
		t.Errorf("through the descriptor: %q", got)
	}
	r.Close()
	// Too many, and rubbish: nothing may stay open.
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.send(sampleMessages[6], null, null, null, null, null, null); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.receive(); !errors.Is(err, errMessage) {
		t.Errorf("six descriptors: %v", err)
	}
	if err := a.send(&message{Kind: 99}, null); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.receive(); !errors.Is(err, errMessage) {
		t.Errorf("unknown kind: %v", err)
	}
	null.Close()
	if n := openDescriptors(t); n != before-2 {
		t.Errorf("%d descriptors, want %d", n, before-2)
	}
	a.close()
	if _, _, err := b.receive(); !errors.Is(err, io.EOF) {
		t.Errorf("closed: %v", err)
	}
}

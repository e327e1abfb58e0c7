package proxy

import (
	"bytes"
	"math/rand/v2"
	"net"
	"testing"

	"tds-launchpad/tds"
)

// writes records the calls of Write.
type writes struct {
	net.Conn
	calls [][]byte
}

func (w *writes) Write(p []byte) (int, error) {
	w.calls = append(w.calls, bytes.Clone(p))
	return len(p), nil
}

func TestRecordPerPacket(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sent := packets(r, tds.PacketRPC, 0, randomBytes(r, 50000))
	w := &writes{}
	if n, err := (recordPerPacket{w}).Write(sent); n != len(sent) || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	for i, call := range w.calls {
		h, err := tds.ParseHeader(call)
		if err != nil || int(h.Length) != len(call) {
			t.Errorf("call %d has %d bytes of a packet of %d", i, len(call), h.Length)
		}
	}
	if !bytes.Equal(bytes.Join(w.calls, nil), sent) {
		t.Error("bytes were changed")
	}
}

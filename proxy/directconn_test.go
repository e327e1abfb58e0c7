package proxy

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// directPair is a directConn and its ordinary peer.
func directPair(t testing.TB) (net.Conn, *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	d := direct(conn)
	if _, ok := d.(*directConn); !ok {
		t.Fatalf("direct gave a %T", d)
	}
	return d, peer.(*net.TCPConn)
}

// More than any socket buffer goes through in both directions at the same time, whole and in
// order, though both sides have to wait again and again.
func TestDirectConnCarriesMoreThanBuffersHold(t *testing.T) {
	d, peer := directPair(t)
	sent := make([]byte, 48<<20)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range sent {
		sent[i] = byte(random.Uint32())
	}
	go func() {
		_, _ = io.Copy(onlyWriter{peer}, onlyReader{peer}) // an echo
		_ = peer.CloseWrite()
	}()
	failed := make(chan error, 1)
	go func() {
		n, err := d.Write(sent)
		if err == nil && n != len(sent) {
			err = io.ErrShortWrite
		}
		failed <- errors.Join(err, d.(*directConn).CloseWrite())
	}()
	got, err := io.ReadAll(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, sent) {
		t.Fatalf("%d bytes came back of %d, or others", len(got), len(sent))
	}
}

type onlyWriter struct{ io.Writer }
type onlyReader struct{ io.Reader }

func TestDirectConnHonoursDeadlines(t *testing.T) {
	d, _ := directPair(t)
	if err := d.SetDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reading: %v", err)
	}
	n, err := d.Write(make([]byte, 64<<20))
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("writing: %v", err)
	}
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("not a timeout: %v", err)
	}
	if n == 64<<20 {
		t.Error("everything was written although nobody reads")
	}
}

func TestDirectConnEnds(t *testing.T) {
	t.Run("closed here while reading", func(t *testing.T) {
		d, _ := directPair(t)
		result := make(chan error, 1)
		go func() {
			_, err := d.Read(make([]byte, 1))
			result <- err
		}()
		d.Close()
		if err := <-result; !errors.Is(err, net.ErrClosed) {
			t.Errorf("%v", err)
		}
	})
	t.Run("closed there", func(t *testing.T) {
		d, peer := directPair(t)
		peer.Close()
		if n, err := d.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Errorf("%d bytes, %v", n, err)
		}
	})
	t.Run("reset there", func(t *testing.T) {
		d, peer := directPair(t)
		if err := peer.SetLinger(0); err != nil {
			t.Fatal(err)
		}
		peer.Close()
		if _, err := d.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v", err)
		}
	})
}

func TestDirectConnAllocatesNothing(t *testing.T) {
	d, peer := directPair(t)
	go func() { _, _ = io.Copy(onlyWriter{peer}, onlyReader{peer}) }()
	p := make([]byte, 100)
	n := testing.AllocsPerRun(200, func() {
		if _, err := d.Write(p); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(d, p); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations in a round trip", n)
	}
}

func TestDirectLeavesOthersAlone(t *testing.T) {
	a, b := net.Pipe()
	defer b.Close()
	defer a.Close()
	if direct(a) != a {
		t.Error("a pipe was changed")
	}
}

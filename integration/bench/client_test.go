package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"testing"

	"tds-launchpad/integration/bench/source"
	"tds-launchpad/tds"
)

// startTestSource runs a source within the test.
func startTestSource(t *testing.T) string {
	t.Helper()
	file, err := makeCertificate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(file, file)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	s := source.Server{TLS: &tls.Config{Certificates: []tls.Certificate{pair}}}
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		l.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func testClient(t *testing.T, address string, secure bool, packetSize int) *client {
	t.Helper()
	c, err := dial(context.Background(), address, secure, packetSize)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

// What is measured must be what was asked for: every row, whatever the sizes.
func TestSourceSendsTheRowsAskedFor(t *testing.T) {
	address := startTestSource(t)
	for _, secure := range []bool{false, true} {
		for _, packetSize := range []int{512, tds.DefaultPacketSize, tds.MaxPacketSize} {
			c := testClient(t, address, secure, packetSize)
			for _, kind := range []string{"numeric", "few", "mixed"} {
				for _, rows := range []int{0, 1, 2, 5000, 300_000} {
					a, err := c.query(fmt.Sprintf("SELECT * FROM source.%s(%d)", kind, rows))
					if err != nil || a.rows != int64(rows) {
						t.Errorf("TLS %v, packets of %d, %d rows of kind %s: %d rows, %v", secure, packetSize, rows, kind, a.rows, err)
					}
				}
			}
		}
	}
}

// Ready-made packets must look as a server's do: numbered, and full but for the last
// before a pause.
func TestSourceNumbersItsPackets(t *testing.T) {
	c := testClient(t, startTestSource(t), false, 512)
	if err := c.send("SELECT * FROM source.numeric(20000)"); err != nil {
		t.Fatal(err)
	}
	for want := byte(1); ; want++ {
		h, _, err := c.in.Next()
		if err != nil {
			t.Fatal(err)
		}
		if h.PacketID != want {
			t.Fatalf("packet %d where %d was due", h.PacketID, want)
		}
		if h.EOM() {
			return
		}
	}
}

func TestSourceAcknowledgesAttention(t *testing.T) {
	c := testClient(t, startTestSource(t), false, tds.DefaultPacketSize)
	if err := c.send("SELECT * FROM source.numeric(50000000)"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.in.Next(); err != nil {
		t.Fatal(err)
	}
	if err := c.attention(); err != nil {
		t.Fatal(err)
	}
	for {
		run, err := c.in.NextRun()
		if err != nil {
			t.Fatal(err)
		}
		if run.Last.EOM() {
			break
		}
	}
	if err := c.readAcknowledgement(); err != nil {
		t.Fatal(err)
	}
	if a, err := c.query(pingQuery); err != nil || a.rows != 1 {
		t.Fatalf("afterwards: %+v, %v", a, err)
	}
}

// The product asks who is calling by a SELECT without FROM.
func TestSourceAnswersConstants(t *testing.T) {
	c := testClient(t, startTestSource(t), false, tds.DefaultPacketSize)
	a, err := c.query("SELECT N'', SUSER_SNAME(), HAS_PERMS_BY_NAME(DB_NAME(), N'DATABASE', N'A, B'), NULL, @@OPTIONS")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(a.first), "[ bench 1 <nil> 0]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

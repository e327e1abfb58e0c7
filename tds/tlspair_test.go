package tds

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// tlsConfigs returns configurations of both ends for one TLS version.
// padding makes the server's certificate so large that its flight needs several
// packets.
func tlsConfigs(t testing.TB, version uint16, padding int) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "engine"},
		DNSNames: []string{"engine"}, NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	for i := range padding {
		template.DNSNames = append(template.DNSNames, fmt.Sprintf("name-%d.example", i))
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	server = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		MinVersion: version, MaxVersion: version}
	client = &tls.Config{RootCAs: pool, ServerName: "engine", MinVersion: version, MaxVersion: version}
	return server, client
}

// recorder is a connection that keeps what is written through it.
type recorder struct {
	net.Conn
	mu      sync.Mutex
	written []byte
}

func (r *recorder) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.written)
}

// pair returns two connected ends, over a pipe (no buffer at all) or a socket (what
// was written together is read together).
func pair(t testing.TB, socket bool) (client, server *recorder) {
	t.Helper()
	var c, s net.Conn
	if !socket {
		c, s = net.Pipe()
	} else {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		accepted := make(chan net.Conn, 1)
		go func() {
			conn, err := l.Accept()
			if err != nil {
				t.Error(err)
			}
			accepted <- conn
		}()
		if c, err = net.Dial("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
		if s = <-accepted; s == nil {
			t.FailNow()
		}
	}
	t.Cleanup(func() { c.Close(); s.Close() })
	// A hanging test fails instead of blocking the run.
	deadline := time.Now().Add(30 * time.Second)
	c.SetDeadline(deadline)
	s.SetDeadline(deadline)
	return &recorder{Conn: c}, &recorder{Conn: s}
}

// both runs the two ends and reports their errors.
func both(t *testing.T, client, server func() error) {
	t.Helper()
	result := make(chan error, 1)
	go func() { result <- server() }()
	if err := client(); err != nil {
		t.Errorf("client: %v", err)
	}
	if err := <-result; err != nil {
		t.Errorf("server: %v", err)
	}
}

var tlsVersions = []uint16{tls.VersionTLS12, tls.VersionTLS13}

// askForTickets makes a TLS 1.3 server send session tickets at the end of its
// handshake, which the client meets when it reads the first reply. Over a pipe, which
// holds nothing, the server would wait for that read for ever.
func askForTickets(conf *tls.Config, socket bool) {
	if socket {
		conf.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
}

// forEachTLS runs a test for both transports and TLS versions.
func forEachTLS(t *testing.T, test func(t *testing.T, socket bool, version uint16)) {
	for _, socket := range []bool{false, true} {
		for _, version := range tlsVersions {
			name := "pipe/"
			if socket {
				name = "socket/"
			}
			t.Run(name+tls.VersionName(version), func(t *testing.T) { test(t, socket, version) })
		}
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	r.written = append(r.written, p...)
	r.mu.Unlock()
	return r.Conn.Write(p)
}

package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// handshake runs a TLS handshake between the two configurations and returns the client's error.
func handshake(t *testing.T, server *Server, client *tls.Config) error {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if conn, err := l.Accept(); err == nil {
			_ = tls.Server(conn, &tls.Config{GetCertificate: server.GetCertificate}).Handshake()
			_ = conn.Close()
		}
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	err = tls.Client(conn, client).Handshake()
	_ = conn.Close()
	<-done
	return err
}

func TestSelfSignedIsMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	first, err := SelfSigned(dir, "db.example.org", "192.0.2.7")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "db.example.org", "192.0.2.7"} {
		if err := first.Leaf().VerifyHostname(name); err != nil {
			t.Errorf("not valid for %s: %v", name, err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, pairFile))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("key file has mode %04o, want 0600", got)
	}
	if data, err := os.ReadFile(filepath.Join(dir, CertificateFile)); err != nil || strings.Contains(string(data), "KEY") {
		t.Errorf("certificate file: %v, or a key in it", err)
	}
	second, err := SelfSigned(dir, "another.example.org")
	if err != nil {
		t.Fatal(err)
	}
	if first.Fingerprint() != second.Fingerprint() {
		t.Error("a second start made a second certificate")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSelfSignedIsRenewedWhenExpired(t *testing.T) {
	dir := t.TempDir()
	if err := create(dir, nil, time.Now().Add(-lifetime-time.Hour)); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, pairFile)
	if _, err := Load(old, old); !isExpired(err) {
		t.Fatalf("Load of an expired certificate: %v", err)
	}
	s, err := SelfSigned(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Leaf().NotAfter.After(time.Now()) {
		t.Error("still expired")
	}
}

func TestSelfSignedRefusesAReadableKey(t *testing.T) {
	dir := t.TempDir()
	if _, err := SelfSigned(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, pairFile), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := SelfSigned(dir); err == nil || !strings.Contains(err.Error(), "0640") {
		t.Errorf("got %v, want a refusal that names the mode", err)
	}
}

func TestReloadKeepsTheOldOneOnError(t *testing.T) {
	dir := t.TempDir()
	s, err := SelfSigned(dir)
	if err != nil {
		t.Fatal(err)
	}
	before := s.Fingerprint()
	file := filepath.Join(dir, pairFile)
	if err := os.WriteFile(file, []byte("not PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(); err == nil {
		t.Error("Reload of garbage succeeded")
	}
	if s.Fingerprint() != before {
		t.Error("the certificate in use was lost")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(); err != nil {
		t.Fatal(err)
	}
	if s.Fingerprint() == before {
		t.Error("Reload after deletion did not make a new certificate")
	}
}

func TestVerification(t *testing.T) {
	dir, otherDir := t.TempDir(), t.TempDir()
	server, err := SelfSigned(dir, "engine.example.org")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := SelfSigned(otherDir); err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, CertificateFile)
	other := filepath.Join(otherDir, CertificateFile)
	tests := []struct {
		name string
		v    Verification
		host string
		ok   func(error) bool
	}{
		{"system roots", Verification{}, "localhost", isUnknownAuthority},
		{"CA", Verification{CAFile: own}, "localhost", isNil},
		{"CA, other name", Verification{CAFile: own}, "elsewhere", isWrongName},
		{"CA, name override", Verification{CAFile: own, ServerName: "engine.example.org"}, "elsewhere", isNil},
		{"another CA", Verification{CAFile: other}, "localhost", isUnknownAuthority},
		{"pinned", Verification{PinnedFile: own}, "elsewhere", isNil},
		{"another pinned", Verification{PinnedFile: other}, "localhost", func(err error) bool { return errors.Is(err, ErrPinMismatch) }},
		{"insecure", Verification{Insecure: true}, "elsewhere", isNil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config, err := test.v.ClientConfig(test.host)
			if err != nil {
				t.Fatal(err)
			}
			if err := handshake(t, server, config); !test.ok(err) {
				t.Errorf("handshake: %v", err)
			}
		})
	}
}

func TestVerificationRefusesContradictions(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, v := range []Verification{
		{Insecure: true, CAFile: "ca.pem"},
		{Insecure: true, PinnedFile: "pin.pem"},
		{PinnedFile: "pin.pem", ServerName: "x"},
		{CAFile: "does-not-exist.pem"},
		{CAFile: empty},
		{PinnedFile: empty},
	} {
		if _, err := v.ClientConfig("localhost"); err == nil {
			t.Errorf("%+v was accepted", v)
		}
	}
}

func isNil(err error) bool { return err == nil }

func isUnknownAuthority(err error) bool {
	var target x509.UnknownAuthorityError
	return errors.As(err, &target)
}

func isWrongName(err error) bool {
	var target x509.HostnameError
	return errors.As(err, &target)
}

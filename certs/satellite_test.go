package certs

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestSatelliteSaysWhoseItIs(t *testing.T) {
	launchpad, now := uuid.New(), time.Now()
	s, err := NewSatellite(launchpad, now)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Certificate) > 3072 || len(s.Key) > 3072 {
		t.Errorf("certificate and key have %d and %d bytes, more than a sandbox takes", len(s.Certificate), len(s.Key))
	}
	pair, err := tls.X509KeyPair(s.Certificate, s.Key)
	if err != nil {
		t.Fatal(err)
	}
	if FingerprintOf(pair.Certificate[0]) != s.Fingerprint {
		t.Error("the fingerprint is another certificate's")
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if want := "tds-launchpad:///launchpad/" + strings.ToUpper(launchpad.String()); len(cert.URIs) != 1 || cert.URIs[0].String() != want {
		t.Errorf("subject alternative names are %v, want %s", cert.URIs, want)
	}
	if !cert.NotBefore.Before(now) || !cert.NotAfter.After(now.Add(24*time.Hour)) {
		t.Errorf("valid from %v to %v, made at %v", cert.NotBefore, cert.NotAfter, now)
	}
	if cert.IsCA || len(cert.ExtKeyUsage) != 1 || cert.ExtKeyUsage[0] != x509.ExtKeyUsageClientAuth {
		t.Errorf("it may be used for %v, as an authority: %v", cert.ExtKeyUsage, cert.IsCA)
	}
}

func TestFingerprintsDiffer(t *testing.T) {
	launchpad := uuid.New()
	a, err := NewSatellite(launchpad, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewSatellite(launchpad, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if a.Fingerprint.Equal(b.Fingerprint) {
		t.Error("two certificates of a launchpad have the same fingerprint")
	}
	block, _ := pem.Decode(a.Certificate)
	if !a.Fingerprint.Equal(FingerprintOf(block.Bytes)) {
		t.Error("a certificate is not known by its fingerprint")
	}
	a.Destroy()
	if strings.Contains(string(a.Key), "PRIVATE KEY") {
		t.Error("the key is still there")
	}
}

func BenchmarkNewSatellite(b *testing.B) {
	for b.Loop() {
		if _, err := NewSatellite(uuid.New(), time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

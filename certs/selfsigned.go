package certs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	// pairFile holds key and certificate together, so that one rename replaces both at once.
	pairFile = "server.pem"
	// CertificateFile is the certificate alone, for clients to import or to pin.
	CertificateFile = "server-cert.pem"

	// lifetime of a self-made certificate. People pin it, so it should outlive an installation's
	// usual upgrades; nobody else vouches for it, so a short life would protect nobody.
	lifetime = 10 * 365 * 24 * time.Hour
	// backdating tolerates clients whose clock is behind ours.
	backdating = time.Hour
)

// SelfSigned returns the self-made certificate kept in dir, and makes it (ECDSA P-256) if it is
// absent or expired. Its names are localhost, this machine's name, the loopback addresses and
// hosts. A certificate that exists is kept as it is, even if hosts has changed, since clients may
// have pinned it; delete the file to get another.
//
// The key is readable by the owner only. A key file that others may read is refused rather than
// repaired: it may have been read already.
func SelfSigned(dir string, hosts ...string) (*Server, error) {
	file := filepath.Join(dir, pairFile)
	return newServer(func() (*tls.Certificate, error) {
		info, err := os.Stat(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if err := create(dir, hosts, time.Now()); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, fmt.Errorf("server certificate: %w", err)
		case info.Mode().Perm()&0o077 != 0:
			return nil, fmt.Errorf("server key %s may be read by others (mode %04o): delete it, and a new one is made",
				file, info.Mode().Perm())
		}
		pair, err := readPair(file, file)
		if isExpired(err) {
			if err = create(dir, hosts, time.Now()); err == nil {
				pair, err = readPair(file, file)
			}
		}
		return pair, err
	})
}

// create makes a key and a certificate and puts both into dir.
func create(dir string, hosts []string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("server key: %w", err)
	}
	template, err := serverTemplate(hosts, now)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return fmt.Errorf("server certificate: %w", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("server key: %w", err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	if err := writeFile(dir, CertificateFile, certPEM, 0o644); err != nil {
		return err
	}
	return writeFile(dir, pairFile, bytes.Join([][]byte{keyPEM, certPEM}, nil), 0o600)
}

// serverTemplate describes the certificate: who it names, from when to when, for what.
func serverTemplate(hosts []string, now time.Time) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("certificate serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "tds-launchpad"},
		NotBefore:    now.Add(-backdating),
		NotAfter:     now.Add(lifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		// Clients import it as its own authority.
		BasicConstraintsValid: true,
	}
	names := []string{"localhost", "127.0.0.1", "::1"}
	if name, err := os.Hostname(); err == nil {
		names = append(names, name)
	}
	names = append(names, hosts...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else if name != "" {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	return template, nil
}

// writeFile puts a whole file in its place or nothing: two first starts at once, or a crash, must
// not leave a key without its certificate.
func writeFile(dir, name string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(dir, "."+name+"-*")
	if err != nil {
		return fmt.Errorf("server certificate: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already after the rename
	err = errors.Join(f.Chmod(mode), writeAll(f, data), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return fmt.Errorf("server certificate: %w", err)
	}
	return nil
}

func writeAll(f *os.File, data []byte) error {
	_, err := f.Write(data)
	return err
}

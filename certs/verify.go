package certs

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// Verification says whom we believe to be the engine. The zero value is the safe one: the
// engine's certificate has to be issued by one of the system's roots, for the engine's host name.
type Verification struct {
	// CAFile is a PEM file with the authorities to trust in place of the system's.
	CAFile string
	// ServerName is the name the engine's certificate must bear, if not the host name dialled.
	ServerName string
	// PinnedFile is a PEM file with the one certificate accepted, whatever its names, issuer and
	// dates say. It can't be combined with CAFile or ServerName.
	PinnedFile string
	// Insecure accepts any certificate. Whoever can stand between us and the engine can then
	// read and change everything, passwords included.
	Insecure bool
}

// ErrPinMismatch reports that the engine showed another certificate than the pinned one.
var ErrPinMismatch = errors.New("the engine's certificate is not the pinned one")

// ClientConfig returns TLS settings for connections to host. The caller sets protocol versions
// and ALPN, which depend on the TDS version.
func (v Verification) ClientConfig(host string) (*tls.Config, error) {
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if v.ServerName != "" {
		config.ServerName = v.ServerName
	}
	switch {
	case v.Insecure:
		if v.CAFile != "" || v.PinnedFile != "" {
			return nil, errors.New("engine certificate: verification is switched off, and yet a CA or pinned certificate is given")
		}
		config.InsecureSkipVerify = true
	case v.PinnedFile != "":
		if v.CAFile != "" || v.ServerName != "" {
			return nil, errors.New("engine certificate: a pinned certificate can't be combined with a CA or server name")
		}
		pinned, err := readCertificates(v.PinnedFile)
		if err != nil {
			return nil, err
		}
		if len(pinned) != 1 {
			return nil, fmt.Errorf("pinned certificate %s: %d certificates in it, expected one", v.PinnedFile, len(pinned))
		}
		pin(config, pinned[0])
	case v.CAFile != "":
		authorities, err := readCertificates(v.CAFile)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		for _, ca := range authorities {
			config.RootCAs.AddCert(ca)
		}
	}
	return config, nil
}

// pin replaces the usual verification by equality with one certificate.
func pin(config *tls.Config, want *x509.Certificate) {
	config.InsecureSkipVerify = true // replaced by the check below, which is stricter
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if len(state.PeerCertificates) == 0 || !bytes.Equal(state.PeerCertificates[0].Raw, want.Raw) {
			return ErrPinMismatch
		}
		return nil
	}
}

// readCertificates reads all certificates of a PEM file and refuses a file without any.
func readCertificates(file string) ([]*x509.Certificate, error) {
	rest, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("engine certificate: %w", err)
	}
	var found []*x509.Certificate
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("engine certificate %s: %w", file, err)
		}
		found = append(found, cert)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("engine certificate %s: no certificate in it", file)
	}
	return found, nil
}

package certs

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// Server holds the certificate shown to clients. It can be reloaded while connections are
// being accepted: handshakes under way keep the certificate they began with.
type Server struct {
	read    func() (*tls.Certificate, error)
	current atomic.Pointer[tls.Certificate]
}

// Load reads a certificate chain and its key from PEM files. Both may be the same file.
func Load(certFile, keyFile string) (*Server, error) {
	return newServer(func() (*tls.Certificate, error) { return readPair(certFile, keyFile) })
}

func newServer(read func() (*tls.Certificate, error)) (*Server, error) {
	s := &Server{read: read}
	if err := s.Reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload reads the files again. On an error the certificate in use stays in use.
func (s *Server) Reload() error {
	pair, err := s.read()
	if err != nil {
		return err
	}
	s.current.Store(pair)
	return nil
}

// GetCertificate has the signature of the field of the same name in [tls.Config].
func (s *Server) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return s.current.Load(), nil
}

// Leaf returns the certificate itself, without its chain.
func (s *Server) Leaf() *x509.Certificate { return s.current.Load().Leaf }

// Fingerprint is the SHA-256 of the certificate in lower-case hexadecimal digits, to be printed
// and compared by people.
func (s *Server) Fingerprint() string {
	sum := sha256.Sum256(s.Leaf().Raw)
	return hex.EncodeToString(sum[:])
}

// readPair loads a pair and makes sure that its leaf is parsed and within its lifetime.
func readPair(certFile, keyFile string) (*tls.Certificate, error) {
	certPEM, err := os.ReadFile(certFile)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	keyPEM := certPEM
	if keyFile != certFile {
		if keyPEM, err = os.ReadFile(keyFile); err != nil {
			return nil, fmt.Errorf("server key: %w", err)
		}
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("server certificate %s: %w", certFile, err)
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, fmt.Errorf("server certificate %s: %w", certFile, err)
		}
	}
	if now := time.Now(); now.After(pair.Leaf.NotAfter) {
		return nil, &ExpiredError{File: certFile, NotAfter: pair.Leaf.NotAfter}
	}
	return &pair, nil
}

// ExpiredError reports a server certificate whose lifetime is over.
type ExpiredError struct {
	File     string
	NotAfter time.Time
}

func (e *ExpiredError) Error() string {
	return fmt.Sprintf("server certificate %s expired on %s", e.File, e.NotAfter.Format(time.DateOnly))
}

// isExpired tells whether err says that a certificate's lifetime is over.
func isExpired(err error) bool {
	var expired *ExpiredError
	return errors.As(err, &expired)
}

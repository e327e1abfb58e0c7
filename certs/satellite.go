package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	// satelliteLifetime is more than a script call takes. What ends a certificate is the end of its
	// launchpad; the date only makes one that was carried away worthless to whoever believes dates.
	satelliteLifetime = 30 * 24 * time.Hour
	// satelliteBackdating is the slack for a clock that is set back while the call runs.
	satelliteBackdating = time.Hour
)

// Fingerprint is the SHA-256 digest of a certificate's DER form. By it a certificate is known: who
// signed it, and what it says, does not matter.
type Fingerprint [sha256.Size]byte

// FingerprintOf is the fingerprint of a certificate in DER form.
func FingerprintOf(der []byte) Fingerprint { return sha256.Sum256(der) }

// Equal compares in constant time.
func (f Fingerprint) Equal(other Fingerprint) bool {
	return subtle.ConstantTimeCompare(f[:], other[:]) == 1
}

// String is the usual form in hexadecimal digits, fit for logs.
func (f Fingerprint) String() string { return fmt.Sprintf("%X", f[:]) }

// Satellite is the certificate of a launchpad, with which the scripts of one login prove on a loopback
// connection that they are these.
type Satellite struct {
	// Certificate and Key are in PEM, the key in PKCS #8.
	Certificate, Key []byte
	Fingerprint      Fingerprint
}

// NewSatellite makes the certificate of a launchpad. It is self-signed: there is no authority whose
// key would have to be guarded. ECDSA, because a key takes microseconds then, and each launchpad has
// a new one.
func NewSatellite(launchpad uuid.UUID, now time.Time) (*Satellite, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("satellite key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("satellite certificate serial number: %w", err)
	}
	id := SatelliteID(launchpad)
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: strings.ToUpper(launchpad.String())},
		URIs:         []*url.URL{id},
		NotBefore:    now.Add(-satelliteBackdating),
		NotAfter:     now.Add(satelliteLifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("satellite certificate: %w", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("satellite key: %w", err)
	}
	s := &Satellite{
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		Key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
		Fingerprint: FingerprintOf(der),
	}
	clear(keyDER)
	return s, nil
}

// SatelliteID is the URI that the certificate of a launchpad has among its subject alternative names.
func SatelliteID(launchpad uuid.UUID) *url.URL {
	return &url.URL{Scheme: "tds-launchpad", Path: "/launchpad/" + strings.ToUpper(launchpad.String())}
}

// Destroy overwrites the key.
func (s *Satellite) Destroy() { clear(s.Key) }

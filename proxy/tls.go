package proxy

import (
	"crypto/tls"
	"fmt"
	"net"
)

// alpn is the protocol name of TDS 8.0, MS-TDS 2.1.
const alpn = "tds/8.0"

// prepareTLS makes the TLS settings of the engine leg once, so that missing files are found when
// the server starts.
func (s *Server) prepareTLS() error {
	if s.cfg.EngineEncryption == EngineEncryptOff {
		return nil
	}
	host, _, err := net.SplitHostPort(s.cfg.Engine)
	if err == nil {
		s.engineTLS, err = s.cfg.EngineVerification.ClientConfig(host)
	}
	return err
}

// engineTLSFor returns the settings for an engine named host. TLS 1.3 does not go with TDS 7.x:
// its session tickets would come in the middle of the login.
func (s *Server) engineTLSFor(host string, strict bool) (*tls.Config, error) {
	config := s.engineTLS
	if own, _, _ := net.SplitHostPort(s.cfg.Engine); own != host {
		var err error
		if config, err = s.cfg.EngineVerification.ClientConfig(host); err != nil {
			return nil, fmt.Errorf("engine %s: %w", host, err)
		}
	}
	config = config.Clone()
	config.DynamicRecordSizingDisabled = true // see recordPerPacket
	if strict {
		config.NextProtos = []string{alpn}
	} else {
		config.MaxVersion = tls.VersionTLS12
	}
	return config, nil
}

// clientTLS returns the settings with which clients are received. byCertificate: they are asked for
// theirs, of which the handshake makes sure that they have the key; whose it is the login decides.
func (s *Server) clientTLS(strict, byCertificate bool) *tls.Config {
	config := &tls.Config{
		GetCertificate: s.cfg.Certificate.GetCertificate,
		MinVersion:     tls.VersionTLS12,
		MaxVersion:     tls.VersionTLS12,
		// Tickets save a client little here and would be another secret to rotate.
		SessionTicketsDisabled: true,
		// Small first records save nothing where answers are small or all needed.
		DynamicRecordSizingDisabled: true,
	}
	if byCertificate {
		config.ClientAuth = tls.RequestClientCert
	}
	if strict {
		config.NextProtos = []string{alpn}
		config.MaxVersion = tls.VersionTLS13
	}
	return config
}

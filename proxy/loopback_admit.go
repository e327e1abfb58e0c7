package proxy

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"tds-launchpad/certs"
	"tds-launchpad/tds"
)

// tokenPrefix begins all one-call tokens, so that one in the wrong place is known for what it is,
// and never relayed to an engine.
const tokenPrefix = "tds-launchpad-one-call-token-"

// newToken makes the token of a call. It is short enough for a password (MaxLoginName).
func newToken() string {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
}

// loginRefusal is a login that is refused by us. The client reads what SQL Server would say, and
// only the log says why.
type loginRefusal struct{ login, reason string }

func (e *loginRefusal) Error() string { return "login refused: " + e.reason }

// message is error 18456.
func (e *loginRefusal) message() tds.ServerMessage {
	return tds.ServerMessage{IsError: true, Number: 18456, State: 1, Class: 14,
		Text: fmt.Sprintf("Login failed for user '%s'.", e.login)}
}

// admitPublic refuses what is for loopback connections only.
func admitPublic(login *tds.Login7) error {
	if strings.HasPrefix(login.Password, tokenPrefix) {
		return &loginRefusal{login.UserName, "a script's one-call token on the public port"}
	}
	return nil
}

// admit decides who logs in on a loopback connection: asCaller, or whom LOGIN7 itself names. How is
// for the log.
func (l *loopback) admit(login *tds.Login7, byCertificate bool, presented []byte) (asCaller bool, how string, err error) {
	refuse := func(reason string) (bool, string, error) {
		return false, "", &loginRefusal{login.UserName, reason}
	}
	_, federated := login.Feature(tds.FeatureFedAuth)
	integrated := login.IntegratedSecurity() || len(login.SSPI) > 0 || federated
	changes := login.ChangePassword != "" || login.OptionFlags3&tds.FlagChangePassword != 0
	switch {
	case byCertificate && presented == nil:
		return refuse("asked to be authenticated by certificate and showed none")
	case byCertificate && !l.pad.certificate.Fingerprint.Equal(certs.FingerprintOf(presented)):
		return refuse("a certificate that is not the one of the call's launchpad")
	case byCertificate && (login.UserName != "" || login.Password != "" || integrated || changes):
		return refuse("a certificate together with other credentials")
	case byCertificate:
		return true, "certificate", nil
	case integrated:
		return refuse("integrated or federated security on a loopback connection")
	case strings.HasPrefix(login.Password, tokenPrefix):
		if subtle.ConstantTimeCompare([]byte(login.Password), []byte(l.token)) != 1 {
			return refuse("a one-call token of another call")
		}
		if changes {
			return refuse("a change of password with a one-call token")
		}
		return true, "token", nil
	case login.UserName == "":
		return refuse("neither certificate nor token nor login")
	}
	return false, "login", nil
}

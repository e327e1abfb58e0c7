package proxy

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/certs"
	"tds-launchpad/tds"
)

// Whatever a LOGIN7 says, the caller is who shows the call's certificate or token, and nobody else.
func FuzzAdmit(f *testing.F) {
	certificate, err := certs.NewSatellite(uuid.New(), time.Now())
	if err != nil {
		f.Fatal(err)
	}
	l := &loopback{pad: &launchpad{certificate: certificate}, token: newToken()}
	seed := func(login *tds.Login7, byCertificate bool, presented []byte) {
		payload, err := login.Append(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload, byCertificate, presented)
	}
	seed(loopLogin("x", newToken()), false, nil)
	seed(loopLogin("sa", "secret"), false, nil)
	seed(loopLogin("", ""), true, []byte("not a certificate"))
	seed(loopLogin("", ""), true, nil)
	f.Fuzz(func(t *testing.T, payload []byte, byCertificate bool, presented []byte) {
		login, err := tds.ParseLogin7(payload)
		if err != nil {
			return
		}
		asCaller, how, err := l.admit(login, byCertificate, presented)
		if asCaller || err != nil && how != "" {
			t.Errorf("admitted as the caller by %s: %v, %v", how, login, err)
		}
		if err == nil && (byCertificate || login.UserName == "" || login.IntegratedSecurity()) {
			t.Errorf("relayed: %v", login)
		}
	})
}

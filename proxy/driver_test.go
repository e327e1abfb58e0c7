package proxy

import (
	"testing"

	"tds-launchpad/certs"
	"tds-launchpad/tds"
)

// A driver that nobody here wrote comes in by each kind of encryption it has.
func TestGoMSSQLDB(t *testing.T) {
	cert, ca := selfSigned(t)
	e := newEngine(t, func(e *scriptedEngine) {
		e.encryption, e.cert = tds.EncryptOff, cert
		e.handle = func(c *engineConn, m tds.RawMessage) {
			if m.First.Type == tds.PacketAttention { // the driver's, when it closes the rows early
				c.reply(done(tds.DoneAttn))
				return
			}
			out, _ := (&tds.ColMetadata{Columns: inputColumns}).Append(nil, tds.TokenFormat{})
			out, _ = tds.AppendRow(out, inputColumns, [][]byte{{42, 0, 0, 0}})
			c.reply(append(out, (&tds.Done{Token: tds.TokenDone, Status: tds.DoneCount, RowCount: 1}).Append(nil, tds.V74)...))
		}
	})
	for _, engineMode := range []EngineEncryption{EngineEncryptOn, EngineEncryptLogin} {
		address := serve(t, Config{Engine: e.address(), EngineEncryption: engineMode, Certificate: cert,
			EngineVerification: certs.Verification{CAFile: ca}})
		for _, options := range []string{"encrypt=disable", "encrypt=false&TrustServerCertificate=true", "encrypt=true&certificate=" + ca,
			"encrypt=strict&certificate=" + ca, "encrypt=true&packet+size=32767&certificate=" + ca, "encrypt=disable&packet+size=512"} {
			db := openDB(t, address, "caller", "p4ss", options)
			var n int
			if err := db.QueryRow("SELECT n FROM t").Scan(&n); err != nil || n != 42 {
				t.Errorf("engine %v, client %s: %d, %v", engineMode, options, n, err)
			}
			_ = db.Close()
		}
	}
}

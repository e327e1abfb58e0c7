package tds

// Encryption is the value of the ENCRYPTION option of PRELOGIN, MS-TDS 2.2.6.5:
// one of the four settings, perhaps with the bit EncryptClientCert.
type Encryption byte

// The settings, and the two bits that may be added.
const (
	EncryptOff    Encryption = 0x00 // available, off: only the login is encrypted
	EncryptOn     Encryption = 0x01
	EncryptNotSup Encryption = 0x02 // not available
	EncryptReq    Encryption = 0x03

	EncryptExt        Encryption = 0x20 // reserved
	EncryptClientCert Encryption = 0x80 // the client will authenticate by certificate
)

// Setting returns the value without the added bits.
func (e Encryption) Setting() Encryption { return e & 0x03 }

// ClientCert reports that the client asks to be authenticated by certificate.
func (e Encryption) ClientCert() bool { return e&EncryptClientCert != 0 }

// Known reports that e is a value that MS-TDS gives a meaning.
func (e Encryption) Known() bool { return e&^(EncryptExt|EncryptClientCert) <= EncryptReq }

// String returns the name of MS-TDS.
func (e Encryption) String() string {
	if !e.Known() {
		return "ENCRYPTION 0x" + hexByte(byte(e))
	}
	s := [...]string{"ENCRYPT_OFF", "ENCRYPT_ON", "ENCRYPT_NOT_SUP", "ENCRYPT_REQ"}[e.Setting()]
	if e&EncryptExt != 0 {
		s += "|ENCRYPT_EXT"
	}
	if e.ClientCert() {
		s += "|ENCRYPT_CLIENT_CERT"
	}
	return s
}

// Answer returns what a server set to e answers a client that sent client, and
// whether the two can talk, as the table of MS-TDS 2.2.6.5 says. e is EncryptOff,
// EncryptOn (or EncryptReq, the same for a server) or EncryptNotSup.
func (e Encryption) Answer(client Encryption) (answer Encryption, ok bool) {
	cert := client.ClientCert()
	switch c := client.Setting(); {
	case cert && c == EncryptNotSup:
		return EncryptReq, false
	case e.Setting() == EncryptNotSup:
		return EncryptNotSup, !cert && (c == EncryptOff || c == EncryptNotSup)
	case c == EncryptOn || c == EncryptReq:
		return EncryptOn, true
	case e.Setting() == EncryptOff:
		return c, true // off for off, not supported for not supported
	default: // the server insists
		return EncryptReq, c == EncryptOff
	}
}

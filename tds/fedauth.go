package tds

import "fmt"

// FedAuthToken is the Federated Authentication Token message of a client, MS-TDS
// 2.2.6.3, for the library ADAL (the only one that sends it). Both fields are as
// secret as a password.
type FedAuthToken struct {
	Token []byte
	Nonce []byte // nil, or the 32 bytes of the server's NONCEOPT
}

// fedAuthNonceSize is the size of NONCE.
const fedAuthNonceSize = 32

// ParseFedAuthToken reads the payload of the message. The fields point into src.
func ParseFedAuthToken(src []byte) (FedAuthToken, error) {
	c := newCursor("FEDAUTH", src)
	if n := c.u32(); c.ok() && uint64(n) != uint64(c.remaining()) {
		c.failAt(0, "DataLen does not fit the message")
	}
	var f FedAuthToken
	f.Token = c.lVarByte()
	f.Nonce = c.nonce()
	if err := c.finish(); err != nil {
		return FedAuthToken{}, err
	}
	return f, nil
}

// Append appends the payload of the message.
func (f *FedAuthToken) Append(dst []byte) ([]byte, error) {
	if err := checkNonce("FEDAUTH", f.Nonce); err != nil {
		return dst, err
	}
	at := len(dst)
	dst = appendU32(appendU32(dst, 0), uint32(len(f.Token)))
	dst = append(append(dst, f.Token...), f.Nonce...)
	putLenU32(dst, at)
	return dst, nil
}

// Format writes the sizes of the fields, for all verbs, so that none prints a token.
func (f FedAuthToken) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "FEDAUTH token of %d bytes, nonce of %d", len(f.Token), len(f.Nonce))
}

// nonce reads the optional NONCE at the end of a structure.
func (c *cursor) nonce() []byte {
	if c.remaining() == 0 {
		return nil
	}
	return c.bytes(fedAuthNonceSize)
}

func checkNonce(name string, nonce []byte) error {
	if len(nonce) != 0 && len(nonce) != fedAuthNonceSize {
		return &EncodeError{Name: name, Problem: "Nonce must have 32 bytes"}
	}
	return nil
}

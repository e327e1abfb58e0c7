package tds

import "fmt"

// FedAuthLibrary says how a client authenticates, in the FEDAUTH feature extension.
type FedAuthLibrary byte

// The libraries of MS-TDS 2.2.6.4.
const (
	FedAuthLiveID        FedAuthLibrary = 0x00 // Live ID Compact Token
	FedAuthSecurityToken FedAuthLibrary = 0x01 // an access token in the login itself
	FedAuthADAL          FedAuthLibrary = 0x02 // token follows FEDAUTHINFO
	FedAuthReserved      FedAuthLibrary = 0x7F
)

// FedAuthFeature is the data of the FEDAUTH feature extension of LOGIN7.
type FedAuthFeature struct {
	Library FedAuthLibrary
	// Echo repeats the server's FEDAUTHREQUIRED.
	Echo bool
	// Token is there for FedAuthLiveID and FedAuthSecurityToken.
	Token []byte
	// Nonce is the server's NONCEOPT, nil if there was none; not for ADAL.
	Nonce []byte
	// Rest is there for FedAuthLiveID: the channel binding token, which may be
	// empty, and the 32 bytes of the signature.
	Rest []byte
	// Workflow is there for ADAL: 1 user name and password, 2 integrated, 3
	// interactive and others that MS-TDS does not list.
	Workflow byte
}

// Format writes the fields without the token, for all verbs.
func (f FedAuthFeature) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "FEDAUTH library %d echo %v workflow %d token of %d bytes", f.Library, f.Echo, f.Workflow, len(f.Token))
}

// ParseFedAuthFeature reads the feature's data; the fields point into it.
func ParseFedAuthFeature(data []byte) (FedAuthFeature, error) {
	c := newCursor("FEDAUTH feature", data)
	options := c.u8()
	f := FedAuthFeature{Library: FedAuthLibrary(options >> 1), Echo: options&1 != 0}
	switch f.Library {
	case FedAuthLiveID:
		f.Token = c.lVarByte()
		f.Nonce = c.nonce()
		f.Rest = c.rest()
	case FedAuthSecurityToken:
		f.Token = c.lVarByte()
		f.Nonce = c.nonce()
	case FedAuthADAL:
		f.Workflow = c.u8()
	default:
		c.failAt(0, "unknown bFedAuthLibrary")
	}
	if err := c.finish(); err != nil {
		return FedAuthFeature{}, err
	}
	return f, nil
}

// Append appends the feature's data.
func (f *FedAuthFeature) Append(dst []byte) ([]byte, error) {
	if err := checkNonce("FEDAUTH feature", f.Nonce); err != nil {
		return dst, err
	}
	options := byte(f.Library) << 1
	if f.Echo {
		options |= 1
	}
	switch f.Library {
	case FedAuthLiveID, FedAuthSecurityToken:
		dst = appendU32(append(dst, options), uint32(len(f.Token)))
		dst = append(append(dst, f.Token...), f.Nonce...)
		return append(dst, f.Rest...), nil
	case FedAuthADAL:
		return append(dst, options, f.Workflow), nil
	}
	return dst, &EncodeError{Name: "FEDAUTH feature", Problem: "unknown bFedAuthLibrary"}
}

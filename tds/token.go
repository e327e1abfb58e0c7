package tds

// TokenType is the first byte of a token in a token stream, MS-TDS 2.2.5.9.
type TokenType byte

// The token types of MS-TDS 2.2.7. TokenTVPRow stands only inside a table-valued
// parameter; it shares its number space with the metadata of those.
const (
	TokenTVPRow             TokenType = 0x01
	TokenOffset             TokenType = 0x78
	TokenReturnStatus       TokenType = 0x79
	TokenColMetadata        TokenType = 0x81
	TokenAltMetadata        TokenType = 0x88
	TokenDataClassification TokenType = 0xA3
	TokenTabName            TokenType = 0xA4
	TokenColInfo            TokenType = 0xA5
	TokenOrder              TokenType = 0xA9
	TokenError              TokenType = 0xAA
	TokenInfo               TokenType = 0xAB
	TokenReturnValue        TokenType = 0xAC
	TokenLoginAck           TokenType = 0xAD
	TokenFeatureExtAck      TokenType = 0xAE
	TokenRow                TokenType = 0xD1
	TokenNBCRow             TokenType = 0xD2
	TokenAltRow             TokenType = 0xD3
	TokenEnvChange          TokenType = 0xE3
	TokenSessionState       TokenType = 0xE4
	TokenSSPI               TokenType = 0xED
	TokenFedAuthInfo        TokenType = 0xEE
	TokenDone               TokenType = 0xFD
	TokenDoneProc           TokenType = 0xFE
	TokenDoneInProc         TokenType = 0xFF
)

// Token is one decoded token of a response. The marker method keeps values that
// are not tokens from being written into a response by mistake.
//
// A token whose length stands in front of it, or is fixed, decodes itself with
// Decode(body, ...), where body is what follows the token type and the length
// field, exactly as long as that field says. Decode overwrites all fields and
// keeps no reference to body. Append writes the whole token: type, length and body.
type Token interface {
	token()
}

// TokenPrefix says how the length of a token's body is known.
type TokenPrefix int8

// The values of TokenPrefix, MS-TDS 2.2.4.2.1.
const (
	PrefixNone   TokenPrefix = iota // the body must be walked to find its end
	PrefixUShort                    // a USHORT length follows the type
	PrefixULong                     // a ULONG length follows the type
	PrefixFixed                     // the type (and the TDS version) alone tells
)

// Prefix returns how the length of the body of a token of type t is known.
// Unknown types answer PrefixNone.
func (t TokenType) Prefix() TokenPrefix {
	switch t {
	case TokenTabName, TokenColInfo, TokenOrder, TokenError, TokenInfo,
		TokenLoginAck, TokenEnvChange, TokenSSPI:
		return PrefixUShort
	case TokenSessionState, TokenFedAuthInfo:
		return PrefixULong
	case TokenDone, TokenDoneProc, TokenDoneInProc, TokenReturnStatus, TokenOffset:
		return PrefixFixed
	}
	return PrefixNone
}

// String returns the token's name as MS-TDS writes it, for errors and traces.
func (t TokenType) String() string {
	switch t {
	case TokenTVPRow:
		return "TVP_ROW"
	case TokenOffset:
		return "OFFSET"
	case TokenReturnStatus:
		return "RETURNSTATUS"
	case TokenColMetadata:
		return "COLMETADATA"
	case TokenAltMetadata:
		return "ALTMETADATA"
	case TokenDataClassification:
		return "DATACLASSIFICATION"
	case TokenTabName:
		return "TABNAME"
	case TokenColInfo:
		return "COLINFO"
	case TokenOrder:
		return "ORDER"
	case TokenError:
		return "ERROR"
	case TokenInfo:
		return "INFO"
	case TokenReturnValue:
		return "RETURNVALUE"
	case TokenLoginAck:
		return "LOGINACK"
	case TokenFeatureExtAck:
		return "FEATUREEXTACK"
	case TokenRow:
		return "ROW"
	case TokenNBCRow:
		return "NBCROW"
	case TokenAltRow:
		return "ALTROW"
	case TokenEnvChange:
		return "ENVCHANGE"
	case TokenSessionState:
		return "SESSIONSTATE"
	case TokenSSPI:
		return "SSPI"
	case TokenFedAuthInfo:
		return "FEDAUTHINFO"
	case TokenDone:
		return "DONE"
	case TokenDoneProc:
		return "DONEPROC"
	case TokenDoneInProc:
		return "DONEINPROC"
	}
	return "token 0x" + hexByte(byte(t))
}

// hexByte returns b as two hexadecimal digits.
func hexByte(b byte) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[b>>4], digits[b&15]})
}

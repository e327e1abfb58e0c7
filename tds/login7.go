package tds

import "fmt"

// Login7 is the LOGIN7 message, MS-TDS 2.2.6.4. Parsed and appended again it
// says the same in everything that was not changed: reserved bits, unknown feature
// extensions and unpaired surrogates in names included.
type Login7 struct {
	TDSVersion     Version
	PacketSize     uint32 // asked for; 0 means the server's default
	ClientProgVer  uint32
	ClientPID      uint32
	ConnectionID   uint32
	OptionFlags1   OptionFlags1
	OptionFlags2   OptionFlags2
	TypeFlags      TypeFlags
	OptionFlags3   OptionFlags3 // Append sets FlagExtension if there are Features
	ClientTimeZone int32
	ClientLCID     uint32

	HostName       string
	UserName       string
	Password       string // in the clear here, obfuscated on the wire
	AppName        string
	ServerName     string
	CltIntName     string
	Language       string
	Database       string
	AtchDBFile     string
	ChangePassword string // the new one, with FlagChangePassword
	ClientID       [6]byte
	SSPI           []byte // nil if there is none

	// Features are the feature extensions in their order, nil if there is no
	// FeatureExt block.
	Features []Feature

	// extension holds what follows ibFeatureExtLong in the extension block.
	extension []byte
	// unused is the block of ibUnused, where there may be no extension block.
	unused []byte
	// hasExtension says that the extension block is there, even without features.
	hasExtension bool
	// fixedSize is the length of the fixed part as parsed, 0 for the version's own.
	fixedSize int
}

// Sizes of the fixed part: TDS 7.2 added ChangePassword and cbSSPILong.
const (
	login7Fixed71 = 86
	login7Fixed72 = 94
)

// The greatest lengths of names in UTF-16 units, from "Login Data Validation
// Rules". Parsing allows more, because it is the engine's right to refuse it.
const (
	MaxLoginName   = 128
	MaxAtchDBFile  = 260
	maxLoginOffset = 0xFFFF
)

// OptionFlags1 is the byte of the same name.
type OptionFlags1 byte

// The bits of OptionFlags1; fFloat (bits 2 and 3) has none set for IEEE 754.
const (
	FlagByteOrder68000 OptionFlags1 = 0x01
	FlagCharEBCDIC     OptionFlags1 = 0x02
	FlagFloatMask      OptionFlags1 = 0x0C
	FlagDumpLoadOff    OptionFlags1 = 0x10
	FlagUseDB          OptionFlags1 = 0x20
	FlagDatabaseFatal  OptionFlags1 = 0x40
	FlagSetLang        OptionFlags1 = 0x80
)

// OptionFlags2 is the byte of the same name.
type OptionFlags2 byte

// The bits of OptionFlags2; FlagUserTypeMask covers the number fUserType.
const (
	FlagLanguageFatal OptionFlags2 = 0x01
	FlagODBC          OptionFlags2 = 0x02
	FlagTranBoundary  OptionFlags2 = 0x04 // removed in TDS 7.2
	FlagCacheConnect  OptionFlags2 = 0x08 // removed in TDS 7.2
	FlagUserTypeMask  OptionFlags2 = 0x70
	FlagIntSecurity   OptionFlags2 = 0x80
)

// TypeFlags is the byte of the same name.
type TypeFlags byte

// The bits of TypeFlags; FlagSQLTypeMask covers the number fSQLType.
const (
	FlagSQLTypeMask    TypeFlags = 0x0F
	FlagOLEDB          TypeFlags = 0x10
	FlagReadOnlyIntent TypeFlags = 0x20
)

// OptionFlags3 is the byte of the same name.
type OptionFlags3 byte

// The bits of OptionFlags3.
const (
	FlagChangePassword           OptionFlags3 = 0x01
	FlagSendYukonBinaryXML       OptionFlags3 = 0x02
	FlagUserInstance             OptionFlags3 = 0x04
	FlagUnknownCollationHandling OptionFlags3 = 0x08
	FlagExtension                OptionFlags3 = 0x10
)

// IntegratedSecurity reports that the client authenticates by SSPI.
func (l *Login7) IntegratedSecurity() bool { return l.OptionFlags2&FlagIntSecurity != 0 }

// Feature returns the data of a feature extension and whether it is there.
func (l *Login7) Feature(id FeatureID) ([]byte, bool) { return findFeature(l.Features, id) }

// SetFeature replaces the data of a feature extension or adds it at the end.
func (l *Login7) SetFeature(id FeatureID, data []byte) { setFeature(&l.Features, id, data) }

// RemoveFeature takes a feature extension out.
func (l *Login7) RemoveFeature(id FeatureID) { removeFeature(&l.Features, id) }

// String tells who logs in from where to what. It leaves out everything secret.
func (l *Login7) String() string {
	return fmt.Sprintf("LOGIN7 TDS %s user %q host %q app %q server %q database %q",
		l.TDSVersion, l.UserName, l.HostName, l.AppName, l.ServerName, l.Database)
}

// GoString is String, so that no verb prints a password.
func (l *Login7) GoString() string { return l.String() }

// Format is String for all verbs and flags.
func (l Login7) Format(f fmt.State, _ rune) { fmt.Fprint(f, (&l).String()) }

// obfuscatePassword hides the bytes of a password in place, as "Login Data
// Validation Rules" tells clients to; it protects from nothing.
func obfuscatePassword(b []byte) {
	for i, c := range b {
		b[i] = (c<<4 | c>>4) ^ 0xA5
	}
}

// revealPassword returns what obfuscatePassword hid, in memory of its own.
func revealPassword(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		c ^= 0xA5
		out[i] = c<<4 | c>>4
	}
	return out
}

package tds

// Column describes one column of a result set or bulk load (ColumnData of
// COLMETADATA, MS-TDS 2.2.7.4), or of a table-valued parameter.
type Column struct {
	Name string
	Type TypeInfo
	// UserType is 0 except for timestamp (0x50) and alias types (above 0xFF).
	UserType uint32
	Flags    ColumnFlags
	// Table is the name of the base table in parts; only for text, ntext and image.
	Table []string
	// Crypto says how the column is encrypted; not nil only if ColumnEncrypted is
	// set and column encryption was acknowledged. Type is then that of the
	// ciphertext.
	Crypto *CryptoMetadata
}

// ColumnFlags are the Flags of a column.
type ColumnFlags uint16

// The bits of ColumnFlags.
const (
	ColumnNullable        ColumnFlags = 1 << 0
	ColumnCaseSensitive   ColumnFlags = 1 << 1
	ColumnUpdatable       ColumnFlags = 1 << 2 // usUpdateable: read/write
	ColumnUpdatableUnused ColumnFlags = 1 << 3 // usUpdateable: unknown
	ColumnIdentity        ColumnFlags = 1 << 4
	ColumnComputed        ColumnFlags = 1 << 5
	ColumnFixedLenCLR     ColumnFlags = 1 << 8
	ColumnDefault         ColumnFlags = 1 << 9 // TVP only: the column is not sent
	ColumnSparseSet       ColumnFlags = 1 << 10
	ColumnEncrypted       ColumnFlags = 1 << 11
	ColumnHidden          ColumnFlags = 1 << 13
	ColumnKey             ColumnFlags = 1 << 14
	ColumnNullableUnknown ColumnFlags = 1 << 15
)

// CryptoMetadata says how a column's values are encrypted (CryptoMetaData,
// 2.2.7.4).
type CryptoMetadata struct {
	Ordinal       uint16 // index into ColMetadata.CekTable; absent in RETURNVALUE
	UserType      uint32
	BaseType      TypeInfo // of the plaintext
	Algorithm     uint8    // 0 custom, 1 AEAD_AES_256_CBC_HMAC_SHA512, 2 AEAD_AES_256_CBC_HMAC_SHA256
	AlgorithmName string   // only if Algorithm is 0
	Type          uint8    // 1 deterministic, 2 randomized
	NormVersion   uint8
}

// EncryptionKey is one row of CekTable (EK_INFO, 2.2.5.7).
type EncryptionKey struct {
	DatabaseID, ID, Version uint32
	MetadataVersion         uint64
	Values                  []EncryptionKeyValue
}

// EncryptionKeyValue is a column encryption key as one master key encrypted it.
type EncryptionKeyValue struct {
	EncryptedKey        []byte
	KeyStoreName        string
	KeyPath             string
	AsymmetricAlgorithm string
}

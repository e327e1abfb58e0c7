package tds

// Dialect is what a login has settled about the shape of later bytes. The zero
// value of every field but Version means "not agreed on".
type Dialect struct {
	// Version is the TDS version of the LOGINACK.
	Version Version
	// ColumnEncryption is the version that FEATUREEXTACK gave COLUMNENCRYPTION,
	// 0 without it. From 1 on result sets carry a CekTable and encrypted
	// parameters their cipher information; from 2 on requests carry an enclave
	// package.
	ColumnEncryption uint8
	// DataClassification is the version that FEATUREEXTACK gave
	// DATACLASSIFICATION, 0 without it.
	DataClassification uint8
}

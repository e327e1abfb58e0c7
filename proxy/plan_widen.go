package proxy

import "tds-launchpad/tds"

// widened is the Unicode type that keeps what a column of another code page than the database's holds: the temporary table has the
// database's.
func widened(t tds.TypeInfo, database tds.Collation) (tds.TypeInfo, bool) {
	switch t.ID {
	case tds.TypeBigChar, tds.TypeBigVarChar, tds.TypeText:
	default:
		return t, false
	}
	if t.Collation.CodePage() == database.CodePage() {
		return t, false
	}
	if t.ID == tds.TypeText || t.Size < 0 || t.Size > 4000 {
		return tds.NVarChar(tds.SizeMax, database), true
	}
	return tds.NVarChar(t.Size, database), true
}

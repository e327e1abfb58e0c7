package tds

// TokenFormat holds what was agreed at login and changes how tokens look.
type TokenFormat struct {
	// Version is the TDS version of the session; zero means 7.4.
	Version Version
	// ColumnEncryption is set if the COLUMNENCRYPTION feature was acknowledged.
	ColumnEncryption bool
	// DataClassification is the acknowledged version of that feature; from 2 on
	// tokens carry sensitivity ranks.
	DataClassification uint8
	// BulkLoad is set for the stream that a client sends after INSERT BULK: the
	// table names of text, ntext and image columns are not split into parts there.
	BulkLoad bool
}

// version is the Version with its default.
func (f *TokenFormat) version() Version {
	if f.Version == 0 {
		return V74
	}
	return f.Version
}

// wide reports that UserType has 32 bits and table names come in parts.
func (f *TokenFormat) wide() bool { return f.version().AtLeast(V72) }

// userType reads UserType.
func (c *cursor) userType(f *TokenFormat) uint32 {
	if f.wide() {
		return c.u32()
	}
	return uint32(c.u16())
}

// appendUserType appends UserType.
func appendUserType(dst []byte, u uint32, f *TokenFormat) ([]byte, error) {
	if f.wide() {
		return appendU32(dst, u), nil
	}
	if u > 0xFFFF {
		return dst, &EncodeError{Name: "UserType", Problem: "has 16 bits before TDS 7.2"}
	}
	return appendU16(dst, uint16(u)), nil
}

// elements gives the decoders of tokens without a length their fields, element by
// element: all of fn's reads succeed or the stream has failed. fn may run several
// times, on a longer slice each time, so it must set its results and not add to
// them. It returns false after a failure.
type elements interface {
	element(fn func(c *cursor)) bool
}

// element lets a cursor over a whole token serve as elements.
func (c *cursor) element(fn func(c *cursor)) bool {
	fn(c)
	return c.ok()
}

// needs returns the TDS version that brought a type.
func (t *TypeInfo) needs() Version {
	switch t.ID {
	case TypeJSON, TypeVector:
		return V74
	case TypeDateN, TypeTimeN, TypeDateTime2N, TypeDateTimeOffsetN:
		return V73A
	case TypeXML, TypeUDT:
		return V72
	}
	if t.IsPLP() {
		return V72
	}
	return V71
}

// appendTypeInfo appends the TYPE_INFO of a column or return value, unless the
// session's version doesn't know the type.
func appendTypeInfo(dst []byte, t *TypeInfo, f *TokenFormat) ([]byte, error) {
	if v := t.needs(); !f.version().AtLeast(v) {
		return dst, &EncodeError{Name: "TYPE_INFO", Problem: t.String() + " needs TDS " + v.String()}
	}
	return t.Append(dst, FormColumn)
}

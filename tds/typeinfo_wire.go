package tds

import "fmt"

// Lengths that TYPE_INFO holds.
const (
	ushortMax      = 0xFFFF     // USHORTMAXLEN: a (max) type; as a value length NULL
	maxLongLen     = 0x7FFFFFFF // text and image (2.2.5.4.3)
	maxVariantSize = 8016       // what servers declare; the document's own bound is 8009
	maxShortLen    = 8000       // char, binary and their variable forms
)

// TypeForm says where a TYPE_INFO stands. Only that of a CLR type differs.
type TypeForm uint8

const (
	// FormColumn is TYPE_INFO in COLMETADATA and RETURNVALUE, sent by servers.
	FormColumn TypeForm = iota
	// FormParam is TYPE_INFO of an RPC parameter or TVP column, sent by clients.
	FormParam
)

// ParseTypeInfo reads a TYPE_INFO at the start of src and returns how many bytes
// it took. TVPTYPE is not a TYPE_INFO in this sense and is refused.
func ParseTypeInfo(src []byte, form TypeForm) (t TypeInfo, n int, err error) {
	c := newCursor("TYPE_INFO", src)
	t = c.typeInfo(form)
	return t, c.off, c.result()
}

// typeInfo reads a TYPE_INFO.
func (c *cursor) typeInfo(form TypeForm) TypeInfo {
	at := c.off
	t := TypeInfo{ID: TypeID(c.u8())}
	switch t.ID {
	case TypeNull:
	case TypeInt1, TypeBit, TypeInt2, TypeInt4, TypeDateTime4, TypeFloat4,
		TypeMoney, TypeDateTime, TypeFloat8, TypeMoney4, TypeInt8:
		t.Size = t.ID.fixedSize()
	case TypeGUID, TypeIntN, TypeBitN, TypeFloatN, TypeMoneyN, TypeDateTimeN:
		t.Size = int(c.u8())
	case TypeDecimal, TypeNumeric, TypeDecimalN, TypeNumericN:
		t.Size = int(c.u8())
		t.Precision = c.u8()
		t.Scale = c.u8()
	case TypeDateN:
		t.Size = 3
	case TypeTimeN:
		t.Scale = c.u8()
		t.Size = timeSize(t.Scale)
	case TypeDateTime2N:
		t.Scale = c.u8()
		t.Size = timeSize(t.Scale) + 3
	case TypeDateTimeOffsetN:
		t.Scale = c.u8()
		t.Size = timeSize(t.Scale) + 5
	case TypeChar, TypeVarChar, TypeBinary, TypeVarBinary:
		t.Size = int(c.u8())
	case TypeBigVarBinary, TypeBigBinary:
		t.Size = c.shortSize(t.ID)
	case TypeBigVarChar, TypeBigChar, TypeNVarChar, TypeNChar:
		t.Size = c.shortSize(t.ID)
		t.Collation = c.collation()
	case TypeVector:
		// 0xFFFF is the length of a NULL, and there is no max form.
		if t.Size = int(c.u16()); t.Size == ushortMax {
			c.fail("VECTORTYPE without a length")
		}
		t.Scale = c.u8()
	case TypeText, TypeNText:
		t.Size = c.longSize()
		t.Collation = c.collation()
	case TypeImage, TypeVariant:
		t.Size = c.longSize()
	case TypeXML:
		t.Size = SizeMax
		t.XML = c.xmlInfo()
	case TypeJSON:
		t.Size = SizeMax
	case TypeUDT:
		t.Size, t.UDT = c.udtInfo(form)
	default:
		c.failAt(at, fmt.Sprintf("unknown data type 0x%02X", byte(t.ID)))
	}
	if c.ok() {
		if problem := t.problem(); problem != "" {
			c.failAt(at, problem)
		}
	}
	return t
}

// problem names what the document does not allow about t, "" if nothing.
func (t *TypeInfo) problem() string {
	ok := true
	switch t.ID {
	case TypeGUID:
		ok = t.Size == 16
	case TypeIntN:
		ok = t.Size == 1 || t.Size == 2 || t.Size == 4 || t.Size == 8
	case TypeBitN:
		ok = t.Size == 1
	case TypeFloatN, TypeMoneyN, TypeDateTimeN:
		ok = t.Size == 4 || t.Size == 8
	case TypeDecimal, TypeNumeric, TypeDecimalN, TypeNumericN:
		if t.Precision < 1 || t.Precision > 38 || t.Scale > t.Precision {
			return fmt.Sprintf("%s with precision %d and scale %d", t.ID, t.Precision, t.Scale)
		}
		ok = t.Size >= 2 && t.Size <= 17 // some clients declare 17 whatever the precision
	case TypeTimeN, TypeDateTime2N, TypeDateTimeOffsetN:
		if t.Scale > 7 {
			return fmt.Sprintf("%s with scale %d", t.ID, t.Scale)
		}
	}
	if !ok {
		return fmt.Sprintf("%s with length %d", t.ID, t.Size)
	}
	return ""
}

// shortSize reads the 16-bit length; 0xFFFF means max where the type has it.
func (c *cursor) shortSize(id TypeID) int {
	n := c.u16()
	if n == ushortMax {
		switch id {
		case TypeBigVarBinary, TypeBigVarChar, TypeNVarChar:
			return SizeMax
		}
		c.fail(id.String() + " has no max form")
	}
	return int(n)
}

// longSize reads the 32-bit length of the long types, which is signed.
func (c *cursor) longSize() int {
	n := c.u32()
	if n > maxLongLen {
		c.fail("declared length is negative")
		return 0
	}
	return int(n)
}

func (c *cursor) collation() Collation {
	if b := c.bytes(CollationSize); b != nil {
		return collationFrom(b)
	}
	return Collation{}
}

func (c *cursor) xmlInfo() *XMLInfo {
	switch present := c.u8(); {
	case present == 0 || !c.ok():
		return nil
	case present != 1:
		c.fail("SCHEMA_PRESENT is neither 0 nor 1")
		return nil
	}
	return &XMLInfo{Database: c.bVarChar(), Schema: c.bVarChar(), Collection: c.usVarChar()}
}

func (c *cursor) udtInfo(form TypeForm) (int, *UDTInfo) {
	size := SizeMax
	if form == FormColumn {
		if n := c.u16(); n != ushortMax {
			size = int(n)
		}
	}
	u := &UDTInfo{Database: c.bVarChar(), Schema: c.bVarChar(), Name: c.bVarChar()}
	if form == FormColumn {
		u.Assembly = c.usVarChar()
	}
	return size, u
}

// Append appends the TYPE_INFO in the given form. It fails with an EncodeError if
// a name is too long or t is not a type that MS-TDS knows.
func (t *TypeInfo) Append(dst []byte, form TypeForm) ([]byte, error) {
	if problem := t.problem(); problem != "" {
		return dst, &EncodeError{Name: "TYPE_INFO", Problem: problem}
	}
	start := len(dst)
	dst = append(dst, byte(t.ID))
	switch t.ID {
	case TypeNull, TypeInt1, TypeBit, TypeInt2, TypeInt4, TypeDateTime4, TypeFloat4,
		TypeMoney, TypeDateTime, TypeFloat8, TypeMoney4, TypeInt8, TypeDateN, TypeJSON:
	case TypeGUID, TypeIntN, TypeBitN, TypeFloatN, TypeMoneyN, TypeDateTimeN:
		dst = append(dst, byte(t.Size))
	case TypeDecimal, TypeNumeric, TypeDecimalN, TypeNumericN:
		dst = append(dst, byte(t.Size), t.Precision, t.Scale)
	case TypeTimeN, TypeDateTime2N, TypeDateTimeOffsetN:
		dst = append(dst, t.Scale)
	case TypeChar, TypeVarChar, TypeBinary, TypeVarBinary:
		if t.Size < 0 || t.Size > 255 {
			return dst[:start], t.badSize()
		}
		dst = append(dst, byte(t.Size))
	case TypeBigVarBinary, TypeBigVarChar, TypeNVarChar, TypeBigBinary, TypeBigChar, TypeNChar:
		if t.Size >= ushortMax || t.Size < 0 && t.layout() != layoutPLP {
			return dst[:start], t.badSize()
		}
		dst = appendU16(dst, uint16(t.Size)) // SizeMax gives 0xFFFF
		if t.IsUnicode() || t.IsChar() {
			dst = t.Collation.Append(dst)
		}
	case TypeVector:
		if t.Size < 0 || t.Size >= ushortMax {
			return dst[:start], t.badSize()
		}
		dst = append(appendU16(dst, uint16(t.Size)), t.Scale)
	case TypeText, TypeNText, TypeImage, TypeVariant:
		if t.Size < 0 || t.Size > maxLongLen {
			return dst[:start], t.badSize()
		}
		dst = appendU32(dst, uint32(t.Size))
		if t.ID == TypeText || t.ID == TypeNText {
			dst = t.Collation.Append(dst)
		}
	case TypeXML:
		return t.XML.append(dst)
	case TypeUDT:
		return t.appendUDT(dst, form)
	default:
		return dst[:start], &EncodeError{Name: "TYPE_INFO", Problem: "no such type: " + t.ID.String()}
	}
	return dst, nil
}

func (t *TypeInfo) badSize() error {
	return &EncodeError{Name: "TYPE_INFO", Problem: fmt.Sprintf("%s with length %d", t.ID, t.Size)}
}

func (x *XMLInfo) append(dst []byte) ([]byte, error) {
	if x == nil {
		return append(dst, 0), nil
	}
	err := firstError(
		checkUnits("XML_INFO", "DbName", x.Database, 255),
		checkUnits("XML_INFO", "OWNING_SCHEMA", x.Schema, 255),
		checkUnits("XML_INFO", "XML_SCHEMA_COLLECTION", x.Collection, ushortMax))
	if err != nil {
		return dst, err
	}
	dst = append(dst, 1)
	dst = appendBVarChar(dst, x.Database)
	dst = appendBVarChar(dst, x.Schema)
	return appendUSVarChar(dst, x.Collection), nil
}

func (t *TypeInfo) appendUDT(dst []byte, form TypeForm) ([]byte, error) {
	u := t.UDT
	if u == nil {
		return dst, &EncodeError{Name: "UDT_INFO", Problem: "is missing"}
	}
	err := firstError(
		checkUnits("UDT_INFO", "DB_NAME", u.Database, 255),
		checkUnits("UDT_INFO", "SCHEMA_NAME", u.Schema, 255),
		checkUnits("UDT_INFO", "TYPE_NAME", u.Name, 255),
		checkUnits("UDT_INFO", "ASSEMBLY_QUALIFIED_NAME", u.Assembly, ushortMax))
	if err != nil {
		return dst, err
	}
	if form == FormColumn {
		if t.Size >= ushortMax || t.Size < SizeMax {
			return dst, t.badSize()
		}
		dst = appendU16(dst, uint16(t.Size))
	}
	dst = appendBVarChar(dst, u.Database)
	dst = appendBVarChar(dst, u.Schema)
	dst = appendBVarChar(dst, u.Name)
	if form == FormColumn {
		dst = appendUSVarChar(dst, u.Assembly)
	}
	return dst, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

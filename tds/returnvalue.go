package tds

// ReturnStatus bits of RETURNVALUE.
const (
	ReturnOutput   uint8 = 0x01 // of an OUTPUT parameter
	ReturnFunction uint8 = 0x02 // of a user-defined function
)

// ReturnValue is the RETURNVALUE token (MS-TDS 2.2.7.19): one output parameter or
// a function's result after an RPC.
type ReturnValue struct {
	Ordinal  uint16 // of the parameter in the call
	Name     string // with its @, empty for positional parameters
	Status   uint8
	UserType uint32
	Flags    ColumnFlags
	Type     TypeInfo
	Crypto   *CryptoMetadata // not nil only for encrypted values
	Value    []byte          // raw
}

func (*ReturnValue) token() {}

// Decode reads the token from what follows its type byte and returns how many
// bytes it took. Value is a part of body unless it is a PLP value of several chunks.
func (v *ReturnValue) Decode(body []byte, f TokenFormat) (n int, err error) {
	c := newCursor("RETURNVALUE", body)
	v.readHead(&c, &f)
	if c.ok() {
		v.Value = c.value(&v.Type)
	}
	return c.off, c.result()
}

// readHead reads everything before the value.
func (v *ReturnValue) readHead(e elements, f *TokenFormat) bool {
	return e.element(func(c *cursor) {
		*v = ReturnValue{}
		v.Ordinal = c.u16()
		v.Name = c.bVarChar()
		v.Status = c.u8()
		v.UserType = c.userType(f)
		v.Flags = ColumnFlags(c.u16())
		v.Type = c.typeInfo(FormColumn)
		if f.ColumnEncryption && v.Flags&ColumnEncrypted != 0 {
			v.Crypto = c.crypto(f, false)
		}
	})
}

// Append appends the whole token. On failure dst is returned as it was.
func (v *ReturnValue) Append(dst []byte, f TokenFormat) ([]byte, error) {
	if err := checkUnits("RETURNVALUE", "ParamName", v.Name, 255); err != nil {
		return dst, err
	}
	out := appendU16(append(dst, byte(TokenReturnValue)), v.Ordinal)
	out = appendBVarChar(out, v.Name)
	out, err := appendUserType(append(out, v.Status), v.UserType, &f)
	if err != nil {
		return dst, err
	}
	out = appendU16(out, uint16(v.Flags))
	if out, err = appendTypeInfo(out, &v.Type, &f); err != nil {
		return dst, err
	}
	if f.ColumnEncryption && v.Flags&ColumnEncrypted != 0 {
		if out, err = v.Crypto.append(out, &f, false); err != nil {
			return dst, err
		}
	}
	if out, err = v.Type.AppendValue(out, v.Value); err != nil {
		return dst, err
	}
	return out, nil
}

package tds

import "fmt"

// Variant is the Go value of a sql_variant: the value of a base type. A NULL
// sql_variant is nil, not a Variant.
type Variant struct {
	Type  TypeInfo
	Value any
}

// ParseVariant splits a raw sql_variant into the type it holds and the raw value
// of that type (SSVARIANT_INSTANCE, MS-TDS 2.2.5.5.4).
func ParseVariant(raw []byte) (t TypeInfo, inner []byte, err error) {
	c := newCursor("SSVARIANT_INSTANCE", raw)
	t.ID = TypeID(c.u8())
	props := newCursor("VARIANT_PROPERTIES", c.bVarByte())
	switch t.ID {
	case TypeBit, TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeFloat4, TypeFloat8,
		TypeMoney, TypeMoney4, TypeDateTime, TypeDateTime4:
		t.Size = t.ID.fixedSize()
	case TypeGUID:
		t.Size = 16
	case TypeDateN:
		t.Size = 3
	case TypeTimeN:
		t = Time(props.u8())
	case TypeDateTime2N:
		t = DateTime2(props.u8())
	case TypeDateTimeOffsetN:
		t = DateTimeOffset(props.u8())
	case TypeBigVarBinary, TypeBigBinary:
		t.Size = int(props.u16())
	case TypeDecimalN, TypeNumericN:
		t.Precision, t.Scale = props.u8(), props.u8()
		t.Size = decimalSize(t.Precision)
	case TypeBigVarChar, TypeBigChar, TypeNVarChar, TypeNChar:
		t.Collation = props.collation()
		t.Size = int(props.u16())
	default:
		c.failAt(0, fmt.Sprintf("base type %s", t.ID))
	}
	if problem := t.problem(); problem != "" && c.ok() {
		c.failAt(0, problem)
	}
	if err := props.finish(); err != nil && c.ok() {
		c.failWith("properties don't fit the base type", err)
	}
	inner = c.rest()
	if c.ok() && !t.holds(len(inner)) {
		c.fail(fmt.Sprintf("value of %d bytes for %s of length %d", len(inner), t.ID, t.Size))
	}
	return t, inner, c.result()
}

// holds reports whether a sql_variant of this base type may have n bytes of value.
func (t *TypeInfo) holds(n int) bool {
	switch t.layout() {
	case layoutFixed:
		return n == t.Size
	case layoutUshort:
		return n <= t.Size
	}
	return t.validLength(n)
}

// AppendVariant appends the raw sql_variant of a raw value, which must not be nil.
// The type may be a nullable one; sql_variant itself only knows the others.
func AppendVariant(dst []byte, t TypeInfo, raw []byte) ([]byte, error) {
	t = t.NotNull()
	bad := func(problem string) ([]byte, error) {
		return dst, &EncodeError{Name: "SSVARIANT_INSTANCE", Problem: problem}
	}
	if raw == nil {
		return bad("NULL inside a sql_variant")
	}
	if problem := t.problem(); problem != "" {
		return bad(problem)
	}
	if t.Size < 0 || t.Size > maxShortLen {
		return bad(fmt.Sprintf("%s of length %d has no place in a sql_variant", t.ID, t.Size))
	}
	if !t.holds(len(raw)) {
		return bad(fmt.Sprintf("value of %d bytes for %s of length %d", len(raw), t.ID, t.Size))
	}
	out := append(dst, byte(t.ID))
	switch t.ID {
	case TypeBit, TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeFloat4, TypeFloat8,
		TypeMoney, TypeMoney4, TypeDateTime, TypeDateTime4, TypeGUID, TypeDateN:
		out = append(out, 0)
	case TypeTimeN, TypeDateTime2N, TypeDateTimeOffsetN:
		out = append(out, 1, t.Scale)
	case TypeBigVarBinary, TypeBigBinary:
		out = appendU16(append(out, 2), uint16(t.Size))
	case TypeDecimalN, TypeNumericN:
		out = append(out, 2, t.Precision, t.Scale)
	case TypeBigVarChar, TypeBigChar, TypeNVarChar, TypeNChar:
		out = appendU16(t.Collation.Append(append(out, 7)), uint16(t.Size))
	default:
		return bad(fmt.Sprintf("base type %s", t.ID))
	}
	return append(out, raw...), nil
}

func decodeVariant(raw []byte) (any, error) {
	t, inner, err := ParseVariant(raw)
	if err != nil {
		return nil, err
	}
	v, err := t.Decode(inner)
	if err != nil {
		return nil, err
	}
	return Variant{Type: t, Value: v}, nil
}

// encodeVariant takes Variant.
func (t *TypeInfo) encodeVariant(dst []byte, v any) ([]byte, error) {
	w, ok := v.(Variant)
	if !ok || w.Value == nil {
		return dst, t.cannotEncode(v)
	}
	inner, err := w.Type.Encode(nil, w.Value)
	if err != nil {
		return dst, err
	}
	if inner == nil {
		inner = []byte{}
	}
	start := len(dst)
	dst, err = AppendVariant(dst, w.Type, inner)
	if err == nil && len(dst)-start > t.Size {
		return dst[:start], t.outOfRange()
	}
	return dst, err
}

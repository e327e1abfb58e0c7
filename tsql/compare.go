package tsql

import (
	"bytes"
	"cmp"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
)

// Compare orders two values of type t as ORDER BY does: -1, 0, +1, NULL first. Strings follow t's collation and ignore trailing
// blanks, binaries trailing zero bytes, datetimeoffsets are compared in UTC. Where sorting and equality differ there is no
// difference between them here: Compare is 0 exactly for what = calls equal.
func Compare(a, b any, t Type) int {
	if a == nil || b == nil {
		return int(boolInt(a != nil)) - int(boolInt(b != nil))
	}
	switch x := a.(type) {
	case bool:
		if y, ok := b.(bool); ok {
			return int(boolInt(x)) - int(boolInt(y))
		}
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	case float64:
		if y, ok := b.(float64); ok {
			return cmp.Compare(x, y)
		}
	case float32:
		if y, ok := b.(float32); ok {
			return cmp.Compare(x, y)
		}
	case *apd.Decimal:
		if y, ok := b.(*apd.Decimal); ok {
			return x.Cmp(y)
		}
	case string:
		if y, ok := b.(string); ok {
			return collationOf(t).Compare(x, y)
		}
	case []byte:
		if y, ok := b.([]byte); ok {
			return bytes.Compare(trimZeros(x), trimZeros(y))
		}
	case uuid.UUID:
		if y, ok := b.(uuid.UUID); ok {
			return compareGUID(x, y)
		}
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return compareTime(x, y, t)
		}
	case Variant:
		if y, ok := b.(Variant); ok {
			return compareVariant(x, y)
		}
	}
	// Different Go types mean a caller's mistake; keep the order total.
	return cmp.Compare(goTypeName(a), goTypeName(b))
}

func compareTime(x, y time.Time, t Type) int {
	if t.Kind == KindDateTime {
		if c := cmp.Compare(dayNumber(x), dayNumber(y)); c != 0 {
			return c
		}
		return cmp.Compare(ticks(sinceMidnight(x)), ticks(sinceMidnight(y)))
	}
	return x.Compare(y)
}

// variantRank orders the families of base types for comparing sql_variants (documentation of sql_variant).
func variantRank(t Type) int {
	switch {
	case t.IsTemporal():
		return 6
	case t.IsApprox():
		return 5
	case t.IsExact():
		return 4
	case t.IsString():
		return 3
	case t.IsBinary():
		return 2
	}
	return 1
}

// compareVariant compares values of different families by family, of the same one by value.
func compareVariant(x, y Variant) int {
	if x.Value == nil || y.Value == nil {
		return Compare(x.Value, y.Value, x.Type)
	}
	if c := cmp.Compare(variantRank(x.Type), variantRank(y.Type)); c != 0 {
		return c
	}
	c, err := CompareMixed(x.Value, y.Value, x.Type, y.Type)
	if err != nil {
		return cmp.Compare(x.Type.Precedence(), y.Type.Precedence())
	}
	return c
}

// CompareMixed compares two values, neither NULL, as a predicate does: both are converted to their common type first.
func CompareMixed(a, b any, ta, tb Type) (int, error) {
	if ta.Kind == tb.Kind && !ta.IsLOB() && ta.Kind != KindXML {
		return Compare(a, b, ta), nil
	}
	t, err := compareType(ta, tb)
	if err != nil {
		return 0, err
	}
	if a, err = Implicit(a, ta, t); err != nil {
		return 0, err
	}
	if b, err = Implicit(b, tb, t); err != nil {
		return 0, err
	}
	return Compare(a, b, t), nil
}

// compareType is the type in which two values are compared: their common type, wide enough to lose nothing.
func compareType(ta, tb Type) (Type, error) {
	for _, t := range []Type{ta, tb} {
		switch {
		case t.IsLOB():
			return t, NewError(306)
		case t.Kind == KindXML:
			return t, NewError(305)
		}
	}
	t, err := CommonType(ta, tb)
	if err != nil {
		return t, err
	}
	if t.IsString() || t.IsBinary() {
		t.Length = Max
		switch t.Kind {
		case KindChar:
			t.Kind = KindVarChar
		case KindNChar:
			t.Kind = KindNVarChar
		case KindBinary:
			t.Kind = KindVarBinary
		}
	}
	return t, nil
}

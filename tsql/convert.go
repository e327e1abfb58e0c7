package tsql

import "errors"

// Convert is CONVERT(to, v, style), an explicit conversion of v, a value of type from. CAST is style 0. NULL stays NULL. Strings
// and binaries that are too long are cut silently, those of a fixed length are padded; numbers that do not fit are
// errors. An explicit style 0 for date, time, datetime2 and datetimeoffset, which means something else than none
// there, is to be given as 100.
//
// Errors are *Error: 529 (no conversion between the types), 245, 8114, 8115, 220, 232, 244, 248 (numbers), 241, 242, 295 (dates),
// 234, 235, 236, 292 to 294 (money), 8169, 8170 (uniqueidentifier), 281, 9809 (style).
func Convert(v any, from, to Type, style int) (any, error) {
	if from.Kind != to.Kind {
		if explicit, _ := CanConvert(from, to); !explicit {
			return nil, NewError(529, from.Name(), to.Name())
		}
	}
	return convert(v, from, to, style)
}

// TryConvert is TRY_CONVERT: NULL where the value can't be converted, an error only where the types can't (529).
func TryConvert(v any, from, to Type, style int) (any, error) {
	c, err := Convert(v, from, to, style)
	var e *Error
	if errors.As(err, &e) && e.Number != 529 {
		return nil, nil
	}
	return c, err
}

// Implicit converts v as an expression does without CAST. Errors are Convert's, and 257 where the types need CONVERT, 206 where
// they can't be converted at all.
func Implicit(v any, from, to Type) (any, error) {
	if from.Kind != to.Kind {
		switch explicit, implicit := CanConvert(from, to); {
		case !explicit:
			return nil, NewError(206, from.Name(), to.Name())
		case !implicit:
			return nil, NewError(257, from.Name(), to.Name())
		}
	}
	return convert(v, from, to, 0)
}

// Target names what a value is stored in, for the text of error 2628. Both empty gives 8152.
type Target struct{ Table, Column string }

// Assign converts v for storing it in a column of type to: as Implicit, but a string or binary that does not fit is
// error 2628 (8152 without a target's name), unless only trailing blanks (zero bytes) would be lost.
func Assign(v any, from, to Type, target Target) (any, error) {
	c, err := Implicit(v, from, to)
	if err != nil || c == nil || to.Length <= 0 {
		return c, err
	}
	lost := false
	switch x := v.(type) {
	case string:
		if s, ok := c.(string); ok && from.IsString() {
			lost = losesText(x, s, to)
		}
	case []byte:
		if b, ok := c.([]byte); ok && len(x) > len(b) {
			lost = len(trimZeros(x)) > len(b)
		}
	}
	if !lost {
		return c, nil
	}
	if target == (Target{}) {
		return nil, NewError(8152)
	}
	// SQL Server shows at most 120 characters of the value that would be stored.
	shown, _ := Format(c, to, 2)
	if s, ok := c.(string); ok {
		shown = s
	}
	return nil, NewError(2628, target.Table, target.Column, cutUnits(shown, 120))
}

// convert does the work for types between which a conversion exists.
func convert(v any, from, to Type, style int) (any, error) {
	if v == nil {
		return nil, nil
	}
	if from.Kind == KindVariant {
		x, ok := v.(Variant)
		if !ok {
			return nil, badValue(v, from)
		}
		if to.Kind == KindVariant {
			return v, nil
		}
		return Convert(x.Value, x.Type, to, style)
	}
	switch to.Kind {
	case KindBit:
		return toBit(v, from)
	case KindTinyInt, KindSmallInt, KindInt, KindBigInt:
		return toInteger(v, from, to)
	case KindReal, KindFloat:
		return toFloat(v, from, to)
	case KindDecimal, KindNumeric:
		return toDecimal(v, from, to)
	case KindMoney, KindSmallMoney:
		return toMoney(v, from, to)
	case KindChar, KindVarChar, KindText, KindNChar, KindNVarChar, KindNText, KindXML, KindJSON:
		return toString(v, from, to, style)
	case KindBinary, KindVarBinary, KindImage, KindTimestamp, KindHierarchyID, KindGeometry, KindGeography:
		return toBinary(v, from, to, style)
	case KindUniqueIdentifier:
		return toGUID(v, from)
	case KindDate, KindTime, KindSmallDateTime, KindDateTime, KindDateTime2, KindDateTimeOffset:
		return toTemporal(v, from, to, style)
	case KindVariant:
		return Variant{Type: from, Value: v}, nil
	}
	return nil, NewError(529, from.Name(), to.Name())
}

// badValue reports a value that is not of the Go type its T-SQL type stands for: a fault of the caller.
func badValue(v any, t Type) error {
	return NewError(8114, goTypeName(v), messageName(t))
}

func goTypeName(v any) string {
	switch v.(type) {
	case bool:
		return "bit"
	case int64:
		return "bigint"
	case float32:
		return "real"
	case float64:
		return "float"
	case string:
		return "nvarchar"
	case []byte:
		return "varbinary"
	}
	return "unknown"
}

// messageName is the name of a type in the texts of conversion errors, which say numeric for decimal.
func messageName(t Type) string {
	if t.Kind == KindDecimal {
		return "numeric"
	}
	return t.Name()
}

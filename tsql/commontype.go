package tsql

// CommonType is the type of an expression that gives a value of either type (CASE, COALESCE, UNION, a comparison): the one of
// higher precedence, with a length, precision and scale that holds both. Error 206 if the other can't be converted
// to it implicitly. The collation is a's unless it is empty.
func CommonType(a, b Type) (Type, error) {
	high, low := a, b
	if low.Precedence() > high.Precedence() {
		high, low = low, high
	}
	if high.Kind != low.Kind {
		switch explicit, implicit := CanConvert(low, high); {
		case !explicit, !implicit && high.IsTemporal():
			return Type{}, NewError(206, low.Name(), high.Name())
		case !implicit:
			return Type{}, NewError(257, low.Name(), high.Name())
		}
	}
	t := high
	switch {
	case t.IsDecimal():
		t = widerDecimal(a, b, high.Kind)
	case t.IsString() && low.IsString() || t.IsBinary() && low.IsBinary():
		t.Length = longer(a.Length, b.Length, lengthLimit(t))
		t.Kind = varyingKind(high, low)
	case t.IsString():
		t.Length = longer(t.Length, displayLength(low), lengthLimit(t))
	case low.IsTemporal() && t.Scale < low.Scale && t.Kind != KindDateTime && t.Kind != KindSmallDateTime && t.Kind != KindDate:
		t.Scale = low.Scale
	}
	if t.IsString() {
		if t.Collation = a.Collation; t.Collation == "" {
			t.Collation = b.Collation
		}
	}
	return t, nil
}

// varyingKind is the kind of a string or binary type that holds both: of fixed length only if both are.
func varyingKind(high, low Type) Kind {
	if high.IsFixed() && !low.IsFixed() {
		switch high.Kind {
		case KindChar:
			return KindVarChar
		case KindNChar:
			return KindNVarChar
		case KindBinary:
			return KindVarBinary
		}
	}
	return high.Kind
}

// lengthLimit is the largest length short of max.
func lengthLimit(t Type) int {
	if t.IsUnicode() {
		return MaxUnits
	}
	return MaxBytes
}

// longer is the larger length; max beats all, and a sum of lengths above the limit stays at it.
func longer(a, b, limit int) int {
	if a == Max || b == Max {
		return Max
	}
	return min(max(a, b), limit)
}

// displayLength is the number of characters that values of a type need at most.
func displayLength(t Type) int {
	switch t.Kind {
	case KindBit:
		return 1
	case KindTinyInt:
		return 3
	case KindSmallInt:
		return 6
	case KindInt:
		return 11
	case KindBigInt:
		return 20
	case KindDecimal, KindNumeric:
		return int(t.Precision) + 2
	case KindUniqueIdentifier:
		return 36
	case KindMoney, KindSmallMoney, KindReal, KindFloat:
		return 30
	case KindBinary, KindVarBinary, KindTimestamp:
		return t.Length
	}
	return 34
}

// asDecimal is the decimal type that an exact numeric type counts as in decimal arithmetic.
func asDecimal(t Type) (precision, scale int) {
	switch t.Kind {
	case KindBit:
		return 1, 0
	case KindTinyInt:
		return 3, 0
	case KindSmallInt:
		return 5, 0
	case KindInt:
		return 10, 0
	case KindBigInt:
		return 19, 0
	case KindSmallMoney:
		return 10, 4
	case KindMoney:
		return 19, 4
	case KindDecimal, KindNumeric:
		return int(t.Precision), int(t.Scale)
	}
	return 18, 0
}

// ConstantType is the type an integer constant counts as beside a decimal: numeric with as many digits as it has.
func ConstantType(n int64) Type {
	p := 1
	for n >= 10 || n <= -10 {
		n /= 10
		p++
	}
	return Numeric(p, 0)
}

// widerDecimal is the decimal that holds values of both types, with fewer decimals if there is no room.
func widerDecimal(a, b Type, kind Kind) Type {
	if (a.IsString() || a.IsBinary()) && b.IsDecimal() {
		return b
	}
	if (b.IsString() || b.IsBinary()) && a.IsDecimal() {
		return a
	}
	p1, s1 := asDecimal(a)
	p2, s2 := asDecimal(b)
	whole, scale := max(p1-s1, p2-s2), max(s1, s2)
	if whole+scale > MaxPrecision {
		scale = max(MaxPrecision-whole, 0)
	}
	return Type{Kind: kind, Precision: uint8(min(whole+scale, MaxPrecision)), Scale: uint8(scale)}
}

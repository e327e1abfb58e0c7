package tsql

// Op is a binary arithmetic or bitwise operator.
type Op byte

// The operators.
const (
	OpAdd    Op = '+'
	OpSub    Op = '-'
	OpMul    Op = '*'
	OpDiv    Op = '/'
	OpMod    Op = '%'
	OpBitAnd Op = '&'
	OpBitOr  Op = '|'
	OpBitXor Op = '^'
)

// name is what messages call the operator.
func (op Op) name() string {
	switch op {
	case OpAdd:
		return "add"
	case OpSub:
		return "subtract"
	case OpMul:
		return "multiply"
	case OpDiv:
		return "divide"
	case OpMod:
		return "modulo"
	case OpBitAnd:
		return "'&'"
	case OpBitOr:
		return "'|'"
	}
	return "'^'"
}

func (op Op) bitwise() bool { return op == OpBitAnd || op == OpBitOr || op == OpBitXor }

// ResultType is the type of a op b, with T-SQL's rules for precision and scale. + on two strings or two binaries is
// concatenation. An integer constant beside a decimal is to be given as ConstantType. Errors: 402 (incompatible), 8117
// (invalid for the operator), 206, 257 (no conversion).
func ResultType(op Op, a, b Type) (Type, error) {
	if op.bitwise() {
		return bitwiseType(op, a, b)
	}
	high := a
	if b.Precedence() > a.Precedence() {
		high = b
	}
	switch {
	case op == OpAdd && a.IsString() && b.IsString(), op == OpAdd && a.IsBinary() && b.IsBinary():
		return concatType(op, a, b)
	case isOldDateTime(a) || isOldDateTime(b):
		return dateArithmeticType(op, a, b, high)
	case !high.IsNumeric():
		return Type{}, badOperands(op, a, b)
	}
	for _, t := range []Type{a, b} {
		if explicit, implicit := CanConvert(t, high); !explicit {
			return Type{}, NewError(206, t.Name(), high.Name())
		} else if !implicit {
			return Type{}, NewError(257, t.Name(), high.Name())
		}
	}
	switch {
	case op == OpMod && high.IsApprox():
		return Type{}, badOperands(op, a, b)
	case high.Kind == KindBit:
		return Type{}, badOperands(op, a, b)
	case high.IsDecimal():
		t := decimalResult(op, a, b)
		t.Kind = high.Kind
		if a.IsDecimal() && b.IsDecimal() && a.Kind != b.Kind {
			t.Kind = KindDecimal
		}
		return t, nil
	}
	return high, nil
}

// badOperands is 8117 for two operands of one type, 402 for two types.
func badOperands(op Op, a, b Type) error {
	if a.Kind == b.Kind && a.Kind != KindBit {
		return NewError(8117, a.Name(), op.name())
	}
	return NewError(402, a.Name(), b.Name(), op.name())
}

func isOldDateTime(t Type) bool { return t.Kind == KindDateTime || t.Kind == KindSmallDateTime }

// dateArithmeticType: a number of days may be added to or taken from datetime and smalldatetime, and two of them added or
// subtracted.
func dateArithmeticType(op Op, a, b, high Type) (Type, error) {
	if op != OpAdd && op != OpSub || high.IsTemporal() && !isOldDateTime(high) || !isOldDateTime(high) {
		return Type{}, badOperands(op, a, b)
	}
	low := a
	if low == high {
		low = b
	}
	if explicit, _ := CanConvert(low, high); !explicit {
		return Type{}, NewError(206, low.Name(), high.Name())
	}
	return high, nil
}

// concatType is the type of a concatenation.
func concatType(op Op, a, b Type) (Type, error) {
	if a.IsLOB() || b.IsLOB() {
		return Type{}, badOperands(op, a, b)
	}
	high, low := a, b
	if low.Precedence() > high.Precedence() {
		high, low = low, high
	}
	t := high
	t.Kind = varyingKind(high, low)
	t.Length = Max
	if a.Length != Max && b.Length != Max {
		t.Length = min(a.Length+b.Length, lengthLimit(t))
	}
	if t.Collation = a.Collation; t.Collation == "" {
		t.Collation = b.Collation
	}
	return t, nil
}

// bitwiseType: integers and bit; one operand may be a binary.
func bitwiseType(op Op, a, b Type) (Type, error) {
	switch {
	case a.IsInteger() && b.IsInteger():
		if b.Precedence() > a.Precedence() {
			return b, nil
		}
		return a, nil
	case a.IsInteger() && (b.Kind == KindBinary || b.Kind == KindVarBinary):
		return a, nil
	case b.IsInteger() && (a.Kind == KindBinary || a.Kind == KindVarBinary):
		return b, nil
	case a.IsInteger() && b.IsString() && !b.IsLOB():
		return a, nil
	case b.IsInteger() && a.IsString() && !a.IsLOB():
		return b, nil
	}
	return Type{}, badOperands(op, a, b)
}

// decimalResult is the precision and scale of decimal arithmetic (documentation, "Precision, scale, and length").
func decimalResult(op Op, a, b Type) Type {
	p1, s1 := operandDecimal(a, b)
	p2, s2 := operandDecimal(b, a)
	var p, s int
	switch op {
	case OpAdd, OpSub:
		s = max(s1, s2)
		whole := max(p1-s1, p2-s2)
		if p = whole + s + 1; p > MaxPrecision {
			// The whole part has the right of way.
			s = max(min(s, MaxPrecision-whole), 0)
			p = MaxPrecision
		}
		return Decimal(p, s)
	case OpMul:
		p, s = p1+p2+1, s1+s2
	case OpDiv:
		s = max(6, s1+p2+1)
		p = p1 - s1 + s2 + s
	case OpMod:
		s = max(s1, s2)
		p = min(p1-s1, p2-s2) + s
		return Decimal(max(p, 1), s)
	}
	if p > MaxPrecision {
		if whole := p - s; whole < 32 {
			s = min(s, MaxPrecision-whole)
		} else if s > 6 {
			s = 6
		}
		p = MaxPrecision
	}
	return Decimal(p, s)
}

// operandDecimal is the precision and scale of an operand; a string or binary takes the other's.
func operandDecimal(t, other Type) (precision, scale int) {
	if t.IsString() || t.IsBinary() {
		t = other
	}
	return asDecimal(t)
}

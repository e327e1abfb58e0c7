package tsql

import "errors"

var errPending = errors.New("not built yet")

// CommonType is the type of an expression that may give a value of a or of b (CASE, COALESCE, UNION, comparison):
// the higher precedence wins, with a length, precision and scale that holds both. Errors 206, 402.
func CommonType(a, b Type) (Type, error) { return Type{}, errPending }

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

// ResultType is the type of a op b with T-SQL's precision and scale rules. + on strings and binaries is concatenation.
// Errors 402, 403, 8117, 206, 257.
func ResultType(op Op, a, b Type) (Type, error) { return Type{}, errPending }

// Arith computes a op b. A NULL operand gives NULL. Errors: ResultType's; 8115 (overflow), 8134 (divide by zero),
// conversion errors.
func Arith(op Op, a, b any, ta, tb Type) (any, Type, error) { return nil, Type{}, errPending }

// Add is a + b.
func Add(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpAdd, a, b, ta, tb) }

// Sub is a - b.
func Sub(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpSub, a, b, ta, tb) }

// Mul is a * b.
func Mul(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpMul, a, b, ta, tb) }

// Div is a / b.
func Div(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpDiv, a, b, ta, tb) }

// Mod is a % b.
func Mod(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpMod, a, b, ta, tb) }

// Negate is -a.
func Negate(a any, t Type) (any, Type, error) { return nil, Type{}, errPending }

// BitNot is ~a.
func BitNot(a any, t Type) (any, Type, error) { return nil, Type{}, errPending }

// Convert is CONVERT(to, v, style) (CAST is style 0): an explicit conversion of v, a value of type from. Strings and
// binaries too long for the target are cut silently; numbers never are. Errors are *Error: 245, 8114, 8115, 220, 241,
// 242, 235, 8169, 529, 281, ...
func Convert(v any, from, to Type, style int) (any, error) { return nil, errPending }

// TryConvert is TRY_CONVERT: NULL where the value can't be converted; an error only where the types can't (529).
func TryConvert(v any, from, to Type, style int) (any, error) { return nil, errPending }

// Implicit converts v as an expression does without CAST. Errors: Convert's, 206 and 257 where the types need an
// explicit conversion.
func Implicit(v any, from, to Type) (any, error) { return nil, errPending }

// Target names what a value is assigned to, for the text of error 2628; both empty gives 8152.
type Target struct{ Table, Column string }

// Assign converts v for storing in a column, variable or parameter of type to: as Implicit, but a string or
// binary that does not fit is an error (2628 or 8152) unless only trailing blanks (zero bytes) would be lost.
func Assign(v any, from, to Type, target Target) (any, error) { return nil, errPending }

// CanConvert tells whether T-SQL allows a conversion from one type to the other, explicitly and implicitly.
func CanConvert(from, to Type) (explicit, implicit bool) { return false, false }

// Compare orders two values of type t: -1, 0, +1. NULL comes first. Strings follow t's collation and
// ignore trailing blanks.
func Compare(a, b any, t Type) int { return 0 }

// CompareMixed compares values of different types as a predicate does: both are converted to the common type
// first. Neither may be NULL.
func CompareMixed(a, b any, ta, tb Type) (int, error) { return 0, errPending }

// Format is the text of a value as CONVERT(nvarchar(max), v, style) gives it; v is not NULL.
func Format(v any, t Type, style int) (string, error) { return "", errPending }

// DefaultCollation is the collation of everything that names none.
const DefaultCollation = "SQL_Latin1_General_CP1_CI_AS"

// Collation is a way to compare strings.
type Collation struct{ Name string }

// LookupCollation finds a collation by name ("" is the default), in any case. Error 448 if there is none.
func LookupCollation(name string) (*Collation, error) { return nil, errPending }

// Compare compares as ORDER BY and = do: -1, 0, +1, trailing blanks ignored.
func (c *Collation) Compare(a, b string) int { return 0 }

// Equal is Compare == 0, faster.
func (c *Collation) Equal(a, b string) bool { return false }

// AppendKey appends a sort key: bytes.Compare of keys equals Compare of the strings.
func (c *Collation) AppendKey(dst []byte, s string) []byte { return dst }

// Like is s LIKE pattern ESCAPE escape (0 = none). Error 506 for a bad escape sequence.
func (c *Collation) Like(s, pattern string, escape rune) (bool, error) { return false, errPending }

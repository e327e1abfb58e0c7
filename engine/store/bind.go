package store

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// binder turns one statement's tree into SQLite SQL, with types. What is read when the statement runs (variables, the clock) becomes
// a numbered parameter.
type binder struct {
	s        *Session
	b        *batch
	f        *frame
	params   []param
	alias    int             // last number given to a table in SQL
	ctes     []*cte          // in scope, the innermost last
	fence    int             // the first of them belong to a statement of SQLite's around
	noVars   bool            // variables are not allowed (constraints, defaults)
	reads    map[int]bool    // ids of the tables read
	depth    int             // of views being expanded
	running  map[string]bool // variables that the SELECT being bound assigns
	ran      bool            // one of them is read by it
	chain    chain
	sampling bool             // the table being bound has a TABLESAMPLE clause
	trusted  bool             // what is bound needs no rights: defaults, checks, computed columns
	defining bool             // these are being defined, which does need rights
	given    map[string]*expr // what variables stand for, instead of being read: parameters of a table-valued function
}

// param is the source of a numbered parameter.
type param struct {
	variable string // folded name with @
	global   string // key of a session value
	typ      tsql.Type
	value    func(*Session) any
	row      int // 1 + index into the frame's row: a column of inserted or deleted
}

// expr is a bound expression: SQL that yields values of typ in their stored form.
type expr struct {
	sql               string
	typ               tsql.Type
	null              bool // may be NULL
	bare              bool // the untyped NULL literal
	lit               any  // value of a literal
	isLit             bool
	col               *source // the column it is, if it is just that
	agg               bool    // contains an aggregate
	explicitCollation bool
	name              string // of a column, for the result set
	param             bool
}

func unsupported(format string, args ...any) *tsql.Error {
	return &tsql.Error{Number: 59040, Class: 16, State: 1,
		Message: "tds-launchpad: " + fmt.Sprintf(format, args...) + " is not supported by the embedded engine."}
}

func (s *Session) newBinder(b *batch, f *frame) *binder {
	return &binder{s: s, b: b, f: f, reads: map[int]bool{}, chain: s.chainOf(f)}
}

// args computes the numbered parameters' values for running.
func (s *Session) args(params []param, f *frame) ([]driver.Value, error) {
	if len(params) == 0 {
		return nil, nil
	}
	out := make([]driver.Value, len(params))
	for i, p := range params {
		var v any
		if p.row > 0 {
			v = f.row[p.row-1]
		} else if p.variable != "" {
			x := f.vars[p.variable]
			if x == nil {
				return nil, tsql.NewError(137, p.variable)
			}
			v = x.value
		} else {
			v = p.value(s)
		}
		d, err := encodeValue(v, p.typ)
		if err != nil {
			return nil, err
		}
		out[i] = d
	}
	return out, nil
}

// addParam gives a parameter its number; the same source keeps the same.
func (b *binder) addParam(p param) string {
	for i, q := range b.params {
		if q.typ == p.typ && ((p.row > 0 && q.row == p.row) || (p.variable != "" && q.variable == p.variable) || (p.global != "" && q.global == p.global)) {
			return "?" + itoa(i+1)
		}
	}
	b.params = append(b.params, p)
	return "?" + itoa(len(b.params))
}

// session is an expression whose value comes out of the session when the statement starts.
func (b *binder) session(key string, t tsql.Type, null bool, value func(*Session) any) *expr {
	return &expr{sql: b.addParam(param{global: key, typ: t, value: value}), typ: t, null: null, param: true}
}

func (b *binder) variable(v *ast.VariableReference) (*expr, error) {
	name := fold(v.Name)
	if b.noVars {
		return nil, tsql.NewError(137, v.Name)
	}
	x := b.f.vars[name]
	if x == nil || x.table != nil {
		return nil, tsql.NewError(137, v.Name).WithState(2)
	}
	if v := b.given[name]; v != nil {
		e := *v
		return &e, nil
	}
	if b.running[name] {
		return b.runningValue(name, x.typ), nil
	}
	return &expr{sql: b.addParam(param{variable: name, typ: x.typ}), typ: x.typ, null: true, param: true}, nil
}

// apply builds a call of an operation. A result is nullable if an argument is; fn sees NULLs only with nulls.
func (b *binder) apply(name string, res tsql.Type, args []*expr, fn opFunc) *expr {
	return applyOp("x", &op{name: name, res: res, fn: fn}, args)
}

func (b *binder) applyNull(name string, res tsql.Type, args []*expr, fn opFunc) *expr {
	e := applyOp("x", &op{name: name, res: res, fn: fn, null: true}, args)
	e.null = true
	return e
}

func applyOp(fn string, o *op, args []*expr) *expr {
	e := &expr{typ: o.res}
	var sql strings.Builder
	for _, a := range args {
		o.args = append(o.args, a.typ)
		e.null = e.null || a.null
		e.agg = e.agg || a.agg
	}
	sql.WriteString(fn + "(" + itoa(operations.register(o)))
	for _, a := range args {
		sql.WriteString(", " + a.sql)
	}
	e.sql = sql.String() + ")"
	return e
}

// convert makes e's value one of type t as an implicit conversion does. Errors 206, 257, 529.
func (b *binder) convert(e *expr, t tsql.Type) (*expr, error) {
	return b.convertAs(e, t, "implicit", 0)
}

func (b *binder) convertAs(e *expr, t tsql.Type, how string, style int) (*expr, error) {
	if e.bare {
		n := *e
		n.typ = t
		return &n, nil
	}
	if sameStored(e.typ, t) {
		n := *e
		n.typ = t
		return &n, nil
	}
	if how == "implicit" {
		if _, ok := tsql.CanConvert(e.typ, t); !ok {
			if ex, _ := tsql.CanConvert(e.typ, t); ex {
				return nil, tsql.NewError(257, e.typ.Name(), t.Name())
			}
			return nil, tsql.NewError(206, e.typ.Name(), t.Name())
		}
	}
	from := e.typ
	var fn opFunc
	switch how {
	case "implicit":
		fn = func(a []any) (any, error) { return tsql.Implicit(a[0], from, t) }
	case "try":
		fn = func(a []any) (any, error) { return tsql.TryConvert(a[0], from, t, style) }
	default:
		fn = func(a []any) (any, error) { return tsql.Convert(a[0], from, t, style) }
	}
	if e.isLit && e.lit != nil && how != "try" {
		// a literal is converted once, here; what does not convert is left to fail when it is reached
		if v, err := fn([]any{e.lit}); err == nil {
			if lit, err := literal(v, t); err == nil {
				return lit, nil
			}
		}
	}
	n := b.apply(how+itoa(style), t, []*expr{e}, fn)
	n.null = e.null || how == "try"
	n.agg, n.name = e.agg, ""
	return n, nil
}

// sameStored is true where a value of type a is stored just as one of type b is, and needs no check to become one.
func sameStored(a, b tsql.Type) bool {
	if a == b {
		return true
	}
	ra, rb := repOf(a), repOf(b)
	switch {
	case ra == repInt && rb == repInt:
		return intRank(a) <= intRank(b)
	case ra == repBit && rb == repInt:
		return true
	case ra == repReal && rb == repFloat:
		return true
	case ra == repText && rb == repText && a.Kind != tsql.KindXML && b.Kind != tsql.KindXML && a.Kind != tsql.KindJSON && b.Kind != tsql.KindJSON:
		if b.Kind == tsql.KindChar || b.Kind == tsql.KindNChar {
			return a.Kind == b.Kind && a.Length == b.Length
		}
		if b.IsUnicode() || !a.IsUnicode() {
			return b.Length < 0 || b.IsLOB() || (a.Length > 0 && a.Length <= b.Length)
		}
		return false
	case ra == repBinary && rb == repBinary && b.Kind == tsql.KindVarBinary && a.Kind != tsql.KindImage:
		return b.Length < 0 || (a.Length > 0 && a.Length <= b.Length)
	case ra == repScaled && rb == repScaled && a.IsDecimal() && b.IsDecimal():
		return a.Scale == b.Scale && a.Precision <= b.Precision
	case ra == repDecimal && rb == repDecimal:
		return a.Scale == b.Scale && a.Precision <= b.Precision
	case ra == repDateTime && rb == repDateTime:
		return b.Kind == tsql.KindDateTime2 && b.Scale == 7 && a.Kind != tsql.KindDateTime
	case ra == repTime && rb == repTime:
		return b.Scale >= a.Scale
	}
	return false
}

func intRank(t tsql.Type) int {
	switch t.Kind {
	case tsql.KindTinyInt:
		return 1
	case tsql.KindSmallInt:
		return 2
	case tsql.KindInt:
		return 3
	}
	return 4
}

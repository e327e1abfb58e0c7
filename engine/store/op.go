package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"modernc.org/sqlite"

	"tds-launchpad/tsql"
)

// Everything that T-SQL means differently from SQLite is an operation: a Go function on neutral values with
// its argument types and result type fixed when the statement is bound. In SQL it is called as x(id, arguments...), or
// xv(...) where two calls with equal arguments may differ (NEWID). Operations are kept by key, so that their number is bounded
// by the types and functions that occur and a plan can name them by number.
type op struct {
	name string
	args []tsql.Type
	res  tsql.Type
	fn   opFunc
	null bool // called with NULLs too; otherwise a NULL argument gives NULL
}

// opFunc computes on neutral values. It must not keep args.
type opFunc func(args []any) (any, error)

type opRegistry struct {
	sync.RWMutex
	ids map[string]int
	ops []*op
}

var operations = opRegistry{ids: map[string]int{}}

// register returns the number of an operation, making it if it is new. The key (name and types) must say all there is to say
// about fn.
func (r *opRegistry) register(o *op) int {
	var key strings.Builder
	key.WriteString(o.name)
	for _, t := range o.args {
		key.WriteString("|" + typeKey(t))
	}
	key.WriteString(">" + typeKey(o.res))
	r.RLock()
	id, ok := r.ids[key.String()]
	r.RUnlock()
	if ok {
		return id
	}
	r.Lock()
	defer r.Unlock()
	if id, ok := r.ids[key.String()]; ok {
		return id
	}
	r.ops = append(r.ops, o)
	r.ids[key.String()] = len(r.ops) - 1
	return len(r.ops) - 1
}

// typeKey names a type with all that it is made of; String leaves the collation out.
func typeKey(t tsql.Type) string { return t.String() + "/" + t.Collation }

func (r *opRegistry) get(id driver.Value) (*op, error) {
	n, ok := id.(int64)
	r.RLock()
	defer r.RUnlock()
	if !ok || n < 0 || n >= int64(len(r.ops)) {
		return nil, fmt.Errorf("store: no operation %v", id)
	}
	return r.ops[n], nil
}

// call is the SQLite side of every operation.
func call(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	o, err := operations.get(args[0])
	if err != nil {
		return nil, err
	}
	d, err := o.run(args[1:])
	if err != nil {
		return nil, carryError(err)
	}
	return d, nil
}

func (o *op) run(args []driver.Value) (driver.Value, error) {
	var few [6]any
	vals := few[:0]
	for i, a := range args {
		if a == nil && !o.null {
			return nil, nil
		}
		v, err := decodeValue(a, o.args[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.name, err)
		}
		vals = append(vals, v)
	}
	v, err := o.fn(vals)
	if err != nil {
		return nil, err
	}
	return encodeValue(v, o.res)
}

// Errors cross SQLite as text: fields between separators that occur in no message.
const errorMark = "\x01"

func carryError(err error) error {
	var e *tsql.Error
	if !errors.As(err, &e) {
		return err
	}
	return fmt.Errorf("%s%d%s%d%s%d%s%s%s%d%s%s%s", errorMark, e.Number, errorMark, e.State, errorMark, e.Class, errorMark,
		strings.ReplaceAll(e.Message, errorMark, ""), errorMark, e.Line, errorMark, e.Proc, errorMark)
}

// carriedError finds a *tsql.Error in the text of an error out of SQLite.
func carriedError(text string) *tsql.Error {
	parts := strings.Split(text, errorMark)
	if len(parts) != 8 {
		return nil
	}
	number, err1 := strconv.ParseInt(parts[1], 10, 32)
	state, err2 := strconv.ParseUint(parts[2], 10, 8)
	class, err3 := strconv.ParseUint(parts[3], 10, 8)
	line, err4 := strconv.ParseInt(parts[5], 10, 32)
	if errors.Join(err1, err2, err3, err4) != nil {
		return nil
	}
	return &tsql.Error{Number: int32(number), State: uint8(state), Class: uint8(class), Message: parts[4], Line: int32(line), Proc: parts[6]}
}

var registerFunctions = sync.OnceValue(func() error {
	if err := registerCollations(); err != nil {
		return err
	}
	if err := sqlite.RegisterDeterministicScalarFunction("x", -1, call); err != nil {
		return err
	}
	if err := sqlite.RegisterScalarFunction("xv", -1, call); err != nil {
		return err
	}
	if err := registerLateral(); err != nil {
		return err
	}
	return sqlite.RegisterFunction("xa", &sqlite.FunctionImpl{NArgs: -1, Deterministic: true, MakeAggregate: makeAggregate})
})

package store

import (
	"database/sql/driver"
	"math"

	"github.com/cockroachdb/apd/v3"
	"modernc.org/sqlite"

	"tds-launchpad/tsql"
)

// Aggregates that SQLite lacks or computes otherwise are called as xa(id, value); the operation's name says which.
type aggregate struct {
	op    *op
	count int64
	sum   apd.Decimal
	mean  float64 // Welford: mean so far and sum of squared distances from it
	m2    float64
}

func makeAggregate(sqlite.FunctionContext) (sqlite.AggregateFunction, error) {
	return &aggregate{}, nil
}

var decimalContext = apd.BaseContext.WithPrecision(100)

func (a *aggregate) add(args []driver.Value, sign int64) error {
	if a.op == nil {
		o, err := operations.get(args[0])
		if err != nil {
			return err
		}
		a.op = o
	}
	if args[1] == nil {
		return nil
	}
	v, err := decodeValue(args[1], a.op.args[0])
	if err != nil {
		return err
	}
	a.count += sign
	switch v := v.(type) {
	case *apd.Decimal:
		if sign < 0 {
			_, err = decimalContext.Sub(&a.sum, &a.sum, v)
		} else {
			_, err = decimalContext.Add(&a.sum, &a.sum, v)
		}
		return err
	case float64:
		a.move(v, sign)
	}
	return nil
}

// move takes v into (or, with sign -1, out of) mean and m2; count counts it already.
func (a *aggregate) move(v float64, sign int64) {
	if a.count == 0 {
		a.mean, a.m2 = 0, 0
		return
	}
	d := v - a.mean
	a.mean += float64(sign) * d / float64(a.count)
	a.m2 += float64(sign) * d * (v - a.mean)
}

// Step takes one value in.
func (a *aggregate) Step(_ *sqlite.FunctionContext, args []driver.Value) error { return a.add(args, 1) }

// WindowInverse takes one value out.
func (a *aggregate) WindowInverse(_ *sqlite.FunctionContext, args []driver.Value) error {
	return a.add(args, -1)
}

// WindowValue is the result so far.
func (a *aggregate) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if a.op == nil || a.count == 0 {
		return nil, nil
	}
	v, err := a.result()
	if err != nil {
		return nil, carryError(err)
	}
	return encodeValue(v, a.op.res)
}

// Final does nothing: an aggregate holds no resources.
func (a *aggregate) Final(*sqlite.FunctionContext) {}

func (a *aggregate) result() (any, error) {
	n := float64(a.count)
	switch a.op.name {
	case "sum":
		return tsql.Convert(new(apd.Decimal).Set(&a.sum), tsql.Type{Kind: tsql.KindDecimal, Precision: 38, Scale: a.op.res.Scale}, a.op.res, 0)
	case "avg":
		var q apd.Decimal
		if _, err := decimalContext.Quo(&q, &a.sum, apd.New(a.count, 0)); err != nil {
			return nil, err
		}
		c := decimalContext
		rounded := *c
		rounded.Rounding = apd.RoundDown
		if _, err := rounded.Quantize(&q, &q, -scaleOf(a.op.res)); err != nil {
			return nil, err
		}
		return &q, nil
	case "var", "stdev":
		if a.count < 2 {
			return nil, nil
		}
		return a.spread(n - 1), nil
	}
	return a.spread(n), nil // varp, stdevp
}

func (a *aggregate) spread(divisor float64) float64 {
	v := math.Max(0, a.m2/divisor)
	if a.op.name == "stdev" || a.op.name == "stdevp" {
		return math.Sqrt(v)
	}
	return v
}

package executor

import (
	"errors"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// output receives a result set: schema, then frames, into a spool.
type output struct {
	in      []outputColumn
	columns []resultColumn
	wire    []tds.Column
	values  [][]byte
	rows    int64
	spool   *spool
}

// newOutput makes the receiver for a schema. Errors are *tsql.Error where the WITH
// RESULT SETS clause does not fit.
func newOutput(in []outputColumn, sets *tsql.ResultSets, collation tds.Collation, spool *spool) (*output, error) {
	o := &output{
		in:      in,
		columns: make([]resultColumn, len(in)),
		wire:    make([]tds.Column, len(in)),
		values:  make([][]byte, len(in)),
		spool:   spool,
	}
	declared, err := declaredColumns(sets, len(in))
	if err != nil {
		return nil, err
	}
	for i := range in {
		c := &o.columns[i]
		c.in, c.number = &in[i], i+1
		if declared == nil {
			c.ownType()
			o.wire[i] = tds.Column{Type: c.wire, Flags: tds.ColumnNullable}
			continue
		}
		d := &declared[i]
		wire, err := wireType(d.Type, collation)
		if err != nil {
			return nil, err
		}
		// A column without values takes any type.
		if !c.declared(wire, d.Type) && !(in[i].kind == kindString && in[i].size == 0) {
			return nil, tsql.NewError(11538, d.Type.String(), c.number, 1, in[i].sql.String())
		}
		o.wire[i] = tds.Column{Name: d.Name, Type: c.wire, Flags: tds.ColumnNullable}
		if d.Null == tsql.NotNull {
			c.notNull = true
			c.wire = c.wire.NotNull()
			o.wire[i] = tds.Column{Name: d.Name, Type: c.wire}
		}
	}
	return o, nil
}

// declaredColumns are the columns of the clause for our one result set, nil where it
// declares none.
func declaredColumns(sets *tsql.ResultSets, columns int) ([]tsql.ResultColumn, error) {
	if sets == nil || sets.Mode == tsql.ResultSetsUndefined {
		return nil, nil
	}
	if sets.Mode == tsql.ResultSetsNone {
		return nil, tsql.NewError(11535, 0)
	}
	if len(sets.Sets) != 1 {
		return nil, tsql.NewError(11536, len(sets.Sets), 1)
	}
	declared := sets.Sets[0].Columns
	if declared == nil {
		return nil, errors.New("the WITH RESULT SETS clause was not resolved to columns")
	}
	if len(declared) != columns {
		return nil, tsql.NewError(11537, len(declared), 1, columns)
	}
	return declared, nil
}

// missingResult is the error of a clause that wants a result set where there is none.
func missingResult(sets *tsql.ResultSets) error {
	if sets == nil || sets.Mode != tsql.ResultSetsDefined {
		return nil
	}
	return tsql.NewError(11536, len(sets.Sets), 0)
}

// frame adds the rows of a frame.
func (o *output) frame(payload []byte) error {
	rows, err := parseOutFrame(payload, o.in)
	if err != nil {
		return err
	}
	for row := range rows {
		for i := range o.columns {
			if o.values[i], err = o.columns[i].value(row); err != nil {
				return err
			}
		}
		if err := o.spool.appendRow(o.wire, o.values); err != nil {
			return err
		}
	}
	o.rows += int64(rows)
	return nil
}

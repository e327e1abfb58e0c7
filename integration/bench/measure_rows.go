package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tds-launchpad/integration/bench/source"
	"tds-launchpad/tds"
)

// rowsIn are the kinds of rows that are made a DataFrame. pymssql gets fewer,
// since it takes ten times as long.
var rowsIn = []struct {
	what, kind    string
	rows, pymssql int
	first, aim    float64 // rows per second; 0: the budget has no figure
}{
	{"4 numeric columns", "numeric", 6_000_000, 300_000, 5e6, 10e6},
	{"int and short text, 100 different", "few", 2_000_000, 300_000, 1e6, 2e6},
	{"int and short text, all different", "distinct", 2_000_000, 300_000, 1e6, 2e6},
	{"3 numbers, short text, datetime", "mixed", 1_000_000, 200_000, 0, 0},
}

// rowsOut are DataFrames that are made rows: how the script makes n of them, and
// what they are declared as.
var rowsOut = []struct {
	what, frame, sets string
	rows              int
}{
	{"4 numeric columns", "{'a': numpy.arange(n, dtype='int32'), 'b': numpy.arange(n), 'c': numpy.arange(n) / 3, 'd': numpy.arange(n, dtype='int32')}",
		"a int, b bigint, c float, d int", 2_000_000},
	{"int and short text, 100 different", "{'a': numpy.arange(n, dtype='int32'), 'b': ['customer %03d' % (i % 100) for i in range(n)]}",
		"a int, b nvarchar(20)", 1_000_000},
	{"int and short text, all different", "{'a': numpy.arange(n, dtype='int32'), 'b': ['name %07d' % i for i in range(n)]}",
		"a int, b nvarchar(20)", 1_000_000},
}

// measureRows takes rows per second into a DataFrame and out of one, through the
// whole product: TDS from the source, the box's socket, TDS to the client.
func measureRows(ctx context.Context, b *bench) error {
	c, err := b.scriptClient(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	toSource, err := dial(ctx, b.source, false, tds.DefaultPacketSize)
	if err != nil {
		return err
	}
	defer toSource.close()
	python, err := startPymssql(b.source)
	if err != nil {
		return err
	}
	err = errors.Join(b.rowsIn(ctx, c, toSource, python), b.rowsOut(ctx, c))
	return errors.Join(err, python.close())
}

func (b *bench) rowsIn(ctx context.Context, c, toSource *client, python *pymssql) error {
	p := b.table.part("rows into a DataFrame", "rows/s", "pymssql, pandas.read_sql", "tds-launchpad", "times pymssql", "per core (processor time)")
	for _, k := range rowsIn {
		n, few := b.scaled(k.rows), b.scaled(k.pymssql)
		query := func(rows int) string { return fmt.Sprintf("SELECT * FROM source.%s(%d)", k.kind, rows) }
		var ours []float64
		processor, their := growth{rows: n}, growth{rows: few}
		for range b.rounds {
			err := processor.round(func(rows int) (time.Duration, error) {
				before := b.product.plain.processorTime()
				rate, script, err := c.intoScript(query(rows), rows, toSource)
				if rows > 1 {
					ours = append(ours, rate)
				}
				return b.product.plain.processorTime() - before + script, err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", k.what, err)
			}
			err = their.round(func(rows int) (time.Duration, error) { return python.read(query(rows), rows) })
			if err != nil {
				return fmt.Errorf("%s: %w", k.what, err)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		theirs := their.rates()
		s, perCore := spreadOf(ours), spreadOf(processor.rates()).median
		l := line{what: k.what, figures: []string{perSecond(spreadOf(theirs).median), perSecond(s.median),
			times(spreadOf(ratios(ours, theirs)).median), perSecond(perCore)}, spread: s.show(perSecond)}
		if k.first > 0 {
			l.goal = &goal{first: k.first, aim: k.aim, measured: s.median, perCore: perCore, show: perSecond, more: true}
		}
		p.add(l)
	}
	return nil
}

// intoScript returns how many rows per second went from the source into the script's
// DataFrame: those that were left when they were in full flow, which is after the
// interpreter's start, in the time from then to the script's first statement; and
// the processor time that the script's process had used then. The rate of one row
// can't be measured and is 0.
func (c *client) intoScript(query string, rows int, toSource *client) (rate float64, processor time.Duration, err error) {
	t, err := c.timedCall(scriptCall(tellInstant+"assert len(InputDataSet) == "+fmt.Sprint(rows),
		"@input_data_1 = N'"+query+"'"))
	if err != nil || rows == 1 {
		return 0, t.processor, err
	}
	flow, err := toSource.query(source.FlowQuery)
	if err != nil {
		return 0, 0, err
	}
	since, _ := flow.first[0].(int64)
	left, _ := flow.first[1].(int64)
	took := t.told - time.Duration(since)
	if left <= 0 || took <= 0 {
		return 0, 0, fmt.Errorf("%d rows are too few to be measured", rows)
	}
	return float64(left) / took.Seconds(), t.processor, nil
}

func (b *bench) rowsOut(ctx context.Context, c *client) error {
	p := b.table.part("rows out of a DataFrame", "rows/s", "tds-launchpad")
	for _, k := range rowsOut {
		n := b.scaled(k.rows)
		out := growth{rows: n}
		for range b.rounds {
			err := out.round(func(rows int) (time.Duration, error) { return c.endOfScript(k.frame, k.sets, rows) })
			if err != nil {
				return fmt.Errorf("%s: %w", k.what, err)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		s := spreadOf(out.rates())
		p.add(line{what: k.what, figures: []string{perSecond(s.median)}, spread: s.show(perSecond)})
	}
	return nil
}

// endOfScript returns how long after the script's end the client has all rows of
// a DataFrame that the script has made.
func (c *client) endOfScript(frame, sets string, rows int) (time.Duration, error) {
	script := fmt.Sprintf("import numpy\nn = %d\nOutputDataSet = pandas.DataFrame(%s)\n", rows, frame) + tellInstant
	t, err := c.timedCall(scriptCall(script, "WITH RESULT SETS (("+sets+"))"))
	if err == nil && t.rows != int64(rows) {
		err = fmt.Errorf("%d rows of %d", t.rows, rows)
	}
	return t.answered - t.told, err
}

// growth is a measurement of what rows cost beyond what one row costs: the start of
// an interpreter, which takes its time and varies, is not what is asked for.
type growth struct {
	rows      int
	one, many []float64 // seconds
}

// round measures one row and many.
func (g *growth) round(took func(rows int) (time.Duration, error)) error {
	one, err := took(1)
	if err != nil {
		return err
	}
	many, err := took(g.rows)
	g.one, g.many = append(g.one, one.Seconds()), append(g.many, many.Seconds())
	return err
}

// rates are the rows per second of each round, beyond the rounds' usual cost of
// one row. A round whose rows took no longer than that was lost in noise and counts
// as zero.
func (g *growth) rates() []float64 {
	base := spreadOf(g.one).median
	rates := make([]float64, len(g.many))
	for i, many := range g.many {
		if many > base {
			rates[i] = float64(g.rows) / (many - base)
		}
	}
	return rates
}

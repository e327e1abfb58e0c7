package proxy

import (
	"errors"

	"tds-launchpad/tsql"
)

// The engine executes a procedure's statements, and those of dynamic SQL, in the scope of the batch, so that what they
// insert would change the batch's SCOPE_IDENTITY().

const identities = "SELECT SCOPE_IDENTITY(), @@IDENTITY"

// called carries out a frame that f calls, and gives f its SCOPE_IDENTITY() back if it asks for that.
func (p *plan) called(f, inner *frame) (course, error) {
	if !f.names("SCOPE_IDENTITY") {
		return p.frame(inner)
	}
	before, err := p.selectRow(identities)
	if err != nil {
		return courseEnd, err
	}
	c, err := p.frame(inner)
	if err != nil || c != courseNext {
		return c, err
	}
	after, err := p.selectRow(identities)
	if err != nil {
		return courseEnd, err
	}
	scope, known := before[0].literal()
	if now, _ := after[0].literal(); !known || scope == now {
		return courseNext, nil
	}
	text := p.identify(scope)
	if latest, ok := after[1].literal(); ok {
		text += "; EXEC sp_executesql " + tsql.QuoteString(p.identify(latest))
	}
	if _, err := p.selectRow(text + "; SELECT 1"); err != nil && !errors.Is(err, errNoRow) {
		return courseEnd, err
	}
	return courseNext, nil
}

// identify makes a number the last identity value of the scope that the text runs in.
func (p *plan) identify(number string) string {
	table := tsql.QuoteName(p.tableName("i"))
	return "CREATE TABLE " + table + " (i numeric(18, 0) IDENTITY(" + number + ", 1)); INSERT " + table + " DEFAULT VALUES; DROP TABLE " + table
}

// literal is an expression of a whole number, false for NULL.
func (f field) literal() (string, bool) {
	if f.v == nil {
		return "", false
	}
	v, err := tsql.Implicit(f.v, f.t, tsql.TypeBigInt)
	if err != nil {
		return "", false
	}
	return tsql.Literal(v, tsql.TypeBigInt)
}

// names tells whether a name stands in the frame's text.
func (f *frame) names(name string) bool {
	for _, t := range f.tokensIn(0, len(f.text)) {
		if t.Is(f.text, name) {
			return true
		}
	}
	return false
}

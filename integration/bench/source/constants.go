package source

import (
	"strings"

	"tds-launchpad/tds"
)

// constant is what a SELECT without FROM gives for an expression that begins so.
type constant struct {
	begins string
	typ    tds.TypeInfo
	value  any
}

var text128 = tds.NVarChar(128, tds.DefaultCollation)

// known are the expressions by which the product, and drivers, ask who is calling
// and what he may: a sysadmin who may run scripts.
var known = []constant{
	{"SUSER_SNAME(", text128, "bench"},
	{"ORIGINAL_LOGIN(", text128, "bench"},
	{"DB_NAME(", text128, "source"},
	{"USER_NAME(", text128, "dbo"},
	{"HAS_PERMS_BY_NAME(", tds.Int(4), int64(1)},
	{"IS_SRVROLEMEMBER(", tds.Int(4), int64(1)},
	{"IS_ROLEMEMBER(", tds.Int(4), int64(1)},
	{"@@TEXTSIZE", tds.Int(4), int64(2147483647)},
	{"@@VERSION", text128, "Synthetic source"},
	{"N''", tds.NVarChar(1, tds.DefaultCollation), ""},
	{"NULL", tds.Int(4), nil},
}

// constants returns what a SELECT without FROM selects, nil if text is none. What
// is not known is the int 0, which suits flags and counts such as @@OPTIONS.
func constants(text string) []constant {
	list, ok := cutPrefixFold(strings.TrimSpace(text), "SELECT ")
	if !ok {
		return nil
	}
	var out []constant
	for _, item := range splitTop(list) {
		c := constant{typ: tds.Int(4), value: int64(0)}
		for _, k := range known {
			if _, ok := cutPrefixFold(item, k.begins); ok {
				c = k
				break
			}
		}
		out = append(out, c)
	}
	return out
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// splitTop splits at the commas outside of parentheses and literals.
func splitTop(list string) []string {
	var out []string
	depth, from, quoted := 0, 0, false
	for i := range len(list) {
		switch c := list[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(list[from:i]))
			from = i + 1
		}
	}
	return append(out, strings.TrimSpace(list[from:]))
}

// sendConstants answers with one row.
func (c *session) sendConstants(items []constant, rpc bool) error {
	cols := make([]tds.Column, len(items))
	raws := make([][]byte, len(items))
	for i, item := range items {
		cols[i] = tds.Column{Type: item.typ, Flags: tds.ColumnNullable}
		if item.value == nil {
			continue
		}
		raw, err := item.typ.Encode([]byte{}, item.value)
		if err != nil {
			return err
		}
		raws[i] = raw
	}
	out, err := (&tds.ColMetadata{Columns: cols}).Append(c.reply[:0], tds.TokenFormat{Version: c.version})
	if err != nil {
		return err
	}
	if out, err = tds.AppendRow(out, cols, raws); err != nil {
		return err
	}
	done := tds.Done{Token: tds.TokenDone, Status: tds.DoneCount, CurCmd: tds.CurCmdSelect, RowCount: 1}
	c.reply = c.end(out, rpc, done)
	return c.send(c.reply)
}

package engine

import (
	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// dateTimeStyle is the style of CONVERT in which dates and times go to clients that
// don't know their types: 2024-02-29 23:59:59.1234567, shortened to the type.
const dateTimeStyle = 121

// olderText is long enough for every such text.
var olderText = tsql.Type{Kind: tsql.KindNVarChar, Length: 40}

// olderColumns replaces the types that a client's version of TDS does not know, as
// SQL Server does: before 7.2 the types of unlimited length by
// text, ntext and image, before 7.3 the newer dates and times by nvarchar. It
// returns the types of the columns whose values must be made into text, nil if
// there are none.
func olderColumns(wire []tds.Column, columns []store.Column, v tds.Version) (texts []*tsql.Type) {
	if v.AtLeast(tds.V73A) {
		return nil
	}
	for i := range wire {
		t := &wire[i].Type
		switch t.ID {
		case tds.TypeDateN, tds.TypeTimeN, tds.TypeDateTime2N, tds.TypeDateTimeOffsetN:
			if texts == nil {
				texts = make([]*tsql.Type, len(wire))
			}
			texts[i] = &columns[i].Type
			*t = tds.NVarChar(dateTimeChars(t), tds.DefaultCollation)
			continue
		}
		if v.AtLeast(tds.V72) || t.Size != tds.SizeMax {
			continue
		}
		switch t.ID {
		case tds.TypeBigVarChar:
			*t = tds.Text(t.Collation)
		case tds.TypeNVarChar:
			*t = tds.NText(t.Collation)
		case tds.TypeXML:
			*t = tds.NText(tds.DefaultCollation)
		case tds.TypeBigVarBinary:
			*t = tds.Image()
		}
	}
	return texts
}

// dateTimeChars is the length of a date or time as text.
func dateTimeChars(t *tds.TypeInfo) int {
	fraction := 0
	if t.Scale > 0 {
		fraction = 1 + int(t.Scale)
	}
	switch t.ID {
	case tds.TypeDateN:
		return len("2024-02-29")
	case tds.TypeTimeN:
		return len("23:59:59") + fraction
	case tds.TypeDateTime2N:
		return len("2024-02-29 23:59:59") + fraction
	default:
		return len("2024-02-29 23:59:59 +01:00") + fraction
	}
}

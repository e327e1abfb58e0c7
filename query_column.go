package main

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	mssql "github.com/microsoft/go-mssqldb"
)

// maxDisplayWidth is sqlcmd's default for columns without a bound of their own (-y 256).
const maxDisplayWidth = 256

// displayColumn is how one column is shown: sqlcmd gives each type a fixed
// width and sets numbers to the right.
type displayColumn struct {
	name, kind string
	width      int
	right      bool
	scale      int
}

// displayWidths are the widths of types whose text has a largest length.
var displayWidths = map[string]struct {
	width int
	right bool
}{
	"BIT": {1, true}, "TINYINT": {3, true}, "SMALLINT": {6, true}, "INT": {11, true}, "BIGINT": {20, true},
	"REAL": {14, true}, "FLOAT": {24, true}, "MONEY": {21, true}, "SMALLMONEY": {12, true},
	"DATE": {16, false}, "TIME": {16, false}, "SMALLDATETIME": {19, false}, "DATETIME": {23, false},
	"DATETIME2": {27, false}, "DATETIMEOFFSET": {34, false}, "UNIQUEIDENTIFIER": {36, false},
}

func newDisplayColumn(t *sql.ColumnType) displayColumn {
	c := displayColumn{name: t.Name(), kind: strings.ToUpper(t.DatabaseTypeName())}
	precision, scale, hasScale := t.DecimalSize()
	if hasScale {
		c.scale = int(scale)
	}
	if w, ok := displayWidths[c.kind]; ok {
		c.width, c.right = w.width, w.right
	} else if c.kind == "DECIMAL" || c.kind == "NUMERIC" {
		c.width, c.right = int(precision)+2, true
	} else {
		c.width = maxDisplayWidth
		if n, ok := t.Length(); ok && n > 0 && n < maxDisplayWidth {
			c.width = int(n)
			if c.kind == "BINARY" || c.kind == "VARBINARY" {
				c.width = min(2*int(n)+2, maxDisplayWidth)
			}
		}
	}
	c.width = max(c.width, utf8.RuneCountInString(c.name))
	return c
}

// text renders one value as sqlcmd does.
func (c displayColumn) text(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		bits := 64
		if c.kind == "REAL" {
			bits = 32
		}
		return strconv.FormatFloat(v, 'g', -1, bits)
	case time.Time:
		return v.Format(c.timeLayout())
	case string:
		return c.clip(v)
	case []byte:
		switch c.kind {
		case "DECIMAL", "NUMERIC", "MONEY", "SMALLMONEY":
			return string(v)
		case "UNIQUEIDENTIFIER":
			var id mssql.UniqueIdentifier
			if id.Scan(v) == nil {
				return id.String()
			}
		}
		return c.clip(fmt.Sprintf("0x%X", v))
	}
	return c.clip(fmt.Sprint(v))
}

// clip cuts what is wider than its column, as sqlcmd does.
func (c displayColumn) clip(s string) string {
	if utf8.RuneCountInString(s) <= c.width {
		return s
	}
	return string([]rune(s)[:c.width])
}

func (c displayColumn) timeLayout() string {
	fraction := ""
	if c.scale > 0 {
		fraction = "." + strings.Repeat("0", c.scale)
	}
	switch c.kind {
	case "DATE":
		return "2006-01-02"
	case "TIME":
		return "15:04:05" + fraction
	case "SMALLDATETIME":
		return "2006-01-02 15:04:05"
	case "DATETIME":
		return "2006-01-02 15:04:05.000"
	case "DATETIMEOFFSET":
		return "2006-01-02 15:04:05" + fraction + " -07:00"
	}
	return "2006-01-02 15:04:05" + fraction
}

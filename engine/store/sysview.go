package store

import (
	"encoding/json"
	"strings"
	"time"

	"tds-launchpad/tsql"
)

// sysView is a catalog view: its columns and a function that lists its rows out of the catalog. In SQL it is a subquery over
// json_each of a parameter that holds the rows.
type sysView struct {
	cols []viewColumn
	rows func(s *Session, d *database) [][]any
}

type viewColumn struct {
	name string
	typ  tsql.Type
	null bool
}

// cols reads "name type, name type null": a shorthand for the views' definitions.
func viewColumns(text string) []viewColumn {
	var out []viewColumn
	for _, part := range strings.Split(text, ";") {
		words := strings.Fields(part)
		if len(words) < 2 {
			continue
		}
		out = append(out, viewColumn{name: words[0], typ: mustType(words[1]), null: len(words) > 2})
	}
	return out
}

// systemView binds a view of sys or INFORMATION_SCHEMA; false if the name is none.
func (b *binder) systemView(n tsql.Name, alias string, sc *scope) (string, bool, error) {
	schema := fold(n.Schema)
	if schema == "" && strings.HasPrefix(fold(n.Object), "sys") {
		schema = "sys" // sysobjects and the like need no schema
	}
	if schema == "dbo" && strings.HasPrefix(fold(n.Object), "sys") {
		schema = "sys"
	}
	if schema != "sys" && schema != "information_schema" {
		return "", false, nil
	}
	v := sysViews[schema+"."+fold(n.Object)]
	if v == nil {
		if n.Schema == "" || fold(n.Schema) == "dbo" {
			return "", false, nil
		}
		return "", false, tsql.NewError(208, spell(n))
	}
	db := b.s.db
	if n.Database != "" {
		d := b.s.catalog().database(n.Database)
		if d == nil {
			return "", false, tsql.NewError(208, spell(n))
		}
		if err := b.s.mayEnter(d); err != nil {
			return "", false, err
		}
		db = d.Name
	}
	rows := b.session("view/"+db+"/"+schema+"."+fold(n.Object), typeNMax, false, func(s *Session) any {
		d := s.catalog().database(db)
		if d == nil {
			return "[]"
		}
		return viewJSON(v, v.rows(s, d))
	})
	r := &relation{alias: b.nextAlias(), exposed: alias, db: db}
	if alias == "" {
		r.exposed, r.schema = n.Object, n.Schema
	}
	items := make([]string, len(v.cols))
	for i, c := range v.cols {
		value := "json_extract(value, '$[" + itoa(i) + "]')"
		if repOf(c.typ) == repBinary || repOf(c.typ) == repGUID || repOf(c.typ) == repDecimal || repOf(c.typ) == repVariant {
			value = "unhex(" + value + ")"
		}
		items[i] = value + " AS o" + itoa(i+1)
		r.cols = append(r.cols, &source{name: c.name, sql: r.alias + ".o" + itoa(i+1), typ: c.typ, null: c.null, rel: r})
	}
	if err := sc.add(r); err != nil {
		return "", true, err
	}
	return "(SELECT " + strings.Join(items, ", ") + " FROM json_each(" + rows.sql + ")) AS " + r.alias, true, nil
}

func viewJSON(v *sysView, rows [][]any) string {
	out := make([][]any, len(rows))
	for i, r := range rows {
		out[i] = make([]any, len(v.cols))
		for j, c := range v.cols {
			if j >= len(r) || r[j] == nil {
				continue
			}
			x := r[j]
			switch n := x.(type) {
			case time.Time:
				x = local(n)
			case int:
				x = int64(n)
			case bool:
				if n && repOf(c.typ) != repBit {
					x = int64(1)
				} else if repOf(c.typ) != repBit {
					x = int64(0)
				}
			}
			d, err := encodeValue(x, c.typ)
			if err != nil {
				continue
			}
			if bin, ok := d.([]byte); ok {
				d = hexOf(bin)
			}
			out[i][j] = d
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return "[]"
	}
	return string(text)
}

func hexOf(b []byte) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"

	"tds-launchpad/tsql"
)

// conflict is error 547.
func conflict(verb, kind, name, db, table, column string) *tsql.Error {
	return tsql.NewError(547, verb, kind, name, db, table, column, "", "")
}

// constraintError names the constraint behind an error of SQLite's.
func (s *Session) constraintError(err error, verb, db string, t *table, row []any) error {
	var already *tsql.Error
	if errors.As(err, &already) {
		return err
	}
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		k := t.failedKey(err.Error())
		if k == nil {
			return err
		}
		values := "(" + strings.Join(s.keyValues(t, k, row), ", ") + ")"
		if !k.Constraint {
			return tsql.NewError(2601, t.fullName(), k.Name, values)
		}
		kind := "UNIQUE KEY"
		if k.Primary {
			kind = "PRIMARY KEY"
		}
		return tsql.NewError(2627, kind, k.Name, t.fullName(), values)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return s.foreignError(verb, db, t, row)
	}
	return err
}

// failedKey finds the key in SQLite's text: "UNIQUE constraint failed: t5.c1, t5.c2" or "... index 'i77'".
func (t *table) failedKey(text string) *key {
	if !strings.Contains(text, "constraint failed: ") {
		return nil
	}
	rest := text[strings.LastIndex(text, "constraint failed: ")+len("constraint failed: "):]
	if cut := strings.LastIndex(rest, " ("); cut >= 0 {
		rest = rest[:cut]
	}
	for _, k := range t.Keys {
		if !k.Unique {
			continue
		}
		_, index, _ := strings.Cut(t.indexName(k), ".")
		if strings.HasPrefix(rest, "index '"+index+"'") {
			return k
		}
		names := make([]string, len(k.Columns))
		_, bare, _ := strings.Cut(t.sqlName(), ".")
		for i, kc := range k.Columns {
			names[i] = bare + "." + t.columnByID(kc.Column).sqlName()
		}
		if rest == strings.Join(names, ", ") {
			return k
		}
	}
	return nil
}

// keyValues spells a row's key as messages do.
func (s *Session) keyValues(t *table, k *key, row []any) []string {
	out := make([]string, len(k.Columns))
	for i, kc := range k.Columns {
		c := t.columnByID(kc.Column)
		out[i] = "<NULL>"
		for at, other := range t.Columns {
			if other.ID == c.ID && at < len(row) && row[at] != nil {
				if text, err := tsql.Format(row[at], c.Type, 0); err == nil {
					out[i] = text
				}
			}
		}
	}
	return out
}

// foreignError says which foreign key a row breaks: one of the table's own, or one that refers to it.
func (s *Session) foreignError(verb, db string, t *table, row []any) error {
	if verb != "DELETE" {
		for _, f := range t.Foreign {
			parent := t
			if f.Parent != t.ID {
				parent = s.tableByID(f.Parent)
			}
			if parent == nil || f.Disabled {
				continue
			}
			broken, err := s.missingParent(t, f, parent, row)
			if err != nil {
				return err
			}
			if broken {
				kind := "FOREIGN KEY"
				if parent.ID == t.ID {
					kind = "FOREIGN KEY SAME TABLE"
				}
				return conflict(verb, kind, f.Name, db, parent.fullName(), columnSuffix(parent, f.ParentCols))
			}
		}
	}
	if d := s.catalog().database(db); d != nil {
		list := d.referencing(t.ID)
		for _, r := range list {
			if len(list) == 1 || r.fk.OnDelete == "NO ACTION" {
				return conflict(verb, "REFERENCE", r.fk.Name, db, r.child.fullName(), columnSuffix(r.child, r.fk.Columns))
			}
		}
	}
	return tsql.NewError(547, verb, "FOREIGN KEY", "", db, t.fullName(), "", "", "")
}

func columnSuffix(t *table, cols []int) string {
	if len(cols) != 1 {
		return ""
	}
	return ", column '" + t.columnByID(cols[0]).Name + "'"
}

func (s *Session) missingParent(t *table, f *foreignKey, parent *table, row []any) (bool, error) {
	args := make([]driver.Value, len(f.Columns))
	conds := make([]string, len(f.Columns))
	for i, id := range f.Columns {
		c := t.columnByID(id)
		for at, other := range t.Columns {
			if other.ID != id || at >= len(row) {
				continue
			}
			d, err := encodeValue(row[at], c.Type)
			if err != nil {
				return false, err
			}
			args[i] = d
		}
		if args[i] == nil {
			return false, nil
		}
		conds[i] = parent.columnByID(f.ParentCols[i]).sqlName() + " = ?"
	}
	found := false
	err := s.lite.query(context.Background(), "SELECT 1 FROM "+parent.sqlName()+" WHERE "+strings.Join(conds, " AND ")+" LIMIT 1", args,
		func([]driver.Value) error {
			found = true
			return nil
		})
	return !found, err
}

// duplicateOf finds a value that keeps a unique index from being made.
func (s *Session) duplicateOf(t *table, k *key) string {
	names := make([]string, len(k.Columns))
	for i, kc := range k.Columns {
		c := t.columnByID(kc.Column)
		names[i] = c.sqlName() + collate(c.Type)
	}
	list := strings.Join(names, ", ")
	out := "()"
	_ = s.lite.query(context.Background(), "SELECT "+list+" FROM "+t.sqlName()+" GROUP BY "+list+" HAVING count(*) > 1 LIMIT 1", nil, func(row []driver.Value) error {
		parts := make([]string, len(row))
		for i := range row {
			parts[i] = "<NULL>"
			c := t.columnByID(k.Columns[i].Column)
			if v, err := decodeValue(row[i], c.Type); err == nil && v != nil {
				if text, err := tsql.Format(v, c.Type, 0); err == nil {
					parts[i] = text
				}
			}
		}
		out = "(" + strings.Join(parts, ", ") + ")"
		return nil
	})
	return out
}

package store

import (
	"fmt"
	"strings"

	"tds-launchpad/tsql"
)

// createPhysical makes the SQLite table and indexes of a table.
func (s *Session) createPhysical(t *table) error {
	var sql strings.Builder
	fmt.Fprintf(&sql, "CREATE TABLE %s (", t.sqlName())
	first := true
	for _, c := range t.Columns {
		if c.Computed != "" {
			continue
		}
		if !first {
			sql.WriteString(", ")
		}
		first = false
		sql.WriteString(physicalColumn(c))
	}
	if first {
		sql.WriteString("none")
	}
	for _, f := range t.Foreign {
		if clause := s.physicalForeign(t, f); clause != "" {
			sql.WriteString(", " + clause)
		}
	}
	sql.WriteString(")")
	if err := s.lite.exec(sql.String()); err != nil {
		return err
	}
	for _, k := range t.Keys {
		if err := s.createIndex(t, k); err != nil {
			return err
		}
	}
	return nil
}

// physicalColumn has no SQLite type: values keep the form they are stored in.
func physicalColumn(c *column) string {
	sql := c.sqlName() + collate(c.Type)
	if !c.Null {
		sql += " NOT NULL"
	}
	return sql
}

// createIndex makes a key's SQLite index. T-SQL's unique keys take NULL for a value, SQLite's don't: over nullable columns NULL is
// mapped to one. Error 1505.
func (s *Session) createIndex(t *table, k *key) error {
	if k.Columnstore {
		return nil
	}
	parts := make([]string, len(k.Columns))
	mapped := false
	for i, kc := range k.Columns {
		c := t.columnByID(kc.Column)
		parts[i] = c.sqlName()
		if k.Unique && c.Null {
			parts[i] = "ifnull(" + c.sqlName() + ", X'FF4E554C4C')"
			mapped = true
		}
		parts[i] += collate(c.Type)
		if kc.Descending {
			parts[i] += " DESC"
		}
	}
	unique := ""
	if k.Unique {
		unique = "UNIQUE "
	}
	_, bare, _ := strings.Cut(t.sqlName(), ".")
	err := s.lite.exec("CREATE " + unique + "INDEX " + t.indexName(k) + " ON " + bare + " (" + strings.Join(parts, ", ") + ")")
	if err != nil && k.Unique && strings.Contains(err.Error(), "UNIQUE") {
		return tsql.NewError(1505, t.fullName(), k.Name, s.duplicateOf(t, k))
	}
	if err != nil || !mapped {
		return err
	}
	// a plain index too, for searching
	plain := make([]string, len(k.Columns))
	for i, kc := range k.Columns {
		c := t.columnByID(kc.Column)
		plain[i] = c.sqlName() + collate(c.Type)
	}
	return s.lite.exec("CREATE INDEX " + t.indexName(k) + "n ON " + bare + " (" + strings.Join(plain, ", ") + ")")
}

func (s *Session) dropIndex(t *table, k *key) error {
	if err := s.lite.exec("DROP INDEX IF EXISTS " + t.indexName(k)); err != nil {
		return err
	}
	return s.lite.exec("DROP INDEX IF EXISTS " + t.indexName(k) + "n")
}

package store

import (
	"context"
	"database/sql/driver"
	"strings"
)

// keepVariables runs undo, which undoes a transaction or a part of it, and gives the session's table variables back the
// rows that they had before: variables are not part of transactions.
func (s *Session) keepVariables(undo func() error) error {
	if len(s.tableVars) == 0 || !s.tran.begun || !s.lite.inTransaction() {
		return undo()
	}
	kept := map[int][][]driver.Value{}
	for id, t := range s.tableVars {
		err := s.lite.query(context.Background(), "SELECT * FROM "+t.sqlName(), nil, func(row []driver.Value) error {
			kept[id] = append(kept[id], append([]driver.Value(nil), row...))
			return nil
		})
		if err != nil {
			return err
		}
	}
	s.lite.forget()
	if err := undo(); err != nil {
		return err
	}
	for id, t := range s.tableVars {
		if err := s.lite.exec("DROP TABLE IF EXISTS " + t.sqlName()); err != nil {
			return err
		}
		if err := s.createPhysical(t); err != nil {
			return err
		}
		if len(kept[id]) == 0 {
			continue
		}
		sql := "INSERT INTO " + t.sqlName() + " VALUES (?" + strings.Repeat(", ?", len(kept[id][0])-1) + ")"
		for _, row := range kept[id] {
			if err := s.lite.exec(sql, row...); err != nil {
				return err
			}
		}
	}
	return nil
}

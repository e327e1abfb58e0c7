package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// The catalog is kept in one SQLite table, a row per thing, written in the transaction of the DDL statement.
const (
	kindDatabase  = "database"
	kindLogin     = "login"
	kindSchema    = "schema"
	kindTable     = "table"
	kindModule    = "module"
	kindPrincipal = "principal"
	kindGrant     = "grant"
)

const createCatalog = `CREATE TABLE IF NOT EXISTS main._catalog (kind TEXT, db INTEGER, key TEXT, body TEXT, PRIMARY KEY (kind, db, key)) WITHOUT ROWID`

// save writes one thing of the catalog.
func (l *lite) save(kind string, db int, key string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return l.exec("INSERT OR REPLACE INTO main._catalog VALUES (?, ?, ?, ?)", kind, int64(db), key, string(body))
}

// discard deletes one thing of the catalog.
func (l *lite) discard(kind string, db int, key string) error {
	return l.exec("DELETE FROM main._catalog WHERE kind = ? AND db = ? AND key = ?", kind, int64(db), key)
}

func objectKey(id int) string { return itoa(id) }

func (g *grant) key() string { return fmt.Sprintf("%s/%s/%d", g.Principal, g.Permission, g.Object) }

// load reads the whole catalog.
func (l *lite) load() (*catalog, error) {
	cat := &catalog{databases: map[string]*database{}, logins: map[string]*login{}}
	byID := map[int]*database{}
	read := func(kind string, fn func(db int, body []byte) error) error {
		return l.query(context.Background(), "SELECT db, body FROM main._catalog WHERE kind = ?", []driver.Value{kind},
			func(row []driver.Value) error {
				return fn(int(row[0].(int64)), []byte(row[1].(string)))
			})
	}
	err := read(kindDatabase, func(_ int, body []byte) error {
		d := newDatabase()
		if err := json.Unmarshal(body, d); err != nil {
			return err
		}
		cat.databases[fold(d.Name)], byID[d.ID] = d, d
		return nil
	})
	if err != nil {
		return nil, err
	}
	readers := map[string]func(d *database, body []byte) error{
		kindSchema: func(d *database, body []byte) error {
			var s schema
			err := json.Unmarshal(body, &s)
			d.schemas[fold(s.Name)] = &s
			return err
		},
		kindTable: func(d *database, body []byte) error {
			var t table
			err := json.Unmarshal(body, &t)
			d.put(&t)
			return err
		},
		kindModule: func(d *database, body []byte) error {
			var m module
			err := json.Unmarshal(body, &m)
			d.put(&m)
			return err
		},
		kindPrincipal: func(d *database, body []byte) error {
			var p principal
			err := json.Unmarshal(body, &p)
			d.principals[fold(p.Name)] = &p
			return err
		},
		kindGrant: func(d *database, body []byte) error {
			var g grant
			err := json.Unmarshal(body, &g)
			d.grants[g.key()] = &g
			return err
		},
	}
	for kind, fn := range readers {
		err := read(kind, func(db int, body []byte) error {
			if byID[db] == nil {
				return fmt.Errorf("store: catalog names database %d, which it does not have", db)
			}
			return fn(byID[db], body)
		})
		if err != nil {
			return nil, err
		}
	}
	err = read(kindLogin, func(_ int, body []byte) error {
		var l login
		err := json.Unmarshal(body, &l)
		cat.logins[fold(l.Name)] = &l
		return err
	})
	return cat, err
}

func newDatabase() *database {
	return &database{Options: map[string]string{}, schemas: map[string]*schema{}, objects: map[string]object{},
		principals: map[string]*principal{}, grants: map[string]*grant{}}
}

package store

import (
	"strings"
	"time"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// makeDatabase adds a database with what every one has. The caller is in a transaction of l's.
func (i *Instance) makeDatabase(l *lite, cat *catalog, name string, id int, owner string) (*database, error) {
	d := newDatabase()
	d.ID, d.Name, d.Owner, d.Created = id, name, owner, time.Now()
	add := func(p *principal) error {
		p.Created = d.Created
		d.principals[fold(p.Name)] = p
		return l.save(kindPrincipal, id, fold(p.Name), p)
	}
	if err := l.save(kindDatabase, id, "", d); err != nil {
		return nil, err
	}
	for _, s := range []*schema{{1, "dbo", "dbo"}, {2, "guest", "guest"}, {3, "INFORMATION_SCHEMA", "INFORMATION_SCHEMA"}, {4, "sys", "sys"}} {
		d.schemas[fold(s.Name)] = s
		if err := l.save(kindSchema, id, fold(s.Name), s); err != nil {
			return nil, err
		}
	}
	for _, p := range []*principal{{ID: 1, Name: "dbo", Login: owner, DefaultSchema: "dbo"}, {ID: 2, Name: "guest", DefaultSchema: "guest"},
		{ID: 3, Name: "INFORMATION_SCHEMA"}, {ID: 4, Name: "sys"}} {
		if err := add(p); err != nil {
			return nil, err
		}
	}
	for id, role := range fixedRoles {
		if err := add(&principal{ID: id, Name: role, Role: true, Fixed: true}); err != nil {
			return nil, err
		}
	}
	cat.databases[fold(name)] = d
	return d, nil
}

func (s *Session) createDatabase(name string) error {
	if s.tran.count > 0 {
		return &tsql.Error{Number: 226, Class: 16, State: 6, Message: "CREATE DATABASE statement not allowed within multi-statement transaction."}
	}
	if !s.as.login.inRole("sysadmin") && !s.as.login.inRole("dbcreator") {
		return tsql.NewError(262, "CREATE DATABASE", "master")
	}
	return s.change(s.ctx, true, func() error {
		if s.catalog().database(name) != nil {
			return tsql.NewError(1801, name)
		}
		id := 5
		for _, d := range s.catalog().databases {
			id = max(id, d.ID+1)
		}
		_, err := s.inst.makeDatabase(s.lite, s.edit(), name, id, s.as.login.Name)
		return err
	})
}

func (s *Session) dropDatabases(st *ast.DropDatabaseStatement) error {
	for _, n := range st.Databases {
		if err := s.dropDatabase(n.Value, st.IsIfExists); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) dropDatabase(name string, ifExists bool) error {
	if s.tran.count > 0 {
		return &tsql.Error{Number: 226, Class: 16, State: 5, Message: "DROP DATABASE statement not allowed within multi-statement transaction."}
	}
	return s.change(s.ctx, true, func() error {
		d := s.catalog().database(name)
		switch {
		case d == nil && ifExists:
			return nil
		case d == nil:
			return tsql.NewError(3701, "database", name)
		case d.ID <= 4:
			return &tsql.Error{Number: 3708, Class: 16, State: 4, Message: "Cannot drop the database '" + name + "' because it is a system database."}
		case !s.as.login.inRole("sysadmin") && (s.as.user != nil || fold(d.Owner) != fold(s.as.login.Name)):
			return tsql.NewError(3701, "database", name)
		}
		if s.databaseInUse(d.Name) {
			return tsql.NewError(3702, name)
		}
		s.lite.forget()
		if err := s.lite.exec("PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		for _, o := range d.objects {
			if t, ok := o.(*table); ok && !t.IsType {
				if err := s.lite.exec("DROP TABLE " + t.sqlName()); err != nil {
					return err
				}
			}
		}
		cat := s.edit()
		delete(cat.databases, fold(name))
		return s.lite.exec("DELETE FROM main._catalog WHERE db = ? AND kind <> 'login'", int64(d.ID))
	})
}

// databaseInUse tells whether some session is in a database.
func (s *Session) databaseInUse(name string) bool {
	if s.db == name {
		return true
	}
	s.inst.mu.Lock()
	defer s.inst.mu.Unlock()
	for o := range s.inst.sessions {
		if o != s && o.current() == name {
			return true
		}
	}
	return false
}

func (s *Session) createSchema(f *frame, st *ast.CreateSchemaStatement) error {
	if st.StatementList != nil && len(st.StatementList.Statements) > 0 {
		return unsupported("CREATE SCHEMA with further statements")
	}
	name := identValue(st.Name)
	owner := identValue(st.Owner)
	if name == "" {
		name = owner
	}
	if owner == "" {
		owner = s.userName()
	}
	return s.change(s.ctx, true, func() error {
		d := s.editDatabase(s.db)
		if d.schemas[fold(name)] != nil {
			return tsql.NewError(2714, name)
		}
		if d.principals[fold(owner)] == nil || !s.owns(d) && !s.isPrincipal(d, fold(owner)) {
			return tsql.NewError(15151, "find", "principal", owner)
		}
		id := 5
		for _, x := range d.schemas {
			id = max(id, x.ID+1)
		}
		sc := &schema{ID: id, Name: name, Owner: owner}
		d.schemas[fold(name)] = sc
		return s.lite.save(kindSchema, d.ID, fold(name), sc)
	})
}

func (s *Session) dropSchema(st *ast.DropSchemaStatement) error {
	name := nameOf(st.Schema).Object
	return s.change(s.ctx, true, func() error {
		d := s.editDatabase(s.db)
		sc := d.schemas[fold(name)]
		if sc == nil {
			if st.IsIfExists {
				return nil
			}
			return tsql.NewError(15151, "drop", "schema", name)
		}
		for _, o := range d.objects {
			if strings.EqualFold(o.info().Schema, name) {
				return tsql.NewError(3729, "drop schema", name, strings.TrimPrefix(o.info().Name, typePrefix))
			}
		}
		delete(d.schemas, fold(name))
		return s.lite.discard(kindSchema, d.ID, fold(name))
	})
}

package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// definition runs DDL; false if the statement is none that it knows.
func (s *Session) definition(f *frame, st ast.Statement) (bool, error) {
	err := s.mayDefine(st)
	if err != nil {
		return true, err
	}
	switch st := st.(type) {
	case *ast.CreateTableStatement:
		err = s.createTable(f, st)
	case *ast.DropTableStatement:
		err = s.dropTables(st)
	case *ast.AlterTableAddTableElementStatement:
		err = s.alterAdd(f, st)
	case *ast.AlterTableDropTableElementStatement:
		err = s.alterDrop(st)
	case *ast.AlterTableAlterColumnStatement:
		err = s.alterColumn(f, st)
	case *ast.AlterTableConstraintModificationStatement:
		err = s.alterConstraint(st)
	case *ast.CreateIndexStatement:
		err = s.createIndexStatement(st)
	case *ast.CreateColumnStoreIndexStatement:
		err = s.createColumnstore(st)
	case *ast.DropIndexStatement:
		err = s.dropIndexStatement(st)
	case *ast.CreateSchemaStatement:
		err = s.createSchema(f, st)
	case *ast.DropSchemaStatement:
		err = s.dropSchema(st)
	case *ast.CreateDatabaseStatement:
		err = s.createDatabase(st.DatabaseName.Value)
	case *ast.DropDatabaseStatement:
		err = s.dropDatabases(st)
	case *ast.AlterDatabaseSetStatement:
		err = nil // options of storage and recovery have no meaning here
	case *ast.CreateViewStatement:
		err = s.createModule(f, "V", nameOf(st.SchemaObjectName), st.Columns, false, false)
	case *ast.CreateOrAlterViewStatement:
		err = s.createModule(f, "V", nameOf(st.SchemaObjectName), st.Columns, true, false)
	case *ast.AlterViewStatement:
		err = s.createModule(f, "V", nameOf(st.SchemaObjectName), st.Columns, true, true)
	case *ast.CreateProcedureStatement:
		err = s.createModule(f, "P", nameOf(st.ProcedureReference.Name), nil, false, false)
	case *ast.CreateOrAlterProcedureStatement:
		err = s.createModule(f, "P", nameOf(st.ProcedureReference.Name), nil, true, false)
	case *ast.AlterProcedureStatement:
		err = s.createModule(f, "P", nameOf(st.ProcedureReference.Name), nil, true, true)
	case *functionStatement:
		err = s.createFunction(f, st)
	case *triggerStatement:
		err = s.createTrigger(f, st)
	case *ast.DropTriggerStatement:
		err = s.dropModules(kindTrigger, st.Objects, st.IsIfExists)
	case *ast.EnableDisableTriggerStatement:
		err = s.enableDisable(st)
	case *ast.AlterTableTriggerModificationStatement:
		var names []string
		for _, n := range st.TriggerNames {
			names = append(names, n.Value)
		}
		err = s.switchTriggers(nameOf(st.SchemaObjectName), names, st.All, st.TriggerEnforcement == "Enable")
	case *ast.DropFunctionStatement:
		err = s.dropModules("FN", st.Objects, st.IsIfExists)
	case *ast.DropViewStatement:
		err = s.dropModules("V", st.Objects, st.IsIfExists)
	case *ast.DropProcedureStatement:
		err = s.dropModules("P", st.Objects, st.IsIfExists)
	case *ast.CreateTypeTableStatement:
		err = s.createTableType(f, st)
	case *ast.DropTypeStatement:
		err = s.dropType(st)
	case *ast.UpdateStatisticsStatement, *ast.CheckpointStatement:
	default:
		return false, nil
	}
	if err != nil {
		return true, err
	}
	return true, s.out.done(Done{Command: commandOf(st)})
}

// target is the database and schema in which a new object goes. Errors 2760, 911.
func (s *Session) target(n tsql.Name) (*database, string, error) {
	d := s.catalog().database(s.db)
	if n.Database != "" {
		if d = s.catalog().database(n.Database); d == nil {
			return nil, "", tsql.NewError(911, n.Database)
		}
	}
	schema := n.Schema
	if schema == "" {
		schema = s.defaultSchema(d)
	}
	sc := d.schemas[fold(schema)]
	if sc == nil || fold(schema) == "sys" || fold(schema) == "information_schema" {
		return nil, "", tsql.NewError(2760, schema)
	}
	return d, sc.Name, nil
}

func (s *Session) createTable(f *frame, st *ast.CreateTableStatement) error {
	n := nameOf(st.SchemaObjectName)
	if st.AsEdge || st.AsNode || st.AsFileTable || st.SelectStatement != nil || st.Definition == nil {
		return unsupported("this kind of table")
	}
	return s.addTable(n, func(name string, temp bool) (*table, error) { return s.defineTable(f, st.Definition, name, temp) })
}

// addTable makes a table under a name, in the catalog and in SQLite. Error 2714.
func (s *Session) addTable(n tsql.Name, define func(name string, temp bool) (*table, error)) error {
	if strings.HasPrefix(n.Object, "#") {
		if strings.HasPrefix(n.Object, "##") {
			return unsupported("a global temporary table")
		}
		if s.temp.tables[fold(n.Object)] != nil {
			return tsql.NewError(2714, n.Object)
		}
		t, err := define(n.Object, true)
		if err != nil {
			return err
		}
		return s.change(s.ctx, false, func() error {
			if err := s.createPhysical(t); err != nil {
				return err
			}
			s.temp = s.temp.with(t)
			return nil
		})
	}
	return s.change(s.ctx, true, func() error {
		d, schema, err := s.target(n)
		if err != nil {
			return err
		}
		if d.object(schema, n.Object) != nil {
			return tsql.NewError(2714, n.Object)
		}
		t, err := define(n.Object, false)
		if err != nil {
			return err
		}
		t.Schema = schema
		if err := s.createPhysical(t); err != nil {
			return err
		}
		return s.putTable(d.Name, t)
	})
}

// putTable writes a table into the catalog; inside change only.
func (s *Session) putTable(db string, t *table) error {
	if t.Temp {
		s.temp = s.temp.with(t)
		return nil
	}
	d := s.editDatabase(db)
	d.put(t)
	return s.lite.save(kindTable, d.ID, objectKey(t.ID), t)
}

func (s *Session) dropTables(st *ast.DropTableStatement) error {
	for _, o := range st.Objects {
		if err := s.dropTable(nameOf(o), st.IsIfExists); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) dropTable(n tsql.Name, ifExists bool) error {
	missing := func() error {
		if ifExists {
			return nil
		}
		return tsql.NewError(3701, "table", spell(n))
	}
	if t := s.temp.tables[fold(n.Object)]; t != nil && strings.HasPrefix(n.Object, "#") {
		s.lite.forget()
		return s.change(s.ctx, false, func() error {
			s.temp = s.temp.without(n.Object)
			s.inst.dropIdentity(t.ID)
			return s.lite.exec("DROP TABLE " + t.sqlName())
		})
	}
	if o, _, err := s.lookup(n); err != nil {
		return missing()
	} else if m, ok := o.(*module); ok {
		return tsql.NewError(3705, "TABLE", spell(n), spell(n), moduleWord(m.Kind), "DROP "+strings.ToUpper(moduleWord(m.Kind)))
	}
	return s.change(s.ctx, true, func() error {
		o, db, err := s.lookup(n)
		if err != nil {
			return missing()
		}
		t, ok := o.(*table)
		if !ok || t.IsType {
			return missing()
		}
		d := s.editDatabase(db)
		for _, r := range d.referencing(t.ID) {
			if r.child.ID != t.ID {
				return tsql.NewError(3726, spell(n))
			}
		}
		d.remove(t)
		if err := s.dropTriggers(d, t.ID); err != nil {
			return err
		}
		if err := s.lite.discard(kindTable, d.ID, objectKey(t.ID)); err != nil {
			return err
		}
		s.inst.dropIdentity(t.ID)
		s.lite.forget()
		return s.lite.exec("DROP TABLE " + t.sqlName())
	})
}

func moduleWord(kind string) string {
	switch {
	case kind == "V":
		return "view"
	case isFunction(kind):
		return "function"
	case kind == kindTrigger:
		return "trigger"
	}
	return "procedure"
}

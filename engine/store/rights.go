package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// chain is the owner of the module whose text is bound, and its database: what he owns there needs no right of the caller's.
type chain struct {
	owner, db string // folded
}

// ownerOf is the owner of an object: that of its schema.
func (d *database) ownerOf(o object) string {
	if sc := d.schemas[fold(o.info().Schema)]; sc != nil && sc.Owner != "" {
		return sc.Owner
	}
	return "dbo"
}

func (d *database) chainOf(m *module) chain {
	return chain{owner: fold(d.ownerOf(m)), db: fold(d.Name)}
}

// chainOf is the chain of a frame's statements: dynamic SQL and batches have none.
func (s *Session) chainOf(f *frame) chain {
	if d := s.database(); f != nil && f.proc != nil && !strings.HasPrefix(f.proc.Name, "#") && d != nil {
		return d.chainOf(f.proc)
	}
	return chain{}
}

// may asks for a permission on an object. Error 229.
func (b *binder) may(permission, db string, o object) error {
	if b.trusted {
		return nil
	}
	return b.s.mayUnder(b.chain, permission, db, o)
}

func (s *Session) mayUnder(c chain, permission, db string, o object) error {
	d := s.catalog().database(db)
	if t, ok := o.(*table); d == nil || ok && (t.Temp || t.Variable) {
		return nil
	}
	if c.db == fold(d.Name) && c.owner == fold(d.ownerOf(o)) || s.allowed(d, permission, o.info().ID) {
		return nil
	}
	return tsql.NewError(229, permission, o.info().Name, d.Name, o.info().Schema)
}

// mayChange asks for the right to change a table's rows, and to read it where the statement looks at the old rows.
func (b *binder) mayChange(permission string, p *changePlan, reads ...any) error {
	if err := b.may(permission, p.db, p.t); err != nil {
		return err
	}
	for _, r := range reads {
		if readsColumns(r) {
			return b.may("SELECT", p.db, p.t)
		}
	}
	return nil
}

// readsColumns tells whether a piece of a statement names columns.
func readsColumns(v any) bool {
	found := false
	walk(v, func(n any) bool {
		if _, ok := n.(*ast.ColumnReferenceExpression); ok {
			found = true
		}
		return !found
	})
	return found
}

// newValues are the right sides of SET, where an operator reads the left side too.
func newValues(list []ast.SetClause) (out []any) {
	for _, c := range list {
		if a, ok := c.(*ast.AssignmentSetClause); ok {
			out = append(out, a.NewValue)
			if a.AssignmentKind != "" && a.AssignmentKind != "Equals" && a.Column != nil {
				out = append(out, a.Column)
			}
		}
	}
	return out
}

// allowed tells whether the session has a permission in a database. Owners have all; a denial beats a grant.
func (s *Session) allowed(d *database, permission string, object int) bool {
	if s.owns(d) {
		return true
	}
	user := s.userIn(d)
	in := func(role string) bool { return d.member(user, role) }
	if object != 0 {
		if o := d.objectByID(object); o != nil {
			if s.isPrincipal(d, fold(d.ownerOf(o))) {
				return true
			}
		}
	}
	granted := false
	for _, g := range d.grants {
		if g.Permission != permission && g.Permission != "CONTROL" || g.Object != 0 && g.Object != object {
			continue
		}
		if g.Principal == user || in(g.Principal) {
			if g.Deny {
				return false
			}
			granted = true
		}
	}
	switch permission {
	case "SELECT":
		return !in("db_denydatareader") && (granted || object != 0 && in("db_datareader"))
	case "INSERT", "UPDATE", "DELETE":
		return !in("db_denydatawriter") && (granted || object != 0 && in("db_datawriter"))
	}
	if permission == "ALTER" || strings.HasPrefix(permission, "CREATE ") {
		return granted || in("db_ddladmin")
	}
	return granted
}

// mayCreate asks for the right to make an object of a kind ("TABLE", ...) under a name. Error 262.
func (s *Session) mayCreate(kind string, n tsql.Name) error {
	if strings.HasPrefix(n.Object, "#") {
		return nil
	}
	d := s.database()
	if n.Database != "" {
		if d = s.catalog().database(n.Database); d == nil {
			return tsql.NewError(911, n.Database)
		}
	}
	if !s.allowed(d, "CREATE "+kind, 0) {
		return tsql.NewError(262, "CREATE "+kind, d.Name)
	}
	if kind == "SCHEMA" {
		return nil
	}
	schema := n.Schema
	if schema == "" {
		schema = s.defaultSchema(d)
	}
	if sc := d.schemas[fold(schema)]; sc != nil && !s.mayAlterSchema(d, sc) {
		return tsql.NewError(2760, schema)
	}
	return nil
}

// mayAlterSchema tells whether the session may put objects into a schema: they are its owner's, and so is what their texts may reach.
func (s *Session) mayAlterSchema(d *database, sc *schema) bool {
	owner := fold(sc.Owner)
	if owner == "" {
		owner = "dbo"
	}
	return s.isPrincipal(d, owner) || s.allowed(d, "ALTER", 0)
}

// isPrincipal tells whether the session's user is a principal or a member of that role.
func (s *Session) isPrincipal(d *database, name string) bool {
	user := s.userIn(d)
	return name == user || name != "dbo" && d.member(user, name)
}

// mayAlter asks for the right to change what a name stands for; denied is the error. Names that stand for nothing are
// somebody else's errors.
func (s *Session) mayAlter(n tsql.Name, denied error) error {
	o, db, err := s.lookup(n)
	if err != nil {
		return nil
	}
	if t, ok := o.(*table); ok && t.Temp || s.allowed(s.catalog().database(db), "ALTER", o.info().ID) {
		return nil
	}
	return denied
}

// mayDefine asks for the rights that a definition needs.
func (s *Session) mayDefine(st ast.Statement) error {
	module := func(kind string, n tsql.Name, replace bool) error {
		if _, _, err := s.lookup(n); err == nil && replace {
			return s.mayAlter(n, newError(3704, strings.ToLower(kind), spell(n)))
		}
		return s.mayCreate(kind, n)
	}
	alter := func(n *ast.SchemaObjectName) error { return s.mayAlter(nameOf(n), newError(1088, spell(nameOf(n)))) }
	drop := func(kind string, list []*ast.SchemaObjectName) error {
		for _, n := range list {
			if err := s.mayAlter(nameOf(n), tsql.NewError(3701, kind, spell(nameOf(n)))); err != nil {
				return err
			}
		}
		return nil
	}
	switch st := st.(type) {
	case *ast.CreateTableStatement:
		return s.mayCreate("TABLE", nameOf(st.SchemaObjectName))
	case *ast.CreateViewStatement:
		return module("VIEW", nameOf(st.SchemaObjectName), false)
	case *ast.CreateOrAlterViewStatement:
		return module("VIEW", nameOf(st.SchemaObjectName), true)
	case *ast.AlterViewStatement:
		return module("VIEW", nameOf(st.SchemaObjectName), true)
	case *ast.CreateProcedureStatement:
		return module("PROCEDURE", nameOf(st.ProcedureReference.Name), false)
	case *ast.CreateOrAlterProcedureStatement:
		return module("PROCEDURE", nameOf(st.ProcedureReference.Name), true)
	case *ast.AlterProcedureStatement:
		return module("PROCEDURE", nameOf(st.ProcedureReference.Name), true)
	case *functionStatement:
		return module("FUNCTION", st.name, st.replace)
	case *triggerStatement:
		return s.mayAlter(st.table, newError(8197, spell(st.table)))
	case *ast.CreateTypeTableStatement:
		return s.mayCreate("TYPE", nameOf(st.Name))
	case *ast.CreateSchemaStatement:
		return s.mayCreate("SCHEMA", tsql.Name{})
	case *ast.DropTableStatement:
		return drop("table", st.Objects)
	case *ast.DropViewStatement:
		return drop("view", st.Objects)
	case *ast.DropProcedureStatement:
		return drop("procedure", st.Objects)
	case *ast.DropFunctionStatement:
		return drop("function", st.Objects)
	case *ast.DropTriggerStatement:
		return drop("trigger", st.Objects)
	case *ast.AlterTableAddTableElementStatement:
		return alter(st.SchemaObjectName)
	case *ast.AlterTableDropTableElementStatement:
		return alter(st.SchemaObjectName)
	case *ast.AlterTableAlterColumnStatement:
		return alter(st.SchemaObjectName)
	case *ast.AlterTableConstraintModificationStatement:
		return alter(st.SchemaObjectName)
	case *ast.AlterTableTriggerModificationStatement:
		return alter(st.SchemaObjectName)
	case *ast.CreateIndexStatement:
		return alter(st.OnName)
	case *ast.CreateColumnStoreIndexStatement:
		return alter(st.OnName)
	case *ast.EnableDisableTriggerStatement:
		if st.TriggerObject != nil && st.TriggerObject.Name != nil {
			return alter(st.TriggerObject.Name)
		}
	case *ast.DropIndexStatement, *ast.DropSchemaStatement, *ast.DropTypeStatement, *ast.AlterDatabaseSetStatement:
		if d := s.database(); !s.owns(d) && !d.member(s.userIn(d), "db_ddladmin") {
			return tsql.NewError(15247)
		}
	}
	return nil
}

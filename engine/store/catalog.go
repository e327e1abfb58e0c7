package store

import (
	"maps"
	"strings"
	"time"

	"tds-launchpad/tsql"
)

// catalog is what exists in an instance. A catalog in use never changes: DDL makes a changed copy, which becomes everybody's when its
// transaction commits. Copies share what did not change.
type catalog struct {
	databases map[string]*database // by folded name
	logins    map[string]*login
}

// database is a namespace of its own; all databases of an instance live in one SQLite file, since object ids differ.
type database struct {
	ID      int
	Name    string
	Owner   string
	Created time.Time
	// Options of ALTER DATABASE that are only remembered.
	Options map[string]string

	schemas    map[string]*schema
	objects    map[string]object // by folded "schema.name"
	principals map[string]*principal
	grants     map[string]*grant
}

type schema struct {
	ID    int
	Name  string
	Owner string
}

// object is a *table or a *module.
type object interface {
	info() *objectInfo
}

type objectInfo struct {
	ID       int
	Schema   string
	Name     string
	Created  time.Time
	Modified time.Time
}

func (o *objectInfo) info() *objectInfo { return o }

// fullName is "schema.name".
func (o *objectInfo) fullName() string { return o.Schema + "." + o.Name }

// module is a view or procedure: its own text, parsed anew when it is needed.
type module struct {
	objectInfo
	Kind             string // "V" or "P"
	Text             string
	QuotedIdentifier bool
	Columns          []string // of a view, where it names them
	Options          moduleOptions

	// Of a trigger: its table, INSERT, UPDATE and DELETE, and whether it is switched off.
	Parent   int      `json:",omitempty"`
	Events   []string `json:",omitempty"`
	Disabled bool     `json:",omitempty"`
}

// table is a table, a table type or a temporary table. Its columns and keys never change in place.
type table struct {
	objectInfo
	Columns  []*column
	Keys     []*key
	Checks   []*check
	Foreign  []*foreignKey
	IsType   bool
	Temp     bool // lives in SQLite's temp schema
	NextCol  int  // id of the next column added
	Variable bool // a table variable

	explicitNull map[int]bool // while it is being defined: columns declared NULL
}

type column struct {
	ID       int
	Name     string
	Type     tsql.Type
	Null     bool
	Identity *identity `json:",omitempty"`
	Default  *named    `json:",omitempty"`
	Computed string    `json:",omitempty"` // T-SQL of a computed column
	Persist  bool      `json:",omitempty"`
	RowGUID  bool      `json:",omitempty"`
}

// named is a piece of T-SQL with the name of its constraint.
type named struct {
	ID         int
	Name       string
	SystemName bool
	Text       string
}

type identity struct{ Seed, Increment int64 }

// key is a primary key, unique constraint or index.
type key struct {
	ID          int
	Name        string
	Primary     bool
	Constraint  bool // PRIMARY KEY or UNIQUE, not merely an index
	Unique      bool
	Clustered   bool
	SystemName  bool
	Columns     []keyColumn
	Include     []int
	Filter      string
	Columnstore bool `json:",omitempty"`
}

type keyColumn struct {
	Column     int // column id
	Descending bool
}

type check struct {
	named
	Column   int // 0: of the table
	Disabled bool
}

type foreignKey struct {
	ID         int
	Name       string
	SystemName bool
	Columns    []int
	Parent     int // object id
	ParentCols []int
	OnDelete   string // SQLite's words: "NO ACTION", "CASCADE", ...
	OnUpdate   string
	Disabled   bool
}

// fold gives names their form as map keys: the server's collation ignores case.
func fold(s string) string { return strings.ToLower(s) }

func (c *catalog) clone() *catalog {
	n := *c
	n.databases, n.logins = maps.Clone(c.databases), maps.Clone(c.logins)
	return &n
}

func (c *catalog) database(name string) *database { return c.databases[fold(name)] }

func (c *catalog) databaseByID(id int) *database {
	for _, d := range c.databases {
		if d.ID == id {
			return d
		}
	}
	return nil
}

func (d *database) clone() *database {
	n := *d
	n.schemas, n.objects = maps.Clone(d.schemas), maps.Clone(d.objects)
	n.principals, n.grants = maps.Clone(d.principals), maps.Clone(d.grants)
	return &n
}

func (d *database) object(schema, name string) object { return d.objects[fold(schema+"."+name)] }

func (d *database) objectByID(id int) object {
	for _, o := range d.objects {
		if o.info().ID == id {
			return o
		}
	}
	return nil
}

func (d *database) put(o object) { d.objects[fold(o.info().fullName())] = o }

func (d *database) remove(o object) { delete(d.objects, fold(o.info().fullName())) }

// referencing lists the foreign keys that refer to a table.
func (d *database) referencing(id int) (list []struct {
	child *table
	fk    *foreignKey
}) {
	for _, o := range d.objects {
		if t, ok := o.(*table); ok {
			for _, f := range t.Foreign {
				if f.Parent == id {
					list = append(list, struct {
						child *table
						fk    *foreignKey
					}{t, f})
				}
			}
		}
	}
	return list
}

// clone copies a table so that its columns, keys and constraints can be replaced or their lists changed.
func (t *table) clone() *table {
	n := *t
	n.Columns = append([]*column(nil), t.Columns...)
	n.Keys = append([]*key(nil), t.Keys...)
	n.Checks = append([]*check(nil), t.Checks...)
	n.Foreign = append([]*foreignKey(nil), t.Foreign...)
	return &n
}

func (t *table) column(name string) *column {
	for _, c := range t.Columns {
		if strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

func (t *table) columnByID(id int) *column {
	for _, c := range t.Columns {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (t *table) identity() *column {
	for _, c := range t.Columns {
		if c.Identity != nil {
			return c
		}
	}
	return nil
}

func (t *table) primaryKey() *key {
	for _, k := range t.Keys {
		if k.Primary {
			return k
		}
	}
	return nil
}

// Physical names: they hold no user text, so renaming and quoting never touch SQLite.

func (t *table) sqlName() string {
	if t.Temp {
		return "temp.m" + itoa(abs(t.ID))
	}
	return "main.t" + itoa(t.ID)
}

func (c *column) sqlName() string { return "c" + itoa(c.ID) }

func (t *table) indexName(k *key) string {
	if t.Temp {
		return "temp.i" + itoa(abs(k.ID))
	}
	return "main.i" + itoa(k.ID)
}

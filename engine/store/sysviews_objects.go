package store

import (
	"sort"
	"strings"
)

// constraint is any constraint of a table, as an object of its own.
type constraint struct {
	id       int
	name     string
	kind     string // PK, UQ, D, C, F with a trailing blank where it is one letter
	system   bool
	disabled bool
	text     string
	column   int
	index    int
	key      *key
	foreign  *foreignKey
}

func constraintsOf(t *table) (list []constraint) {
	for _, k := range t.Keys {
		if k.Constraint {
			kind := "UQ"
			if k.Primary {
				kind = "PK"
			}
			list = append(list, constraint{id: k.ID, name: k.Name, kind: kind, system: k.SystemName, key: k, index: t.indexID(k)})
		}
	}
	for _, c := range t.Columns {
		if d := c.Default; d != nil {
			list = append(list, constraint{id: d.ID, name: d.Name, kind: "D ", system: d.SystemName, text: d.Text, column: c.ID})
		}
	}
	for _, c := range t.Checks {
		list = append(list, constraint{id: c.ID, name: c.Name, kind: "C ", system: c.SystemName, text: c.Text, column: c.Column, disabled: c.Disabled})
	}
	for _, f := range t.Foreign {
		list = append(list, constraint{id: f.ID, name: f.Name, kind: "F ", system: f.SystemName, foreign: f, disabled: f.Disabled})
	}
	return list
}

// indexID numbers a table's indexes: 1 is the clustered one, the others follow.
func (t *table) indexID(k *key) int {
	if k.Clustered {
		return 1
	}
	id := 1
	for _, o := range t.Keys {
		if !o.Clustered {
			id++
		}
		if o.ID == k.ID {
			return id
		}
	}
	return id
}

var kindNames = map[string]string{"U ": "USER_TABLE", "V ": "VIEW", "TR": "SQL_TRIGGER", "FN": "SQL_SCALAR_FUNCTION", "IF": "SQL_INLINE_TABLE_VALUED_FUNCTION", "TF": "SQL_TABLE_VALUED_FUNCTION", "P ": "SQL_STORED_PROCEDURE", "PK": "PRIMARY_KEY_CONSTRAINT", "UQ": "UNIQUE_CONSTRAINT",
	"D ": "DEFAULT_CONSTRAINT", "C ": "CHECK_CONSTRAINT", "F ": "FOREIGN_KEY_CONSTRAINT", "TT": "TYPE_TABLE"}

func objectRow(d *database, o *objectInfo, kind string, parent int, id int, name string) []any {
	return []any{name, id, nil, d.schemaID(o.Schema), parent, kind, kindNames[kind], local(o.Created), local(o.Modified), false, false, false}
}

// objectRows lists the objects of a database, constraints among them; kind limits it.
func objectRows(s *Session, d *database, kind string) (rows [][]any) {
	for _, o := range d.objects {
		i := o.info()
		k := objectKind(o)
		if len(k) == 1 {
			k += " "
		}
		if kind == "" || kind == k {
			parent := 0
			if m, ok := o.(*module); ok {
				parent = m.Parent
			}
			rows = append(rows, objectRow(d, i, k, parent, i.ID, strings.TrimPrefix(i.Name, typePrefix)))
		}
		if t, ok := o.(*table); ok && kind == "" {
			for _, c := range constraintsOf(t) {
				rows = append(rows, objectRow(d, i, c.kind, t.ID, c.id, c.name))
			}
		}
	}
	if fold(d.Name) == "tempdb" && (kind == "" || kind == "U ") {
		for _, t := range s.temp.tables {
			rows = append(rows, objectRow(d, &t.objectInfo, "U ", 0, t.ID, t.Name))
		}
	}
	return sorted(rows)
}

// constraintRows lists the constraints for which more gives further columns.
func constraintRows(d *database, more func(constraint) []any) (rows [][]any) {
	for _, o := range d.objects {
		t, ok := o.(*table)
		if !ok || t.IsType {
			continue
		}
		for _, c := range constraintsOf(t) {
			if extra := more(c); extra != nil {
				rows = append(rows, append(objectRow(d, &t.objectInfo, c.kind, t.ID, c.id, c.name), extra...))
			}
		}
	}
	return sorted(rows)
}

func (s *Session) tablesOf(d *database) []*table {
	var list []*table
	for _, o := range d.objects {
		if t, ok := o.(*table); ok {
			list = append(list, t)
		}
	}
	if fold(d.Name) == "tempdb" {
		for _, t := range s.temp.tables {
			list = append(list, t)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

const columnColumns = "object_id int; name sysname null; column_id int; system_type_id tinyint; user_type_id int; max_length smallint; precision tinyint; scale tinyint; " +
	"collation_name sysname null; is_nullable bit null; is_ansi_padded bit; is_rowguidcol bit; is_identity bit; is_computed bit; is_filestream bit; is_replicated bit null; " +
	"is_sparse bit null; is_column_set bit null; default_object_id int; rule_object_id int; generated_always_type tinyint null; is_hidden bit; is_masked bit"

func columnRows(s *Session, d *database) (rows [][]any) {
	for _, t := range s.tablesOf(d) {
		for _, c := range t.Columns {
			st := sysTypeOf(c.Type)
			var coll any
			if c.Type.IsString() {
				coll = showCollation(c.Type.Collation)
			}
			def := 0
			if c.Default != nil {
				def = c.Default.ID
			}
			rows = append(rows, []any{t.ID, c.Name, c.ID, st.system, st.user, storageLength(c.Type), shownPrecision(c.Type), shownScale(c.Type), coll, c.Null, true, c.RowGUID,
				c.Identity != nil, c.Computed != "", false, false, false, false, def, 0, 0, false, false})
		}
	}
	for _, v := range s.viewColumnsOf(d) {
		for i, c := range v.cols {
			st := sysTypeOf(c.typ)
			var coll any
			if c.typ.IsString() {
				coll = showCollation(c.typ.Collation)
			}
			rows = append(rows, []any{v.m.ID, c.name, i + 1, st.system, st.user, storageLength(c.typ), shownPrecision(c.typ), shownScale(c.typ), coll, c.null, true, false,
				false, false, false, false, false, false, 0, 0, 0, false, false})
		}
	}
	return rows
}

type viewShape struct {
	m    *module
	cols []outCol
}

// viewColumnsOf binds the views of a database to learn their columns; those that no longer bind are left out.
func (s *Session) viewColumnsOf(d *database) (list []viewShape) {
	for _, o := range d.objects {
		m, ok := o.(*module)
		if !ok || m.Kind != "V" {
			continue
		}
		sc := &scope{}
		b := s.newBinder(&batch{}, &frame{vars: map[string]*variable{}})
		if _, err := b.view(m, m.Name, m.Schema, d.Name, sc); err != nil {
			continue
		}
		shape := viewShape{m: m}
		for _, c := range sc.tables[0].cols {
			shape.cols = append(shape.cols, outCol{name: c.name, typ: c.typ, null: c.null})
		}
		list = append(list, shape)
	}
	return list
}

func typeRows(_ *Session, d *database) (rows [][]any) {
	for _, t := range systemTypes {
		var coll any
		switch t.name {
		case "char", "varchar", "nchar", "nvarchar", "text", "ntext", "sysname":
			coll = showCollation("")
		}
		rows = append(rows, []any{t.name, t.system, t.user, 4, nil, t.length, t.precision, t.scale, coll, t.name != "sysname" && t.name != "timestamp", false, false, 0, 0, false})
	}
	for _, o := range d.objects {
		if t, ok := o.(*table); ok && t.IsType {
			rows = append(rows, []any{strings.TrimPrefix(t.Name, typePrefix), 243, t.ID, d.schemaID(t.Schema), nil, -1, 0, 0, nil, false, true, false, 0, 0, true})
		}
	}
	return rows
}

func indexRows(s *Session, d *database) (rows [][]any) {
	for _, t := range s.tablesOf(d) {
		heap := true
		for _, k := range t.Keys {
			heap = heap && !k.Clustered
		}
		if heap {
			rows = append(rows, []any{t.ID, nil, 0, 0, "HEAP", false, 1, false, false, false, 0, false, false, false, false, nil})
		}
		for _, k := range t.Keys {
			kind, desc := 2, "NONCLUSTERED"
			if k.Clustered {
				kind, desc = 1, "CLUSTERED"
			}
			if k.Columnstore {
				kind, desc = kind+4, desc+" COLUMNSTORE"
			}
			rows = append(rows, []any{t.ID, k.Name, t.indexID(k), kind, desc, k.Unique, 1, false, k.Primary, k.Constraint && !k.Primary, 0, false, false, false, false, nil})
		}
	}
	return rows
}

func indexColumnRows(s *Session, d *database) (rows [][]any) {
	for _, t := range s.tablesOf(d) {
		for _, k := range t.Keys {
			for i, c := range k.Columns {
				rows = append(rows, []any{t.ID, t.indexID(k), i + 1, c.Column, i + 1, 0, c.Descending, false})
			}
			for i, c := range k.Include {
				rows = append(rows, []any{t.ID, t.indexID(k), len(k.Columns) + i + 1, c, 0, 0, false, true})
			}
		}
	}
	return rows
}

func schemaColumnRows(s *Session, d *database) (rows [][]any) {
	add := func(schema, table string, place int, c outCol, def any) {
		yes := "NO"
		if c.null {
			yes = "YES"
		}
		var chars, octets, precision, radix, scale, dates, set, coll any
		t := c.typ
		switch {
		case t.IsString() || t.IsBinary():
			octets = storageLength(t)
			chars = t.Length
			if t.IsLOB() {
				chars, octets = 2147483647, 2147483647
			}
			if t.IsMax() {
				chars, octets = -1, -1
			}
			if t.IsString() {
				set, coll = "iso_1", showCollation(t.Collation)
				if t.IsUnicode() {
					set = "UNICODE"
				}
			}
		case t.IsApprox():
			precision, radix = shownPrecision(t), 2
		case t.IsNumeric() && sysTypeOf(t).name != "bit":
			precision, radix, scale = shownPrecision(t), 10, shownScale(t)
		case t.IsTemporal():
			dates = shownScale(t)
		}
		rows = append(rows, []any{d.Name, schema, table, c.name, place, def, yes, t.Name(), chars, octets, precision, radix, scale, dates, set, coll})
	}
	for _, t := range s.tablesOf(d) {
		if t.IsType {
			continue
		}
		for i, c := range t.Columns {
			var def any
			if c.Default != nil {
				def = "(" + c.Default.Text + ")"
			}
			add(t.Schema, t.Name, i+1, outCol{name: c.Name, typ: c.Type, null: c.Null}, def)
		}
	}
	for _, v := range s.viewColumnsOf(d) {
		for i, c := range v.cols {
			add(v.m.Schema, v.m.Name, i+1, c, nil)
		}
	}
	return rows
}

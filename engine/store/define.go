package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// defineTable makes a table out of its definition. Foreign keys come later (foreign.go): they need the catalog.
func (s *Session) defineTable(f *frame, d *ast.TableDefinition, name string, temp bool) (*table, error) {
	t := &table{objectInfo: objectInfo{Schema: "dbo", Name: name, Created: time.Now()}, Temp: temp, NextCol: 1}
	t.Modified = t.Created
	if temp {
		t.ID = s.inst.newTempID()
	} else {
		t.ID = s.inst.newID()
	}
	if d.SystemTimePeriod != nil {
		return nil, unsupported("PERIOD FOR SYSTEM_TIME")
	}
	for _, c := range d.ColumnDefinitions {
		if err := s.defineColumn(f, t, c); err != nil {
			return nil, err
		}
	}
	for _, c := range d.TableConstraints {
		if err := s.defineConstraint(f, t, c, nil); err != nil {
			return nil, err
		}
	}
	for _, i := range d.Indexes {
		if err := s.defineIndex(t, i, nil); err != nil {
			return nil, err
		}
	}
	// computed columns and checks may look at any column, so they are bound when all are there
	return t, s.checkDefinition(f, t)
}

func (s *Session) constantOf(f *frame, e ast.ScalarExpression) (int64, error) {
	b := s.newBinder(f.batch, f)
	x, err := b.scalar(e, nil)
	if err != nil {
		return 0, err
	}
	v, err := tsql.Convert(x.lit, x.typ, typeBig, 0)
	n, ok := v.(int64)
	if err == nil && !ok {
		err = tsql.NewError(102, "")
	}
	return n, err
}

func (s *Session) defineColumn(f *frame, t *table, d *ast.ColumnDefinition) error {
	name := d.ColumnIdentifier.Value
	if t.column(name) != nil {
		return tsql.NewError(2705, name, t.Name)
	}
	c := &column{ID: t.NextCol, Name: name, RowGUID: d.IsRowGuidCol}
	t.NextCol++
	if d.ComputedColumnExpression != nil {
		c.Computed, c.Persist, c.Null = f.batch.textOf(fragmentOf(d.ComputedColumnExpression)), d.IsPersisted, true
		t.Columns = append(t.Columns, c)
		return nil
	}
	if d.GeneratedAlways != "" || d.Encryption != nil || d.IsMasked {
		return unsupported("GENERATED ALWAYS, ENCRYPTED WITH and MASKED columns")
	}
	b := s.newBinder(f.batch, f)
	var err error
	if d.DataType == nil {
		if !strings.EqualFold(name, "timestamp") {
			return tsql.NewError(173, name)
		}
		c.Type = tsql.Type{Kind: tsql.KindTimestamp, Length: 8}
	} else if c.Type, err = b.dataType(d.DataType, false); err != nil {
		if e, ok := err.(*tsql.Error); ok && e.Number == 2715 {
			return tsql.NewError(2715, len(t.Columns)+1, typeText(d.DataType))
		}
		return err
	}
	if d.Collation != nil {
		x, err := b.withCollation(&expr{typ: c.Type}, d.Collation)
		if err != nil {
			return err
		}
		c.Type = x.typ
	}
	c.Null = s.set.ansiNullDflt
	if n := d.Nullable; n != nil {
		c.Null = n.Nullable
		t.sayNull(c)
	}
	t.Columns = append(t.Columns, c)
	if d.IdentityOptions != nil {
		if err := s.defineIdentity(f, t, c, d.IdentityOptions); err != nil {
			return err
		}
	}
	if c.Type.Kind == tsql.KindTimestamp {
		c.Null = d.Nullable != nil && d.Nullable.Nullable
	}
	if d.DefaultConstraint != nil {
		if err := s.defineConstraint(f, t, d.DefaultConstraint, c); err != nil {
			return err
		}
		c = t.columnByID(c.ID)
	}
	for _, k := range d.Constraints {
		if n, ok := k.(*ast.NullableConstraintDefinition); ok {
			c.Null = n.Nullable
			t.sayNull(c)
			continue
		}
		if err := s.defineConstraint(f, t, k, c); err != nil {
			return err
		}
		c = t.columnByID(c.ID)
	}
	if d.Index != nil {
		return s.defineIndex(t, d.Index, c)
	}
	return nil
}

// sayNull remembers that a column was declared NULL, which a primary key does not allow.
func (t *table) sayNull(c *column) {
	if t.explicitNull == nil {
		t.explicitNull = map[int]bool{}
	}
	t.explicitNull[c.ID] = c.Null
}

func typeText(d ast.DataTypeReference) string {
	switch d := d.(type) {
	case *ast.SqlDataTypeReference:
		return d.SqlDataTypeOption
	case *ast.UserDataTypeReference:
		return spell(nameOf(d.Name))
	}
	return ""
}

func (s *Session) defineIdentity(f *frame, t *table, c *column, o *ast.IdentityOptions) error {
	for _, other := range t.Columns {
		if other.Identity != nil {
			return tsql.NewError(2744, t.Name)
		}
	}
	exact := c.Type.IsInteger() && c.Type.Kind != tsql.KindBit || c.Type.IsDecimal() && c.Type.Scale == 0 && c.Type.Precision <= maxScaledPrecision
	if !exact {
		return tsql.NewError(2749, c.Name)
	}
	c.Identity, c.Null = &identity{Seed: 1, Increment: 1}, false
	var err error
	if o.IdentitySeed != nil {
		if c.Identity.Seed, err = s.constantOf(f, o.IdentitySeed); err != nil {
			return err
		}
	}
	if o.IdentityIncrement != nil {
		c.Identity.Increment, err = s.constantOf(f, o.IdentityIncrement)
	}
	return err
}

func fragmentOf(n any) *ast.Fragment {
	if f, ok := n.(interface{ Frag() *ast.Fragment }); ok {
		return f.Frag()
	}
	return &ast.Fragment{}
}

// systemName is the name that a constraint without one gets, in SQL Server's style.
func systemName(kind, table string, id int) string {
	if len(table) > 9 {
		table = table[:9]
	}
	return fmt.Sprintf("%s__%s__%08X", kind, table, uint32(id)*2654435761)
}

func (s *Session) subID(t *table) int {
	if t.Temp {
		return s.inst.newTempID()
	}
	return s.inst.newID()
}

// defineConstraint adds a constraint; c is the column it was written at, nil for the table's.
func (s *Session) defineConstraint(f *frame, t *table, d any, c *column) error {
	id := s.subID(t)
	title := func(i *ast.Identifier, kind string) (string, bool) {
		if i != nil && i.Value != "" {
			return i.Value, false
		}
		return systemName(kind, t.Name, id), true
	}
	switch d := d.(type) {
	case *ast.NullableConstraintDefinition:
		return nil
	case *ast.DefaultConstraintDefinition:
		if d.Column != nil {
			if c = t.column(d.Column.Value); c == nil {
				return newError(1752, d.Column.Value, t.Name)
			}
		}
		if c.Default != nil {
			return newError(1781)
		}
		n := *c
		n.Default = &named{ID: id, Text: f.batch.textOf(fragmentOf(d.Expression))}
		n.Default.Name, n.Default.SystemName = title(d.ConstraintIdentifier, "DF")
		b := s.newBinder(f.batch, f)
		b.noVars = true
		x, err := b.scalar(d.Expression, nil)
		if err != nil {
			return err
		}
		if _, err := b.convert(x, n.Type); err != nil {
			return err
		}
		t.replaceColumn(&n)
	case *ast.CheckConstraintDefinition:
		k := &check{named: named{ID: id, Text: f.batch.textOf(fragmentOf(d.CheckCondition))}}
		k.Name, k.SystemName = title(d.ConstraintIdentifier, "CK")
		if c != nil {
			k.Column = c.ID
		}
		t.Checks = append(t.Checks, k)
	case *ast.UniqueConstraintDefinition:
		return s.defineKey(t, d, c, id, title)
	case *ast.ForeignKeyConstraintDefinition:
		name, system := title(d.ConstraintIdentifier, "FK")
		return s.defineForeign(t, d, c, id, name, system)
	default:
		return unsupported("a constraint of kind %s", typeName(d))
	}
	return nil
}

func (t *table) replaceColumn(c *column) {
	for i, o := range t.Columns {
		if o.ID == c.ID {
			t.Columns[i] = c
		}
	}
}

func (s *Session) defineKey(t *table, d *ast.UniqueConstraintDefinition, c *column, id int, title func(*ast.Identifier, string) (string, bool)) error {
	k := &key{ID: id, Primary: d.IsPrimaryKey, Constraint: true, Unique: true, Clustered: d.Clustered || d.IsPrimaryKey && !nonClustered(d.IndexType)}
	kind := "UQ"
	if k.Primary {
		kind = "PK"
		if t.primaryKey() != nil {
			return tsql.NewError(1779, t.Name)
		}
	}
	k.Name, k.SystemName = title(d.ConstraintIdentifier, kind)
	if len(d.Columns) == 0 && c != nil {
		k.Columns = []keyColumn{{Column: c.ID}}
	}
	if err := t.keyColumns(k, d.Columns); err != nil {
		return err
	}
	if k.Primary {
		for _, kc := range k.Columns {
			if t.explicitNull[kc.Column] {
				if err := s.report(tsql.NewError(8111, t.Name)); err != nil {
					return err
				}
				e := *tsql.NewError(1750)
				e.Class = 16
				return &e
			}
			n := *t.columnByID(kc.Column)
			n.Null = false
			t.replaceColumn(&n)
		}
	}
	t.Keys = append(t.Keys, k)
	return nil
}

func nonClustered(i *ast.IndexType) bool {
	return i != nil && strings.HasPrefix(strings.ToLower(i.IndexTypeKind), "non")
}

func (t *table) keyColumns(k *key, list []*ast.ColumnWithSortOrder) error {
	for _, kc := range list {
		ids := kc.Column.MultiPartIdentifier.Identifiers
		col := t.column(ids[len(ids)-1].Value)
		if col == nil {
			return tsql.NewError(1911, ids[len(ids)-1].Value)
		}
		if col.Type.IsMax() || col.Type.IsLOB() || col.Type.Kind == tsql.KindXML {
			return tsql.NewError(1919, col.Name, t.Name)
		}
		if col.Computed != "" {
			return unsupported("an index on a computed column")
		}
		k.Columns = append(k.Columns, keyColumn{Column: col.ID, Descending: kc.SortOrder == ast.SortOrderDescending})
	}
	return nil
}

// defineIndex adds an index written inside a table definition.
func (s *Session) defineIndex(t *table, d *ast.IndexDefinition, c *column) error {
	if d.FilterPredicate != nil {
		return unsupported("a filtered index")
	}
	k := &key{ID: s.subID(t), Name: identValue(d.Name), Unique: d.Unique}
	if len(d.Columns) == 0 && c != nil {
		k.Columns = []keyColumn{{Column: c.ID}}
	}
	t.Keys = append(t.Keys, k)
	return t.keyColumns(k, d.Columns)
}

// checkDefinition binds what is kept as text, so that errors show at CREATE and computed columns get their types.
func (s *Session) checkDefinition(f *frame, t *table) error {
	b := s.newBinder(f.batch, f)
	b.defining = true
	plain := &relation{alias: "n"}
	for _, c := range t.Columns {
		if c.Computed == "" {
			plain.cols = append(plain.cols, &source{name: c.Name, sql: "n." + c.sqlName(), typ: c.Type, null: c.Null, def: c, table: t, rel: plain})
		}
	}
	sc := &scope{tables: []*relation{plain}}
	for _, c := range t.Columns {
		if c.Computed == "" {
			continue
		}
		x, err := b.parsedScalar(c.Computed, sc)
		if err != nil {
			return err
		}
		n := *c
		n.Type, n.Null = x.typ, x.null
		t.replaceColumn(&n)
	}
	for _, k := range t.Checks {
		if _, err := b.parsedPredicate(k.Text, sc); err != nil {
			return err
		}
	}
	return nil
}

// parsedPredicate binds a condition kept as text.
func (b *binder) parsedPredicate(text string, sc *scope) (string, error) {
	p, err := b.s.inst.batches.parse("IF "+text+" SELECT 1", true)
	if err != nil {
		return "", err
	}
	if len(p.statements) != 1 {
		return "", tsql.NewError(102, text)
	}
	st, ok := p.statements[0].(*ast.IfStatement)
	if !ok {
		return "", tsql.NewError(102, text)
	}
	old, vars, trusted := b.b, b.noVars, b.trusted
	b.b, b.noVars, b.trusted = p, true, !b.defining
	defer func() { b.b, b.noVars, b.trusted = old, vars, trusted }()
	return b.predicate(st.Predicate, sc)
}

package store

import (
	"strings"

	"tds-launchpad/tsql"
)

// lookupFunc is a function of the catalog: it runs in Go, on values, when the statement runs. Its arguments are
// constants, variables or columns; the session is found through the live table (live.go).
func lookupFunc(name string, minArgs, maxArgs int, t tsql.Type, kinds []tsql.Type, fn func(s *Session, v []any) any) scalarFunc {
	return scalarFunc{minArgs, maxArgs, func(b *binder, a []*expr) (*expr, error) {
		for i := range a {
			want := typeSysname
			if i < len(kinds) {
				want = kinds[i]
			}
			x, err := b.convertAs(a[i], want, "convert", 0)
			if err != nil {
				return nil, err
			}
			a[i] = x
		}
		self := b.session("self", typeBig, false, func(s *Session) any { return s.live() })
		return b.applyNull(name, t, append([]*expr{self}, a...), func(v []any) (any, error) {
			s := liveSession(v[0].(int64))
			if s == nil {
				return nil, nil
			}
			return fn(s, v[1:]), nil
		}), nil
	}}
}

func str(v []any, i int) (string, bool) {
	if i >= len(v) {
		return "", false
	}
	s, ok := v[i].(string)
	return s, ok
}

func num(v []any, i int) (int64, bool) {
	if i >= len(v) {
		return 0, false
	}
	n, ok := v[i].(int64)
	return n, ok
}

var nameAndKind = []tsql.Type{tsql.NVarChar(4000), tsql.NVarChar(60)}

var metadataFunctions = map[string]scalarFunc{
	"DB_NAME": lookupFunc("db_name", 0, 1, typeSysname, []tsql.Type{typeInt}, func(s *Session, v []any) any {
		if len(v) == 0 {
			return s.db
		}
		if n, ok := num(v, 0); ok {
			if d := s.catalog().databaseByID(int(n)); d != nil {
				return d.Name
			}
		}
		return nil
	}),
	"DB_ID": lookupFunc("db_id", 0, 1, tsql.TypeSmallInt, nil, func(s *Session, v []any) any {
		name := s.db
		if n, ok := str(v, 0); ok {
			name = n
		} else if len(v) > 0 {
			return nil
		}
		if d := s.catalog().database(name); d != nil {
			return int64(d.ID)
		}
		return nil
	}),
	"OBJECT_ID": lookupFunc("object_id", 1, 2, typeInt, nameAndKind, func(s *Session, v []any) any {
		name, ok := str(v, 0)
		if !ok {
			return nil
		}
		kind, _ := str(v, 1)
		return s.objectID(name, kind)
	}),
	"OBJECT_NAME": lookupFunc("object_name", 1, 2, typeSysname, []tsql.Type{typeInt, typeInt}, func(s *Session, v []any) any {
		if o := s.objectByID(v); o != nil {
			return o.info().Name
		}
		return nil
	}),
	"OBJECT_SCHEMA_NAME": lookupFunc("object_schema_name", 1, 2, typeSysname, []tsql.Type{typeInt, typeInt}, func(s *Session, v []any) any {
		if o := s.objectByID(v); o != nil {
			return o.info().Schema
		}
		return nil
	}),
	"OBJECT_DEFINITION": lookupFunc("object_definition", 1, 1, typeNMax, []tsql.Type{typeInt}, func(s *Session, v []any) any {
		if m, ok := s.objectByID(v).(*module); ok {
			return s.shownText(s.database(), m)
		}
		return nil
	}),
	"OBJECTPROPERTY":   lookupFunc("objectproperty", 2, 2, typeInt, []tsql.Type{typeInt, typeSysname}, objectProperty),
	"OBJECTPROPERTYEX": lookupFunc("objectpropertyex", 2, 2, typeInt, []tsql.Type{typeInt, typeSysname}, objectProperty),
	"SCHEMA_NAME": lookupFunc("schema_name", 0, 1, typeSysname, []tsql.Type{typeInt}, func(s *Session, v []any) any {
		d := s.database()
		if len(v) == 0 {
			return s.defaultSchema(d)
		}
		n, _ := num(v, 0)
		for _, x := range d.schemas {
			if int64(x.ID) == n {
				return x.Name
			}
		}
		return nil
	}),
	"SCHEMA_ID": lookupFunc("schema_id", 0, 1, typeInt, nil, func(s *Session, v []any) any {
		d := s.database()
		name := s.defaultSchema(d)
		if n, ok := str(v, 0); ok {
			name = n
		}
		if x := d.schemas[fold(name)]; x != nil {
			return int64(x.ID)
		}
		return nil
	}),
	"TYPE_NAME": lookupFunc("type_name", 1, 1, typeSysname, []tsql.Type{typeInt}, func(s *Session, v []any) any {
		n, _ := num(v, 0)
		for _, t := range systemTypes {
			if int64(t.user) == n {
				return t.name
			}
		}
		return nil
	}),
	"TYPE_ID": lookupFunc("type_id", 1, 1, typeInt, nil, func(s *Session, v []any) any {
		name, _ := str(v, 0)
		n, err := tsql.ParseName(name)
		if err != nil {
			return nil
		}
		for _, t := range systemTypes {
			if strings.EqualFold(t.name, n.Object) {
				return int64(t.user)
			}
		}
		if t := s.tableType(n); t != nil {
			return int64(t.ID)
		}
		return nil
	}),
	"COL_LENGTH": lookupFunc("col_length", 2, 2, tsql.TypeSmallInt, []tsql.Type{tsql.NVarChar(4000), typeSysname}, func(s *Session, v []any) any {
		if c := s.columnOf(v); c != nil {
			return int64(storageLength(c.Type))
		}
		return nil
	}),
	"COL_NAME": lookupFunc("col_name", 2, 2, typeSysname, []tsql.Type{typeInt, typeInt}, func(s *Session, v []any) any {
		t, _ := s.objectByID(v).(*table)
		n, _ := num(v, 1)
		if t != nil {
			if c := t.columnByID(int(n)); c != nil {
				return c.Name
			}
		}
		return nil
	}),
	"COLUMNPROPERTY": lookupFunc("columnproperty", 3, 3, typeInt, []tsql.Type{typeInt, typeSysname, typeSysname}, columnProperty),
	"DATABASEPROPERTYEX": lookupFunc("databasepropertyex", 2, 2, typeVariant, nil, func(s *Session, v []any) any {
		name, _ := str(v, 0)
		if s.catalog().database(name) == nil {
			return nil
		}
		property, _ := str(v, 1)
		text := func(x string) any { return tsql.Variant{Type: typeSysname, Value: x} }
		number := func(n int64) any { return tsql.Variant{Type: typeInt, Value: n} }
		switch fold(property) {
		case "collation":
			return text(tsql.DefaultCollation)
		case "status":
			return text("ONLINE")
		case "updateability":
			return text("READ_WRITE")
		case "useraccess":
			return text("MULTI_USER")
		case "recovery":
			return text("SIMPLE")
		case "version":
			return number(957)
		case "edition":
			return nil
		case "isclone", "isinstandby", "isautoclose", "isautoshrink", "isfulltextenabled", "isxtpsupported":
			return number(0)
		}
		return nil
	}),
	"SERVERPROPERTY": lookupFunc("serverproperty", 1, 1, typeVariant, nil, serverProperty),
	"CONNECTIONPROPERTY": lookupFunc("connectionproperty", 1, 1, typeVariant, nil, func(s *Session, v []any) any {
		name, _ := str(v, 0)
		text := func(x string) any {
			if x == "" {
				return nil
			}
			return tsql.Variant{Type: typeSysname, Value: x}
		}
		switch fold(name) {
		case "net_transport", "physical_net_transport":
			return text("TCP")
		case "protocol_type":
			return text("TSQL")
		case "auth_scheme":
			return text("SQL")
		case "client_net_address":
			return text(s.opt.ClientAddress)
		case "local_net_address":
			return text(s.opt.LocalAddress)
		case "local_tcp_port":
			return tsql.Variant{Type: typeInt, Value: int64(s.opt.LocalPort)}
		}
		return nil
	}),
	"SESSIONPROPERTY": lookupFunc("sessionproperty", 1, 1, typeVariant, nil, func(s *Session, v []any) any {
		name, _ := str(v, 0)
		on := map[string]bool{"ansi_nulls": s.set.ansiNulls, "ansi_padding": s.set.ansiPadding, "ansi_warnings": s.set.warnings, "arithabort": s.set.arithAbort,
			"concat_null_yields_null": s.set.concatNull, "numeric_roundabort": s.set.numericRoundAbort, "quoted_identifier": s.set.quotedID}
		b, ok := on[fold(name)]
		if !ok {
			return nil
		}
		n := int64(0)
		if b {
			n = 1
		}
		return tsql.Variant{Type: typeInt, Value: n}
	}),
	"SESSION_CONTEXT": lookupFunc("session_context", 1, 1, typeVariant, nil, func(s *Session, v []any) any {
		name, _ := str(v, 0)
		if x, ok := s.context[fold(name)]; ok {
			return x
		}
		return nil
	}),
}

func (s *Session) database() *database { return s.catalog().database(s.db) }

// objectID is OBJECT_ID; a kind that does not match gives NULL.
func (s *Session) objectID(name, kind string) any {
	n, err := tsql.ParseName(name)
	if err != nil {
		return nil
	}
	if strings.EqualFold(n.Database, "tempdb") && strings.HasPrefix(n.Object, "#") {
		n.Database, n.Schema = "", ""
	}
	o, _, err := s.lookup(n)
	if err != nil {
		return s.constraintID(n, kind)
	}
	if kind != "" && !strings.EqualFold(strings.TrimSpace(kind), objectKind(o)) {
		return nil
	}
	return int64(o.info().ID)
}

func (s *Session) constraintID(n tsql.Name, kind string) any {
	d := s.database()
	if n.Database != "" {
		if d = s.catalog().database(n.Database); d == nil {
			return nil
		}
	}
	for _, o := range d.objects {
		t, ok := o.(*table)
		if !ok || n.Schema != "" && !strings.EqualFold(n.Schema, t.Schema) {
			continue
		}
		for _, c := range constraintsOf(t) {
			if strings.EqualFold(c.name, n.Object) && (kind == "" || strings.EqualFold(strings.TrimSpace(kind), strings.TrimSpace(c.kind))) {
				return int64(c.id)
			}
		}
	}
	return nil
}

func objectKind(o object) string {
	switch o := o.(type) {
	case *module:
		return o.Kind
	case *table:
		if o.IsType {
			return "TT"
		}
	}
	return "U"
}

func (s *Session) objectByID(v []any) object {
	id, ok := num(v, 0)
	if !ok {
		return nil
	}
	d := s.database()
	if n, ok := num(v, 1); ok && len(v) > 1 {
		if x := s.catalog().databaseByID(int(n)); x != nil {
			d = x
		}
	}
	if o := d.objectByID(int(id)); o != nil {
		return o
	}
	for _, t := range s.temp.tables {
		if t.ID == int(id) {
			return t
		}
	}
	return nil
}

func (s *Session) columnOf(v []any) *column {
	name, _ := str(v, 0)
	col, _ := str(v, 1)
	n, err := tsql.ParseName(name)
	if err != nil {
		return nil
	}
	o, _, err := s.lookup(n)
	t, ok := o.(*table)
	if err != nil || !ok {
		return nil
	}
	return t.column(col)
}

func yesNo(b bool) any {
	if b {
		return int64(1)
	}
	return int64(0)
}

func objectProperty(s *Session, v []any) any {
	id, _ := num(v, 0)
	o := s.objectByID([]any{id})
	name, _ := str(v, 1)
	if o == nil {
		return nil
	}
	t, isTable := o.(*table)
	m, isModule := o.(*module)
	switch fold(name) {
	case "execisquotedidenton", "execisansinullson", "isencrypted", "isexecuted", "isschemabound":
		if !isModule {
			return nil
		}
		return yesNo(map[string]bool{"execisquotedidenton": m.QuotedIdentifier, "execisansinullson": true, "isencrypted": m.Options.Encrypted,
			"isexecuted": m.Kind != "V", "isschemabound": m.Options.SchemaBound}[fold(name)])
	case "ownerid":
		return int64(1)
	case "istable", "isusertable":
		return yesNo(isTable)
	case "isview":
		return yesNo(objectKind(o) == "V")
	case "isprocedure":
		return yesNo(objectKind(o) == "P")
	case "isscalarfunction":
		return yesNo(objectKind(o) == kindScalarFunction)
	case "istablefunction":
		return yesNo(isTableFunction(objectKind(o)))
	case "isinlinefunction":
		return yesNo(objectKind(o) == kindInlineFunction)
	case "istrigger":
		return yesNo(objectKind(o) == kindTrigger)
	case "ismsshipped":
		return int64(0)
	case "tablehasidentity":
		return yesNo(isTable && t.identity() != nil)
	case "tablehasprimarykey":
		return yesNo(isTable && t.primaryKey() != nil)
	case "schemaid":
		if x := s.database().schemas[fold(o.info().Schema)]; x != nil {
			return int64(x.ID)
		}
	}
	return nil
}

func columnProperty(s *Session, v []any) any {
	id, _ := num(v, 0)
	t, ok := s.objectByID([]any{id}).(*table)
	name, _ := str(v, 1)
	property, _ := str(v, 2)
	if !ok {
		return nil
	}
	c := t.column(name)
	if c == nil {
		return nil
	}
	switch fold(property) {
	case "allowsnull":
		return yesNo(c.Null)
	case "columnid":
		return int64(c.ID)
	case "isidentity":
		return yesNo(c.Identity != nil)
	case "iscomputed":
		return yesNo(c.Computed != "")
	case "isrowguidcol":
		return yesNo(c.RowGUID)
	case "precision":
		return int64(shownPrecision(c.Type))
	case "scale":
		return int64(scaleOf(c.Type))
	case "ishidden", "issparse", "iscolumnset", "isxmlindexable", "generatedalwaystype":
		return int64(0)
	}
	return nil
}

func serverProperty(s *Session, v []any) any {
	name, _ := str(v, 0)
	text := func(x string) any { return tsql.Variant{Type: typeSysname, Value: x} }
	number := func(n int64) any { return tsql.Variant{Type: typeInt, Value: n} }
	switch fold(name) {
	case "productversion":
		return text(ProductVersion)
	case "productlevel":
		return text("RTM")
	case "productmajorversion":
		return text("16")
	case "productminorversion":
		return text("0")
	case "productbuild":
		return text("1000")
	case "edition":
		return text("Developer Edition (64-bit)")
	case "engineedition":
		return number(3)
	case "editionid":
		return tsql.Variant{Type: typeBig, Value: int64(-2117995310)}
	case "collation":
		return text(tsql.DefaultCollation)
	case "servername", "machinename", "computernamephysicalnetbios":
		return text(s.inst.cfg.ServerName)
	case "issingleuser", "isclustered", "isfulltextinstalled", "isintegratedsecurityonly", "ishadrenabled", "isxtpsupported", "islocaldb", "isadvancedanalyticsinstalled",
		"ispolybaseinstalled", "isbigdatacluster", "isexternalauthenticationonly":
		return number(0)
	case "processid":
		return number(int64(processID))
	case "lcid":
		return number(1033)
	case "sqlcharsetname":
		return text("iso_1")
	case "sqlsortordername":
		return text("nocase_iso")
	case "buildclrversion":
		return text("v4.0.30319")
	}
	return nil
}

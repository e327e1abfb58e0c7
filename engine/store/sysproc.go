package store

import (
	"strings"

	"tds-launchpad/tsql"
)

// systemProcedures are those that drivers call, by folded name. sp_execute_external_script is not among them: the engine has no
// Machine Learning Services, and answers 2812 as for any name it does not know.
var systemProcedures map[string]func(s *Session, args []*Arg) (int32, error)

func init() {
	systemProcedures = map[string]func(s *Session, args []*Arg) (int32, error){
		"sp_executesql":                (*Session).executeSQL,
		"sp_describe_first_result_set": (*Session).describeProcedure,
		"sp_describe_undeclared_parameters": func(s *Session, _ []*Arg) (int32, error) {
			return 0, unsupported("sp_describe_undeclared_parameters")
		},
		"sp_reset_connection":    func(*Session, []*Arg) (int32, error) { return 0, nil },
		"sp_set_session_context": (*Session).setSessionContext,
		"sp_getapplock":          func(*Session, []*Arg) (int32, error) { return 0, unsupported("sp_getapplock") },
		"sp_databases": func(s *Session, _ []*Arg) (int32, error) {
			return 0, s.internal("SELECT name AS DATABASE_NAME, CAST(NULL AS int) AS DATABASE_SIZE, CAST(NULL AS varchar(254)) AS REMARKS FROM sys.databases ORDER BY 1", nil)
		},
		"sp_helptext":  (*Session).helpText,
		"sp_configure": (*Session).configure,
		"sp_tables":    (*Session).spTables,
		"sp_columns":   (*Session).spColumns,
		"sp_helpdb":    func(*Session, []*Arg) (int32, error) { return 0, unsupported("sp_helpdb") },
	}
}

// pick finds an argument by name or place.
func pick(args []*Arg, name string, place int) *Arg {
	for i, a := range args {
		if a.Name == "" && i == place || strings.EqualFold(a.Name, name) {
			return a
		}
	}
	return nil
}

func (a *Arg) text() (string, bool) {
	if a == nil || a.Value == nil {
		return "", false
	}
	if !a.Type.IsString() {
		return "", false
	}
	s, ok := a.Value.(string)
	return s, ok
}

// executeSQL is sp_executesql @stmt, @params, values. Errors 214, 8144, 8145, 8178.
func (s *Session) executeSQL(args []*Arg) (int32, error) {
	if len(args) == 0 {
		return 0, tsql.NewError(201, "sp_executesql", "@statement")
	}
	stmt := pick(args, "@stmt", 0)
	if stmt == nil {
		stmt = args[0]
	}
	text, ok := stmt.text()
	if stmt.Value != nil && (!ok || !stmt.Type.IsUnicode()) {
		return 0, tsql.NewError(214, "@statement", "ntext/nchar/nvarchar")
	}
	var params []Param
	var from []*Arg
	if len(args) > 1 {
		decl, ok := args[1].text()
		if args[1].Value != nil && (!ok || !args[1].Type.IsUnicode()) {
			return 0, tsql.NewError(214, "@params", "ntext/nchar/nvarchar")
		}
		var err error
		if params, from, err = s.matchParams(text, decl, args[2:]); err != nil {
			return 0, err
		}
	}
	if params == nil {
		params = []Param{}
	}
	s.nest++ // sp_executesql is a procedure itself
	_, err := s.dynamicWith(text, params, from)
	s.nest--
	for i, a := range from {
		if a != nil && a.Output && params[i].Output {
			if e := a.take(params[i].Value, params[i].Type); err == nil {
				err = e
			}
		}
	}
	return s.lastError, err
}

// dynamicWith is dynamic with table-valued arguments too.
func (s *Session) dynamicWith(text string, params []Param, from []*Arg) (flow, error) {
	tables := map[string]*TableValue{}
	var plain []Param
	var index []int
	for i := range params {
		if i < len(from) && from[i] != nil && from[i].Table != nil {
			tables[fold(params[i].Name)] = from[i].Table
			continue
		}
		plain, index = append(plain, params[i]), append(index, i)
	}
	if len(tables) == 0 {
		return s.dynamic(text, params)
	}
	fl, err := s.dynamicTables(text, plain, tables)
	for i, at := range index {
		params[at].Value = plain[i].Value
	}
	return fl, err
}

func (s *Session) matchParams(text, decl string, args []*Arg) ([]Param, []*Arg, error) {
	decls, err := s.paramDecls(decl)
	if err != nil {
		return nil, nil, err
	}
	params, from := make([]Param, len(decls)), make([]*Arg, len(decls))
	for i, a := range args {
		at := -1
		if a.Name == "" {
			at = i
		}
		for j, d := range decls {
			if a.Name != "" && strings.EqualFold(strings.TrimPrefix(a.Name, "@"), d.Name) {
				at = j
			}
		}
		if at < 0 {
			return nil, nil, tsql.NewError(8145, a.Name, "")
		}
		if at >= len(decls) {
			return nil, nil, tsql.NewError(8144, "")
		}
		from[at] = a
	}
	for i, d := range decls {
		params[i] = Param{Name: "@" + d.Name, Type: d.Type, Output: d.Output}
		a := from[i]
		if a == nil || a.Default {
			if !d.HasDefault {
				return nil, nil, tsql.NewError(8178, "("+decl+")"+text, "@"+d.Name)
			}
			v := &variable{typ: d.Type}
			if err := v.assign(d.Default, d.DefaultType); err != nil {
				return nil, nil, err
			}
			params[i].Value = v.value
			continue
		}
		if a.Table != nil {
			continue
		}
		v := &variable{typ: d.Type}
		if err := v.assign(a.Value, a.Type); err != nil {
			return nil, nil, err
		}
		params[i].Value = v.value
	}
	return params, from, nil
}

func (s *Session) setSessionContext(args []*Arg) (int32, error) {
	key, ok := pick(args, "@key", 0).text()
	value := pick(args, "@value", 1)
	if !ok || value == nil {
		return 1, tsql.NewError(201, "sp_set_session_context", "@key")
	}
	if value.Value == nil {
		delete(s.context, fold(key))
		return 0, nil
	}
	if v, ok := value.Value.(tsql.Variant); ok {
		s.context[fold(key)] = v
		return 0, nil
	}
	s.context[fold(key)] = tsql.Variant{Type: value.Type, Value: value.Value}
	return 0, nil
}

// internal runs a query of the engine's own and sends its rows.
func (s *Session) internal(text string, params []Param) error {
	if params == nil {
		params = []Param{}
	}
	_, err := s.dynamic(text, params)
	return err
}

func nameParam(name string, a *Arg) Param {
	v, ok := a.text()
	if !ok {
		return Param{Name: name, Type: typeSysname}
	}
	return Param{Name: name, Type: tsql.NVarChar(4000), Value: v}
}

func (s *Session) spTables(args []*Arg) (int32, error) {
	return 0, s.internal(`SELECT TABLE_CATALOG AS TABLE_QUALIFIER, TABLE_SCHEMA AS TABLE_OWNER, TABLE_NAME,
CASE TABLE_TYPE WHEN 'BASE TABLE' THEN 'TABLE' ELSE 'VIEW' END AS TABLE_TYPE, CAST(NULL AS varchar(254)) AS REMARKS
FROM INFORMATION_SCHEMA.TABLES WHERE (@n IS NULL OR TABLE_NAME LIKE @n) AND (@o IS NULL OR TABLE_SCHEMA LIKE @o) ORDER BY 4, 2, 3`,
		[]Param{nameParam("@n", pick(args, "@table_name", 0)), nameParam("@o", pick(args, "@table_owner", 1))})
}

func (s *Session) spColumns(args []*Arg) (int32, error) {
	return 0, s.internal(`SELECT TABLE_CATALOG AS TABLE_QUALIFIER, TABLE_SCHEMA AS TABLE_OWNER, TABLE_NAME, COLUMN_NAME, DATA_TYPE AS TYPE_NAME,
CHARACTER_MAXIMUM_LENGTH AS [LENGTH], NUMERIC_PRECISION AS [PRECISION], NUMERIC_SCALE AS SCALE, IS_NULLABLE, ORDINAL_POSITION
FROM INFORMATION_SCHEMA.COLUMNS WHERE (@n IS NULL OR TABLE_NAME LIKE @n) AND (@o IS NULL OR TABLE_SCHEMA LIKE @o) ORDER BY 3, 10`,
		[]Param{nameParam("@n", pick(args, "@table_name", 0)), nameParam("@o", pick(args, "@table_owner", 1))})
}

package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// scalarFunc is a built-in function: how many arguments it takes (max -1: any number) and how a call is bound.
type scalarFunc struct {
	min, max int
	bind     func(b *binder, a []*expr) (*expr, error)
}

// scalarFuncs are the functions whose arguments are ordinary expressions, by upper-case name; filled by the function_*.go files.
var scalarFuncs = map[string]scalarFunc{}

func addFunctions(m map[string]scalarFunc) {
	for name, f := range m {
		scalarFuncs[name] = f
	}
}

func init() {
	addFunctions(stringFunctions)
	scalarFuncs[strings.ToUpper(collatedName)] = scalarFunc{1, 1, func(_ *binder, a []*expr) (*expr, error) { return a[0], nil }}
	scalarFuncs["COLUMNS_UPDATED"] = scalarFunc{0, 0, (*binder).columnsUpdated}
	addFunctions(mathFunctions)
	addFunctions(dateFunctions)
	addFunctions(systemFunctions)
	addFunctions(metadataFunctions)
	addFunctions(securityFunctions)
}

// function binds a call.
func (b *binder) function(e *ast.FunctionCall, sc *scope) (*expr, error) {
	name := strings.ToUpper(e.FunctionName.Value)
	if e.CallTarget != nil {
		ids, ok := functionTarget(e)
		switch {
		case !ok:
			return nil, unsupported("a method call")
		case isSys(ids):
			return b.named(name, e.Parameters, sc)
		case e.OverClause != nil:
			return nil, unsupported("OVER behind a user-defined function")
		}
		x, err := b.userScalar(e, ids, sc)
		if err == nil && e.Collation != nil {
			return b.withCollation(x, e.Collation)
		}
		return x, err
	}
	switch {
	case aggregateNames[name]:
		return b.aggregate(e, name, sc)
	case rankingNames[name]:
		return b.ranking(e, name, sc)
	case name == "TRIM" && e.TrimOptions != nil && !strings.EqualFold(e.TrimOptions.Value, "BOTH"):
		return nil, unsupported("TRIM(%s)", e.TrimOptions.Value)
	}
	x, err := b.named(name, e.Parameters, sc)
	if err == nil && e.Collation != nil {
		return b.withCollation(x, e.Collation)
	}
	return x, err
}

var rankingNames = map[string]bool{"ROW_NUMBER": true, "RANK": true, "DENSE_RANK": true, "NTILE": true, "LAG": true, "LEAD": true, "FIRST_VALUE": true,
	"LAST_VALUE": true, "PERCENT_RANK": true, "CUME_DIST": true}

// named binds a call of a function by name.
func (b *binder) named(name string, params []ast.ScalarExpression, sc *scope) (*expr, error) {
	if f := dateNames[name]; f != nil {
		return f(b, params, sc)
	}
	f, ok := scalarFuncs[name]
	if !ok {
		return nil, tsql.NewError(195, name, "built-in function name")
	}
	if len(params) < f.min || (f.max >= 0 && len(params) > f.max) {
		if f.min == f.max {
			return nil, tsql.NewError(174, strings.ToLower(name), f.min)
		}
		return nil, tsql.NewError(189, strings.ToLower(name), f.min, f.max)
	}
	a, err := b.scalars(params, sc)
	if err != nil {
		return nil, err
	}
	r, err := f.bind(b, a)
	if err != nil {
		return nil, err
	}
	n := *r
	n.name, n.col = "", nil
	for _, x := range a {
		n.agg = n.agg || x.agg
	}
	return &n, nil
}

// text makes an argument a string, keeping its own string type; all else becomes varchar.
func (b *binder) text(x *expr) (*expr, error) {
	if x.typ.IsString() && !x.bare {
		return x, nil
	}
	if x.bare {
		return retype(x, varchar(1)), nil
	}
	return b.convert(x, varchar(8000))
}

// texts makes several arguments strings of one kind: nvarchar if one is. It returns their common collation too.
func (b *binder) texts(a []*expr, idx ...int) (unicode bool, collation string, err error) {
	for _, i := range idx {
		if a[i], err = b.text(a[i]); err != nil {
			return
		}
		unicode = unicode || a[i].typ.IsUnicode()
	}
	collation = a[idx[0]].typ.Collation
	for _, i := range idx[1:] {
		if collation, err = b.commonCollation(a[idx[0]], a[i], "function"); err != nil {
			return
		}
	}
	return
}

func (b *binder) ints(a []*expr, t tsql.Type, idx ...int) error {
	for _, i := range idx {
		if i >= len(a) {
			continue
		}
		x, err := b.convertAs(a[i], t, "convert", 0)
		if err != nil {
			return err
		}
		a[i] = x
	}
	return nil
}

func textType(unicode bool, length int, collation string) tsql.Type {
	t := varchar(length)
	limit := 8000
	if unicode {
		t, limit = nvarchar(length), 4000
	}
	if length > limit {
		t.Length = limit
	}
	if length == 0 {
		t.Length = 1
	}
	t.Collation = collation
	return t
}

// same is the type of a string function that gives back (part of) its argument: variable length.
func varying(t tsql.Type) tsql.Type {
	switch t.Kind {
	case tsql.KindChar, tsql.KindText:
		t.Kind = tsql.KindVarChar
	case tsql.KindNChar, tsql.KindNText:
		t.Kind = tsql.KindNVarChar
	}
	if t.Length == 0 {
		t.Length = -1
	}
	return t
}

func (b *binder) odbcFunction(e *ast.OdbcFunctionCall, sc *scope) (*expr, error) {
	name := strings.ToUpper(e.Name.Value)
	renamed := map[string]string{"UCASE": "UPPER", "LCASE": "LOWER", "LENGTH": "LEN", "NOW": "GETDATE", "IFNULL": "ISNULL", "CURDATE": "GETDATE"}
	if n := renamed[name]; n != "" {
		name = n
	}
	return b.named(name, e.Parameters, sc)
}

func (b *binder) parameterless(e *ast.ParameterlessCall) (*expr, error) {
	switch strings.ToUpper(strings.ReplaceAll(e.ParameterlessCallType, "_", "")) {
	case "CURRENTTIMESTAMP":
		return b.named("GETDATE", nil, nil)
	case "CURRENTUSER", "SESSIONUSER", "USER":
		return b.named("USER_NAME", nil, nil)
	case "SYSTEMUSER":
		return b.named("SUSER_SNAME", nil, nil)
	}
	return nil, unsupported("the function %s", e.ParameterlessCallType)
}

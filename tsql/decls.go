package tsql

import "strings"

// ParamDecl is one parameter out of an @params declaration.
type ParamDecl struct {
	Name   string // without @, spelt as declared
	Type   Type
	Output bool
	// Default is the declared default value, of type DefaultType; it counts only if HasDefault.
	Default     any
	DefaultType Type
	HasDefault  bool
}

// MaxParams is how many parameters a request may have, SQL Server's own limit. It also bounds the time
// for finding their arguments, which is done one by one.
const MaxParams = 2100

// ParseParamDecls reads "@a int, @b nvarchar(20) = N'x' OUTPUT", the grammar of sp_executesql. Blank text declares nothing.
// Errors: ParseType's, 134 (declared twice), 102 and 156 (syntax), 8003 (more than MaxParams).
func ParseParamDecls(text string) ([]ParamDecl, error) {
	r := newReader(text, QuotedIdentifierOn)
	var decls []ParamDecl
	seen := map[string]bool{}
	if r.eof() {
		return nil, nil
	}
	for {
		line := r.tok.Line
		if len(decls) == MaxParams {
			return nil, NewError(8003, MaxParams).At(line)
		}
		d, err := r.paramDecl(len(decls) + 1)
		if err != nil {
			return nil, err
		}
		key := strings.ToLower(d.Name)
		if seen[key] {
			if key == rowsPerRead {
				return nil, NewError(39026, "").At(line)
			}
			return nil, NewError(134, "@"+d.Name).At(line)
		}
		seen[key] = true
		decls = append(decls, d)
		if r.eof() {
			return decls, nil
		}
		if err := r.expect(","); err != nil {
			return nil, err
		}
	}
}

// paramDecl reads @name [AS] type [VARYING] [= default] [OUT[PUT]] [READONLY].
func (r *reader) paramDecl(ordinal int) (ParamDecl, error) {
	var d ParamDecl
	if r.tok.Kind != TokenVariable || len(r.text()) < 2 {
		return d, r.syntaxError()
	}
	d.Name = r.text()[1:]
	r.next()
	r.accept("AS")
	var err error
	if d.Type, err = r.dataType(ordinal); err != nil {
		return d, err
	}
	r.accept("VARYING")
	for {
		switch {
		case r.is("=") && !d.HasDefault:
			r.next()
			d.HasDefault = true
			if r.accept("NULL") {
				d.DefaultType = d.Type
			} else if d.Default, d.DefaultType, err = r.constant(); err != nil {
				return d, err
			}
		case r.accept("OUTPUT"), r.accept("OUT"):
			d.Output = true
		case r.accept("READONLY"):
		default:
			return d, nil
		}
	}
}

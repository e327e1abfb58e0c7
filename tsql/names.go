package tsql

import "strings"

// Name is a multi-part object name. Parts that are not given are empty.
type Name struct{ Server, Database, Schema, Object string }

// String writes the name with its parts in brackets, those in front that are empty left out.
func (n Name) String() string {
	parts := []string{n.Server, n.Database, n.Schema, n.Object}
	for len(parts) > 1 && parts[0] == "" {
		parts = parts[1:]
	}
	for i, p := range parts {
		if p != "" {
			parts[i] = QuoteName(p)
		}
	}
	return strings.Join(parts, ".")
}

// ParseName reads a name of up to four parts, with brackets and quotes, parts left out (master..x, ..x) and white space around the
// points. Errors are *Error: 102 for what is not a name, 117 for too many parts.
func ParseName(s string) (Name, error) {
	r := newReader(s, QuotedIdentifierOn)
	n, err := r.name()
	if err == nil && !r.eof() {
		err = r.syntaxError()
	}
	return n, err
}

// name reads a multi-part name in front.
func (r *reader) name() (Name, error) {
	start, line := r.tok.Pos, r.tok.Line
	var parts [4]string
	n := 0
	for {
		part := ""
		switch {
		case r.tok.IsName() && !r.tok.Unterminated:
			part = r.tok.Value(r.src)
			r.next()
		case !r.is("."):
			return Name{}, r.syntaxError()
		}
		if n < len(parts) {
			parts[n] = part
		}
		n++
		if !r.accept(".") {
			break
		}
	}
	if n > len(parts) {
		return Name{}, NewError(117, "object", r.src[start:r.prevEnd], 3).At(line)
	}
	var all [4]string
	copy(all[4-n:], parts[:n])
	return Name{all[0], all[1], all[2], all[3]}, nil
}

// scriptProcedure is the name of the procedure that runs external scripts.
const scriptProcedure = "sp_execute_external_script"

// isScriptProcedure tells whether n is the system procedure: found in any database under the schemas sys and dbo or none,
// but not on another server.
func (n Name) isScriptProcedure() bool {
	return n.Server == "" && strings.EqualFold(n.Object, scriptProcedure) &&
		(n.Schema == "" || strings.EqualFold(n.Schema, "sys") || strings.EqualFold(n.Schema, "dbo"))
}

// IsScriptProcedure tells whether name, as an RPC or EXEC spells it, is sp_execute_external_script: any case, with sys., dbo. or
// a database in front, brackets or quotes, and a procedure number 1 behind it.
func IsScriptProcedure(name string) bool { return IsSystemProcedure(name, scriptProcedure) }

// IsSystemProcedure tells the same for any other system procedure, for example sp_executesql.
func IsSystemProcedure(name, procedure string) bool {
	if len(name) < len(procedure) {
		return false
	}
	r := newReader(name, QuotedIdentifierOn)
	n, err := r.name()
	if err != nil {
		return false
	}
	if r.accept(";") {
		if r.text() != "1" {
			return false
		}
		r.next()
	}
	if !r.eof() || !strings.EqualFold(n.Object, procedure) {
		return false
	}
	n.Object = scriptProcedure
	return n.isScriptProcedure()
}

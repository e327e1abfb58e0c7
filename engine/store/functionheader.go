package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// teesql overlooks much in CREATE FUNCTION (OR ALTER knows no tables, what it can't read it skips), so the header is
// read here, and only its parts that are ordinary T-SQL go to teesql: the parameters, the type, the body.

// functionHeader is where the parts of a CREATE or ALTER FUNCTION are, as indexes of tokens.
type functionHeader struct {
	list        []tsql.Token
	name        tsql.Name
	open, close int    // parentheses of the parameters
	typ         [2]int // from, to
	rows        [2]int // of "@name TABLE (...)", from, to
	body        int
	inline      bool
	options     functionOptions
	alter       bool // ALTER: it must exist
	replace     bool // ALTER or CREATE OR ALTER
}

type functionOptions struct {
	encryption, schemaBinding, nullOnNull bool
}

// functionStatement is a function's definition. It is one of teesql's statements for the sake of its type.
type functionStatement struct {
	ast.CreateFunctionStatement
	name           tsql.Name
	params         []*ast.ProcedureParameter
	returns        ast.DataTypeReference              // of a scalar function
	rows           *ast.DeclareTableVariableStatement // of a multi-statement table-valued function
	body           []ast.Statement                    // of a scalar or multi-statement function
	rowsBatch      *batch
	query          *ast.SelectStatement // of an inline table-valued function
	options        functionOptions
	alter, replace bool
}

// findFunction tells whether a text defines a function. Errors 102, 156, 59040.
func findFunction(text string, quoted bool) (*functionHeader, bool, error) {
	list := tokens(text, quoted)
	at := func(i int, word string) bool { return i < len(list) && list[i].Is(text, word) }
	h := &functionHeader{list: list}
	i := 1
	switch {
	case at(0, "CREATE") && at(1, "OR") && at(2, "ALTER"):
		i, h.replace = 3, true
	case at(0, "ALTER"):
		h.alter, h.replace = true, true
	case !at(0, "CREATE"):
		return nil, false, nil
	}
	if !at(i, "FUNCTION") {
		return nil, false, nil
	}
	fail := func(i int) (*functionHeader, bool, error) {
		t := list[min(i, len(list)-1)]
		return nil, true, syntaxError(text, t, t.Text(text))
	}
	from := i + 1
	for i++; i < len(list) && (list[i].IsName() || at(i, ".")); i++ {
		if i > from && list[i].IsName() == list[i-1].IsName() || list[i].Kind == tsql.TokenIdent && tsql.IsReserved(list[i].Text(text)) {
			return fail(i)
		}
	}
	if i == from || !at(i, "(") {
		return fail(i)
	}
	n, err := tsql.ParseName(text[list[from].Pos:list[i-1].End])
	if err != nil {
		return fail(from)
	}
	h.name, h.open, h.close = n, i, closing(text, list, i)
	if h.close < 0 || !at(h.close+1, "RETURNS") {
		return fail(h.close + 1)
	}
	i = h.close + 2
	switch {
	case i < len(list) && list[i].Kind == tsql.TokenVariable:
		if !at(i+1, "TABLE") || !at(i+2, "(") {
			return fail(i + 1)
		}
		end := closing(text, list, i+2)
		if end < 0 {
			return fail(len(list))
		}
		h.rows = [2]int{i, end + 1}
		i = end + 1
	case at(i, "TABLE") && at(i+1, "("):
		return nil, true, unsupported("a CLR function").At(list[i].Line)
	case at(i, "TABLE"):
		h.inline = true
		i++
	default:
		h.typ[0] = i
		for i < len(list) && !at(i, "WITH") && !at(i, "AS") && !at(i, "BEGIN") {
			i++
		}
		if h.typ[1] = i; i == h.typ[0] {
			return fail(i)
		}
	}
	if at(i, "WITH") {
		if i, err = h.readOptions(text, i+1); err != nil {
			return nil, true, err
		}
	}
	if at(i, "AS") {
		i++
	}
	switch {
	case at(i, "EXTERNAL"):
		return nil, true, unsupported("a CLR function").At(list[i].Line)
	case h.inline && at(i, "RETURN"), !h.inline && at(i, "BEGIN"):
		h.body = i
		return h, true, nil
	}
	return fail(i)
}

// readOptions reads what stands behind WITH and gives the index behind it.
func (h *functionHeader) readOptions(text string, i int) (int, error) {
	words := func(i int, want ...string) bool {
		for k, w := range want {
			if i+k >= len(h.list) || !h.list[i+k].Is(text, w) {
				return false
			}
		}
		return true
	}
	for ; ; i++ {
		switch {
		case words(i, "SCHEMABINDING"):
			h.options.schemaBinding = true
			i++
		case words(i, "ENCRYPTION"):
			h.options.encryption = true
			i++
		case words(i, "RETURNS", "NULL", "ON", "NULL", "INPUT"):
			h.options.nullOnNull = true
			i += 5
		case words(i, "CALLED", "ON", "NULL", "INPUT"):
			i += 4
		case words(i, "INLINE", "=", "ON"), words(i, "INLINE", "=", "OFF"), words(i, "EXECUTE", "AS", "CALLER"), words(i, "EXEC", "AS", "CALLER"):
			i += 3
		default:
			t := h.list[min(i, len(h.list)-1)]
			if t.Is(text, "EXECUTE") || t.Is(text, "EXEC") || t.Is(text, "NATIVE_COMPILATION") {
				return i, unsupported("WITH %s of a function", strings.ToUpper(t.Text(text))).At(t.Line)
			}
			return i, syntaxError(text, t, t.Text(text))
		}
		if !words(i, ",") {
			return i, nil
		}
	}
}

// parse reads the parts. The batch's text has blanks in the header's place, so that lines and offsets are those of the body.
func (h *functionHeader) parse(text string) (*batch, error) {
	st := &functionStatement{name: h.name, options: h.options, alter: h.alter, replace: h.replace}
	st.StartLine = int(h.list[0].Line)
	if h.close > h.open+1 {
		p, err := parsePrepared("CREATE PROCEDURE f " + blank(text[:h.list[h.open].Pos]) + text[h.list[h.open].Pos:h.list[h.close].End] + " AS RETURN")
		if err != nil {
			return nil, err
		}
		st.params, _, _ = procedureParts(p.statements[0])
	}
	from, to := h.list[h.body].Pos, len(text)
	if h.inline {
		from = h.list[h.body].End
		last := len(h.list) - 1
		if h.list[last].Is(text, ";") {
			last--
		}
		to = h.list[last].End
		if h.body+1 <= last && h.list[h.body+1].Is(text, "(") && closing(text, h.list, h.body+1) == last {
			from, to = h.list[h.body+1].End, h.list[last].Pos
		}
	} else if h.rows[1] > 0 {
		p, err := parsePrepared("DECLARE " + blank(text[:h.list[h.rows[0]].Pos]) + text[h.list[h.rows[0]].Pos:h.list[h.rows[1]-1].End])
		if err != nil {
			return nil, err
		}
		if len(p.statements) == 1 {
			st.rows, _ = p.statements[0].(*ast.DeclareTableVariableStatement)
		}
		if st.rows == nil {
			t := h.list[h.rows[0]]
			return nil, syntaxError(text, t, t.Text(text))
		}
		st.rowsBatch = p
	} else {
		p, err := parsePrepared("CREATE PROCEDURE f " + blank(text[:h.list[h.typ[0]].Pos]) + "@r " + text[h.list[h.typ[0]].Pos:h.list[h.typ[1]-1].End] + " AS RETURN")
		if err != nil {
			return nil, err
		}
		params, _, _ := procedureParts(p.statements[0])
		if len(params) != 1 || params[0].Value != nil {
			t := h.list[h.typ[0]]
			return nil, syntaxError(text, t, t.Text(text))
		}
		st.returns = params[0].DataType
	}
	b, err := parsePrepared(blank(text[:from]) + text[from:to])
	if err != nil {
		return nil, err
	}
	if h.inline {
		q, ok := onlySelect(b)
		if !ok {
			t := h.list[min(h.body+1, len(h.list)-1)]
			return nil, syntaxError(text, t, t.Text(text))
		}
		st.query = q
	} else if st.body, err = functionBody(b, st.rows != nil); err != nil {
		return nil, err
	}
	b.statements = []ast.Statement{st}
	return b, nil
}

func onlySelect(b *batch) (*ast.SelectStatement, bool) {
	if len(b.statements) != 1 {
		return nil, false
	}
	q, ok := b.statements[0].(*ast.SelectStatement)
	return q, ok && q.Into == nil
}

// blank gives as many bytes of white space as text has, with its lines.
func blank(text string) string {
	out := []byte(text)
	for i, c := range out {
		if c != '\n' {
			out[i] = ' '
		}
	}
	return string(out)
}

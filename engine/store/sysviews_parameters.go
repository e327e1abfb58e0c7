package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

const parameterColumns = "object_id int; name sysname null; parameter_id int; system_type_id tinyint; user_type_id int; max_length smallint; precision tinyint; scale tinyint; " +
	"is_output bit; is_cursor_ref bit; has_default_value bit; is_xml_document bit; default_value sql_variant null; xml_collection_id int; is_readonly bit; is_nullable bit null"

// moduleParameter is a parameter of a procedure or function; the result of a scalar function is number 0.
type moduleParameter struct {
	m      *module
	number int
	name   string
	typ    tsql.Type
	table  *table // its table type
	output bool
}

// parametersOf reads the parameters out of the texts of a database's modules; those that no longer can be read are left out.
func (s *Session) parametersOf(d *database) (list []moduleParameter) {
	b := s.newBinder(&batch{}, &frame{vars: map[string]*variable{}})
	for _, name := range sortedKeys(d.objects) {
		m, ok := d.objects[name].(*module)
		if !ok || m.Kind == "V" || !s.seesModule(d, m) {
			continue
		}
		p, err := s.inst.batches.parse(m.Text, m.QuotedIdentifier)
		if err != nil || len(p.statements) != 1 {
			continue
		}
		params, _, _ := procedureParts(p.statements[0])
		if f, ok := p.statements[0].(*functionStatement); ok {
			params = f.params
			if f.returns != nil {
				if t, err := b.dataType(f.returns, false); err == nil {
					list = append(list, moduleParameter{m: m, typ: t, output: true})
				}
			}
		}
		for i, q := range params {
			list = append(list, s.moduleParameter(b, m, i+1, q))
		}
	}
	return list
}

func (s *Session) moduleParameter(b *binder, m *module, number int, q *ast.ProcedureParameter) moduleParameter {
	p := moduleParameter{m: m, number: number, name: q.VariableName.Value, output: strings.EqualFold(q.Modifier, "Output")}
	if p.table = tableTypeOf(s, q); p.table == nil {
		p.typ, _ = b.dataType(q.DataType, false)
	}
	return p
}

func parameterRows(s *Session, d *database) (rows [][]any) {
	for _, p := range s.parametersOf(d) {
		st := sysTypeOf(p.typ)
		length, precision, scale := 0, 0, 0
		if p.table != nil {
			st, length = sysType{system: 243, user: p.table.ID}, -1
		} else {
			length, precision, scale = storageLength(p.typ), int(shownPrecision(p.typ)), int(shownScale(p.typ))
		}
		rows = append(rows, []any{p.m.ID, p.name, p.number, st.system, st.user, length, precision, scale, p.output, false, false, false, nil, 0, p.table != nil, true})
	}
	return rows
}

const procedureColumns = objectColumns + "; is_auto_executed bit; is_execution_replicated bit null; is_repl_serializable_only bit null; skips_repl_constraints bit null"

func procedureRows(s *Session, d *database) [][]any {
	rows := objectRows(s, d, "P ")
	for i := range rows {
		rows[i] = append(rows[i], false, false, false, false)
	}
	return rows
}

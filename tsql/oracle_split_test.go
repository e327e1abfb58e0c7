package tsql

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sqlc-dev/teesql/ast"
	"github.com/sqlc-dev/teesql/parser"
)

// node is a statement as both parsers can describe it.
type node struct {
	kind     string
	pos, end int
	// what are the target and arguments of an EXEC, or more about the kind.
	what string
	// note is for people.
	note string
	body []node
	els  []node
}

// splitNodes are Split's statements.
func splitNodes(list []Statement) []node {
	var out []node
	for i := range list {
		s := &list[i]
		n := node{kind: splitKind(s), note: s.Keyword, pos: s.Pos, end: s.End, body: splitNodes(s.Body), els: splitNodes(s.Else)}
		if s.Err != nil {
			n.note += " " + s.Err.Error()
		}
		switch {
		case s.Module != nil:
			n.body = splitNodes(s.Module.Body)
			if s.Module.Inline {
				n.body = []node{{kind: "inline"}}
			}
			n.what = s.Module.Name.String()
			for _, p := range s.Module.Params {
				n.what += " " + p.Name
			}
		case s.Execute != nil:
			n.what = splitExec(s.Execute)
		case s.Insert != nil:
			n.what = splitExec(s.Insert.Execute) + " into " + s.Insert.Target.String() + s.Insert.Variable + " " + strings.Join(s.Insert.Columns, ",")
		case s.Declare != nil:
			for _, v := range s.Declare.Vars {
				n.what += " " + v.Name
				if v.ValueEnd > v.ValuePos {
					n.what += "="
				}
			}
		case s.Kind == StatementReturn && s.CondEnd > s.CondPos:
			n.what = "value"
		}
		out = append(out, n)
	}
	return out
}

func splitKind(s *Statement) string {
	switch s.Kind {
	case StatementBlock:
		return "block"
	case StatementIf:
		return "if"
	case StatementWhile:
		return "while"
	case StatementTry:
		return "try"
	case StatementReturn:
		return "return"
	case StatementBreak:
		return "break"
	case StatementContinue:
		return "continue"
	case StatementGoto:
		return "goto " + s.Label
	case StatementLabel:
		return "label " + s.Label
	case StatementDeclare:
		return "declare"
	case StatementExecute:
		return "execute"
	case StatementInsertExec:
		return "insert exec"
	case StatementModule:
		return strings.ToLower(s.Module.Kind)
	}
	switch s.Keyword {
	case "SELECT":
		if s.Into {
			return "select into"
		}
		return "select"
	case "INSERT", "UPDATE", "DELETE", "MERGE", "PRINT", "THROW", "RAISERROR":
		return strings.ToLower(s.Keyword)
	}
	return "other"
}

func splitExec(e *Execute) string {
	s := e.ReturnCode + " " + e.NameVariable
	if e.Name.Object != "" {
		s += e.Name.String()
	}
	if e.Number != 0 {
		s += fmt.Sprint(";", e.Number)
	}
	for _, p := range e.Text {
		s += "+" + p.Variable + p.Literal
	}
	s += "(" + describeArgs(&ScriptCall{Args: e.Args}) + ")"
	if e.Recompile {
		s += " recompile"
	}
	if e.ResultSets != nil {
		s += fmt.Sprint(" sets ", len(e.ResultSets.Sets))
	}
	if e.At != "" {
		s += " at " + e.At
	}
	return s + " " + strings.ToLower(e.As)
}

// oracle makes nodes of teesql's tree.
type oracle struct {
	// bytes has the byte of each UTF-16 unit of the text.
	bytes []int
}

func newOracle(text string) *oracle {
	o := &oracle{}
	for i, r := range text {
		o.bytes = append(o.bytes, i)
		if r > 0xFFFF {
			o.bytes = append(o.bytes, i)
		}
	}
	o.bytes = append(o.bytes, len(text))
	return o
}

// teesqlNodes parses a batch with teesql; an error means that teesql does not take it.
func teesqlNodes(text string) (nodes []node, err error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("not UTF-8")
	}
	type result struct {
		nodes []node
		err   error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r.err = fmt.Errorf("panic: %v", p)
			}
			if r.err == nil {
				r.err = lenient(text, r.nodes)
			}
			done <- r
		}()
		script, err := parser.Parse(context.Background(), strings.NewReader(text))
		if err != nil {
			r.err = err
			return
		}
		o := newOracle(text)
		for _, b := range script.Batches {
			r.nodes = append(r.nodes, o.list(b.Statements)...)
		}
	}()
	select {
	case r := <-done:
		return r.nodes, r.err
	case <-time.After(10 * time.Second):
		return nil, fmt.Errorf("time-out")
	}
}

// lenient finds what teesql takes for a label though there is no colon: text that it could not parse.
func lenient(text string, list []node) error {
	for _, n := range list {
		if strings.HasPrefix(n.kind, "label ") && !strings.HasSuffix(strings.TrimRight(text[n.pos:n.end], "; \r\n\t"), ":") {
			return fmt.Errorf("label without colon")
		}
		for _, l := range [][]node{n.body, n.els} {
			if err := lenient(text, l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *oracle) list(list []ast.Statement) []node {
	var out []node
	for _, s := range list {
		if s == nil || reflect.ValueOf(s).IsNil() {
			continue
		}
		out = append(out, o.node(s))
	}
	return out
}

func (o *oracle) statementList(l *ast.StatementList) []node {
	if l == nil {
		return nil
	}
	return o.list(l.Statements)
}

func (o *oracle) node(s ast.Statement) node {
	f := s.(interface{ Frag() *ast.Fragment }).Frag()
	n := node{kind: "other"}
	if f.HasSpan() && f.EndOffset() < len(o.bytes) {
		n.pos, n.end = o.bytes[f.StartOffset], o.bytes[f.EndOffset()]
	}
	switch v := s.(type) {
	case *ast.BeginEndBlockStatement:
		n.kind, n.body = "block", o.statementList(v.StatementList)
	case *ast.BeginEndAtomicBlockStatement:
		n.kind, n.body = "block", o.statementList(v.StatementList)
	case *ast.IfStatement:
		n.kind, n.body, n.els = "if", o.list([]ast.Statement{v.ThenStatement}), o.list([]ast.Statement{v.ElseStatement})
	case *ast.WhileStatement:
		n.kind, n.body = "while", o.list([]ast.Statement{v.Statement})
	case *ast.TryCatchStatement:
		n.kind, n.body, n.els = "try", o.statementList(v.TryStatements), o.statementList(v.CatchStatements)
	case *ast.ReturnStatement:
		n.kind = "return"
		if v.Expression != nil {
			n.what = "value"
		}
	case *ast.BreakStatement:
		n.kind = "break"
	case *ast.ContinueStatement:
		n.kind = "continue"
	case *ast.GoToStatement:
		n.kind = "goto " + v.LabelName.Value
	case *ast.LabelStatement:
		n.kind = "label " + strings.TrimSuffix(v.Value, ":")
	case *ast.DeclareVariableStatement:
		n.kind = "declare"
		for _, d := range v.Declarations {
			n.what += " " + d.VariableName.Value
			if d.Value != nil {
				n.what += "="
			}
		}
	case *ast.DeclareTableVariableStatement:
		n.kind, n.what = "declare", " "+v.Body.VariableName.Value
	case *ast.ExecuteStatement:
		n.kind, n.what = "execute", o.exec(v.ExecuteSpecification, v.Options)
	case *ast.InsertStatement:
		n.kind = "insert"
		if src, ok := v.InsertSpecification.InsertSource.(*ast.ExecuteInsertSource); ok {
			n.kind, n.what = "insert exec", o.exec(src.Execute, nil)+" into "+tableText(v.InsertSpecification.Target)+" "+columnsText(v.InsertSpecification.Columns)
		}
	case *ast.SelectStatement:
		n.kind = "select"
		if v.Into != nil {
			n.kind = "select into"
		}
	case *ast.UpdateStatement:
		n.kind = "update"
	case *ast.DeleteStatement:
		n.kind = "delete"
	case *ast.MergeStatement:
		n.kind = "merge"
	case *ast.PrintStatement:
		n.kind = "print"
	case *ast.ThrowStatement:
		n.kind = "throw"
	case *ast.RaiseErrorStatement:
		n.kind = "raiserror"
	default:
		o.module(&n, s)
	}
	return n
}

// module fills n if s defines a module. The structs are alike but have no interface in common.
func (o *oracle) module(n *node, s ast.Statement) {
	v := reflect.ValueOf(s).Elem()
	name := v.Type().Name()
	if !strings.HasPrefix(name, "Create") && !strings.HasPrefix(name, "Alter") {
		return
	}
	for _, kind := range []string{"Procedure", "Trigger", "Function", "View"} {
		if name != "Create"+kind+"Statement" && name != "Alter"+kind+"Statement" && name != "CreateOrAlter"+kind+"Statement" {
			continue
		}
		if m := v.FieldByName("IsMaterialized"); m.IsValid() && m.Bool() {
			return
		}
		n.kind = strings.ToLower(kind)
		field := func(f string) any {
			if x := v.FieldByName(f); x.IsValid() && !(x.Kind() == reflect.Pointer && x.IsNil()) {
				return x.Interface()
			}
			return nil
		}
		if r, ok := field("ProcedureReference").(*ast.ProcedureReference); ok {
			n.what = objectText(r.Name)
		} else if r, ok := field("Name").(*ast.SchemaObjectName); ok {
			n.what = objectText(r)
		} else if r, ok := field("SchemaObjectName").(*ast.SchemaObjectName); ok {
			n.what = objectText(r)
		}
		if p, ok := field("Parameters").([]*ast.ProcedureParameter); ok {
			for _, p := range p {
				n.what += " " + p.VariableName.Value
			}
		}
		if l, ok := field("StatementList").(*ast.StatementList); ok {
			n.body = o.statementList(l)
		}
		if l, ok := field("SelectStatement").(*ast.SelectStatement); ok {
			n.body = o.list([]ast.Statement{l})
		}
		if l, ok := field("ReturnType").(*ast.SelectFunctionReturnType); ok && l.SelectStatement != nil {
			n.body = []node{{kind: "inline"}}
		}
	}
}

func objectText(n *ast.SchemaObjectName) string {
	if n == nil {
		return ""
	}
	var out Name
	part := func(i *ast.Identifier) string {
		if i == nil {
			return ""
		}
		return i.Value
	}
	out.Server, out.Database, out.Schema, out.Object = part(n.ServerIdentifier), part(n.DatabaseIdentifier), part(n.SchemaIdentifier), part(n.BaseIdentifier)
	return out.String()
}

func tableText(t ast.TableReference) string {
	switch v := t.(type) {
	case *ast.NamedTableReference:
		return objectText(v.SchemaObject)
	case *ast.VariableTableReference:
		return v.Variable.Name
	}
	return fmt.Sprintf("%T", t)
}

func columnsText(list []*ast.ColumnReferenceExpression) string {
	var out []string
	for _, c := range list {
		if c.MultiPartIdentifier == nil {
			out = append(out, "?")
			continue
		}
		ids := c.MultiPartIdentifier.Identifiers
		out = append(out, ids[len(ids)-1].Value)
	}
	return strings.Join(out, ",")
}

func (o *oracle) exec(e *ast.ExecuteSpecification, options []ast.ExecuteOptionType) string {
	s := ""
	if e.Variable != nil {
		s = e.Variable.Name
	}
	s += " "
	switch v := e.ExecutableEntity.(type) {
	case *ast.ExecutableProcedureReference:
		if v.ProcedureReference.ProcedureVariable != nil {
			s += v.ProcedureReference.ProcedureVariable.Name
		}
		if r := v.ProcedureReference.ProcedureReference; r != nil {
			s += objectText(r.Name)
			if r.Number != nil {
				s += ";" + r.Number.Value
			}
		}
		s += "(" + teesqlParams(v.Parameters) + ")"
	case *ast.ExecutableStringList:
		for _, x := range v.Strings {
			s += o.pieces(x)
		}
		s += "(" + teesqlParams(v.Parameters) + ")"
	}
	recompile, sets := "", ""
	for _, x := range options {
		switch x := x.(type) {
		case *ast.ExecuteOption:
			recompile = " " + strings.ToLower(x.OptionKind)
		case *ast.ResultSetsExecuteOption:
			sets = fmt.Sprint(" sets ", len(x.Definitions))
		}
	}
	s += recompile + sets
	if e.LinkedServer != nil {
		s += " at " + e.LinkedServer.Value
	}
	s += " "
	if e.ExecuteContext != nil {
		s += strings.ToLower(e.ExecuteContext.Kind)
	}
	return s
}

func (o *oracle) pieces(x ast.ScalarExpression) string {
	switch v := x.(type) {
	case *ast.StringLiteral:
		return "+" + v.Value
	case *ast.VariableReference:
		return "+" + v.Name
	case *ast.GlobalVariableExpression:
		return "+" + v.Name
	case *ast.BinaryExpression:
		return o.pieces(v.FirstExpression) + o.pieces(v.SecondExpression)
	case *ast.ParenthesisExpression:
		return o.pieces(v.Expression)
	}
	return fmt.Sprintf("+%T", x)
}

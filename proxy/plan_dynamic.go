package proxy

import (
	"strings"

	"tds-launchpad/tsql"
)

// dynamicText carries EXEC ('...') out.
func (p *plan) dynamicText(f *frame, s *tsql.Statement) (course, error) {
	e := s.Execute
	var text strings.Builder
	for _, part := range e.Text {
		if part.Variable == "" {
			text.WriteString(part.Literal)
			continue
		}
		v := f.lookup(part.Variable)
		if v == nil {
			return p.asItIs(f, s) // the engine says what is wrong
		}
		x, err := v.value()
		if err != nil {
			return courseEnd, err
		}
		if piece, ok := x.v.(string); ok {
			text.WriteString(piece)
		} else if x.v != nil {
			return p.asItIs(f, s)
		}
	}
	if !p.server.modules.concerns(text.String()) {
		return p.textAsItIs(f, s)
	}
	if e.As != "" {
		return p.fail(f, s.Line, newError(errNotSupported, "a script call in EXEC (...) AS %s can't be carried out: it would run as another user.", e.As))
	}
	before := p.tranCount
	c, err := p.dynamicFrame(f, &frame{text: text.String()}, s)
	if err != nil || c != courseNext {
		return c, err
	}
	p.stepped = true
	return p.leaveBalanced(f, s.Line, f.procedure(), before)
}

// dynamicFrame carries the text of dynamic SQL out.
func (p *plan) dynamicFrame(f, inner *frame, s *tsql.Statement) (course, error) {
	if p.nesting >= maxNesting {
		return p.fail(f, s.Line, tsql.NewError(217, maxNesting))
	}
	facts, err := p.factsFor(nil)
	if err != nil {
		return p.fail(f, s.Line, err)
	}
	inner.dynamic, inner.mode, inner.options, inner.database = true, p.quoting(), facts.options, facts.database
	body := tsql.Split(inner.text, inner.mode)
	if len(body) == 1 && body[0].Kind == tsql.StatementModule {
		p.server.modules.look(inner.text, inner.mode)
		return p.asItIs(f, s) // it makes a module
	}
	p.depth++
	defer func() { p.depth-- }()
	if err := p.prepareFrame(inner, body); err != nil {
		return p.fail(f, s.Line, err)
	}
	if err := p.renameTemps(inner, f); err != nil {
		return p.fail(f, s.Line, err)
	}
	c, err := p.called(f, inner)
	p.facts.options = inner.options
	return c, err
}

// executeSQL carries EXEC sp_executesql out, if its statement concerns us.
func (p *plan) executeSQL(f *frame, s *tsql.Statement) (course, error) {
	e := s.Execute
	arguments, err := scriptCallOf(e).Resolve(p.resolver(f))
	if err != nil {
		return p.fail(f, s.Line, err)
	}
	text, _ := arguments[0].Value.(string)
	if !arguments[0].Type.IsUnicode() || !p.server.modules.concerns(text) {
		return p.textAsItIs(f, s)
	}
	inner := &frame{text: text}
	var decls []tsql.ParamDecl
	if len(arguments) > 1 {
		declaration, _ := arguments[1].Value.(string)
		if decls, err = tsql.ParseParamDecls(declaration); err != nil {
			return p.fail(f, s.Line, err)
		}
	}
	targets := map[*variable]*variable{}
	for i, d := range decls {
		v, err := p.parameter(d)
		if err != nil {
			return p.fail(f, s.Line, err)
		}
		given := -1
		for j := 2; j < len(arguments); j++ {
			name := strings.TrimPrefix(arguments[j].Name, "@")
			if name == "" && j-2 == i || name != "" && strings.EqualFold(name, d.Name) {
				given = j
			}
		}
		switch {
		case given >= 0 && !arguments[given].Default:
			if err := v.assign(value{arguments[given].Type, arguments[given].Value}); err != nil {
				return p.fail(f, s.Line, err)
			}
			if arguments[given].Output && d.Output {
				targets[v] = f.lookup(e.Args[given].Ref)
			}
		case d.HasDefault:
			if err := v.assign(value{d.DefaultType, d.Default}); err != nil {
				return p.fail(f, s.Line, err)
			}
		default:
			return p.fail(f, s.Line, tsql.NewError(8178, text, "@"+d.Name))
		}
		inner.declare(v)
	}
	before := p.tranCount
	c, err := p.dynamicFrame(f, inner, s)
	if c != courseNext || err != nil {
		return c, err
	}
	for from, to := range targets {
		v, err := from.value()
		if err == nil && to != nil {
			err = to.assign(v)
		}
		if err != nil {
			return p.fail(f, s.Line, err)
		}
	}
	if c, err := p.leaveBalanced(f, s.Line, f.procedure(), before); err != nil || c != courseNext {
		return c, err
	}
	p.assignCode(f, e, p.last.number) // its return code is @@ERROR
	p.procedureEnds(int32(p.last.number), 0)
	p.stepped = true
	return courseNext, nil
}

// parameter is the variable of a declared parameter.
func (p *plan) parameter(d tsql.ParamDecl) (*variable, error) {
	info, err := wireType(d.Type, p.facts.collation)
	if err != nil {
		return nil, err
	}
	return &variable{name: "@" + d.Name, declared: d.Type.String(), info: info.AsNullable(), shared: true}, nil
}

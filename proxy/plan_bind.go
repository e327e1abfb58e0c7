package proxy

import (
	"errors"
	"strings"

	"tds-launchpad/tsql"
)

// moduleFrame binds arguments to a module's parameters, as EXECUTE does, and returns the frame with
// them and the place of each argument among the parameters.
func (p *plan) moduleFrame(m *scriptModule, arguments []tsql.Argument) (*frame, []int, error) {
	f, places, err := p.bindFrame(m, arguments)
	var known *tsql.Error
	if errors.As(err, &known) && known.Proc == "" {
		named := *known
		named.Proc, err = m.name, &named
	}
	return f, places, err
}

func (p *plan) bindFrame(m *scriptModule, arguments []tsql.Argument) (*frame, []int, error) {
	f := &frame{text: m.text, mode: m.mode, module: m, options: p.facts.options}
	params := m.header.Params
	places, err := bindModule(m, arguments)
	if err != nil {
		return nil, nil, err
	}
	given := make([]*tsql.Argument, len(params))
	for i, place := range places {
		given[place] = &arguments[i]
	}
	for i := range params {
		v, err := p.newVariable(f, &params[i].DeclaredVar)
		if err != nil {
			return nil, nil, err
		}
		v.shared = true
		f.declare(v)
		if params[i].Type == (tsql.Type{}) || params[i].ReadOnly || v.cursor {
			return nil, nil, newError(errNotSupported, "parameter %s of procedure %s is of a type that can't be carried over a script call yet.", params[i].Name, m.qualified())
		}
		from := tsql.Argument{Default: true}
		if given[i] != nil {
			from = *given[i]
		}
		if from.Default {
			if !params[i].HasDefault {
				return nil, nil, tsql.NewError(201, m.name, params[i].Name)
			}
			from.Type, from.Value = params[i].Default.Type, params[i].Default.Value
		}
		if err := v.assign(value{from.Type, from.Value}); err != nil {
			var known *tsql.Error
			if errors.As(err, &known) && known.Number != 206 && known.Number != 257 {
				err = tsql.NewError(8114, from.Type.Name(), params[i].Type.Name())
			}
			return nil, nil, err
		}
	}
	return f, places, p.prepareFrame(f, m.header.Body)
}

// bindModule finds the parameter of each argument: by position, then by name.
func bindModule(m *scriptModule, arguments []tsql.Argument) ([]int, error) {
	params := m.header.Params
	places := make([]int, len(arguments))
	taken := map[int]bool{}
	named := false
	if len(params) == 0 && len(arguments) > 0 {
		return nil, tsql.NewError(8146, m.name)
	}
	for i, a := range arguments {
		place := i
		switch {
		case a.Name == "" && named:
			return nil, tsql.NewError(119, i+1)
		case a.Name == "" && i >= len(params):
			return nil, tsql.NewError(8144, m.name)
		case a.Name != "":
			named = true
			place = -1
			for j := range params {
				if strings.EqualFold(strings.TrimPrefix(params[j].Name, "@"), strings.TrimPrefix(a.Name, "@")) {
					place = j
				}
			}
			if place < 0 {
				return nil, tsql.NewError(8145, "@"+strings.TrimPrefix(a.Name, "@"), m.name)
			}
		}
		if taken[place] {
			return nil, tsql.NewError(8143, params[place].Name)
		}
		if a.Output && !params[place].Output {
			return nil, tsql.NewError(8162, params[place].Name)
		}
		taken[place], places[i] = true, place
	}
	return places, nil
}

// copyBack gives the caller's variables what OUTPUT parameters hold.
func (p *plan) copyBack(f *frame, e *tsql.Execute, inner *frame, places []int) error {
	for i := range e.Args {
		if !e.Args[i].Output {
			continue
		}
		to, from := f.lookup(e.Args[i].Ref), inner.lookup(inner.module.header.Params[places[i]].Name)
		if to == nil || from == nil {
			continue
		}
		v, err := from.value()
		if err == nil {
			err = to.assign(v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

package tsql

import "strings"

// bindParams gives the declared script parameters their values.
func (b *binder) bindParams(out *Bound, decls []ParamDecl) error {
	out.Params = make([]BoundParam, len(decls))
	for i, d := range decls {
		if builtin("@"+d.Name) >= 0 {
			return NewError(39008, "@"+d.Name)
		}
		out.Params[i] = BoundParam{ParamDecl: d, Argument: -1}
	}
	if err := b.matchParams(out.Params); err != nil {
		return err
	}
	for i := range out.Params {
		p := &out.Params[i]
		if err := b.value(p); err != nil {
			return err
		}
		if strings.EqualFold(p.Name, rowsPerRead) {
			n, ok := p.Value.(int64)
			if !ok || n <= 0 || n > 1<<31-1 {
				return NewError(39132)
			}
			out.RowsPerRead = int(n)
		}
	}
	return nil
}

// matchParams finds the argument of each parameter, by name or by position behind @params.
func (b *binder) matchParams(params []BoundParam) error {
	for n, i := range b.script {
		a := b.args[i]
		k := n
		if a.Name != "" {
			k = -1
			for j := range params {
				if strings.EqualFold(params[j].Name, a.Name[1:]) {
					k = j
					break
				}
			}
		}
		switch {
		case k < 0 && builtin(a.Name) >= 0 && b.builtins[builtin(a.Name)] >= 0:
			return NewError(39027, a.Name).At(a.Line)
		case k < 0:
			return NewError(8145, a.Name, scriptProcedure).At(a.Line)
		case k >= len(params):
			return NewError(8144, scriptProcedure).At(a.Line)
		case params[k].Argument >= 0:
			return NewError(39027, a.Name).At(a.Line)
		}
		params[k].Argument = i
	}
	return nil
}

// value converts the parameter's argument, or takes its default.
func (b *binder) value(p *BoundParam) error {
	a := Argument{Default: true}
	if p.Argument >= 0 {
		a = b.args[p.Argument]
	}
	if a.Output && !p.Output {
		return NewError(8162, "@"+p.Name).At(a.Line)
	}
	if a.Default {
		if !p.HasDefault {
			return NewError(39016, "@"+p.Name).At(a.Line)
		}
		a.Type, a.Value = p.DefaultType, p.Default
	}
	p.Return = a.Output
	v, err := convertArgument(a, p.Type)
	p.Value = v
	return err
}

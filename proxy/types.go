package proxy

import (
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// typeOf is the T-SQL type of a wire type.
func typeOf(t tds.TypeInfo) (tsql.Type, error) {
	name, length, precision, scale := t.Declaration()
	out, err := tsql.NewType(name, length, precision, scale)
	if err != nil {
		return out, newError(errArgument, "a value of type %v can't be used here.", t)
	}
	return out, nil
}

// wireType is the wire type of a declared T-SQL type, with a collation for character data.
func wireType(t tsql.Type, collation tds.Collation) (tds.TypeInfo, error) {
	out, err := tds.TypeByName(t.Name(), t.Length, int(t.Precision), int(t.Scale), collation)
	if err != nil {
		return out, newError(errArgument, "a parameter of type %v can't be used here: %v.", t, err)
	}
	return out, nil
}

// encode gives a neutral value its raw form in a wire type.
func encode(t *tds.TypeInfo, v any) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	raw, err := t.Encode([]byte{}, v)
	if err != nil {
		return nil, newError(errArgument, "a value can't be written as %v: %v.", *t, err)
	}
	return raw, nil
}

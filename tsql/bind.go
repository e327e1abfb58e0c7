package tsql

import (
	"errors"
	"strings"
)

// Argument is an argument with its value, out of a call's text or of an RPC.
type Argument struct {
	Name    string // with or without @; "" by position
	Type    Type   // the zero Type for a NULL without a type
	Value   any    // neutral value, nil is NULL
	Default bool   // DEFAULT was asked for
	Output  bool
	Line    int32 // of the call, for messages; 0 if there is no text
}

// Bound is a call whose arguments have been held against the procedure's signature.
type Bound struct {
	Language    string
	Script      string
	InputQuery  string // "" when there is none or it is blank
	InputName   string // InputDataSet unless given
	OrderBy     string
	PartitionBy string
	OutputName  string // OutputDataSet unless given
	Parallel    bool
	// Declaration is the text of @params, to be used with the input query.
	Declaration string
	Params      []BoundParam
	// RowsPerRead is the value of the parameter r_rowsPerRead, 0 without.
	RowsPerRead int
}

// BoundParam is a declared script parameter with its value.
type BoundParam struct {
	ParamDecl
	// Value is converted to the declared type.
	Value any
	// Return: declared OUTPUT and passed OUTPUT, so the value goes back to the caller.
	Return bool
	// Argument is the place in Bind's arguments, -1 if the default was taken.
	Argument int
}

// rowsPerRead is the script parameter that asks for chunks, in lower case.
const rowsPerRead = "r_rowsperread"

// signature are the built-in parameters in declared order; @params is the last.
var signature = [...]string{"@language", "@script", "@input_data_1", "@input_data_1_name", "@input_data_1_order_by_columns",
	"@input_data_1_partition_by_columns", "@output_data_1_name", "@parallel", "@params"}

const (
	argLanguage = iota
	argScript
	argInput
	argInputName
	argOrderBy
	argPartitionBy
	argOutputName
	argParallel
	argParams
)

func builtin(name string) int {
	for i, s := range signature {
		if strings.EqualFold(s, name) {
			return i
		}
	}
	return -1
}

// Resolve gives the arguments of c their values. lookup is asked for local variables ("@x") and system functions ("@@x") as
// they are written; where it answers false the error is 137.
func (c *ScriptCall) Resolve(lookup func(ref string) (Type, any, bool)) ([]Argument, error) {
	args := make([]Argument, len(c.Args))
	for i, a := range c.Args {
		args[i] = Argument{Name: a.Name, Type: a.Type, Value: a.Value, Default: a.Kind == ArgDefault, Output: a.Output, Line: c.Line}
		if a.Kind != ArgVariable && a.Kind != ArgFunction {
			continue
		}
		t, v, ok := lookup(a.Ref)
		if !ok {
			return nil, NewError(137, a.Ref).At(a.Line)
		}
		args[i].Type, args[i].Value = t, v
	}
	return args, nil
}

// binder sorts arguments into built-in ones and script parameters.
type binder struct {
	args     []Argument
	builtins [len(signature)]int // place in args, -1 if not given
	script   []int               // places of the arguments behind @params
}

// Bind holds arguments against the signature of sp_execute_external_script: built-in arguments by position or name up to @params,
// script parameters behind it. Values of script parameters are converted to their declared types. Errors are *Error:
// 119 (position behind a name), 201 (missing), 214 (not Unicode), 8143 (given twice), 8144 (too many), 8145 (not a parameter),
// 8162 (not declared OUTPUT), 39008 (name of a built-in one), 39016 (missing), 39026, 39027 (given twice), 39103, 39132,
// 8114, 206 and 257 (conversion), and those of ParseParamDecls.
func Bind(args []Argument) (*Bound, error) {
	if len(args) > len(signature)+MaxParams {
		return nil, NewError(8144, scriptProcedure).At(args[0].Line)
	}
	b := binder{args: make([]Argument, len(args))}
	for i, a := range args {
		if a.Name != "" && a.Name[0] != '@' {
			a.Name = "@" + a.Name
		}
		b.args[i] = a
	}
	for i := range b.builtins {
		b.builtins[i] = -1
	}
	if err := b.sort(); err != nil {
		return nil, err
	}
	out := &Bound{InputName: "InputDataSet", OutputName: "OutputDataSet"}
	if err := b.bindBuiltins(out); err != nil {
		return nil, err
	}
	decls, err := ParseParamDecls(out.Declaration)
	if err != nil {
		return nil, err
	}
	return out, b.bindParams(out, decls)
}

// sort finds each argument's place.
func (b *binder) sort() error {
	named := false
	for i, a := range b.args {
		switch {
		case a.Name == "" && named:
			return NewError(119, i+1).At(a.Line)
		case a.Name != "":
			named = true
		}
		switch k := builtin(a.Name); {
		case b.builtins[argParams] >= 0:
			b.script = append(b.script, i)
		case a.Name == "":
			b.builtins[i] = i
		case k < 0:
			return NewError(8145, a.Name, scriptProcedure).At(a.Line)
		case b.builtins[k] >= 0:
			return NewError(8143, a.Name).At(a.Line)
		default:
			b.builtins[k] = i
		}
	}
	return nil
}

// bindBuiltins fills in the built-in arguments.
func (b *binder) bindBuiltins(out *Bound) error {
	places := [len(signature)]*string{argLanguage: &out.Language, argScript: &out.Script, argInput: &out.InputQuery,
		argInputName: &out.InputName, argOrderBy: &out.OrderBy, argPartitionBy: &out.PartitionBy,
		argOutputName: &out.OutputName, argParams: &out.Declaration}
	for k, place := range places {
		if place == nil {
			continue
		}
		given, err := b.text(k, place)
		if err != nil {
			return err
		}
		if !given && k <= argScript {
			return NewError(201, scriptProcedure, signature[k])
		}
	}
	if c, _ := ClassifyInputQuery(out.InputQuery); c == QueryBlank {
		out.InputQuery = ""
	}
	if out.OrderBy != "" && out.PartitionBy == "" {
		return NewError(39103)
	}
	if i := b.builtins[argParallel]; i >= 0 && b.args[i].Value != nil {
		v, err := convertArgument(b.args[i], TypeBit)
		if err != nil {
			return err
		}
		out.Parallel = v.(bool)
	}
	return nil
}

// text stores a Unicode argument, if one is given that is not NULL, DEFAULT or, for the names, empty.
func (b *binder) text(k int, place *string) (bool, error) {
	i := b.builtins[k]
	if i < 0 {
		return false, nil
	}
	a := b.args[i]
	if a.Type != (Type{}) && !a.Type.IsUnicode() {
		return false, NewError(214, signature[k], "ntext/nchar/nvarchar").At(a.Line)
	}
	s, ok := a.Value.(string)
	if !ok {
		return false, nil
	}
	if s != "" || k != argInputName && k != argOutputName {
		*place = s
	}
	return true, nil
}

// convertArgument converts an argument as EXECUTE does: text that is too long is cut, what can't be converted is error 8114.
func convertArgument(a Argument, to Type) (any, error) {
	if a.Value == nil {
		return nil, nil
	}
	v, err := Implicit(a.Value, a.Type, to)
	var e *Error
	if errors.As(err, &e) {
		if e.Number != 206 && e.Number != 257 {
			e = NewError(8114, a.Type.Name(), to.Name())
		}
		return nil, e.At(a.Line)
	}
	return v, err
}

package plans

import (
	"context"
	"io"
	"strings"

	"tds-launchpad/executor"
	"tds-launchpad/proxy"
	"tds-launchpad/tds"
)

// The pseudo-scripts. Each kind of call has a script here, and a procedure for the engine alone that does
// the same (natives).

// callKind is one way of calling a script.
type callKind struct {
	name   string // of the script; the procedure is dbo.native_<name>
	params string // @params
	native string // what follows CREATE PROCEDURE dbo.native_<name>, on one line for each line of the script's messages
}

const madeRows = "(SELECT n, CAST(s AS nvarchar(20)) AS s FROM (VALUES (1, N'row 1'), (2, NULL), (3, N'row 3'), (4, N'row 4')) AS v (n, s)) AS w"

var callKinds = []callKind{
	{"rows", "@n int", "@n int AS\nSELECT n, s FROM " + madeRows + " WHERE n <= @n ORDER BY n"},
	{"double", "@x int, @y int OUTPUT", "@x int, @y int OUTPUT AS\nSET NOCOUNT ON; SET @y = @x * 2; DECLARE @z int; SELECT @z = 1 WHERE 1 = 0"},
	{"both", "@x int, @y int OUTPUT", "@x int, @y int OUTPUT AS\nSET @y = @x + 1; SELECT @x AS x"},
	{"say", "@x nvarchar(200)", "@x nvarchar(200) AS\nSET NOCOUNT ON; PRINT N'said: ' + @x; DECLARE @z int; SELECT @z = 1 WHERE 1 = 0"},
	{"fail", "", "AS\nSET NOCOUNT ON; DECLARE @z int; SET @z = 0; SET @z = 1 / @z"},
	{"failcode", "", "AS\nSET NOCOUNT ON; DECLARE @z int; SET @z = 0; SET @z = 1 / @z; RETURN 1"},
	{"failafter", "@n int", "@n int AS\nSET NOCOUNT ON; DECLARE @z int; IF @n IS NULL OR @n > 2 BEGIN SET @z = 0; SET @z = 1 / @z END ELSE SELECT @z = 1 WHERE 1 = 0"},
}

// copied are the types that a script passes through.
var copied = map[string]string{"int": "int", "vc": "varchar(20)", "nvm": "nvarchar(max)", "dec": "decimal(9,2)", "vbm": "varbinary(max)", "bit": "bit", "dt": "datetime2(3)", "fl": "float"}

func init() {
	for tag, t := range copied {
		callKinds = append(callKinds, callKind{"copy_" + tag, "@x " + t + ", @y " + t + " OUTPUT",
			"@x " + t + ", @y " + t + " OUTPUT AS\nSET NOCOUNT ON; SET @y = @x; DECLARE @z int; SELECT @z = 1 WHERE 1 = 0"})
	}
}

// scripts runs pseudo-scripts. divided is the engine's error for a division by zero, as dbo.native_fail has it, said
// the message of dbo.native_say.
type scripts struct{ divided, said tds.ServerMessage }

type result struct {
	columns  []tds.Column
	rows     []byte
	count    int64
	messages []tds.ServerMessage
	params   [][]byte
}

func (r *result) Columns() []tds.Column         { return r.columns }
func (r *result) RowCount() int64               { return r.count }
func (r *result) Messages() []tds.ServerMessage { return r.messages }
func (r *result) Params() [][]byte              { return r.params }
func (r *result) Close() error                  { return nil }
func (r *result) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(r.rows)
	return int64(n), err
}

func (s scripts) Run(ctx context.Context, call *executor.Call, in executor.Rows) (proxy.ScriptResult, error) {
	r := &result{params: make([][]byte, len(call.Params))}
	number := func(i int) (int64, bool) {
		if call.Params[i].Value == nil {
			return 0, false
		}
		n, err := call.Params[i].Type.Int64(call.Params[i].Value)
		return n, err == nil
	}
	set := func(i int, n int64, known bool) {
		r.params[i] = nil
		if known {
			r.params[i], _ = call.Params[i].Type.Encode([]byte{}, n)
		}
	}
	for i, p := range call.Params {
		if p.Output {
			r.params[i] = p.Value
		}
	}
	var err error
	add := func(values ...any) {
		raw := make([][]byte, len(values))
		for i, v := range values {
			if v != nil {
				raw[i], _ = r.columns[i].Type.Encode([]byte{}, v)
			}
		}
		r.rows, err = tds.AppendRow(r.rows, r.columns, raw)
		r.count++
	}
	switch name := call.Script; {
	case name == "rows":
		r.columns = []tds.Column{{Name: "n", Type: tds.Int(4).AsNullable(), Flags: tds.ColumnNullable}, {Name: "s", Type: tds.NVarChar(20, call.Collation), Flags: tds.ColumnNullable}}
		n, known := number(0)
		for i, text := range []any{"row 1", nil, "row 3", "row 4"} {
			if known && int64(i+1) <= n {
				add(int64(i+1), text)
			}
		}
	case name == "double":
		n, known := number(0)
		set(1, n*2, known)
	case name == "both":
		n, known := number(0)
		set(1, n+1, known)
		r.columns = []tds.Column{{Name: "x", Type: tds.Int(4).AsNullable(), Flags: tds.ColumnNullable}}
		if known {
			add(n)
		} else {
			add(nil)
		}
	case name == "say":
		m := s.said
		m.Text = " " // of PRINT NULL
		if call.Params[0].Value != nil {
			v, _ := call.Params[0].Type.Decode(call.Params[0].Value)
			m.Text = "said: " + v.(string)
		}
		r.messages = []tds.ServerMessage{m}
	case name == "fail", name == "failcode":
		return nil, s.fail("native_" + name)
	case name == "failafter":
		if n, known := number(0); !known || n > 2 {
			return nil, s.fail("native_failafter")
		}
	case name == "query":
		for _, c := range in.Columns() {
			// What a script returns is nullable.
			r.columns = append(r.columns, tds.Column{Name: c.Name, Type: c.Type.AsNullable(), Flags: tds.ColumnNullable})
		}
		for {
			row, next := in.Next()
			switch {
			case next == io.EOF:
				return r, err
			case ctx.Err() != nil:
				return nil, ctx.Err()
			case next != nil:
				return nil, &executor.InputError{Err: next}
			}
			if r.rows, err = tds.AppendRow(r.rows, r.columns, row); err != nil {
				return nil, err
			}
			r.count++
		}
	case strings.HasPrefix(name, "copy_"):
		r.params[1] = call.Params[0].Value
	}
	return r, err
}

func (s scripts) fail(procedure string) error {
	m := s.divided
	m.Proc = procedure
	return &executor.CallError{Messages: []tds.ServerMessage{m}}
}

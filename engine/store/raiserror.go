package store

import (
	"fmt"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// raiseError is RAISERROR(message or number, severity, state, arguments) WITH options.
func (s *Session) raiseError(f *frame, st *ast.RaiseErrorStatement) error {
	if st.SecondParameter == nil || st.ThirdParameter == nil {
		return tsql.NewError(102, "RAISERROR")
	}
	msg, t, err := s.value(f, st.FirstParameter)
	if err != nil {
		return err
	}
	severity, err := s.intValue(f, st.SecondParameter)
	if err != nil {
		return err
	}
	state, err := s.intValue(f, st.ThirdParameter)
	if err != nil {
		return err
	}
	var args []any
	for _, p := range st.OptionalParameters {
		v, vt, err := s.value(f, p)
		if err != nil {
			return err
		}
		if !vt.IsInteger() && !vt.IsString() && v != nil {
			return tsql.NewError(2748, vt.Name(), len(args)+4)
		}
		args = append(args, v)
	}
	e := &tsql.Error{Number: 50000, Line: lineOf(st)}
	switch v := msg.(type) {
	case int64:
		if v < 13000 || v == 50000 {
			return tsql.NewError(2732, int(v), 13000, 2147483647)
		}
		format, class, ok := systemMessage(int32(v))
		if !ok {
			return newError(18054, int(v), int(severity), int(state))
		}
		if e.Number = int32(v); severity < 0 {
			severity = int64(class)
		}
		if e.Message, err = formatMessage(format, args); err != nil {
			return err
		}
	case string:
		if e.Message, err = formatMessage(v, args); err != nil {
			return err
		}
	case nil:
		e.Message = ""
	default:
		return tsql.NewError(8116, t.Name(), 1, "RAISERROR")
	}
	if r := []rune(e.Message); len(r) > 2047 {
		e.Message = string(r[:2044]) + "..."
	}
	severity = min(max(severity, 0), 25)
	if severity > 18 && !strings.Contains(strings.ToUpper(st.RaiseErrorOptions), "LOG") {
		return tsql.NewError(2754, 18)
	}
	if state < 0 {
		state = 1
	}
	e.Class, e.State = uint8(severity), uint8(min(state, 255))
	if f.proc != nil {
		e.Proc = f.proc.Name
	}
	if e.Class > 10 {
		return e
	}
	s.lastError = 0
	if strings.Contains(strings.ToUpper(st.RaiseErrorOptions), "SETERROR") {
		s.lastError = e.Number
	}
	if err := s.out.message(e); err != nil {
		return err
	}
	return s.out.done(Done{Command: CommandPrint})
}

// formatMessage fills a message's placeholders: %s %d %i %u %o %x %X, with flags, width, precision and *.
func formatMessage(format string, args []any) (string, error) {
	var out strings.Builder
	next := 0
	take := func() any {
		next++
		if next <= len(args) {
			return args[next-1]
		}
		return nil
	}
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			out.WriteByte(format[i])
			continue
		}
		start := i
		i++
		if i < len(format) && format[i] == '%' {
			out.WriteByte('%')
			continue
		}
		spec := "%"
		for ; i < len(format) && strings.IndexByte("-+ #0123456789.*", format[i]) >= 0; i++ {
			if format[i] == '*' {
				spec += fmt.Sprint(take())
			} else {
				spec += string(format[i])
			}
		}
		for i < len(format) && (format[i] == 'l' || format[i] == 'h' || format[i] == 'I') {
			if strings.HasPrefix(format[i:], "I64") {
				i += 3
				continue
			}
			i++
		}
		if i >= len(format) {
			return "", tsql.NewError(2787, format[start:])
		}
		switch verb := format[i]; verb {
		case 's':
			v := take()
			if v == nil {
				v = "(null)"
			}
			text, ok := v.(string)
			if !ok {
				return "", tsql.NewError(2786, next)
			}
			fmt.Fprintf(&out, spec+"s", text)
		case 'd', 'i', 'u', 'o', 'x', 'X':
			v := take()
			if v == nil {
				out.WriteString("(null)")
				continue
			}
			n, ok := v.(int64)
			if !ok {
				return "", tsql.NewError(2786, next)
			}
			if verb == 'i' || verb == 'u' {
				verb = 'd'
			}
			if n < 0 && (verb == 'x' || verb == 'X' || verb == 'o' || format[i] == 'u') {
				fmt.Fprintf(&out, spec+string(verb), uint32(n))
			} else {
				fmt.Fprintf(&out, spec+string(verb), n)
			}
		default:
			return "", tsql.NewError(2787, format[start:i+1])
		}
	}
	return out.String(), nil
}

package executor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

const (
	defaultInput  = "InputDataSet"
	defaultOutput = "OutputDataSet"
)

// appendCall appends the CALL message.
func (t *teller) appendCall(dst []byte, c *Call) ([]byte, error) {
	dst, start := beginMessage(dst, msgCall)
	hasInput := byte(0)
	if c.HasInput {
		hasInput = 1
	}
	dst = append(dst, hasInput)
	dst = appendString(dst, c.Script)
	dst = appendString(dst, orDefault(c.InputName, defaultInput))
	dst = appendString(dst, orDefault(c.OutputName, defaultOutput))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(c.Params)))
	for i := range c.Params {
		p := &c.Params[i]
		output := byte(0)
		if p.Output {
			output = 1
		}
		dst = appendString(append(dst, output), strings.TrimPrefix(p.Name, "@"))
		var ok bool
		var err error
		if dst, ok, err = appendParam(dst, &p.Type, p.Value); err != nil {
			return nil, fmt.Errorf("parameter %s: %w", p.Name, err)
		}
		if !ok {
			return nil, t.unsupportedParam(p)
		}
	}
	if len(dst)-start > math.MaxUint32 {
		return nil, errors.New("script and parameters together are larger than 4 GB")
	}
	return endMessage(dst, start), nil
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// The catalogue's texts of 39017 and 39018 list types that SQL Server does not
// support but we do; the errors keep their number and say which are left.
const unsupportedTypes = "Unsupported types are xml, sql_variant, vector and user-defined types."

func (t *teller) unsupportedColumn(number int, c *tds.Column) error {
	e := tsql.NewErrorIn(t.wording, 39017, number, c.Type.String(), t.language, t.id)
	e.Message = fmt.Sprintf("Input data query returns column #%d of type '%s' which is not supported by the runtime for '%s' script. "+
		"%s External script request id is %s.", number, c.Type.String(), t.language, unsupportedTypes, t.id)
	return e
}

func (t *teller) unsupportedParam(p *Param) error {
	e := tsql.NewErrorIn(t.wording, 39018, p.Name, t.language, t.id)
	e.Message = fmt.Sprintf("Parameter '@%s' uses a data type that is not supported by the runtime for '%s' script. "+
		"%s External script request id is %s.", strings.TrimPrefix(p.Name, "@"), t.language, unsupportedTypes, t.id)
	return e
}

package executor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

const (
	defaultInput  = "InputDataSet"
	defaultOutput = "OutputDataSet"
)

// appendCall appends the CALL message, up to what endCall adds.
func (t *teller) appendCall(dst []byte, c *Call) ([]byte, error) {
	dst, _ = beginMessage(dst, msgCall)
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
	if len(dst) > math.MaxUint32-maxLoopbackText {
		return nil, errors.New("script and parameters together are larger than 4 GB")
	}
	return dst, nil
}

// endCall adds to the CALL message, which dst consists of, how the script reaches the
// engine: known only when the satellite is.
func endCall(dst []byte, c *Call, listeners []net.Listener) []byte {
	address, token := "", ""
	if c.Loopback != nil && len(listeners) > 0 {
		address, token = listeners[0].Addr().String(), c.Loopback.Token
	}
	dst = appendString(dst, address)
	dst = appendString(dst, token)
	dst = appendString(dst, c.Database)
	return endMessage(dst, 0)
}

// maxLoopbackText is more than address, token and database name can take.
const maxLoopbackText = 4096

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

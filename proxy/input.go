package proxy

import (
	"context"
	"errors"
	"io"
	"strings"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// inputRows are the rows of the input query as the executor pulls them. What it does not pull
// stays on the engine: that is the back-pressure.
type inputRows struct {
	reply   *engineReply
	columns []tds.Column
	count   int64
	ended   bool
}

// openInput sends the input query as sp_executesql with the script's own parameters, so that it
// runs in the session's transaction, with its temporary tables and rights, and returns when the
// engine has compiled it. An engine error here means that no script is started.
func (c *scriptCall) openInput(call *executor.Call, b *tsql.Bound) (*inputRows, error) {
	unicode := c.unicodeType()
	params := []tds.RPCParam{{Type: unicode, Value: tds.AppendUTF16([]byte{}, wholeValues+b.InputQuery)}}
	if len(call.Params) > 0 {
		params = append(params, tds.RPCParam{Type: unicode, Value: tds.AppendUTF16([]byte{}, declarations(b.Params))})
	}
	for _, p := range call.Params {
		params = append(params, tds.RPCParam{Name: "@" + strings.TrimPrefix(p.Name, "@"), Type: p.Type, Value: p.Value})
	}
	message := tds.RPCRequest{Headers: c.headers(), Calls: []tds.RPCCall{{ProcID: tds.ProcExecuteSQL, Params: params}}}
	payload, err := message.Append(nil, c.requests)
	if err != nil {
		return nil, newError(errArgument, "the input query can't be sent: %v.", err)
	}
	reply, err := c.ask(tds.PacketRPC, payload, tds.DefaultBufferSize)
	if err != nil {
		return nil, err
	}
	rows := &inputRows{reply: reply}
	if err := rows.begin(); err != nil {
		return nil, reply.abandon(err)
	}
	return rows, nil
}

// wholeValues keeps the session's TEXTSIZE from cutting large values. Set inside sp_executesql it
// ends there.
const wholeValues = "SET TEXTSIZE 2147483647; "

// declarations writes the parameters the way sp_executesql wants them: without defaults, which
// are values already.
func declarations(params []tsql.BoundParam) string {
	list := make([]string, len(params))
	for i, p := range params {
		list[i] = "@" + p.Name + " " + p.Type.String()
	}
	return strings.Join(list, ", ")
}

// begin reads up to the description of the rows.
func (r *inputRows) begin() error {
	for {
		token, err := r.reply.next()
		switch {
		case err == io.EOF && len(r.reply.errors) > 0:
			return &engineRefusal{r.reply.errors, r.reply.number}
		case err == io.EOF:
			return newError(errSessionState, "the input query returned no result set. If the session only describes or compiles statements "+
				"(SET FMTONLY, NOEXEC or SHOWPLAN is on), switch it off.")
		case err != nil:
			return err
		}
		meta, ok := token.(*tds.ColMetadata)
		if !ok || meta.NoMetadata {
			continue
		}
		for i := range meta.Columns {
			if meta.Columns[i].Crypto != nil {
				return newError(errArgument, "column %q of the input query is encrypted (Always Encrypted), which can't be "+
					"an input of sp_execute_external_script.", meta.Columns[i].Name)
			}
		}
		r.columns = meta.Columns
		return nil
	}
}

// Columns implements executor.Rows.
func (r *inputRows) Columns() []tds.Column { return r.columns }

// Next implements executor.Rows. It returns when the call is cancelled.
func (r *inputRows) Next() ([][]byte, error) {
	for !r.ended {
		token, err := r.reply.next()
		if row, ok := token.(*tds.Row); ok { // first, for there are millions of them
			r.count++
			return row.Values, nil
		}
		switch {
		case errors.Is(err, errInterrupted):
			return nil, context.Canceled
		case err == io.EOF:
			r.ended = true
			continue
		case err != nil:
			return nil, err
		}
		if _, ok := token.(*tds.ColMetadata); ok {
			return nil, newError(errArgument, "the input query returned more than one result set.")
		}
	}
	if len(r.reply.errors) > 0 {
		return nil, &engineRefusal{r.reply.errors, r.reply.number}
	}
	return nil, io.EOF
}

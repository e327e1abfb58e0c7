package proxy

import (
	"io"

	"tds-launchpad/tds"
)

// firstAnswer is what the engine says to a request of ours before the client's first.
type firstAnswer struct {
	row     []field            // the last row
	refusal *tds.ServerMessage // the first error
	changes []byte             // tokens about the database, which the client has to know
}

// askFirst runs a batch on the engine while no request is under way. Errors are those that end the
// session; what the engine refuses is in the answer.
func (s *session) askFirst(text string) (*firstAnswer, error) {
	batch := tds.SQLBatch{Headers: tds.TransactionHeaders(0), Text: tds.AppendUTF16(nil, text)}
	payload, err := batch.Append(nil, s.requests)
	if err != nil {
		return nil, newError(errInternal, "the helper statement can't be written: %v.", err)
	}
	if err := s.engine.out.WriteMessage(tds.PacketSQLBatch, 0, payload); err != nil {
		return nil, newError(errEngineClosed, "the engine closed the connection: %v.", err)
	}
	reader := tds.NewMessageReader(s.engine.in)
	if _, err := reader.Next(); err != nil {
		return nil, newError(errEngineClosed, "the engine closed the connection: %v.", err)
	}
	tokens := tds.NewTokenReader(reader, tds.TokenReaderOptions{TokenFormat: s.format, BufferSize: helperBuffer})
	out := &firstAnswer{}
	for {
		token, err := tokens.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, newError(errEngineProtocol, "the engine's answer could not be read: %v.", err)
		}
		switch t := token.(type) {
		case *tds.Row:
			if out.row, err = fields(tokens.Columns(), t.Values); err != nil {
				return nil, err
			}
		case *tds.EnvChange:
			if t.Type == tds.EnvDatabase || t.Type == tds.EnvCollation {
				out.changes = append(out.changes, tokens.Raw()...)
			}
		case *tds.ServerMessage:
			switch {
			case t.IsError && out.refusal == nil:
				refusal := *t
				out.refusal = &refusal
			case t.Number == changedDatabase:
				out.changes = append(out.changes, tokens.Raw()...)
			}
		}
	}
}

// changedDatabase is the number of "Changed database context to ...".
const changedDatabase = 5701

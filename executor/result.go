package executor

import (
	"io"

	"github.com/google/uuid"

	"tds-launchpad/tds"
)

// Result is what a script call that ended well has to say, in the order of
// sending: Columns and rows, then Messages, then Params. Close it.
type Result struct {
	// RequestID is the call's id.
	RequestID uuid.UUID
	// Columns describe the result set. nil: there is none.
	Columns []tds.Column
	// RowCount is the number of rows.
	RowCount int64
	// Messages are the INFO messages with what the script printed.
	Messages []tds.ServerMessage
	// Params are the raw values of the output parameters, one for each of
	// Call.Params; those without Output are nil.
	Params [][]byte

	rows  *spool
	close func() error
}

// WriteTo writes the rows to w as ROW tokens (MS-TDS 2.2.7.19), whole ones in each
// call of Write, so that a writer can end a response between two. Reading the rows
// frees them; a second call writes nothing.
func (r *Result) WriteTo(w io.Writer) (int64, error) {
	if r.rows == nil {
		return 0, nil
	}
	return r.rows.WriteTo(w)
}

// Close frees the spool and waits until nothing of the satellite is left. It may be called several
// times.
func (r *Result) Close() error {
	var err error
	if r.rows != nil {
		err = r.rows.Close()
		r.rows = nil
	}
	if r.close != nil {
		if cerr := r.close(); err == nil {
			err = cerr
		}
		r.close = nil
	}
	return err
}

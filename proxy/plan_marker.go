package proxy

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// A marker is a SELECT of ours at the end of a request's text. Its row brings back how far the
// request got, what the client's next statement may ask for, and the variables; the client never
// sees it. No marker means that the engine has given the batch up.

// mark says where a marker stands.
type mark int64

const (
	markBegin mark = iota // behind our declarations: what came before is nobody's business
	markEnd               // behind the statements
	markTrue              // the condition behind the statements holds
	markFalse             // it does not
	markValue             // behind the statements, with the value of RETURN
	// markCaught+n is the beginning of the CATCH block of the plan's n-th open TRY, markResumed+n the end of what
	// the engine executes of and behind that block.
	markCaught  mark = 1000
	markResumed mark = 2000
)

// markerPrefix begins the name of a marker's first column; random digits follow.
const markerPrefix = "tds-launchpad:"

func newMarkerName() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails
	return markerPrefix + hex.EncodeToString(b[:])
}

// markerRow is what a marker has brought.
type markerRow struct {
	mark      mark
	rowCount  int64
	number    int64 // @@ERROR
	xactState int64
	tranCount int64
	options   int64  // @@OPTIONS
	identity  string // SCOPE_IDENTITY(), if that is asked for
	value     field  // of RETURN
	caught    *caughtError
}

// caughtError is what the ERROR_ functions say in a CATCH block.
type caughtError struct {
	level                         int // of the TRY among those open
	number, severity, state, line int64
	procedure                     any // string or nil
	message                       string
	doomed                        bool         // what the engine executed of the block left a transaction that can't be committed
	raised                        *raisedError // if it is known only when the text runs whether it is this error
}

const (
	errorColumns = "ERROR_NUMBER(), ERROR_SEVERITY(), ERROR_STATE(), ERROR_LINE(), ERROR_PROCEDURE(), ERROR_MESSAGE()"
	noErrors     = "NULL, NULL, NULL, NULL, NULL, NULL"
)

// markers writes the markers of one request.
type markers struct {
	name string
	vars []traveller
	// whole makes large values come back whole whatever TEXTSIZE is.
	whole bool
	// identity: SCOPE_IDENTITY() shall come back.
	identity bool
}

// marker is the SELECT for m.
func (k *markers) marker(m mark) string {
	if m >= markCaught && m < markResumed {
		// The variables come with the marker behind the block.
		return "SELECT " + k.head(m, "@@ROWCOUNT", "@@ERROR", "NULL") + "NULL, " + errorColumns + "; "
	}
	if !k.whole {
		return "SELECT " + k.head(m, "@@ROWCOUNT", "@@ERROR", k.scope()) + "NULL, " + noErrors + k.values() + "; "
	}
	return "SELECT @tl$r = @@ROWCOUNT, @tl$e = @@ERROR, @tl$i = " + k.scope() + "; " + k.wholeMarker(m, "NULL")
}

// wholeMarker is a marker whose values no TEXTSIZE cuts.
func (k *markers) wholeMarker(m mark, value string) string {
	var declare strings.Builder
	for _, v := range k.vars {
		declare.WriteString(", " + v.alias + " " + v.v.declared)
	}
	text := wholeValues + "SELECT " + k.head(m, "@tl$r", "@tl$e", "@tl$i") + value + ", " + noErrors + k.values()
	return "EXEC sp_executesql " + tsql.QuoteString(text) + ", " +
		tsql.QuoteString("@tl$r int, @tl$e int, @tl$v int, @tl$i varchar(40)"+declare.String()) + ", @tl$r, @tl$e, @tl$v, @tl$i" + k.values() + "; "
}

// valueMarker is the marker of RETURN in two halves: its value stands between them.
func (k *markers) valueMarker() (before, after string) {
	if k.whole {
		return "SELECT @tl$r = @@ROWCOUNT, @tl$e = @@ERROR, @tl$i = " + k.scope() + ", @tl$v = (", "); " + k.wholeMarker(markValue, "@tl$v")
	}
	return "SELECT " + k.head(markValue, "@@ROWCOUNT", "@@ERROR", k.scope()) + "(", "), " + noErrors + k.values() + "; "
}

func (k *markers) head(m mark, rows, number, identity string) string {
	return strconv.FormatInt(int64(m), 10) + " AS " + tsql.QuoteName(k.name) + ", " + rows + ", " + number + ", XACT_STATE(), @@TRANCOUNT, @@OPTIONS, " + identity + ", "
}

// scope is SCOPE_IDENTITY() if it is asked for.
func (k *markers) scope() string {
	if k.identity {
		return scopeIdentity
	}
	return "NULL"
}

// values are the variables, each behind a comma.
func (k *markers) values() string {
	var list strings.Builder
	for _, v := range k.vars {
		list.WriteString(", " + v.alias)
	}
	return list.String()
}

// begin is the marker behind our declarations. It leaves @@ROWCOUNT as the client's last statement did as
// far as that is 0 or 1: more than the first of the statements may ask for it, or a procedure.
func (k *markers) begin(last lastStatement) string {
	if last.rowCount == 0 {
		return "SELECT 0 AS " + tsql.QuoteName(k.name) + " WHERE 1 = 0; "
	}
	return "SELECT 0 AS " + tsql.QuoteName(k.name) + "; "
}

// markerFields is how many columns stand before the variables.
const markerFields = 14

// isMarker tells whether columns are those of a marker.
func (k *markers) isMarker(cols []tds.Column) bool { return len(cols) > 0 && cols[0].Name == k.name }

// read takes a marker's row apart and gives the variables their values.
func (k *markers) read(cols []tds.Column, values [][]byte) (*markerRow, error) {
	if len(cols) == 1 {
		return &markerRow{mark: markBegin}, nil
	}
	if len(cols) != markerFields && len(cols) != markerFields+len(k.vars) {
		return nil, newError(errEngineProtocol, "the engine changed a helper's answer.")
	}
	head, err := fields(cols[:markerFields], values[:markerFields])
	if err != nil {
		return nil, err
	}
	number := func(i int) int64 { n, _ := head[i].v.(int64); return n }
	row := &markerRow{mark: mark(number(0)), rowCount: number(1), number: number(2), xactState: number(3), tranCount: number(4), options: number(5), value: head[7]}
	row.identity, _ = head[6].v.(string)
	if row.mark >= markCaught && row.mark < markResumed {
		message, _ := head[13].v.(string)
		row.caught = &caughtError{level: int(row.mark - markCaught), number: number(8), severity: number(9), state: number(10), line: number(11), procedure: head[12].v, message: message}
		return row, nil
	}
	if len(cols) == markerFields {
		return row, nil
	}
	for i, t := range k.vars {
		t.v.info = noNarrower(cols[markerFields+i].Type, t.v.info)
		t.v.raw = nil
		if raw := values[markerFields+i]; raw != nil {
			t.v.raw = append([]byte{}, raw...)
		}
	}
	return row, nil
}

// noNarrower is the type of a variable that is described as t and held what was of type before: Babelfish may
// describe a varbinary by the length of the value that it holds.
func noNarrower(t, before tds.TypeInfo) tds.TypeInfo {
	switch t.ID {
	case tds.TypeBigVarBinary, tds.TypeBigVarChar, tds.TypeNVarChar:
		if t.ID == before.ID && t.Size != tds.SizeMax && (before.Size == tds.SizeMax || before.Size > t.Size) {
			t.Size = before.Size
		}
	}
	return t
}

// traveller is a variable that goes with a request and comes back.
type traveller struct {
	v     *variable
	alias string
}

package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// raisedError is an error of ours that the engine raises, so that its CATCH blocks, its transaction
// and its XACT_ABORT deal with it. Not every engine lets a statement raise the number that the error
// has, so it is raised under another, and named by its own again wherever that shows.
type raisedError struct {
	as      int32  // the number raised
	text    string // the text raised
	message tds.ServerMessage
}

// raisedNumber is the number that errors of ours are raised under: the first but one that THROW takes.
const raisedNumber = 50001

// maxThrown is how long a message of THROW may be, in UTF-16 units.
const maxThrown = 2047

// raise makes the engine raise the last of the errors inside of the TRY blocks that are open. What
// is information goes to the client, as it does where a CATCH block takes the errors.
func (p *plan) raise(f *frame, line int32, messages []tds.ServerMessage) (course, error) {
	var last tds.ServerMessage
	for _, m := range messages {
		if m.IsError {
			last = m
		} else {
			p.emit(p.appendMessage(nil, m))
		}
	}
	last.Server = p.serverName
	last.Text = executor.CutText(last.Text, maxThrown)
	p.raised = &raisedError{as: raisedNumber, text: last.Text, message: last}
	// THROW takes no expressions, and a literal can't hold line breaks without moving the lines behind it.
	throw := "DECLARE @tl$m nvarchar(2048) = " + oneLineLiteral(last.Text) + "; THROW " + strconv.Itoa(raisedNumber) + ", @tl$m, " +
		strconv.Itoa(int(last.State))
	out, err := p.request(step{frame: f, own: throw, raises: true, line: line})
	p.raised = nil
	if err != nil {
		return courseEnd, err
	}
	return p.after(f, out, false)
}

// oneLineLiteral is an expression for a text without line breaks.
func oneLineLiteral(text string) string {
	s, _ := tsql.Literal(text, tsql.TypeNVarCharMax)
	return s
}

// asCaught is what a CATCH block is told about the error.
func (r *raisedError) asCaught() *caughtError {
	m := &r.message
	c := &caughtError{number: int64(m.Number), severity: int64(m.Class), state: int64(m.State), line: int64(m.Line), message: m.Text, raised: r}
	if m.Proc != "" {
		c.procedure = m.Proc
	}
	return c
}

// substituted replaces a call of an ERROR_ function by its value. tokens begin at a name.
// otherwise is what stands for it if the CATCH block sees another error, "" for the function itself.
func (c *caughtError) substituted(text string, tokens []tsql.Token, otherwise string) (int, string) {
	if len(tokens) < 3 || !tokens[1].Is(text, "(") || !tokens[2].Is(text, ")") {
		return 0, ""
	}
	name := strings.ToUpper(tokens[0].Text(text))
	value := c.function(name)
	if value == "" {
		return 0, ""
	}
	if c.raised != nil {
		if otherwise == "" {
			otherwise = name + "()"
		}
		value = "CASE WHEN ERROR_NUMBER() = " + strconv.Itoa(int(c.raised.as)) + " AND ERROR_MESSAGE() = " + oneLineLiteral(c.raised.text) +
			" THEN " + value + " ELSE " + otherwise + " END"
	}
	return 3, value
}

// function is the value of an ERROR_ function, "" if the name is none.
func (c *caughtError) function(name string) string {
	switch name {
	case "ERROR_NUMBER":
		return nullableInt(c.number)
	case "ERROR_SEVERITY":
		return nullableInt(c.severity)
	case "ERROR_STATE":
		return nullableInt(c.state)
	case "ERROR_LINE":
		return nullableInt(c.line)
	case "ERROR_PROCEDURE":
		if name, ok := c.procedure.(string); ok {
			return "CAST(" + oneLineLiteral(name) + " AS nvarchar(128))"
		}
		return "CAST(NULL AS nvarchar(128))"
	case "ERROR_MESSAGE":
		return "CAST(" + oneLineLiteral(c.message) + " AS nvarchar(4000))"
	}
	return ""
}

// nullableInt is an expression that can be NULL as far as the engine sees, as the functions can.
func nullableInt(n int64) string { return "NULLIF(" + strconv.FormatInt(n, 10) + ", -1)" }

// rethrow raises the error again whose CATCH block the plan is in.
func (p *plan) rethrow(f *frame, s *tsql.Statement) (course, error) {
	c := p.catching
	if c == nil {
		return courseEnd, newError(errInternal, "THROW outside of a CATCH block.")
	}
	m := tds.ServerMessage{IsError: true, Number: int32(c.number), Class: uint8(c.severity), State: uint8(c.state), Line: int32(c.line), Text: c.message}
	m.Proc, _ = c.procedure.(string)
	if len(p.tries) > 0 {
		return p.raise(f, s.Line, []tds.ServerMessage{m})
	}
	p.emit(p.appendMessage(nil, m))
	p.statementDone(tds.Done{Token: tds.TokenDone, Status: tds.DoneError})
	if p.facts.options&optionXactAbort != 0 {
		if _, err := p.selectRow("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"); err != nil && !errors.Is(err, errNoRow) {
			return courseEnd, err
		}
	}
	return courseEnd, nil
}

// doomed refuses to go on from a line of a CATCH block with a transaction that can't be committed: the engine
// has rolled it back when its part of the block was over.
func (p *plan) doomed(f *frame, line int32) error {
	p.undone = false
	_, err := p.fail(f, line, cannotCommit(line))
	return err
}

// undoneBefore refuses to go on where statements would run outside of the transaction that they belong to.
func (p *plan) undoneBefore(line int32) error {
	if !p.undone {
		return nil
	}
	return cannotCommit(line)
}

func cannotCommit(line int32) error {
	return newError(errNotSupported, "line %d can't be carried out in a transaction that can't be committed (XACT_STATE() is -1). "+
		"The transaction has been rolled back. Put ROLLBACK TRANSACTION in front of the script call.", line)
}

// messages are the engine's errors, read.
func (e *engineRefusal) messages(f tds.TokenFormat) []tds.ServerMessage {
	var out []tds.ServerMessage
	tokens := tds.NewTokenReader(bytes.NewReader(e.tokens), tds.TokenReaderOptions{TokenFormat: f, BufferSize: helperBuffer})
	for {
		token, err := tokens.Next()
		if err == io.EOF {
			return out
		}
		if m, ok := token.(*tds.ServerMessage); ok && err == nil {
			out = append(out, *m)
			continue
		}
		return append(out, tds.ServerMessage{IsError: true, Number: e.number, Class: classStatement, State: 1, Text: fmt.Sprint(err)})
	}
}

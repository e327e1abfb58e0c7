package executor

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	"tds-launchpad/tds"
)

// exchange is the conversation with the satellite.
func (r *run) exchange(ctx context.Context, message []byte, columns []inputColumn, in Rows) (*Result, error) {
	limits := &r.executor.cfg.Limits
	conn := r.sat.Conn()
	if err := conn.SetReadDeadline(time.Now().Add(limits.StartTimeout)); err != nil {
		return nil, r.ended(ctx, err)
	}
	reader := &messageReader{r: conn, maxValue: limits.MaxValue}
	err := r.readHello(reader)
	r.lap(&r.usage.Hello)
	if err != nil {
		return nil, r.ended(ctx, err)
	}
	// ctx may have ended meanwhile and set a deadline of its own: not to be undone.
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		return nil, r.ended(ctx, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err = r.send(conn, message, columns, in)
	r.lap(&r.usage.Input)
	if err != nil && !errors.Is(err, errSatelliteGone) {
		var input *InputError
		if errors.As(err, &input) {
			return nil, err
		}
		return nil, r.tell.failed(err, r.end())
	}
	// If the satellite has stopped reading, its last words tell why.
	a, err := r.receive(reader)
	r.lap(&r.usage.Script)
	if err != nil {
		return nil, r.ended(ctx, err)
	}
	p := r.end()
	if a.failure != "" {
		return nil, r.tell.scriptFailed(a.failure, p)
	}
	res := &Result{RequestID: r.id, Params: a.params}
	if a.output != nil {
		res.Columns, res.RowCount, res.rows = a.output.wire, a.output.rows, r.spool
	} else if err := missingResult(r.call.ResultSets); err != nil {
		return nil, r.tell.failed(err, p)
	}
	res.Messages = r.tell.printed(nil, 39005, p.stdout)
	res.Messages = r.tell.printed(res.Messages, 39022, p.stderr)
	return res, nil
}

// send sends the call and its input.
func (r *run) send(conn net.Conn, message []byte, columns []inputColumn, in Rows) (err error) {
	if _, err := conn.Write(message); err != nil {
		return errSatelliteGone
	}
	if !r.call.HasInput {
		return nil
	}
	if r.rowsIn, err = sendInput(conn, columns, in, &r.executor.cfg.Limits); err != nil {
		return err
	}
	if _, err := conn.Write([]byte{msgEndOfInput, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		return errSatelliteGone
	}
	return nil
}

func (r *run) readHello(reader *messageReader) error {
	typ, payload, err := reader.next()
	if err != nil {
		return err
	}
	p := payloadReader{data: payload}
	version := p.uint16()
	p.text()
	if err := p.end("the hello"); err != nil {
		return err
	}
	if typ != msgHello || version != protocolVersion {
		return protocolError("message %#x of version %d instead of a hello", typ, version)
	}
	r.hello = true
	return nil
}

// answer is what a satellite said after its hello.
type answer struct {
	output  *output
	params  [][]byte
	failure string // the script's, if not empty
}

// receive reads the answer up to its end.
func (r *run) receive(reader *messageReader) (*answer, error) {
	a := &answer{params: make([][]byte, len(r.call.Params))}
	wantParams := false
	for i := range r.call.Params {
		wantParams = wantParams || r.call.Params[i].Output
	}
	collation := r.call.Collation
	if collation == (tds.Collation{}) {
		collation = tds.DefaultCollation
	}
	gotParams := false
	for {
		typ, payload, err := reader.next()
		if err != nil {
			return nil, err
		}
		switch {
		case typ == msgOutSchema && a.output == nil && !gotParams:
			in, err := parseOutSchema(payload, collation)
			if err != nil {
				return nil, err
			}
			if a.output, err = newOutput(in, r.call.ResultSets, collation, r.spool); err != nil {
				return nil, err
			}
		case typ == msgOutFrame && a.output != nil && !gotParams:
			if err := a.output.frame(payload); err != nil {
				return nil, err
			}
		case typ == msgOutParams && wantParams && !gotParams:
			gotParams = true
			if a.params, err = parseOutParams(payload, r.call.Params); err != nil {
				return nil, err
			}
		case typ == msgError:
			p := payloadReader{data: payload}
			p.byte() // 1 or 2: the client is told the same way
			a.failure = p.text()
			if err := p.end("an error"); err != nil {
				return nil, err
			}
			if a.failure == "" {
				a.failure = "(no text)"
			}
			return a, nil
		case typ == msgEnd && gotParams == wantParams && len(payload) == 0:
			return a, nil
		default:
			return nil, protocolError("message %#x out of order", typ)
		}
	}
}

const (
	// pipeGrace is how long a satellite that has answered gets to end its pipes by
	// itself. Only children that a script left running take it up.
	pipeGrace = 100 * time.Millisecond
	// killGrace is how long the pipes of a killed satellite may take to end.
	killGrace = 5 * time.Second
)

// end kills the satellite once its pipes have ended, or at the latest after a
// moment, and returns what was printed. Calls after the first return the same.
func (r *run) end() printed {
	deadline := time.Now().Add(pipeGrace)
	r.stdout.wait(pipeGrace)
	r.stderr.wait(time.Until(deadline))
	r.sat.Kill()
	for _, c := range []struct {
		*capture
		pipe io.Closer
	}{{r.stdout, r.sat.Stdout()}, {r.stderr, r.sat.Stderr()}} {
		if !c.wait(killGrace) {
			_ = c.pipe.Close()
			<-c.done
		}
	}
	return printed{stdout: r.stdout.text(), stderr: r.stderr.text()}
}

// ended is the error of a conversation that broke off with err.
func (r *run) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !isEnd(err) {
		return r.tell.failed(err, r.end())
	}
	// The connection's end and the process's are a moment apart.
	wait, cancel := context.WithTimeout(ctx, time.Second)
	exit, werr := r.sat.Wait(wait)
	cancel()
	if werr != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case exit.Reason != "": // the launcher has died, or the process does not
		case r.hello:
			exit.Reason = "it closed its connection to the proxy"
		default:
			exit.Reason = "it did not say that it was ready in " + r.executor.cfg.Limits.StartTimeout.String()
		}
	}
	return r.tell.satelliteEnded(exit, r.hello, r.end())
}

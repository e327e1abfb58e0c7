package proxy

import (
	"errors"
	"io"
	"os"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// scanOverlap is how many bytes of text are scanned again together with what follows, so that a
// name that two packets share is found: the longest name has 128 characters of UTF-16, and what
// stands before and behind it counts.
const scanOverlap = 2 * (128 + 2)

// maxBatch bounds a spooled batch in bytes: SQL Server takes batches of 65,536 packets at the most
// ("Maximum capacity specifications", batch size), and a client must not fill our disk.
const maxBatch = 65536 * int64(tds.MaxPacketSize)

// spoolBatch puts a batch that is too long for memory on disk, scanning it on its way. Nothing of
// it reaches the engine before it is decided. Without room for it, the client is told, and the
// session ends: the rest of the batch is still to come.
func (r *requestRelay) spoolBatch() error {
	err := r.spoolAndDecide()
	var own *productError
	if errors.As(err, &own) {
		r.answerError(own)
	}
	return err
}

func (r *requestRelay) spoolAndDecide() error {
	file, err := executor.UnnamedFile(r.cfg.DataDir)
	if err != nil {
		return newError(errTooLong, "a batch longer than %d bytes can't be spooled: %v.", r.cfg.Limits.Reassembly, err)
	}
	defer func() { _ = file.Close() }()
	scan := batchScan{format: r.requests, scan: r.server.modules.scan}
	packets, first := r.held, r.first
	r.held = nil
	for last := false; ; {
		if _, err := file.Write(packets); err != nil {
			return newError(errTooLong, "a batch longer than %d bytes can't be spooled: %v.", r.cfg.Limits.Reassembly, err)
		}
		if scan.packets(packets); scan.size > r.cfg.Limits.batch {
			return newError(errTooLong, "a batch is longer than %d bytes, which no engine takes.", r.cfg.Limits.batch)
		}
		if last {
			break
		}
		run, err := r.client.in.NextRun()
		switch {
		case err != nil:
			return r.clientLost(err)
		case run.First.Type == tds.PacketAttention:
			return r.interruptSpooled(file, run)
		case run.First.Type != first.Type:
			return outOfOrder(run.First.Type, first.Type)
		case run.Last.Status&tds.StatusIgnore != 0:
			scan.hit = 0 // the client has taken it back
		}
		packets, last = run.Raw, run.Last.EOM()
	}
	// The name of a module may be a word of any long text, so alone it is no reason to refuse one.
	if scan.hit&tsql.HitScript != 0 || scan.hit&tsql.HitModule != 0 && scan.size <= int64(r.cfg.Limits.ScriptCall) {
		return r.decideSpooled(file, scan.size)
	}
	return r.forwardSpooled(file)
}

// decideSpooled reads a batch back that contains our name.
func (r *requestRelay) decideSpooled(file *os.File, size int64) error {
	if size > int64(r.cfg.Limits.ScriptCall) {
		return r.startCall(&request{status: r.first.Status, refusal: tooLong(r.cfg.Limits.ScriptCall)})
	}
	packets := make([]byte, size)
	if _, err := file.ReadAt(packets, 0); err != nil {
		return err
	}
	call := r.detect(packets)
	if call == nil {
		return r.forwardSpooled(file)
	}
	return r.startCall(call)
}

func tooLong(limit int) *productError {
	return newError(errTooLong, "a request that names sp_execute_external_script is longer than the %d bytes that are configured for "+
		"script calls. Pass large values as input data, or raise the limit.", limit)
}

func (r *requestRelay) forwardSpooled(file *os.File) error {
	r.noteReset(r.first.Status)
	r.flow.request()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	reader := tds.NewPacketReader(file, 0)
	for {
		run, err := reader.NextRun()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.toEngine(run.Raw); err != nil {
			return err
		}
	}
}

// interruptSpooled handles an attention inside of a batch: the engine shall see the same order.
func (r *requestRelay) interruptSpooled(file *os.File, run tds.Run) error {
	if err := r.forwardSpooled(file); err != nil {
		return err
	}
	r.streaming = r.first.Type
	return r.attention(run)
}

// batchScan looks for our names in a batch that comes packet by packet.
type batchScan struct {
	format tds.RequestFormat
	scan   func(text []byte) tsql.Hit
	begun  bool   // the headers have been passed
	window []byte // the end of what was scanned, then what is to be scanned; begins at an even offset of the text
	size   int64
	hit    tsql.Hit
}

// packets scans the payloads of whole packets.
func (s *batchScan) packets(packets []byte) {
	s.size += int64(len(packets))
	if s.begun {
		s.window = tds.AppendPayload(s.window, packets)
	} else {
		payload := tds.AppendPayload(nil, packets)
		s.begun = true
		if batch, err := tds.ParseSQLBatch(payload, s.format); err == nil {
			payload = batch.Text
		}
		s.window = append(s.window, payload...)
	}
	s.hit |= s.scan(s.window)
	if cut := (len(s.window) - scanOverlap) &^ 1; cut > 0 {
		s.window = append(s.window[:0], s.window[cut:]...)
	}
}

package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// record is a report of the native helper (native/confine.h).
type record struct {
	Type byte
	A, B uint32
	Text string
}

// The types of records.
const (
	recError   = 'E'
	recUserns  = 'U'
	recStarted = 'S'
	recRunning = 'R'
	recExit    = 'X'
	recProbe   = 'P'
	recBorn    = 'B'
	recMade    = 'M'
	recWarm    = 'W'
	recMissing = 'N'
	recPlace   = 'D'
	recUnfit   = 'F'
)

// maxRecordText is what native/report.c cuts texts to.
const maxRecordText = 400

// readRecord reads the next report. A report of an error is returned as a
// *StepError, the end of reports as io.EOF.
func readRecord(r io.Reader) (record, error) {
	var head [11]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return record{}, err
	}
	rec := record{Type: head[0], A: le.Uint32(head[1:]), B: le.Uint32(head[5:])}
	n := int(le.Uint16(head[9:]))
	if n > maxRecordText {
		return record{}, fmt.Errorf("report of the native helper: text of %d bytes", n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return record{}, err
	}
	rec.Text = string(text)
	if rec.Type == recError {
		return rec, &StepError{Step: rec.Text, Err: syscall.Errno(rec.A)}
	}
	return rec, nil
}

// errSilent: the native helper tells why it gives up, so somebody has killed it.
var errSilent = errors.New("the native helper ended without a report")

// expectRecord reads the next report, which must be of one type.
func expectRecord(r io.Reader, typ byte, doing string) (record, error) {
	rec, err := readRecord(r)
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) { // the latter if it has left something unread
		err = &StepError{Step: doing, Err: errSilent}
	}
	if err == nil && rec.Type != typ {
		err = &StepError{Step: doing, Err: fmt.Errorf("unexpected report %q", rec.Type)}
	}
	return rec, err
}

// maxRecordFiles is REPORT_FILES_MAX of native/confine.h.
const maxRecordFiles = 4

// recordFiles reads as expectRecord does, and takes the descriptors that came
// along.
func recordFiles(c *net.UnixConn, typ byte, doing string) ([]*os.File, error) {
	var first [1]byte
	oob := make([]byte, unix.CmsgSpace(4*maxRecordFiles))
	n, oobn, _, _, err := c.ReadMsgUnix(first[:], oob)
	if err != nil || n == 0 {
		n = 0 // let expectRecord find the same
	}
	files, err := descriptors(oob[:oobn])
	if err == nil {
		_, err = expectRecord(io.MultiReader(bytes.NewReader(first[:n]), c), typ, doing)
	}
	if err != nil {
		closeAll(files)
		return nil, err
	}
	return files, nil
}

package executor

import (
	"encoding/binary"
	"errors"
	"io"
	"net"

	"tds-launchpad/tds"
)

// framesInFlight is how many frames are built or sent at a time: one is built while
// the other is sent.
const framesInFlight = 2

// inputColumns prepares the columns of the input query. bad is the number of the
// first column of a type that can't be sent, 0 if there is none.
func inputColumns(columns []tds.Column) (cols []inputColumn, bad int) {
	cols = make([]inputColumn, len(columns))
	for i := range columns {
		var ok bool
		if cols[i], ok = newInputColumn(i, &columns[i]); !ok {
			return nil, i + 1
		}
	}
	return cols, 0
}

// appendSchema appends the SCHEMA message.
func appendSchema(dst []byte, columns []inputColumn) []byte {
	dst, start := beginMessage(dst, msgSchema)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(columns)))
	for i := range columns {
		dst = append(dst, byte(columns[i].kind))
		dst = appendString(dst, columns[i].name)
	}
	return endMessage(dst, start)
}

// errSatelliteGone: the satellite stopped reading. Why, its last message or its end
// tells.
var errSatelliteGone = errors.New("satellite stopped reading")

// sendInput sends the rows of in as frames, building one while the one before is
// being sent. Errors are errSatelliteGone, an InputError, or errors of the data.
func sendInput(conn net.Conn, columns []inputColumn, in Rows, l *Limits) (rows int64, err error) {
	fb := newFrameBuilder(columns, l)
	free := make(chan *frame, framesInFlight)
	ready := make(chan *frame)
	gone := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for f := range ready {
			buffers := f.buffers
			if _, err := buffers.WriteTo(conn); err != nil {
				close(gone)
				return
			}
			free <- f
		}
	}()
	defer func() {
		close(ready)
		<-ended
		select {
		case <-gone:
			if err == nil {
				err = errSatelliteGone
			}
		default:
		}
	}()
	made := 0
	for {
		var f *frame
		select {
		case f = <-free:
		case <-gone:
			return rows, errSatelliteGone
		default:
			if made < framesInFlight {
				made++
				f = fb.newFrame()
				break
			}
			select {
			case f = <-free:
			case <-gone:
				return rows, errSatelliteGone
			}
		}
		fillErr := fb.fill(f, in)
		if fillErr != nil && fillErr != io.EOF {
			return rows, fillErr
		}
		if f.rows > 0 {
			rows += int64(f.rows)
			fb.message(f)
			select {
			case ready <- f:
			case <-gone:
				return rows, errSatelliteGone
			}
		}
		if fillErr == io.EOF {
			return rows, nil
		}
	}
}

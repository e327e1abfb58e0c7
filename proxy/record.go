package proxy

import (
	"encoding/binary"
	"net"

	"tds-launchpad/tds"
)

// recordPerPacket writes each TDS packet by a call of its own, so that it becomes one TLS record:
// SQL Server expects that of its clients (go-mssqldb issue 166). Calls of Write must begin and end
// with a packet.
type recordPerPacket struct{ net.Conn }

func (c recordPerPacket) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		rest := p[done:]
		n := len(rest)
		if n >= tds.HeaderSize {
			if length := int(binary.BigEndian.Uint16(rest[2:])); length >= tds.HeaderSize && length < n {
				n = length
			}
		}
		m, err := c.Conn.Write(rest[:n])
		done += m
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// maxEncryptedPacket is the greatest packet size with TLS: a packet has to fit into a record.
const maxEncryptedPacket = 16383

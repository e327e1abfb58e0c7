package source

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"tds-launchpad/tds"
)

// smallSet is up to where an answer is kept, and written, in one piece.
const smallSet = 64 << 10

// rowCache keeps the answers made so far. A run of the bench asks for few.
type rowCache struct {
	mu     sync.Mutex
	sets   map[rowKey]*rowSet
	blocks map[blockKey]*block
}

// rowKey is all that an answer depends on.
type rowKey struct {
	kind       string
	rows       int
	packetSize int
	version    tds.Version
	rpc        bool
}

// rowSet is a whole answer: small, or pieces of which those in the middle are the
// same block again and again.
type rowSet struct {
	small   []byte
	packets iter.Seq[[]byte]
	left    int // rows after the first flowPieces pieces, nearly
}

type blockKey struct {
	kind       string
	packetSize int
}

// block is a number of rows as packets. Their number divides by 256, so that
// packet ids go on counting when the block is repeated, and all but the last are
// full, so that rows lie across the ends of packets as a server's do.
type block struct {
	packets []byte
	rows    int
}

// The packets of an answer: COLMETADATA is in the first, the rows in those from
// the second on.
const (
	headID = 1
	rowsID = 2
)

func (c *rowCache) get(key rowKey) (*rowSet, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if set := c.sets[key]; set != nil {
		return set, nil
	}
	set, err := c.make(key)
	if err != nil {
		return nil, err
	}
	if c.sets == nil {
		c.sets = map[rowKey]*rowSet{}
	}
	c.sets[key] = set
	return set, nil
}

func (c *rowCache) make(key rowKey) (*rowSet, error) {
	k, ok := kinds[key.kind]
	if !ok {
		return nil, fmt.Errorf("there are no rows of kind %q", key.kind)
	}
	head, err := (&tds.ColMetadata{Columns: k.columns}).Append(nil, tds.TokenFormat{Version: key.version})
	if err != nil {
		return nil, err
	}
	b, err := c.block(blockKey{key.kind, key.packetSize}, &k)
	if err != nil {
		return nil, err
	}
	repeat := key.rows / b.rows
	var rest []byte
	for i := range key.rows % b.rows {
		if rest, err = k.appendRow(rest, i); err != nil {
			return nil, err
		}
	}
	rest = appendEnd(rest, key.rpc, tds.Done{Token: tds.TokenDone, Status: tds.DoneCount,
		CurCmd: tds.CurCmdSelect, RowCount: uint64(key.rows)}, key.version)
	if repeat == 0 && len(head)+len(rest) <= smallSet {
		return &rowSet{small: appendPackets(nil, append(head, rest...), key.packetSize, headID, true)}, nil
	}
	first := appendPackets(nil, head, key.packetSize, headID, false)
	last := appendPackets(nil, rest, key.packetSize, rowsID, true)
	piece := 256 * key.packetSize
	return &rowSet{left: max(0, key.rows-flowPieces*b.rows/k.blocks), packets: func(yield func([]byte) bool) {
		if !yield(first) {
			return
		}
		for range repeat {
			for packets := range slices.Chunk(b.packets, piece) {
				if !yield(packets) {
					return
				}
			}
		}
		for packets := range slices.Chunk(last, piece) {
			if !yield(packets) {
				return
			}
		}
	}}, nil
}

func (c *rowCache) block(key blockKey, k *kind) (*block, error) {
	if b := c.blocks[key]; b != nil {
		return b, nil
	}
	room := 256 * k.blocks * (key.packetSize - tds.HeaderSize)
	b := &block{}
	var rows []byte
	for {
		longer, err := k.appendRow(rows, b.rows)
		if err != nil {
			return nil, err
		}
		if len(longer) > room {
			break
		}
		rows = longer
		b.rows++
	}
	b.packets = appendPackets(nil, rows, key.packetSize, rowsID, false)
	if c.blocks == nil {
		c.blocks = map[blockKey]*block{}
	}
	c.blocks[key] = b
	return b, nil
}

// appendPackets splits payload into packets, the first numbered id.
func appendPackets(dst, payload []byte, size int, id byte, eom bool) []byte {
	for ; len(payload) > 0; id++ {
		n := min(len(payload), size-tds.HeaderSize)
		h := tds.Header{Type: tds.PacketReply, Length: uint16(tds.HeaderSize + n), SPID: spid, PacketID: id}
		if eom && n == len(payload) {
			h.Status = tds.StatusEOM
		}
		dst = append(h.Append(dst), payload[:n]...)
		payload = payload[n:]
	}
	return dst
}

package tds

// AppendAttention appends the packet of an attention, MS-TDS 2.2.1.7: a header
// alone. It may be written while a response is on its way, but not inside a message
// of its own direction; the server answers with a DONE that has DoneAttn set.
func AppendAttention(dst []byte) []byte {
	return Header{Type: PacketAttention, Status: StatusEOM, Length: HeaderSize, PacketID: 1}.Append(dst)
}

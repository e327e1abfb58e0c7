package tds

import "encoding/binary"

// ParseLogin7 reads the payload of a LOGIN7 message. Names are copied; SSPI and
// the features' data point into src. Fields that lie outside of the message, inside
// its fixed part or over one another are an error, as is a length that no message
// of this type can have.
func ParseLogin7(src []byte) (*Login7, error) {
	c := newCursor("LOGIN7", src)
	if len(src) > MaxLogin7Size {
		c.failWith("message is too long", ErrLimit)
		return nil, c.result()
	}
	n := c.u32()
	if c.ok() && (uint64(n) > uint64(len(src)) || n < login7Fixed71) {
		c.failAt(0, "Length does not fit the message")
	}
	if !c.ok() {
		return nil, c.result()
	}
	c.buf = src[:n]
	l := &Login7{
		TDSVersion:     Version(c.u32()),
		PacketSize:     c.u32(),
		ClientProgVer:  c.u32(),
		ClientPID:      c.u32(),
		ConnectionID:   c.u32(),
		OptionFlags1:   OptionFlags1(c.u8()),
		OptionFlags2:   OptionFlags2(c.u8()),
		TypeFlags:      TypeFlags(c.u8()),
		OptionFlags3:   OptionFlags3(c.u8()),
		ClientTimeZone: c.i32(),
		ClientLCID:     c.u32(),
	}
	p := loginParser{cursor: &c, login: l}
	// ibHostName points behind the fixed part, which tells how long that is.
	p.fixed = int(binary.LittleEndian.Uint16(src[c.off:]))
	switch {
	case p.fixed < login7Fixed71 || p.fixed > len(c.buf):
		c.fail("ibHostName does not point behind the fixed part")
	case p.fixed < login7Fixed72:
		l.fixedSize = login7Fixed71
	default:
		l.fixedSize = login7Fixed72
	}
	p.variable()
	if err := c.result(); err != nil {
		return nil, err
	}
	return l, nil
}

// loginParser reads the variable part of LOGIN7.
type loginParser struct {
	*cursor
	login  *Login7
	fixed  int // where the variable part begins
	spans  [16]span
	nSpans int
}

// span is a part of the message that a field has taken.
type span struct{ from, to int }

func (p *loginParser) variable() {
	l := p.login
	l.HostName = p.name()
	l.UserName = p.name()
	l.Password = p.password()
	l.AppName = p.name()
	l.ServerName = p.name()
	extension := p.field(1)
	l.CltIntName = p.name()
	l.Language = p.name()
	l.Database = p.name()
	copy(l.ClientID[:], p.bytes(6))
	sspiOffset, sspiLength := int(p.u16()), int(p.u16())
	l.AtchDBFile = p.name()
	if l.fixedSize >= login7Fixed72 {
		l.ChangePassword = p.password()
		if long := p.u32(); sspiLength == maxLoginOffset && long > 0 {
			if long > MaxLogin7Size {
				p.fail("cbSSPILong is longer than the message can be")
				return
			}
			sspiLength = int(long)
		}
	}
	l.SSPI = p.take(sspiOffset, sspiLength)
	p.extension(extension)
}

// field reads an offset and a length, counted in units of size bytes, and returns
// that part of the message; nil if the length is 0, whatever the offset.
func (p *loginParser) field(size int) []byte {
	off, n := int(p.u16()), int(p.u16())
	return p.take(off, n*size)
}

// take returns n bytes at off and marks them as taken.
func (p *loginParser) take(off, n int) []byte {
	if n == 0 || !p.ok() {
		return nil
	}
	switch {
	case off < p.fixed:
		p.fail("field lies in the fixed part")
		return nil
	case off > len(p.buf) || n > len(p.buf)-off:
		p.failWith("field lies outside of the message", ErrTruncated)
		return nil
	}
	for _, s := range p.spans[:p.nSpans] {
		if off < s.to && s.from < off+n {
			p.fail("field overlaps another")
			return nil
		}
	}
	p.spans[p.nSpans] = span{off, off + n}
	p.nSpans++
	return p.buf[off : off+n : off+n]
}

func (p *loginParser) name() string     { return DecodeUTF16Exact(p.field(2)) }
func (p *loginParser) password() string { return DecodeUTF16Exact(revealPassword(p.field(2))) }

// extension reads the extension block and what it points to.
func (p *loginParser) extension(block []byte) {
	l := p.login
	if l.OptionFlags3&FlagExtension == 0 {
		l.unused = block
		return
	}
	if len(block) == 0 {
		return
	}
	if len(block) < 4 {
		p.fail("extension block is shorter than ibFeatureExtLong")
		return
	}
	l.hasExtension = true
	l.extension = block[4:]
	off := binary.LittleEndian.Uint32(block)
	if off == 0 {
		return
	}
	if uint64(off) < uint64(p.fixed) || uint64(off) >= uint64(len(p.buf)) {
		p.fail("FeatureExt lies outside of the message")
		return
	}
	features, n, err := parseFeatures("LOGIN7 FeatureExt", p.buf[off:])
	if err != nil {
		p.failWith("FeatureExt", err)
		return
	}
	p.take(int(off), n)
	l.Features = features
}

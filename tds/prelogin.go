package tds

import (
	"bytes"
	"encoding/binary"
)

// PreloginToken names an option of PRELOGIN, MS-TDS 2.2.6.5.
type PreloginToken byte

// The options of PRELOGIN.
const (
	PreloginVersion         PreloginToken = 0x00
	PreloginEncryption      PreloginToken = 0x01
	PreloginInstOpt         PreloginToken = 0x02
	PreloginThreadID        PreloginToken = 0x03
	PreloginMARS            PreloginToken = 0x04
	PreloginTraceID         PreloginToken = 0x05
	PreloginFedAuthRequired PreloginToken = 0x06
	PreloginNonceOpt        PreloginToken = 0x07

	preloginTerminator PreloginToken = 0xFF
)

// maxPreloginOptions bounds the options of one message: eight are known, and each
// value of the token may stand once.
const maxPreloginOptions = 255

// PreloginOption is one option as it stands in the message.
type PreloginOption struct {
	Token PreloginToken
	Data  []byte
}

// Prelogin is a PRELOGIN message, from a client or in a server's answer. The
// options keep their order, and unknown ones are kept, so that a message that is
// passed on differs only in what was set. VERSION must come first.
type Prelogin struct {
	Options []PreloginOption
}

// ParsePrelogin reads the payload of a PRELOGIN message. The options' data point
// into src.
func ParsePrelogin(src []byte) (Prelogin, error) {
	var p Prelogin
	c := newCursor("PRELOGIN", src)
	if len(src) > MaxPreloginSize {
		c.failWith("message is too long", ErrLimit)
	}
	var seen [256]bool
	for c.ok() {
		at := c.off
		token := PreloginToken(c.u8())
		if token == preloginTerminator || !c.ok() {
			break
		}
		off, n := int(c.u16be()), int(c.u16be())
		switch {
		case !c.ok():
		case seen[token]:
			c.failAt(at, "option stands twice")
		case n > 0 && (off > len(src) || n > len(src)-off):
			c.failAt(at, "option data lie outside of the message")
		case n > 0 && off < at:
			c.failAt(at, "option data lie inside the list of options")
		default:
			o := PreloginOption{Token: token}
			if n > 0 {
				o.Data = src[off : off+n : off+n]
			}
			p.Options = append(p.Options, o)
		}
		seen[token] = true
	}
	if c.ok() && (len(p.Options) == 0 || p.Options[0].Token != PreloginVersion) {
		c.failAt(0, "VERSION is not the first option")
	}
	if err := c.result(); err != nil {
		return Prelogin{}, err
	}
	return p, nil
}

// Append appends the message's payload. It fails if there are more options or data
// than the message can hold.
func (p *Prelogin) Append(dst []byte) ([]byte, error) {
	off := 5*len(p.Options) + 1
	size := off
	for _, o := range p.Options {
		size += len(o.Data)
	}
	if len(p.Options) > maxPreloginOptions || size > MaxPreloginSize {
		return dst, &EncodeError{Name: "PRELOGIN", Problem: "options don't fit into one message"}
	}
	for _, o := range p.Options {
		dst = append(dst, byte(o.Token), byte(off>>8), byte(off), byte(len(o.Data)>>8), byte(len(o.Data)))
		off += len(o.Data)
	}
	dst = append(dst, byte(preloginTerminator))
	for _, o := range p.Options {
		dst = append(dst, o.Data...)
	}
	return dst, nil
}

// Get returns an option's data and whether the option is there.
func (p *Prelogin) Get(t PreloginToken) ([]byte, bool) {
	for i := range p.Options {
		if p.Options[i].Token == t {
			return p.Options[i].Data, true
		}
	}
	return nil, false
}

// Set replaces an option's data where it stands, or adds the option at the end.
// The data are not copied.
func (p *Prelogin) Set(t PreloginToken, data []byte) {
	for i := range p.Options {
		if p.Options[i].Token == t {
			p.Options[i].Data = data
			return
		}
	}
	p.Options = append(p.Options, PreloginOption{Token: t, Data: data})
}

// Remove takes an option out.
func (p *Prelogin) Remove(t PreloginToken) {
	for i := range p.Options {
		if p.Options[i].Token == t {
			p.Options = append(p.Options[:i], p.Options[i+1:]...)
			return
		}
	}
}

// Version returns the sender's version; the zero value if it is not there whole.
func (p *Prelogin) Version() ProductVersion {
	d, _ := p.Get(PreloginVersion)
	if len(d) < 6 {
		return ProductVersion{}
	}
	v := productVersion(d)
	v.SubBuild = binary.BigEndian.Uint16(d[4:])
	return v
}

// SetVersion sets the sender's version. On a new message it must be the first
// option set.
func (p *Prelogin) SetVersion(v ProductVersion) {
	d := v.append4(make([]byte, 0, 6))
	p.Set(PreloginVersion, append(d, byte(v.SubBuild>>8), byte(v.SubBuild)))
}

// Encryption returns the ENCRYPTION option; without one, false.
func (p *Prelogin) Encryption() (Encryption, bool) {
	d, _ := p.Get(PreloginEncryption)
	if len(d) != 1 {
		return EncryptNotSup, false
	}
	return Encryption(d[0]), true
}

// SetEncryption sets the ENCRYPTION option.
func (p *Prelogin) SetEncryption(e Encryption) { p.Set(PreloginEncryption, []byte{byte(e)}) }

// Instance returns the instance name that the client asks for (INSTOPT), as the
// bytes it was sent in, without the closing zero. A server answers with one byte:
// 0 if the name is right, 1 if not.
func (p *Prelogin) Instance() string {
	d, _ := p.Get(PreloginInstOpt)
	if i := bytes.IndexByte(d, 0); i >= 0 {
		d = d[:i]
	}
	return string(d)
}

// MARS reports that the sender asks for or grants MARS.
func (p *Prelogin) MARS() bool {
	d, _ := p.Get(PreloginMARS)
	return len(d) == 1 && d[0] == 1
}

// FedAuthRequired returns B_FEDAUTHREQUIRED and whether the option is there.
func (p *Prelogin) FedAuthRequired() (byte, bool) {
	d, _ := p.Get(PreloginFedAuthRequired)
	if len(d) != 1 {
		return 0, false
	}
	return d[0], true
}

// TraceID is the option of the same name: ids for debugging, in wire order.
type TraceID struct {
	ConnID   [16]byte
	Activity [16]byte
	Sequence uint32
}

// TraceID returns the TRACEID option and whether it is there whole.
func (p *Prelogin) TraceID() (TraceID, bool) {
	d, _ := p.Get(PreloginTraceID)
	if len(d) != 36 {
		return TraceID{}, false
	}
	var t TraceID
	copy(t.ConnID[:], d)
	copy(t.Activity[:], d[16:])
	t.Sequence = binary.LittleEndian.Uint32(d[32:])
	return t, true
}

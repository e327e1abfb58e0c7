package tds

import "encoding/binary"

// FedAuthInfo is the FEDAUTHINFO token, MS-TDS 2.2.7.12: where a client gets a token
// for federated authentication, and for what.
type FedAuthInfo struct {
	STSURL  string
	SPN     string
	Unknown []FedAuthInfoOption // options that MS-TDS does not describe
}

// FedAuthInfoOption is an option as it stands in the token.
type FedAuthInfoOption struct {
	ID   byte
	Data []byte
}

// The known ids.
const (
	fedAuthInfoSTSURL = 1
	fedAuthInfoSPN    = 2
)

// Each option's description in the token has this size.
const fedAuthInfoOptSize = 9

func (*FedAuthInfo) token() {}

// Decode reads the token's body.
func (f *FedAuthInfo) Decode(body []byte) error {
	c := newCursor("FEDAUTHINFO", body)
	*f = FedAuthInfo{}
	count := c.u32()
	if uint64(count)*fedAuthInfoOptSize > uint64(c.remaining()) {
		c.failAt(0, "CountOfInfoIDs does not fit the token")
	}
	dataFrom := uint64(4) + uint64(count)*fedAuthInfoOptSize
	for i := uint32(0); i < count && c.ok(); i++ {
		at := c.off
		id, n, off := c.u8(), uint64(c.u32()), uint64(c.u32())
		if n > 0 && (off < dataFrom || off+n > uint64(len(body))) {
			c.failAt(at, "data lie outside of the token")
			break
		}
		var data []byte
		if n > 0 {
			data = body[off : off+n]
		}
		switch id {
		case fedAuthInfoSTSURL:
			f.STSURL = DecodeUTF16(data)
		case fedAuthInfoSPN:
			f.SPN = DecodeUTF16(data)
		default:
			f.Unknown = append(f.Unknown, FedAuthInfoOption{ID: id, Data: clone(data)})
		}
	}
	return c.result()
}

// Append appends the whole token; an empty STSURL or SPN is left out.
func (f *FedAuthInfo) Append(dst []byte) []byte {
	dst = append(dst, byte(TokenFedAuthInfo))
	length := len(dst)
	dst = appendU32(dst, 0)
	start := len(dst)
	count := len(f.Unknown)
	for _, s := range [...]string{f.STSURL, f.SPN} {
		if s != "" {
			count++
		}
	}
	dst = appendU32(dst, uint32(count))
	opt := len(dst)
	for range count {
		dst = append(dst, make([]byte, fedAuthInfoOptSize)...)
	}
	// describe fills in the next option, whose data were appended from from on.
	describe := func(id byte, from int) {
		dst[opt] = id
		binary.LittleEndian.PutUint32(dst[opt+1:], uint32(len(dst)-from))
		binary.LittleEndian.PutUint32(dst[opt+5:], uint32(from-start))
		opt += fedAuthInfoOptSize
	}
	for i, s := range [...]string{f.STSURL, f.SPN} {
		if s == "" {
			continue
		}
		from := len(dst)
		dst = AppendUTF16(dst, s)
		describe([...]byte{fedAuthInfoSTSURL, fedAuthInfoSPN}[i], from)
	}
	for _, o := range f.Unknown {
		from := len(dst)
		dst = append(dst, o.Data...)
		describe(o.ID, from)
	}
	putLenU32(dst, length)
	return dst
}

package tds

import "encoding/binary"

// Append appends the payload of the message, in the layout that MS-TDS and its
// drivers use: the fields in the order of their offsets, FeatureExt at the end. It
// sets FlagExtension if there are features. A payload above one packet is for PacketWriter to split, at the default
// packet size, since nothing else has been agreed on before login.
//
// It fails with an EncodeError if the names don't fit the 16-bit offsets or the
// message is longer than MaxLogin7Size.
func (l *Login7) Append(dst []byte) ([]byte, error) {
	start := len(dst)
	fixed := l.fixedSize
	if fixed == 0 {
		fixed = login7Fixed72
		if !l.TDSVersion.AtLeast(V72) {
			fixed = login7Fixed71
		}
	}
	if fixed == login7Fixed71 && l.ChangePassword != "" {
		return dst, &EncodeError{Name: "LOGIN7", Problem: "ChangePassword needs TDS 7.2"}
	}
	flags3 := l.OptionFlags3
	hasBlock := l.Features != nil || l.hasExtension
	if hasBlock {
		flags3 |= FlagExtension
	}
	dst = appendU32(dst, 0) // Length
	dst = appendU32(dst, uint32(l.TDSVersion))
	dst = appendU32(dst, l.PacketSize)
	dst = appendU32(dst, l.ClientProgVer)
	dst = appendU32(dst, l.ClientPID)
	dst = appendU32(dst, l.ConnectionID)
	dst = append(dst, byte(l.OptionFlags1), byte(l.OptionFlags2), byte(l.TypeFlags), byte(flags3))
	dst = appendU32(dst, uint32(l.ClientTimeZone))
	dst = appendU32(dst, l.ClientLCID)
	at := len(dst) // the offsets and lengths are filled in as the data are appended
	var zeros [login7Fixed72]byte
	dst = append(dst, zeros[:start+fixed-len(dst)]...)

	w := loginAppender{dst: dst, start: start, at: at}
	w.name("HostName", l.HostName)
	w.name("UserName", l.UserName)
	w.password("Password", l.Password)
	w.name("AppName", l.AppName)
	w.name("ServerName", l.ServerName)
	extension := -1
	w.data("extension", 1, func(dst []byte) []byte {
		if !hasBlock {
			return append(dst, l.unused...)
		}
		extension = len(dst)
		return append(appendU32(dst, 0), l.extension...)
	})
	w.name("CltIntName", l.CltIntName)
	w.name("Language", l.Language)
	w.name("Database", l.Database)
	copy(w.dst[w.at:], l.ClientID[:])
	w.at += len(l.ClientID)
	// A long SSPI goes behind the names, or their offsets would not fit.
	sspi, late := w.at, len(l.SSPI) >= maxLoginOffset/2
	if late {
		w.at += 4
	} else {
		w.sspi(l.SSPI)
	}
	w.name("AtchDBFile", l.AtchDBFile)
	if fixed == login7Fixed72 {
		w.password("ChangePassword", l.ChangePassword)
		if len(l.SSPI) >= maxLoginOffset {
			binary.LittleEndian.PutUint32(w.dst[w.at:], uint32(len(l.SSPI)))
		}
	} else if len(l.SSPI) >= maxLoginOffset {
		return dst[:start], &EncodeError{Name: "LOGIN7", Problem: "SSPI data above 65,534 bytes need TDS 7.2"}
	}
	if late {
		w.at = sspi
		w.sspi(l.SSPI)
	}
	if w.err != nil {
		return dst[:start], w.err
	}
	dst = w.dst
	if l.Features != nil {
		binary.LittleEndian.PutUint32(dst[extension:], uint32(len(dst)-start))
		dst = appendFeatures(dst, l.Features)
	}
	if len(dst)-start > MaxLogin7Size {
		return dst[:start], &EncodeError{Name: "LOGIN7", Problem: "message is longer than 128 KB - 1"}
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst, nil
}

// loginAppender appends the variable part of LOGIN7 and fills in the fixed part.
type loginAppender struct {
	dst   []byte
	start int
	at    int // of the next offset and length in dst
	err   error
}

// data appends what fn appends and fills in its offset, and its length in units
// of size bytes.
func (w *loginAppender) data(field string, size int, fn func([]byte) []byte) {
	off := len(w.dst)
	w.dst = fn(w.dst)
	n := (len(w.dst) - off) / size
	if off-w.start > maxLoginOffset || n > maxLoginOffset {
		if w.err == nil {
			w.err = &EncodeError{Name: "LOGIN7", Problem: field + " does not fit its 16-bit offset and length"}
		}
		return
	}
	binary.LittleEndian.PutUint16(w.dst[w.at:], uint16(off-w.start))
	binary.LittleEndian.PutUint16(w.dst[w.at+2:], uint16(n))
	w.at += 4
}

func (w *loginAppender) name(field, s string) {
	w.data(field, 2, func(dst []byte) []byte { return AppendUTF16(dst, s) })
}

func (w *loginAppender) password(field, s string) {
	w.data(field, 2, func(dst []byte) []byte {
		at := len(dst)
		dst = AppendUTF16(dst, s)
		obfuscatePassword(dst[at:])
		return dst
	})
}

// sspi appends SSPI data; a length above its field stands there as 0xFFFF.
func (w *loginAppender) sspi(b []byte) {
	off := len(w.dst) - w.start
	if off > maxLoginOffset {
		if w.err == nil {
			w.err = &EncodeError{Name: "LOGIN7", Problem: "SSPI does not fit its 16-bit offset"}
		}
		return
	}
	w.dst = append(w.dst, b...)
	binary.LittleEndian.PutUint16(w.dst[w.at:], uint16(off))
	binary.LittleEndian.PutUint16(w.dst[w.at+2:], uint16(min(len(b), maxLoginOffset)))
	w.at += 4
}

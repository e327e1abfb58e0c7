package sandbox

import (
	"encoding/binary"
	"fmt"
	"strconv"
)

// maxSpec bounds an encoded Spec: native/reader.c takes no more, and a
// language's files are far smaller.
const maxSpec = 16 << 20

// encode appends the form that native/box.c reads: its length, then the
// fields in the order of the calls below. Strings have a NUL behind them, so
// that C can use them in place.
func (s *Spec) encode(dst []byte) ([]byte, error) {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = appendString(dst, s.Hostname)
	dst = appendString(dst, s.Home)
	dst = le.AppendUint32(dst, s.Port)
	dst = s.appendChild(dst)
	dst = s.appendRoot(dst)
	return finish(dst, start)
}

// encodeChild appends the part that a zygote's child reads, with its length.
func (s *Spec) encodeChild(dst []byte) ([]byte, error) {
	start := len(dst)
	return finish(s.appendChild(append(dst, 0, 0, 0, 0)), start)
}

// appendChild appends what get_child of native/child.c reads.
func (s *Spec) appendChild(dst []byte) []byte {
	dst = appendString(dst, strconv.Itoa(s.OOMScore))
	dst = le.AppendUint32(dst, s.UID)
	dst = le.AppendUint32(dst, s.GID)
	dst = append(dst, flags(s.KeepGroups))
	dst = appendStrings(dst, s.Args)
	dst = appendStrings(dst, s.Env)

	dst = le.AppendUint32(dst, uint32(20*len(s.Rlimits)))
	for _, l := range s.Rlimits {
		dst = le.AppendUint32(dst, l.Resource)
		dst = le.AppendUint64(dst, l.Value)
		dst = le.AppendUint64(dst, l.Value)
	}
	dst = append(dst, 0)

	dst = le.AppendUint32(dst, uint32(8*len(s.Filter)))
	for _, in := range s.Filter {
		dst = binary.NativeEndian.AppendUint16(dst, in.Op)
		dst = append(dst, in.Jt, in.Jf)
		dst = binary.NativeEndian.AppendUint32(dst, in.K)
	}
	dst = append(dst, 0)

	dst = le.AppendUint64(dst, s.Landlock.Handled)
	dst = le.AppendUint64(dst, s.Landlock.Scoped)
	dst = le.AppendUint32(dst, uint32(len(s.Landlock.Rules)))
	for _, r := range s.Landlock.Rules {
		dst = le.AppendUint64(dst, r.Access)
		dst = appendString(dst, r.Path)
	}
	return dst
}

// appendRoot appends what make_root of native/tree.c reads.
func (s *Spec) appendRoot(dst []byte) []byte {
	dst = appendString(dst, s.RootOptions)
	dst = le.AppendUint32(dst, uint32(len(s.Steps)))
	for _, st := range s.Steps {
		dst = append(dst, byte(st.Kind), st.Flags)
		dst = le.AppendUint32(dst, st.Mode)
		dst = le.AppendUint32(dst, st.Attr)
		dst = appendString(dst, st.Target)
		dst = appendString(dst, st.Source)
		dst = appendString(dst, st.Data)
	}
	return dst
}

// finish fills in the length of what stands behind start.
func finish(dst []byte, start int) ([]byte, error) {
	n := len(dst) - start - 4
	if n > maxSpec {
		return dst[:start], fmt.Errorf("policy of %d bytes is above %d: are the language's files that large?", n, maxSpec)
	}
	le.PutUint32(dst[start:], uint32(n))
	return dst, nil
}

var le = binary.LittleEndian

func appendString(dst []byte, s string) []byte {
	dst = le.AppendUint32(dst, uint32(len(s)))
	dst = append(dst, s...)
	return append(dst, 0)
}

func appendStrings(dst []byte, v []string) []byte {
	dst = le.AppendUint32(dst, uint32(len(v)))
	for _, s := range v {
		dst = appendString(dst, s)
	}
	return dst
}

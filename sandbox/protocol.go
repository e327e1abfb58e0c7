package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// The messages between the serving process and the launcher. Each is one
// datagram of a SOCK_SEQPACKET pair: kind, call number, then the fields of its
// kind, integers little-endian, strings with one length byte. Call numbers are
// the serving process's. No field is a path, a host uid to use, a mount or an
// argument vector.
//
//	serving process            launcher
//	                           Ready (once), or Failed with call 0
//	Acquire           ->       Acquired with descriptors, or Failed
//	Kill              ->       (nothing; Exited follows)
//	                  <-       Exited, once the box is proven dead or given up
//	Release           ->       Released, after Exited and clean-up
//	Status            ->       StatusReply
//	Zygotes           ->       ZygotesReply, once each has started or failed
//	Renew             ->       (nothing)
type message struct {
	Kind msgKind
	Call uint64

	// Acquire
	Language         string
	Login            loginKey
	Launchpad        uuid.UUID
	Session          uuid.UUID
	Certificate, Key []byte
	// Acquired
	Account string
	UID     uint32
	Origin  Origin
	// Failed
	Code  failCode
	Errno uint32
	Limit uint32
	Text  string
	// Exited
	Exit Exit
	// Released, Exited
	Quarantined bool
	// StatusReply
	Status Status
	// Ready
	Probes []probeResult
	// ZygotesReply
	Zygotes []zygoteState
}

type msgKind uint8

const (
	msgAcquire msgKind = iota + 1
	msgRelease
	msgKill
	msgStatus
	msgReady
	msgAcquired
	msgFailed
	msgExited
	msgReleased
	msgStatusReply
	msgZygotes
	msgZygotesReply
	msgRenew
)

type failCode uint8

const (
	failStep failCode = iota + 1
	failUsers
	failCalls
	failSatellites
	failLanguage
	failCancelled
)

const (
	// maxMessage bounds a datagram; the longest are Acquire and ZygotesReply.
	maxMessage = 8192
	// maxText bounds the text of a failure, maxProbes what Ready carries.
	maxText   = 255
	maxProbes = 40
	// maxZygotes bounds ZygotesReply: so many of full length fit.
	maxZygotes = 10
	// Descriptors of Acquired: data, stdout, stderr and one or two listeners.
	minDescriptors, maxDescriptors = 4, 5
)

// probeResult is one attempt of the launcher at its start.
type probeResult struct {
	Name   string
	Errno  uint32
	Number uint32
}

var errMessage = errors.New("malformed launcher message")

// append appends the message's form on the wire.
func (m *message) append(b []byte) []byte {
	b = append(b, byte(m.Kind))
	b = le.AppendUint64(b, m.Call)
	switch m.Kind {
	case msgAcquire:
		b = appendShort(b, m.Language)
		b = append(b, m.Login[:]...)
		b = append(b, m.Launchpad[:]...)
		b = append(b, m.Session[:]...)
		b = appendBytes(b, m.Certificate)
		b = appendBytes(b, m.Key)
	case msgAcquired:
		b = appendShort(b, m.Account)
		b = le.AppendUint32(b, m.UID)
		b = append(b, byte(m.Origin))
	case msgFailed:
		b = append(b, byte(m.Code))
		b = le.AppendUint32(b, m.Errno)
		b = le.AppendUint32(b, m.Limit)
		b = appendShort(b, m.Text)
	case msgExited:
		b = le.AppendUint32(b, uint32(int32(m.Exit.Code)))
		b = le.AppendUint32(b, uint32(m.Exit.Signal))
		b = append(b, flags(m.Exit.Killed, m.Exit.OOM, m.Exit.ProcessLimit, m.Quarantined))
		b = le.AppendUint64(b, uint64(m.Exit.MemoryPeak))
		b = le.AppendUint64(b, uint64(m.Exit.CPU))
	case msgReleased:
		b = append(b, flags(m.Quarantined))
	case msgStatusReply:
		for _, v := range m.Status.counts() {
			b = le.AppendUint32(b, uint32(*v))
		}
		b = le.AppendUint64(b, m.Status.Started)
		b = le.AppendUint64(b, m.Status.Forked)
		b = le.AppendUint64(b, m.Status.Handed)
	case msgZygotesReply:
		b = append(b, byte(len(m.Zygotes)))
		for _, z := range m.Zygotes {
			b = appendShort(b, z.Language)
			b = append(b, flags(z.Warm))
			b = appendShort(b, z.Imported)
			b = appendShort(b, z.Why)
		}
	case msgReady:
		b = append(b, byte(len(m.Probes)))
		for _, p := range m.Probes {
			b = appendShort(b, p.Name)
			b = le.AppendUint32(b, p.Errno)
			b = le.AppendUint32(b, p.Number)
		}
	}
	return b
}

// parseMessage reads one datagram. Nothing may be missing or left over.
func parseMessage(b []byte) (*message, error) {
	if len(b) > maxMessage {
		return nil, fmt.Errorf("%w: %d bytes", errMessage, len(b))
	}
	r := msgReader{b: b}
	m := &message{Kind: msgKind(r.u8()), Call: r.u64()}
	switch m.Kind {
	case msgAcquire:
		m.Language = r.short(maxLanguageName + len(probeSuffix))
		copy(m.Login[:], r.take(len(m.Login)))
		copy(m.Launchpad[:], r.take(len(m.Launchpad)))
		copy(m.Session[:], r.take(len(m.Session)))
		m.Certificate, m.Key = r.bytes(MaxCertificate), r.bytes(MaxCertificate)
	case msgAcquired:
		m.Account = r.short(maxText)
		m.UID = r.u32()
		if m.Origin = Origin(r.u8()); m.Origin > Ready {
			r.bad = true
		}
	case msgFailed:
		m.Code, m.Errno, m.Limit = failCode(r.u8()), r.u32(), r.u32()
		m.Text = r.short(maxText)
	case msgExited:
		m.Exit.Code, m.Exit.Signal = int(int32(r.u32())), int(int32(r.u32()))
		f := r.flags(4)
		m.Exit.Killed, m.Exit.OOM, m.Exit.ProcessLimit, m.Quarantined = f&1 != 0, f&2 != 0, f&4 != 0, f&8 != 0
		m.Exit.MemoryPeak, m.Exit.CPU = int64(r.u64()), time.Duration(r.u64())
	case msgReleased:
		m.Quarantined = r.flags(1) != 0
	case msgStatusReply:
		for _, v := range m.Status.counts() {
			*v = int(r.u32())
		}
		m.Status.Started = r.u64()
		m.Status.Forked = r.u64()
		m.Status.Handed = r.u64()
	case msgZygotesReply:
		n := int(r.u8())
		if n > maxZygotes {
			r.bad = true
		}
		for i := 0; i < n && !r.bad; i++ {
			m.Zygotes = append(m.Zygotes, zygoteState{r.short(maxLanguageName), r.flags(1) != 0, r.short(maxText), r.short(maxText)})
		}
	case msgReady:
		n := int(r.u8())
		if n > maxProbes {
			r.bad = true
		}
		for i := 0; i < n && !r.bad; i++ {
			m.Probes = append(m.Probes, probeResult{r.short(maxText), r.u32(), r.u32()})
		}
	case msgRelease, msgKill, msgStatus, msgZygotes, msgRenew:
	default:
		r.bad = true
	}
	if r.bad || len(r.b) != 0 {
		return nil, fmt.Errorf("%w: kind %d, %d bytes", errMessage, m.Kind, len(b))
	}
	return m, nil
}

// counts are the fields that a StatusReply carries as 32-bit numbers.
func (s *Status) counts() []*int {
	return []*int{&s.Satellites, &s.Ready, &s.AccountsUsed, &s.Accounts, &s.UIDsFree, &s.UIDsQuarantined, &s.Waiting}
}

func flags(bits ...bool) (f byte) {
	for i, b := range bits {
		if b {
			f |= 1 << i
		}
	}
	return f
}

// appendShort cuts what is too long: only reasons can be.
func appendShort(b []byte, s string) []byte {
	s = s[:min(len(s), maxText)]
	return append(append(b, byte(len(s))), s...)
}

// appendBytes has two length bytes; Acquire has looked at the bound.
func appendBytes(b, v []byte) []byte {
	return append(le.AppendUint16(b, uint16(len(v))), v...)
}

// msgReader takes fields off a datagram; after a shortage all are zero.
type msgReader struct {
	b   []byte
	bad bool
}

func (r *msgReader) take(n int) []byte {
	if r.bad || len(r.b) < n {
		r.bad = true
		return make([]byte, n)
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *msgReader) u8() byte    { return r.take(1)[0] }
func (r *msgReader) u32() uint32 { return le.Uint32(r.take(4)) }
func (r *msgReader) u64() uint64 { return le.Uint64(r.take(8)) }

// flags refuses bits that have no meaning.
func (r *msgReader) flags(n int) byte {
	f := r.u8()
	if f>>n != 0 {
		r.bad = true
	}
	return f
}

func (r *msgReader) short(limit int) string {
	n := int(r.u8())
	if n > limit {
		r.bad = true
		return ""
	}
	if r.bad {
		return ""
	}
	return string(r.take(n))
}

// bytes copies: the datagram's buffer is used again.
func (r *msgReader) bytes(limit int) []byte {
	n := int(le.Uint16(r.take(2)))
	if n > limit {
		r.bad = true
	}
	if r.bad || n == 0 {
		return nil
	}
	return bytes.Clone(r.take(n))
}

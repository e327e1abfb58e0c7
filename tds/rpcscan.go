package tds

import "io"

// RPCScanner reads an RPC request call by call and parameter by parameter, without
// memory of its own. It also reads the beginning of a request that is not yet
// complete: what it returns before an error that is ErrTruncated is right.
type RPCScanner struct {
	Headers AllHeaders
	c       cursor
	f       RequestFormat
	params  int  // of the current call, read so far
	inCall  bool // the current call may have more parameters
	noExec  bool
	begun   bool // a call has been read
}

// RPCHead is what stands before the parameters of a call.
type RPCHead struct {
	ProcID    ProcID // 0 if the procedure is named
	NameUTF16 []byte // UTF-16LE, part of the source
	Options   RPCOptions
	Enclave   []byte
}

// Name returns the procedure's name, "" if it has a ProcID.
func (h *RPCHead) Name() string { return DecodeUTF16Exact(h.NameUTF16) }

// ScanRPC begins to read the payload of an RPC message.
func ScanRPC(src []byte, f RequestFormat) (RPCScanner, error) {
	s := RPCScanner{c: newCursor("RPCRequest", src), f: f}
	if f.streamHeaders() {
		s.Headers = s.c.allHeaders()
	}
	return s, s.c.result()
}

// Offset returns how many bytes of the source have been read.
func (s *RPCScanner) Offset() int { return s.c.off }

// NoExec reports, after the last parameter of a call, that the call must not be
// carried out.
func (s *RPCScanner) NoExec() bool { return s.noExec }

// NextCall goes to the next call, passing over unread parameters of the current
// one. It returns io.EOF behind the last call; a request has at least one.
func (s *RPCScanner) NextCall() (RPCHead, error) {
	for s.inCall {
		var p RPCParam
		if err := s.NextParam(&p); err != nil && err != io.EOF {
			return RPCHead{}, err
		}
	}
	if s.begun && s.c.ok() && s.c.remaining() == 0 {
		return RPCHead{}, io.EOF
	}
	var h RPCHead
	n := s.c.u16()
	if n == rpcProcIDMark {
		at := s.c.off
		if h.ProcID = ProcID(s.c.u16()); h.ProcID == 0 && s.c.ok() {
			s.c.failAt(at, "ProcID is 0")
		}
	} else {
		h.NameUTF16 = s.c.bytes(2 * int(n))
	}
	h.Options = RPCOptions(s.c.u16())
	if s.f.Enclave {
		h.Enclave = s.c.usVarByte()
	}
	s.begun, s.inCall, s.noExec, s.params = true, true, false, 0
	return h, s.c.result()
}

// NextParam reads the next parameter of the call into p, of which it overwrites
// everything. It returns io.EOF behind the last.
func (s *RPCScanner) NextParam(p *RPCParam) error {
	if !s.c.ok() {
		return s.c.result()
	}
	if !s.inCall {
		return io.EOF
	}
	b, more := s.c.peek()
	if more && s.separator(b) {
		s.c.skip(1)
		s.noExec = b == rpcNoExecFlag
		more = false
	}
	if !more {
		s.inCall = false
		return io.EOF
	}
	if s.params++; s.params > MaxRPCParams {
		s.c.failWith("more parameters than allowed", ErrLimit)
		return s.c.result()
	}
	s.c.param(p, s.f)
	return s.c.result()
}

// separator reports that b stands between calls. Names have at most 128 characters
// with the @, so it can't be the length of one but before TDS 7.2, where 0x80 had
// both meanings and servers took it for the separator.
func (s *RPCScanner) separator(b byte) bool {
	if s.f.streamHeaders() {
		return b == rpcBatchFlag || b == rpcNoExecFlag
	}
	return b == rpcBatchFlag71
}

// param reads ParameterData.
func (c *cursor) param(p *RPCParam, f RequestFormat) {
	*p = RPCParam{Name: DecodeUTF16Exact(c.bytes(2 * int(c.u8()))), Status: ParamStatus(c.u8())}
	if t, _ := c.peek(); TypeID(t) == TypeTVP {
		c.skip(1)
		p.Type = TypeInfo{ID: TypeTVP}
		p.TVP = c.tvp()
		return
	}
	p.Type = c.typeInfo(FormParam)
	if c.ok() {
		p.Value = c.value(&p.Type)
	}
	if p.Status&ParamEncrypted != 0 && c.ok() {
		p.Cipher = c.cipherInfo()
	}
}

// cipherInfo reads ParamCipherInfo.
func (c *cursor) cipherInfo() *ParamCipherInfo {
	i := &ParamCipherInfo{BaseType: c.typeInfo(FormParam), Algorithm: c.u8()}
	if i.Algorithm == 0 {
		i.AlgorithmName = c.bVarChar()
	}
	i.EncryptionType = c.u8()
	i.DatabaseID = c.u32()
	i.CekID = c.u32()
	i.CekVersion = c.u32()
	i.MetadataVersion = c.u64()
	i.NormVersion = c.u8()
	return i
}

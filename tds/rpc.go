package tds

import (
	"errors"
	"io"
)

// ProcID numbers a special procedure in an RPC request, MS-TDS 2.2.6.6.
type ProcID uint16

// The special procedures.
const (
	ProcCursor          ProcID = 1
	ProcCursorOpen      ProcID = 2
	ProcCursorPrepare   ProcID = 3
	ProcCursorExecute   ProcID = 4
	ProcCursorPrepExec  ProcID = 5
	ProcCursorUnprepare ProcID = 6
	ProcCursorFetch     ProcID = 7
	ProcCursorOption    ProcID = 8
	ProcCursorClose     ProcID = 9
	ProcExecuteSQL      ProcID = 10
	ProcPrepare         ProcID = 11
	ProcExecute         ProcID = 12
	ProcPrepExec        ProcID = 13
	ProcPrepExecRPC     ProcID = 14
	ProcUnprepare       ProcID = 15
)

var procNames = [...]string{
	ProcCursor: "sp_cursor", ProcCursorOpen: "sp_cursoropen",
	ProcCursorPrepare: "sp_cursorprepare", ProcCursorExecute: "sp_cursorexecute",
	ProcCursorPrepExec: "sp_cursorprepexec", ProcCursorUnprepare: "sp_cursorunprepare",
	ProcCursorFetch: "sp_cursorfetch", ProcCursorOption: "sp_cursoroption",
	ProcCursorClose: "sp_cursorclose", ProcExecuteSQL: "sp_executesql",
	ProcPrepare: "sp_prepare", ProcExecute: "sp_execute", ProcPrepExec: "sp_prepexec",
	ProcPrepExecRPC: "sp_prepexecrpc", ProcUnprepare: "sp_unprepare",
}

// Name returns the procedure's name, "" if the number is not known.
func (p ProcID) Name() string {
	if int(p) < len(procNames) {
		return procNames[p]
	}
	return ""
}

// RPCOptions are the OptionFlags of an RPC.
type RPCOptions uint16

// The bits of RPCOptions.
const (
	RPCWithRecompile RPCOptions = 1 << 0
	RPCNoMetadata    RPCOptions = 1 << 1
	RPCReuseMetadata RPCOptions = 1 << 2
)

// ParamStatus are the StatusFlags of a parameter.
type ParamStatus byte

// The bits of ParamStatus.
const (
	ParamByRef     ParamStatus = 1 << 0 // OUTPUT
	ParamDefault   ParamStatus = 1 << 1 // the value is the parameter's default
	ParamEncrypted ParamStatus = 1 << 3
)

// Separators between the RPCs of one request.
const (
	rpcBatchFlag71 = 0x80 // before TDS 7.2
	rpcBatchFlag   = 0xFF
	rpcNoExecFlag  = 0xFE
	rpcProcIDMark  = 0xFFFF // in place of the name's length: ProcIDSwitch
)

// RPCRequest is the RPC message: one call, or several for the engine to carry out
// in turn.
type RPCRequest struct {
	Headers AllHeaders // since TDS 7.2
	Calls   []RPCCall
}

// RPCCall is one call of an RPC request.
type RPCCall struct {
	ProcID  ProcID // 0 if the procedure is named
	Name    string // "" if ProcID is set
	Options RPCOptions
	Enclave []byte // enclave package, only with RequestFormat.Enclave
	Params  []RPCParam
	// NoExec says that the call must not be carried out but answered with an error.
	NoExec bool
}

// RPCParam is one parameter.
type RPCParam struct {
	Name   string // with its @; "" for a positional parameter
	Status ParamStatus
	// Type and Value are the type and the raw value (nil for NULL; see TypeInfo). In
	// an encrypted parameter they are those of the ciphertext. For a table-valued
	// parameter only Type.ID is set, to TypeTVP.
	Type   TypeInfo
	Value  []byte
	TVP    *TVP             // table-valued parameter
	Cipher *ParamCipherInfo // encrypted parameter
}

// ParamCipherInfo describes the encryption of a parameter.
type ParamCipherInfo struct {
	BaseType        TypeInfo // of the plaintext
	Algorithm       byte
	AlgorithmName   string // only if Algorithm is 0
	EncryptionType  byte
	DatabaseID      uint32
	CekID           uint32
	CekVersion      uint32
	MetadataVersion uint64
	NormVersion     byte
}

// Bounds of one RPC request in memory; the bytes on the wire are for the caller of
// ReadMessage to bound.
const (
	// MaxRPCParams bounds the parameters of a call. SQL Server takes 2,100 and
	// refuses more with error 8003; the rest is for that refusal to be its own.
	MaxRPCParams = 4096
	// MaxRPCCalls bounds the calls that ParseRPC collects, because a call takes some
	// 20 times the memory of its 5 bytes on the wire. RPCScanner has no such bound.
	MaxRPCCalls = 1 << 16
)

// ParseRPC reads the payload of the message whole. Values point into src, except
// PLP values of several chunks.
func ParseRPC(src []byte, f RequestFormat) (*RPCRequest, error) {
	s, err := ScanRPC(src, f)
	if err != nil {
		return nil, err
	}
	r := &RPCRequest{Headers: s.Headers}
	for {
		head, err := s.NextCall()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return r, nil
			}
			return nil, err
		}
		if len(r.Calls) == MaxRPCCalls {
			return nil, &DecodeError{Name: "RPCRequest", Offset: s.Offset(), Problem: "more calls than allowed", Err: ErrLimit}
		}
		call := RPCCall{ProcID: head.ProcID, Name: head.Name(), Options: head.Options, Enclave: head.Enclave}
		for {
			var p RPCParam
			if err := s.NextParam(&p); err != nil {
				if errors.Is(err, io.EOF) {
					break
				}
				return nil, err
			}
			call.Params = append(call.Params, p)
		}
		call.NoExec = s.NoExec()
		r.Calls = append(r.Calls, call)
	}
}

package tds

// Append appends the payload of the message.
func (r *RPCRequest) Append(dst []byte, f RequestFormat) ([]byte, error) {
	start := len(dst)
	if len(r.Calls) == 0 {
		return dst, &EncodeError{Name: "RPCRequest", Problem: "no call"}
	}
	if f.streamHeaders() {
		var err error
		if dst, err = r.Headers.Append(dst); err != nil {
			return dst[:start], err
		}
	}
	for i := range r.Calls {
		call := &r.Calls[i]
		var err error
		if dst, err = call.Append(dst, f); err != nil {
			return dst[:start], err
		}
		switch {
		case call.NoExec && !f.streamHeaders():
			return dst[:start], &EncodeError{Name: "RPCRequest", Problem: "NoExecFlag needs TDS 7.2"}
		case call.NoExec:
			dst = append(dst, rpcNoExecFlag)
		case i == len(r.Calls)-1:
		case f.streamHeaders():
			dst = append(dst, rpcBatchFlag)
		default:
			dst = append(dst, rpcBatchFlag71)
		}
	}
	return dst, nil
}

// Append appends the call without a separator, to be put behind ALL_HEADERS.
func (r *RPCCall) Append(dst []byte, f RequestFormat) ([]byte, error) {
	start := len(dst)
	if r.ProcID != 0 {
		dst = appendU16(appendU16(dst, rpcProcIDMark), uint16(r.ProcID))
	} else {
		// Longer names exist in no server, but this is the protocol's own bound.
		if err := checkUnits("RPCRequest", "ProcName", r.Name, rpcProcIDMark-1); err != nil {
			return dst, err
		}
		dst = appendUSVarChar(dst, r.Name)
	}
	dst, err := appendEnclave(appendU16(dst, uint16(r.Options)), start, r.Enclave, f)
	if err != nil {
		return dst, err
	}
	for i := range r.Params {
		if dst, err = r.Params[i].append(dst, f); err != nil {
			return dst[:start], err
		}
	}
	return dst, nil
}

// maxParamName is the most characters that a parameter's name may have, so that
// its length is no separator.
func maxParamName(f RequestFormat) int {
	if f.streamHeaders() {
		return rpcNoExecFlag - 1
	}
	return rpcBatchFlag71 - 1
}

// append appends ParameterData.
func (p *RPCParam) append(dst []byte, f RequestFormat) ([]byte, error) {
	if err := checkUnits("RPCRequest", "parameter name", p.Name, maxParamName(f)); err != nil {
		return dst, err
	}
	dst = append(appendBVarChar(dst, p.Name), byte(p.Status))
	if p.TVP != nil {
		return p.TVP.append(append(dst, byte(TypeTVP)))
	}
	dst, err := p.Type.Append(dst, FormParam)
	if err != nil {
		return dst, err
	}
	if dst, err = p.Type.AppendValue(dst, p.Value); err != nil {
		return dst, err
	}
	if p.Status&ParamEncrypted == 0 {
		return dst, nil
	}
	if p.Cipher == nil {
		return dst, &EncodeError{Name: "RPCRequest", Problem: "encrypted parameter without cipher information"}
	}
	return p.Cipher.append(dst)
}

// append appends ParamCipherInfo.
func (i *ParamCipherInfo) append(dst []byte) ([]byte, error) {
	dst, err := i.BaseType.Append(dst, FormParam)
	if err != nil {
		return dst, err
	}
	dst = append(dst, i.Algorithm)
	if i.Algorithm == 0 {
		if err := checkUnits("ParamCipherInfo", "AlgoName", i.AlgorithmName, 255); err != nil {
			return dst, err
		}
		dst = appendBVarChar(dst, i.AlgorithmName)
	}
	dst = append(dst, i.EncryptionType)
	dst = appendU32(dst, i.DatabaseID)
	dst = appendU32(dst, i.CekID)
	dst = appendU32(dst, i.CekVersion)
	dst = appendU64(dst, i.MetadataVersion)
	return append(dst, i.NormVersion), nil
}

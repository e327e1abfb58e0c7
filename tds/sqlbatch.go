package tds

// SQLBatch is the SQLBatch message, MS-TDS 2.2.6.7.
type SQLBatch struct {
	Headers AllHeaders // since TDS 7.2
	// Enclave is the enclave package, only with RequestFormat.Enclave.
	Enclave []byte
	// Text is the statement text as UTF-16LE.
	Text []byte
}

// ParseSQLBatch reads the payload of the message. Text points into src, of which it
// is all that follows the headers; of a message not yet complete that is the part
// there is.
func ParseSQLBatch(src []byte, f RequestFormat) (SQLBatch, error) {
	c := newCursor("SQLBatch", src)
	var b SQLBatch
	if f.streamHeaders() {
		b.Headers = c.allHeaders()
	}
	if f.Enclave {
		b.Enclave = c.usVarByte()
	}
	b.Text = c.rest()
	return b, c.result()
}

// Append appends the payload of the message.
func (b *SQLBatch) Append(dst []byte, f RequestFormat) ([]byte, error) {
	dst, err := appendRequestHead(dst, &b.Headers, b.Enclave, f)
	if err != nil {
		return dst, err
	}
	return append(dst, b.Text...), nil
}

// String returns the statement text.
func (b *SQLBatch) String() string { return DecodeUTF16(b.Text) }

// appendRequestHead appends what begins a batch.
func appendRequestHead(dst []byte, h *AllHeaders, enclave []byte, f RequestFormat) ([]byte, error) {
	start := len(dst)
	if f.streamHeaders() {
		var err error
		if dst, err = h.Append(dst); err != nil {
			return dst, err
		}
	}
	return appendEnclave(dst, start, enclave, f)
}

// appendEnclave appends an enclave package. MS-TDS calls it an L_VARBYTE, but the
// drivers and SQL Server give it a 16-bit length and send an empty one for none.
func appendEnclave(dst []byte, start int, enclave []byte, f RequestFormat) ([]byte, error) {
	if !f.Enclave {
		if len(enclave) > 0 {
			return dst[:start], &EncodeError{Name: "EnclavePackage", Problem: "has not been agreed on"}
		}
		return dst, nil
	}
	if err := checkBytes("EnclavePackage", "package", len(enclave), 0xFFFF); err != nil {
		return dst[:start], err
	}
	return append(appendU16(dst, uint16(len(enclave))), enclave...), nil
}

package executor

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"tds-launchpad/tds"
)

// textMode is how a text column is encoded from now on. It only ever goes up.
type textMode byte

const (
	textDictionary textMode = iota // while that pays
	textSeparated
	textOffsets // once a value has contained U+0000
)

// textColumn turns the raw values of a column into text and chooses its encoding.
type textColumn struct {
	// convert appends a raw value's text.
	convert func(dst, raw []byte) ([]byte, error)
	mode    textMode
	words   *dictionary
	// used counts the dictionary's entries when the frame began.
	used int
}

// newTextColumn returns nil for types that are not sent as text.
func newTextColumn(t *tds.TypeInfo) (*textColumn, kind) {
	switch {
	case t.IsUnicode():
		return &textColumn{convert: appendUTF16Text, words: newDictionary()}, kindString
	case t.IsChar(), t.ID == tds.TypeJSON:
		return &textColumn{convert: charText(t), words: newDictionary()}, kindString
	}
	switch t.ID {
	case tds.TypeGUID:
		return &textColumn{convert: appendGUID, mode: textSeparated}, kindString
	case tds.TypeDecimal, tds.TypeNumeric, tds.TypeDecimalN, tds.TypeNumericN:
		scale := int(t.Scale)
		convert := func(dst, raw []byte) ([]byte, error) { return appendDecimal(dst, raw, scale) }
		return &textColumn{convert: convert, words: newDictionary()}, kindDecimal
	case tds.TypeMoney, tds.TypeMoney4, tds.TypeMoneyN:
		return &textColumn{convert: appendMoney, words: newDictionary()}, kindDecimal
	}
	return nil, 0
}

// begin prepares b for a frame.
func (c *textColumn) begin(b *columnBuffer) {
	switch c.mode {
	case textDictionary:
		b.encoding = encodingDictionary
		c.used = c.words.len()
	case textSeparated:
		b.encoding = encodingSeparated
	}
}

// add puts a raw value into row of b.
func (c *textColumn) add(b *columnBuffer, row int, raw []byte) error {
	if c.mode == textDictionary {
		done, err := c.addCode(b, row, raw)
		if done || err != nil {
			return err
		}
	}
	if raw == nil {
		b.setNull(row)
	}
	if c.mode == textOffsets {
		if row == 0 {
			b.encoding = encodingOffsets
			b.a = append(b.a[:0], 0, 0, 0, 0)
		}
		var err error
		if raw != nil {
			b.b, err = c.convert(b.b, raw)
		}
		b.a = binary.LittleEndian.AppendUint32(b.a, uint32(len(b.b)))
		return err
	}
	if raw == nil {
		b.a = append(b.a, 0)
		return nil
	}
	start := len(b.a)
	a, err := c.convert(b.a, raw)
	if err != nil {
		return err
	}
	if bytes.IndexByte(a[start:], 0) >= 0 {
		c.toOffsets(b, row, a, start)
		return nil
	}
	b.a = append(a, 0)
	return nil
}

// addCode adds the code of a value. done is false if the column has left the
// dictionary mode; b is then separated.
func (c *textColumn) addCode(b *columnBuffer, row int, raw []byte) (done bool, err error) {
	code := codeNull
	if raw != nil {
		var fresh []byte
		var ok bool
		code, fresh, ok, err = c.words.code(raw, c.convert)
		if err != nil {
			return true, err
		}
		// Too many entries, or too many for so few rows.
		if n := c.words.len() - c.used; !ok || n >= 1024 && n > (row+1)/2 {
			c.toSeparated(b, row)
			return false, nil
		}
		if fresh != nil {
			b.b = append(append(b.b, fresh...), 0)
		}
	}
	b.a = append(b.a, byte(code), byte(code>>8))
	return true, nil
}

// toSeparated turns the rows of a dictionary-coded frame into separated ones.
func (c *textColumn) toSeparated(b *columnBuffer, rows int) {
	out := make([]byte, 0, 16*b.rows)
	for row := range rows {
		code := int(binary.LittleEndian.Uint16(b.a[2*row:]))
		if code == codeNull {
			b.setNull(row)
		} else {
			out = append(out, c.words.text(code)...)
		}
		out = append(out, 0)
	}
	b.a, b.b = out, b.b[:0]
	b.encoding = encodingSeparated
	c.mode, c.words = textSeparated, nil
}

// toOffsets turns the rows of a separated frame into ones with offsets; a[start:] is
// the value of row, the first that contains a NUL.
func (c *textColumn) toOffsets(b *columnBuffer, row int, a []byte, start int) {
	offsets := make([]byte, 4, 4*(b.rows+1))
	text := make([]byte, 0, cap(a))
	for rest := a[:start]; len(rest) > 0; {
		n := bytes.IndexByte(rest, 0)
		text = append(text, rest[:n]...)
		offsets = binary.LittleEndian.AppendUint32(offsets, uint32(len(text)))
		rest = rest[n+1:]
	}
	text = append(text, a[start:]...)
	offsets = binary.LittleEndian.AppendUint32(offsets, uint32(len(text)))
	b.a, b.b = offsets, text
	b.encoding = encodingOffsets
	c.mode = textOffsets
}

// end looks whether the dictionary still pays after a frame of rows.
func (c *textColumn) end(rows int) {
	if c.mode == textDictionary && rows >= 1024 && c.words.len()-c.used > rows/2 {
		c.mode, c.words = textSeparated, nil
	}
}

// charText gives the conversion of char, varchar, text and json: ASCII is the same in
// all code pages, the rest goes through the collation's.
func charText(t *tds.TypeInfo) func(dst, raw []byte) ([]byte, error) {
	typ := *t
	return func(dst, raw []byte) ([]byte, error) {
		if isASCII(raw) {
			return append(dst, raw...), nil
		}
		return typ.AppendText(dst, raw)
	}
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendUTF16Text is tds.AppendUTF8Exact with a faster way through ASCII.
func appendUTF16Text(dst, raw []byte) ([]byte, error) {
	n := len(dst)
	need := n + len(raw)/2
	if cap(dst) < need+4 {
		dst = append(dst, make([]byte, len(raw)/2+4)...)[:n]
	}
	out := dst[:need+4]
	for len(raw) >= 8 {
		v := binary.LittleEndian.Uint64(raw)
		if v&0xFF80FF80FF80FF80 != 0 {
			return tds.AppendUTF8Exact(out[:n], raw), nil
		}
		v |= v >> 8
		binary.LittleEndian.PutUint32(out[n:], uint32(v&0xFFFF|v>>16&0xFFFF0000))
		n += 4
		raw = raw[8:]
	}
	for len(raw) >= 2 {
		if raw[0] >= utf8.RuneSelf || raw[1] != 0 {
			return tds.AppendUTF8Exact(out[:n], raw), nil
		}
		out[n] = raw[0]
		n++
		raw = raw[2:]
	}
	return out[:n], nil
}

package executor

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// allKinds are the kinds that a satellite can send.
var allKinds = []kind{
	kindUint8, kindInt16, kindInt32, kindInt64, kindBool, kindFloat32, kindFloat64, kindTicks, kindOffset, kindTime,
	kindDecimal, kindString, kindBinary, kindDate, kindGUID, kindNanos,
}

// outSchema is the payload of an OUT_SCHEMA of all kinds.
func outSchema() []byte {
	p := binary.LittleEndian.AppendUint16(nil, uint16(len(allKinds)))
	for _, k := range allKinds {
		p = append(p, byte(k), 2)
		p = binary.LittleEndian.AppendUint32(p, 10)
	}
	return p
}

// outFrame is the payload of a frame of three rows for outSchema, the second NULL.
func outFrame() []byte {
	p := binary.LittleEndian.AppendUint32(nil, 3)
	var data []byte
	for _, k := range allKinds {
		encoding, gap := byte(encodingFixed), 0
		var a, b []byte
		if w := k.width(); w > 0 {
			a = bytes.Repeat([]byte{1}, 3*w)
			if k == kindOffset {
				for row := range 3 {
					binary.LittleEndian.PutUint32(a[12*row+8:], 60)
					binary.LittleEndian.PutUint64(a[12*row:], 1<<50)
				}
			}
			if k == kindTime || k == kindDate || k == kindTicks {
				a = make([]byte, 3*w)
			}
		} else {
			encoding = encodingOffsets
			text := "1.5"
			if k == kindString {
				text, gap = "1\x002\x00", 2
			}
			a = []byte{0, 0, 0, 0}
			for range 3 {
				b = append(append(b, text...), make([]byte, gap)...)
				a = binary.LittleEndian.AppendUint32(a, uint32(len(b)))
			}
		}
		p = append(p, encoding, 0, byte(gap), 0)
		p = binary.LittleEndian.AppendUint32(p, 1)
		p = binary.LittleEndian.AppendUint32(p, uint32(len(a)))
		p = binary.LittleEndian.AppendUint32(p, uint32(len(b)))
		data = append(append(append(data, 0b101), a...), b...)
	}
	return append(p, data...)
}

// outParams is the payload of an OUT_PARAMS with a value of each tag.
func outParams() []byte {
	p := []byte{12, 0, tagNull, tagBool, 1, tagInt, 5, 0, 0, 0, 0, 0, 0, 0, tagFloat, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F}
	p = appendString(append(p, tagDecimal), "-12.50")
	p = appendString(append(p, tagString), "12")
	p = appendString(append(p, tagBytes), "\x01\x02")
	for _, tag := range []byte{tagDateTime, tagDate, tagTime, tagOffset} {
		p = append(p, tag, 0, 0, 0, 0, 1, 0, 0, 0)
	}
	p = append(p, 60, 0, 0, 0)
	return append(append(p, tagGUID), make([]byte, 16)...)
}

// paramTypes are the declared types of outParams' values.
var paramTypes = []tds.TypeInfo{
	tds.Int(4), tds.Bit(), tds.Int(2), tds.Float(4), tds.Decimal(9, 2), tds.NVarChar(10, tds.DefaultCollation), tds.VarBinary(1),
	tds.DateTime(8), tds.Date(), tds.Time(3), tds.DateTimeOffset(0), tds.UniqueIdentifier(),
}

func message(typ byte, payload []byte) []byte {
	m, start := beginMessage(nil, typ)
	return endMessage(append(m, payload...), start)
}

// receiveBytes lets a call receive what a satellite might send after its hello.
func receiveBytes(t *testing.T, data []byte, sets *tsql.ResultSets) (*answer, *spool, error) {
	t.Helper()
	call := &Call{ResultSets: sets}
	for _, typ := range paramTypes {
		call.Params = append(call.Params, Param{Name: "@p", Type: typ, Output: true})
	}
	limits := Limits{SpoolTotal: 16 << 20}.withDefaults()
	r := &run{
		executor: New(Config{}), call: call, tell: newTeller(call, "Python", "id"), spool: newSpool("", &limits),
	}
	a, err := r.receive(&messageReader{r: bytes.NewReader(data), maxValue: 1 << 20})
	return a, r.spool, err
}

func wholeAnswer() []byte {
	data := message(msgOutSchema, outSchema())
	data = append(data, message(msgOutFrame, outFrame())...)
	data = append(data, message(msgOutFrame, outFrame())...)
	data = append(data, message(msgOutParams, outParams())...)
	return append(data, message(msgEnd, nil)...)
}

func TestReceive(t *testing.T) {
	a, spool, err := receiveBytes(t, wholeAnswer(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if _, err := spool.WriteTo(&got); err != nil {
		t.Fatal(err)
	}
	rows, _ := decodeRows(t, a.output.wire, got.Bytes())
	if len(rows) != 6 || rows[1][0] != nil || rows[0][11] != "12" || rows[5][0] != int64(1) {
		t.Errorf("%v", rows)
	}
	if len(a.params) != len(paramTypes) || a.params[0] != nil || !bytes.Equal(a.params[2], []byte{5, 0}) {
		t.Errorf("%x", a.params)
	}
}

// TestReceiveHostile: each broken answer is refused as such.
func TestReceiveHostile(t *testing.T) {
	schema, frame, end := message(msgOutSchema, outSchema()), message(msgOutFrame, outFrame()), message(msgEnd, nil)
	params := message(msgOutParams, outParams())
	change := func(m []byte, at int, b ...byte) []byte {
		m = bytes.Clone(m)
		copy(m[at:], b)
		return m
	}
	const head = headerSize + 4
	text := head + 11*descriptorSize // of the string column
	for name, data := range map[string][]byte{
		"frame before schema":       frame,
		"two schemas":               append(bytes.Clone(schema), schema...),
		"no columns":                message(msgOutSchema, []byte{0, 0}),
		"many columns":              message(msgOutSchema, []byte{0xFF, 0xFF}),
		"unknown kind":              message(msgOutSchema, []byte{1, 0, 99, 0, 0, 0, 0, 0}),
		"scale":                     message(msgOutSchema, []byte{1, 0, byte(kindDecimal), 39, 0, 0, 0, 0}),
		"size":                      message(msgOutSchema, []byte{1, 0, byte(kindString), 0, 0, 0, 0, 0x80}),
		"schema too long":           message(msgOutSchema, append(outSchema(), 0)),
		"schema too short":          message(msgOutSchema, outSchema()[:20]),
		"message too long":          {msgEnd, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
		"empty frame":               append(bytes.Clone(schema), message(msgOutFrame, nil)...),
		"no rows":                   append(bytes.Clone(schema), change(frame, headerSize, 0)...),
		"more rows than data":       append(bytes.Clone(schema), change(frame, headerSize, 4)...),
		"rows":                      append(bytes.Clone(schema), change(frame, headerSize, 0xFF, 0xFF, 0xFF, 0xFF)...),
		"dictionary":                append(bytes.Clone(schema), change(frame, text, encodingDictionary)...),
		"gap":                       append(bytes.Clone(schema), change(frame, text+2, 1)...),
		"large gap":                 append(bytes.Clone(schema), change(frame, text+2, 0xFF, 0xFF)...),
		"bitmap":                    append(bytes.Clone(schema), change(frame, head+4, 2)...),
		"data after a frame":        append(bytes.Clone(schema), message(msgOutFrame, append(outFrame(), 0))...),
		"end without parameters":    append(bytes.Clone(schema), end...),
		"frame after parameters":    append(append(bytes.Clone(schema), params...), frame...),
		"parameters twice":          append(bytes.Clone(params), params...),
		"end with payload":          append(bytes.Clone(params), message(msgEnd, []byte{0})...),
		"error without text":        message(msgError, []byte{1}),
		"error that is not UTF-8":   message(msgError, []byte{1, 1, 0, 0, 0, 0xFF}),
		"unknown message":           message(0x42, nil),
		"hello again":               message(msgHello, []byte{1, 0, 0, 0, 0, 0}),
		"too few parameters":        message(msgOutParams, []byte{1, 0, tagNull}),
		"too many parameters":       message(msgOutParams, append([]byte{200}, outParams()[1:]...)),
		"unknown tag":               message(msgOutParams, []byte{12, 0, 77}),
		"string parameter too long": message(msgOutParams, []byte{12, 0, tagString, 0xFF, 0xFF, 0xFF, 0xFF}),
	} {
		t.Run(name, func(t *testing.T) {
			_, spool, err := receiveBytes(t, data, nil)
			if !errors.Is(err, ErrProtocol) {
				t.Errorf("the error is %v", err)
			}
			if err := spool.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// FuzzReceive: whatever a satellite sends, nothing panics, and what is accepted can
// be sent to a client.
func FuzzReceive(f *testing.F) {
	f.Add(wholeAnswer(), false)
	f.Add(wholeAnswer(), true)
	f.Add(message(msgError, append([]byte{1}, appendString(nil, "Traceback")...)), false)
	f.Add(append(message(msgOutParams, outParams()), message(msgEnd, nil)...), false)
	f.Fuzz(func(t *testing.T, data []byte, declared bool) {
		var sets *tsql.ResultSets
		if declared {
			set := tsql.ResultSet{Columns: make([]tsql.ResultColumn, len(allKinds))}
			for i := range set.Columns {
				set.Columns[i].Type = tsql.NVarChar(20)
			}
			sets = &tsql.ResultSets{Mode: tsql.ResultSetsDefined, Sets: []tsql.ResultSet{set}}
		}
		a, spool, err := receiveBytes(t, data, sets)
		defer spool.Close()
		if err != nil || a.output == nil || a.failure != "" {
			return
		}
		var got bytes.Buffer
		if _, err := spool.WriteTo(&got); err != nil {
			t.Fatal(err)
		}
		if rows, _ := decodeRows(t, a.output.wire, got.Bytes()); int64(len(rows)) != a.output.rows {
			t.Fatalf("%d rows of %d", len(rows), a.output.rows)
		}
	})
}

// inputTypes are types of all ways to read raw values.
var inputTypes = []tds.TypeInfo{
	tds.Int(1), tds.Int(2), tds.Int(4), tds.Int(8), tds.Bit(), tds.Float(4), tds.Float(8), tds.Money(4), tds.Money(8),
	tds.Decimal(38, 38), tds.Decimal(9, 2), tds.Char(5, tds.DefaultCollation), tds.VarChar(tds.SizeMax, utf8Collation),
	tds.NVarChar(10, tds.DefaultCollation), tds.VarBinary(5), tds.UniqueIdentifier(), tds.Date(), tds.DateTime(4), tds.DateTime(8),
	tds.Time(0), tds.Time(7), tds.DateTime2(3), tds.DateTimeOffset(7), tds.JSON(),
}

// FuzzInputValue: raw values that their type does not have are errors, whatever is
// accepted fits its place in the frame.
func FuzzInputValue(f *testing.F) {
	for i := range inputTypes {
		f.Add(uint8(i), []byte{1, 2, 3, 4, 5, 6, 7, 8}, []byte{0})
		f.Add(uint8(i), bytes.Repeat([]byte{0xFF}, max(inputTypes[i].Size, 0)), []byte{})
	}
	f.Fuzz(func(t *testing.T, which uint8, first, second []byte) {
		typ := inputTypes[int(which)%len(inputTypes)]
		columns := []tds.Column{{Type: typ}}
		cols, bad := inputColumns(columns)
		if bad != 0 {
			t.Fatalf("%s is refused", typ)
		}
		l := Limits{FrameRows: 8}.withDefaults()
		fb := newFrameBuilder(cols, &l)
		fr := fb.newFrame()
		rows := [][]byte{first, nil, second, first}
		err := fb.fill(fr, &generated{next: func(i int) [][]byte {
			if i == len(rows) {
				return nil
			}
			return [][]byte{rows[i]}
		}})
		if _, _, perr := appendParam(nil, &typ, first); perr != nil && err == io.EOF {
			t.Errorf("%s: %x is a value in a column but not as a parameter: %v", typ, first, perr)
		}
		if err != io.EOF {
			return
		}
		fb.message(fr)
		b := &fr.columns[0]
		if w := cols[0].kind.width(); w > 0 && len(b.a) != w*len(rows) {
			t.Errorf("%s: %d bytes for %d rows", typ, len(b.a), len(rows))
		}
	})
}

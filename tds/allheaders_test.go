package tds

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var requestOptions = cmp.Options{cmpopts.EquateEmpty(), cmp.AllowUnexported(TransMgr{})}

func sampleHeaders() AllHeaders {
	return AllHeaders{
		HasTransaction: true, Descriptor: 0x1122334455667788, Outstanding: 1,
		Notification: &QueryNotification{NotifyID: "id", SSBDeployment: "service=x", HasTimeout: true, Timeout: 1000},
		HasTrace:     true, Trace: TraceActivity{ActivityID: [16]byte{1, 2}, Sequence: 9},
		Unknown: []UnknownHeader{{Type: 77, Data: []byte("later")}},
	}
}

func TestAllHeaders(t *testing.T) {
	for name, h := range map[string]AllHeaders{
		"all": sampleHeaders(), "plain": TransactionHeaders(5), "none": {},
		"no timeout": {Notification: &QueryNotification{NotifyID: "x"}},
	} {
		b, err := h.Append([]byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		c := newCursor("test", append(b, 'y'))
		c.skip(1)
		got := c.allHeaders()
		if !c.ok() || string(c.rest()) != "y" {
			t.Errorf("%s: %v", name, c.result())
		}
		if diff := cmp.Diff(h, got, requestOptions); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	plain := TransactionHeaders(5)
	buf := make([]byte, 0, 64)
	if n := testing.AllocsPerRun(20, func() {
		b, _ := plain.Append(buf)
		c := newCursor("test", b)
		c.allHeaders()
	}); n != 0 {
		t.Errorf("%v allocations for plain headers", n)
	}
}

func TestAllHeadersErrors(t *testing.T) {
	transaction, err := (&AllHeaders{HasTransaction: true}).Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	twice := append(bytes.Clone(transaction), transaction[4:]...)
	binary.LittleEndian.PutUint32(twice, uint32(len(twice)))
	for _, test := range []struct {
		name string
		in   []byte
		want error
	}{
		{"nothing", nil, ErrTruncated},
		{"TotalLength 3", []byte{3, 0, 0, 0}, ErrMalformed},
		{"TotalLength beyond", []byte{30, 0, 0, 0, 1}, ErrTruncated},
		{"TotalLength huge", []byte{0xFF, 0xFF, 0xFF, 0xFF}, ErrMalformed},
		{"HeaderLength 5", []byte{9, 0, 0, 0, 5, 0, 0, 0, 2}, ErrMalformed},
		{"HeaderLength beyond", []byte{10, 0, 0, 0, 7, 0, 0, 0, 2, 0}, ErrTruncated},
		{"HeaderLength huge", []byte{10, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0}, ErrTruncated},
		{"transaction header short", []byte{10, 0, 0, 0, 6, 0, 0, 0, 2, 0}, ErrTruncated},
		{"transaction header long", append([]byte{23, 0, 0, 0, 19, 0, 0, 0, 2, 0}, make([]byte, 13)...), ErrMalformed},
		{"twice", twice, ErrMalformed},
	} {
		if _, err := ParseSQLBatch(test.in, RequestFormat{}); !errors.Is(err, test.want) || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	h := AllHeaders{Notification: &QueryNotification{NotifyID: strings.Repeat("x", 32768)}}
	if _, err := h.Append(nil); !errors.Is(err, ErrEncode) {
		t.Errorf("long notification: %v", err)
	}
	h = AllHeaders{Unknown: []UnknownHeader{{1000, make([]byte, maxAllHeaders)}}}
	if _, err := h.Append(nil); !errors.Is(err, ErrEncode) {
		t.Errorf("long headers: %v", err)
	}
}

func TestSQLBatchFormats(t *testing.T) {
	text := AppendUTF16(nil, "select 1")
	for _, test := range []struct {
		f    RequestFormat
		b    SQLBatch
		want int // bytes before the text
	}{
		{RequestFormat{Version: V71}, SQLBatch{Text: text}, 0},
		{RequestFormat{Version: V72}, SQLBatch{Headers: TransactionHeaders(1), Text: text}, 22},
		{RequestFormat{Version: V74, Enclave: true}, SQLBatch{Headers: TransactionHeaders(1), Text: text}, 24},
		{RequestFormat{Enclave: true}, SQLBatch{Headers: TransactionHeaders(1), Enclave: []byte("abc"), Text: text}, 27},
	} {
		b, err := test.b.Append(nil, test.f)
		if err != nil || len(b) != test.want+len(text) {
			t.Errorf("%+v: %d bytes, %v", test.f, len(b), err)
		}
		got, err := ParseSQLBatch(b, test.f)
		if diff := cmp.Diff(test.b, got, requestOptions); err != nil || diff != "" {
			t.Errorf("%+v: %v (-want +got):\n%s", test.f, err, diff)
		}
	}
	b := SQLBatch{Enclave: []byte("x")}
	if _, err := b.Append(nil, RequestFormat{}); !errors.Is(err, ErrEncode) {
		t.Errorf("enclave package not agreed on: %v", err)
	}
	b.Enclave = make([]byte, 65536)
	if _, err := b.Append(nil, RequestFormat{Enclave: true}); !errors.Is(err, ErrEncode) {
		t.Errorf("long enclave package: %v", err)
	}
}

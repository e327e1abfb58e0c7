package tds

import "testing"

// What a proxy does with every request before it knows whether it concerns it.

func BenchmarkParseSQLBatch(b *testing.B) {
	batch := SQLBatch{Headers: TransactionHeaders(0), Text: make([]byte, 1024)}
	src, err := batch.Append(nil, RequestFormat{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseSQLBatch(src, RequestFormat{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScanRPC(b *testing.B) {
	src, err := sampleRPC().Append(nil, RequestFormat{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var p RPCParam
	for b.Loop() {
		s, err := ScanRPC(src, RequestFormat{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.NextCall(); err != nil {
			b.Fatal(err)
		}
		if err := s.NextParam(&p); err != nil {
			b.Fatal(err)
		}
	}
}

package tds

import (
	"testing"
)

func BenchmarkAppendText(b *testing.B) {
	for name, t := range map[string]TypeInfo{
		"nvarchar": NVarChar(40, DefaultCollation),
		"varchar":  VarChar(40, DefaultCollation),
		"utf8":     VarChar(40, mustCollation("Latin1_General_100_CI_AS_SC_UTF8")),
	} {
		for kind, s := range map[string]string{"ascii": "a name of 20 letters", "latin": "Straße nach Österreich"} {
			raw, err := t.Encode(nil, s)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(name+"/"+kind, func(b *testing.B) {
				dst := make([]byte, 0, 100)
				b.ReportAllocs()
				for b.Loop() {
					if dst, err = t.AppendText(dst[:0], raw); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkTime(b *testing.B) {
	for name, t := range map[string]TypeInfo{
		"datetime": DateTime(8), "datetime2": DateTime2(7), "datetimeoffset": DateTimeOffset(7), "date": Date(),
	} {
		raw := make([]byte, t.Size)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := t.Time(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

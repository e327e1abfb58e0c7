package tds

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The dumps babelfish-4.3.0-* are answers of a Babelfish for PostgreSQL 4.3.0 to one
// SELECT of CASTs each, in one packet. Its COLMETADATA and rows come out of our
// encoders byte for byte, and every value decodes to what was cast.
func TestGoldenBabelfish(t *testing.T) {
	for name, want := range map[string][]string{
		"numbers": {"bit true", "tinyint 255", "smallint -5", "int 7", "bigint -9", "real 1.5", "float 2.5",
			"numeric(9,2) -123.45", "numeric(38,0) 99999999999999999999999999999999999999",
			"money -922337203685477.5808", "smallmoney 12.3456"},
		"dates": {"date 2024-02-29 00:00:00 +0000 UTC", "time(6) 0001-01-01 23:59:59.123457 +0000 UTC",
			"time(3) 0001-01-01 12:00:01.123 +0000 UTC", "datetime2(6) 2024-02-29 23:59:59.123457 +0000 UTC",
			"datetimeoffset(3) 2024-02-29 23:59:59.123 +0530 +0530", "datetime 2024-02-29 23:59:59.997 +0000 UTC",
			"smalldatetime 2024-02-29 23:59:00 +0000 UTC"},
		"strings": {"nvarchar(8) a漢😀", "varchar(20) abc", "char(3) x  ", "nchar(3) x  ",
			"varchar(max) yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", "nvarchar(max) z", "varbinary(10) [1 2]",
			"binary(4) [1 0 0 0]", "varbinary(2) [2 3]", "uniqueidentifier 00112233-4455-6677-8899-aabbccddeeff"},
		"lobs": {"text t", "ntext nt", "image [4 5]", "xml <a>x</a>"},
		"variants": {"sql_variant {int 7}", "sql_variant {nvarchar(1) v}", "sql_variant {numeric(3,2) 1.25}",
			"sql_variant {date 2024-01-02 00:00:00 +0000 UTC}", "sql_variant <nil>"},
		"nulls": {"int <nil>", "varchar(max) <nil>", "text <nil>", "xml <nil>", "numeric(5,2) <nil>", "datetime2(7) <nil>"},
	} {
		t.Run(name, func(t *testing.T) {
			tokens := goldenTokens(t, "babelfish-4.3.0-select-"+name, PacketReply, TokenFormat{Version: V74})
			data := dumpMessage(t, "babelfish-4.3.0-select-"+name, PacketReply).Data
			if e, ok := tokens[0].(*EnvChange); ok { // the connection was reset for this one
				b, err := e.Append(nil)
				if err != nil || !bytes.HasPrefix(data, b) {
					t.Fatal(err)
				}
				tokens, data = tokens[1:], data[len(b):]
			}
			if len(tokens) != 3 {
				t.Fatalf("%d tokens", len(tokens))
			}
			m, row, done := tokens[0].(*ColMetadata), tokens[1].(*Row), tokens[2].(*Done)
			again, err := m.Append(nil, TokenFormat{})
			if err != nil {
				t.Fatal(err)
			}
			appendRow := AppendRow
			if row.NullBitmap {
				appendRow = AppendNBCRow
			}
			if again, err = appendRow(again, m.Columns, row.Values); err != nil {
				t.Fatal(err)
			}
			again = done.Append(again, V74)
			wantBytes(t, again, data)
			var got []string
			for i, raw := range row.Values {
				tt := m.Columns[i].Type
				v, err := tt.Decode(raw)
				if err != nil {
					t.Fatal(err)
				}
				if raw != nil && tt.ID != TypeVariant { // Babelfish gives decimals in it 16 bytes always
					back, err := tt.Encode(nil, v)
					if err != nil || !bytes.Equal(back, raw) {
						t.Errorf("%s: %x became %x, %v", tt, raw, back, err)
					}
				}
				got = append(got, fmt.Sprint(tt, " ", v))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

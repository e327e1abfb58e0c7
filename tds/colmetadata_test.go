package tds

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// genColMetadata draws the columns of a result set with all that f allows.
func genColMetadata(t *rapid.T, f TokenFormat) *ColMetadata {
	if rapid.IntRange(0, 9).Draw(t, "no metadata") == 0 {
		return &ColMetadata{NoMetadata: true}
	}
	m := &ColMetadata{}
	name := rapid.StringN(0, 30, 90)
	n := rapid.IntRange(0, 8).Draw(t, "columns")
	for range n {
		col := Column{
			Name:     name.Draw(t, "name"),
			Type:     genTypeInfo().Draw(t, "type"),
			UserType: uint32(rapid.Uint16().Draw(t, "user type")),
			Flags:    ColumnFlags(rapid.Uint16().Draw(t, "flags")),
		}
		if !f.version().AtLeast(col.Type.needs()) {
			col.Type = Int(4)
		}
		if col.Type.layout() == layoutText {
			if f.wide() && !f.BulkLoad {
				col.Table = rapid.SliceOfN(name, 0, maxNameParts).Draw(t, "table")
			} else {
				col.Table = []string{name.Draw(t, "table")}
			}
		}
		if f.ColumnEncryption && col.Flags&ColumnEncrypted != 0 {
			col.Type = VarBinary(65)
			col.Table = nil
			col.Crypto = genCrypto(t)
			col.Crypto.Ordinal = rapid.Uint16().Draw(t, "ordinal")
		}
		m.Columns = append(m.Columns, col)
	}
	if f.ColumnEncryption {
		for range rapid.IntRange(0, 3).Draw(t, "keys") {
			k := EncryptionKey{DatabaseID: 1, ID: rapid.Uint32().Draw(t, "id"), Version: 1, MetadataVersion: rapid.Uint64().Draw(t, "version")}
			for range rapid.IntRange(0, 3).Draw(t, "values") {
				k.Values = append(k.Values, EncryptionKeyValue{
					EncryptedKey: rapid.SliceOf(rapid.Byte()).Draw(t, "key"), KeyStoreName: name.Draw(t, "store"),
					KeyPath: name.Draw(t, "path"), AsymmetricAlgorithm: "RSA_OAEP",
				})
			}
			m.CekTable = append(m.CekTable, k)
		}
	}
	return m
}

func genCrypto(t *rapid.T) *CryptoMetadata {
	c := &CryptoMetadata{UserType: 0, BaseType: Int(4), Algorithm: rapid.Uint8Range(0, 2).Draw(t, "algorithm"), Type: 1, NormVersion: 1}
	if c.Algorithm == 0 {
		c.AlgorithmName = "custom"
	}
	return c
}

func genFormat(t *rapid.T) TokenFormat {
	f := TokenFormat{
		Version:  rapid.SampledFrom([]Version{0, V71, V72, V73A, V73B, V74, V80}).Draw(t, "version"),
		BulkLoad: rapid.Bool().Draw(t, "bulk load"),
	}
	f.ColumnEncryption = f.version().AtLeast(V74) && !f.BulkLoad && rapid.Bool().Draw(t, "encryption")
	return f
}

func TestColMetadataRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := genFormat(t)
		m := genColMetadata(t, f)
		wire, err := m.Append([]byte("before"), f)
		if err != nil {
			t.Fatal(err)
		}
		wire = wire[6:]
		var back ColMetadata
		n, err := back.Decode(append(wire[1:len(wire):len(wire)], "behind"...), f)
		if err != nil || n != len(wire)-1 || wire[0] != byte(TokenColMetadata) {
			t.Fatalf("%d of %d bytes, %v", n, len(wire)-1, err)
		}
		if diff := cmp.Diff(m, &back, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		cut := rapid.IntRange(0, len(wire)-2).Draw(t, "cut")
		if _, err := back.Decode(wire[1:1+cut], f); !errors.Is(err, ErrTruncated) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		size := rapid.IntRange(1, 100).Draw(t, "piece")
		r := NewTokenReader(&pieceReader{data: wire, sizes: []int{size}}, TokenReaderOptions{TokenFormat: f, BufferSize: 1})
		token, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, token, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		if !bytes.Equal(r.Raw(), wire) {
			t.Fatal("Raw differs")
		}
	})
}

func TestColMetadataRefuses(t *testing.T) {
	long := strings.Repeat("x", 256)
	for name, c := range map[string]struct {
		m ColMetadata
		f TokenFormat
	}{
		"long name":            {ColMetadata{Columns: []Column{{Name: long, Type: Int(4)}}}, TokenFormat{}},
		"five parts":           {ColMetadata{Columns: []Column{{Type: Image(), Table: make([]string, 5)}}}, TokenFormat{}},
		"long part":            {ColMetadata{Columns: []Column{{Type: Image(), Table: []string{strings.Repeat("x", 65536)}}}}, TokenFormat{}},
		"long name in one":     {ColMetadata{Columns: []Column{{Type: Image(), Table: []string{strings.Repeat("x", 65536)}}}}, TokenFormat{Version: V71}},
		"too many columns":     {ColMetadata{Columns: make([]Column, 4097)}, TokenFormat{}},
		"too many keys":        {ColMetadata{CekTable: make([]EncryptionKey, 4097)}, TokenFormat{ColumnEncryption: true}},
		"too many values":      {ColMetadata{CekTable: []EncryptionKey{{Values: make([]EncryptionKeyValue, 256)}}}, TokenFormat{ColumnEncryption: true}},
		"no type":              {ColMetadata{Columns: []Column{{}}}, TokenFormat{}},
		"date before 7.3":      {ColMetadata{Columns: []Column{{Type: Date()}}}, TokenFormat{Version: V72}},
		"max before 7.2":       {ColMetadata{Columns: []Column{{Type: VarBinary(SizeMax)}}}, TokenFormat{Version: V71}},
		"json before 7.4":      {ColMetadata{Columns: []Column{{Type: JSON()}}}, TokenFormat{Version: V73B}},
		"user type of 17 bits": {ColMetadata{Columns: []Column{{Type: Int(4), UserType: 0x10000}}}, TokenFormat{Version: V71}},
		"encrypted without crypto": {ColMetadata{Columns: []Column{{Type: VarBinary(16), Flags: ColumnEncrypted}}},
			TokenFormat{ColumnEncryption: true}},
	} {
		if wire, err := c.m.Append([]byte{1}, c.f); !errors.Is(err, ErrEncode) || len(wire) != 1 {
			t.Errorf("%s: %d bytes, %v", name, len(wire), err)
		}
	}
}

package tsql

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// utf16le encodes s as it is on the wire.
func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func TestScanUTF16(t *testing.T) {
	tests := []struct {
		text string
		want Hit
	}{
		{"", 0},
		{"x", 0},
		{"SELECT * FROM t WHERE x = 'external'", 0},
		{"EXEC sp_execute_external_script", HitScript},
		{"exec Sp_ExEcUtE_eXtErNaL_sCrIpT @language=N'R'", HitScript},
		{"EXEC [sys].[SP_EXECUTE_EXTERNAL_SCRIPT]", HitScript},
		{"EXEC('EXEC sp_execute_external_script')", HitScript},
		{"sp_execute_external_scrip", 0},
		{"p_execute_external_script", 0},
		{"CREATE EXTERNAL LANGUAGE [Java] FROM (CONTENT = 0x)", HitExternal},
		{"drop external/* x */\n--y\nlibrary z", HitExternal},
		{"CREATE EXTERNAL TABLE t (a int)", 0},
		{"SELECT external_id, language FROM t", 0},
		{"SELECT x_external language", 0},
		{"CREATE EXTERNAL LIBRARY l; EXEC sp_execute_external_script", HitScript | HitExternal},
		{"externally language", 0},
	}
	for _, tt := range tests {
		if got := ScanUTF16(utf16le(tt.text)); got != tt.want {
			t.Errorf("ScanUTF16(%q) = %d, want %d", tt.text, got, tt.want)
		}
	}
	// The same bytes one off are other characters.
	if got := ScanUTF16(append([]byte{0}, utf16le("sp_execute_external_script")...)); got != 0 {
		t.Errorf("shifted text: %d", got)
	}
}

// A text full of beginnings takes a moment, not the hour of looking behind each of them.
func TestScanIsLinear(t *testing.T) {
	text := utf16le(strings.Repeat("external /* ", 1<<20))
	if got := ScanUTF16(text); got != 0 {
		t.Errorf("got %d", got)
	}
	if got := ScanUTF16(append(text, utf16le("library")...)); got != HitExternal {
		t.Errorf("got %d with the word at the end", got)
	}
}

func TestScanModules(t *testing.T) {
	s := NewScanner("TrainModel", "p", "a]b name", "größe", "]")
	for text, want := range map[string]bool{
		"EXEC trainmodel":          true,
		"EXEC dbo.[TRAINMODEL] @x": true,
		"EXEC trainmodel2":         false,
		"EXEC p":                   true,
		"EXEC @p":                  false,
		"SELECT pp FROM spool":     false,
		"EXEC [a]]b name]":         true,
		"EXEC GRÖSSE":              false,
		"EXEC GRÖßE":               true,
		"nothing":                  false,
		"":                         false,
		"SELECT [col]":             true, // "]" is a name: its only spelling is everywhere
	} {
		if got := s.ScanUTF16(utf16le(text))&HitModule != 0; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if NewScanner().ScanUTF16(utf16le("p")) != 0 {
		t.Error("a scanner without names found one")
	}
}

// The matcher must find what a plain search finds.
func TestScanModulesAgainstPlainSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.StringMatching(`[abC]{1,6}`), 1, 8).Draw(t, "names")
		text := rapid.StringMatching(`[abcABC .]{0,40}`).Draw(t, "text")
		want := false
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '.' }) {
			for _, n := range names {
				want = want || strings.EqualFold(n, word)
			}
		}
		if got := NewScanner(names...).ScanUTF16(utf16le(text))&HitModule != 0; got != want {
			t.Fatalf("names %q in %q: %v, want %v", names, text, got, want)
		}
	})
}

func TestScanAllocatesNothing(t *testing.T) {
	s := NewScanner("some_module", "other")
	text := utf16le(sampleBatch(4096))
	if n := testing.AllocsPerRun(20, func() { s.ScanUTF16(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// sampleBatch is ordinary T-SQL of n characters.
func sampleBatch(n int) string {
	const one = `SELECT TOP (100) o.OrderID, o.CustomerName, MAX(l.Price * l.Quantity) AS total -- next, the explanation
FROM Sales.Orders AS o INNER JOIN Sales.OrderLines AS l ON l.OrderID = o.OrderID
WHERE o.OrderDate >= @from AND o.Status IN ('open', N'external', 'fixed') GROUP BY o.OrderID, o.CustomerName;
`
	return strings.Repeat(one, n/len(one)+1)[:n]
}

func BenchmarkScanUTF16(b *testing.B) {
	text := utf16le(sampleBatch(1024))
	many := make([]string, 300)
	for i := range many {
		many[i] = fmt.Sprintf("usp_train_model_%03d", i)
	}
	for name, s := range map[string]*Scanner{"none": NewScanner(), "300_modules": NewScanner(many...)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if s.ScanUTF16(text) != 0 {
					b.Fatal("hit")
				}
			}
		})
	}
}

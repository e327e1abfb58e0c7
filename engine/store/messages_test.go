package store

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tds-launchpad/tsql"
)

// Every number the package reports has a text, in the catalogue or here.
func TestErrorsHaveTexts(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := regexp.MustCompile(`(tsql\.N|n)ewError\((\d+)`)
	seen := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range used.FindAllStringSubmatch(string(src), -1) {
			n, _ := strconv.Atoi(m[2])
			seen++
			_, own := ownMessages[int32(n)]
			if m[1] == "n" && !own || m[1] != "n" && !tsql.Known(int32(n)) {
				t.Errorf("%s: error %d has no text", f, n)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d errors found: the pattern no longer matches", seen)
	}
}

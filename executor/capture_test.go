package executor

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCaptureKeepsBothEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(8, 200).Draw(t, "limit")
		text := rapid.StringMatching(`[a-z]{0,900}`).Draw(t, "text")
		c := startCapture(strings.NewReader(text), limit)
		<-c.done
		got := c.text()
		if len(text) <= limit {
			if got != text {
				t.Fatalf("%q became %q", text, got)
			}
			return
		}
		head, tail := text[:limit-limit/4], text[len(text)-limit/4:]
		if !strings.HasPrefix(got, head) || !strings.HasSuffix(got, tail) || !strings.Contains(got, "left out") {
			t.Fatalf("of %d bytes with bound %d this is kept: %q", len(text), limit, got)
		}
	})
}

func TestCaptureBoundsMemory(t *testing.T) {
	c := startCapture(bytes.NewReader(bytes.Repeat([]byte("0123456789abcdef"), 1<<20)), 1000)
	<-c.done
	if n := cap(c.head) + cap(c.tail); n > 64<<10 {
		t.Errorf("%d bytes of buffers for a bound of 1000", n)
	}
	if !strings.Contains(c.text(), "16776216 bytes of output left out") {
		t.Errorf("wrong note: %q", c.text()[740:820])
	}
}

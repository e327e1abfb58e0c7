package main

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tds-launchpad/integration/bench/source"
	"tds-launchpad/tds"
)

// tellInstant is Python that prints the present instant, on the clock that all
// processes of the machine share.
const tellInstant = "import time\nprint('instant', time.monotonic_ns())\n"

var instantLine = regexp.MustCompile(`instant (\d+)`)

// scriptCall writes a script call; options are further arguments, or WITH RESULT
// SETS with its keyword.
func scriptCall(script string, options ...string) string {
	var b strings.Builder
	b.WriteString("EXEC sp_execute_external_script @language = N'Python', @script = N'" + strings.ReplaceAll(script, "'", "''") + "'")
	for _, o := range options {
		if !strings.HasPrefix(o, "WITH ") {
			b.WriteByte(',')
		}
		b.WriteString(" " + o)
	}
	return b.String()
}

// instant finds what tellInstant printed among a call's messages.
func (a *answer) instant() (time.Duration, error) {
	m := instantLine.FindStringSubmatch(strings.Join(a.messages, "\n"))
	if m == nil {
		return 0, fmt.Errorf("the script did not print its instant, but %q", a.messages)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	return time.Duration(n), err
}

// timedCall is a script call, when it told its instant and when it was answered.
type timedCall struct {
	told, answered time.Duration
	answer
}

func (c *client) timedCall(text string) (t timedCall, err error) {
	t.answer, err = c.query(text)
	t.answered = source.Now()
	if err == nil {
		t.told, err = t.instant()
	}
	return t, err
}

// scriptClient connects to the product for script calls.
func (b *bench) scriptClient(ctx context.Context) (*client, error) {
	return dial(ctx, b.plain.product, false, tds.DefaultPacketSize)
}

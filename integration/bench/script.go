package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tds-launchpad/integration/bench/source"
	"tds-launchpad/tds"
)

// tellInstant is Python that prints the present instant, on the clock that all
// processes of the machine share, and the processor time used so far.
const tellInstant = "import time\nprint('instant', time.monotonic_ns(), time.process_time_ns())\n"

var instantLine = regexp.MustCompile(`instant (\d+) (\d+)`)

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

// timedCall is a script call, when it told its instant and when it was answered.
type timedCall struct {
	told, answered time.Duration
	processor      time.Duration // used by the script's process up to its instant
	answer
}

func (c *client) timedCall(text string) (t timedCall, err error) {
	t.answer, err = c.query(text)
	t.answered = source.Now()
	if err != nil {
		return t, err
	}
	m := instantLine.FindStringSubmatch(strings.Join(t.messages, "\n"))
	if m == nil {
		return t, fmt.Errorf("the script did not print its instant, but %q", t.messages)
	}
	told, err1 := strconv.ParseInt(m[1], 10, 64)
	processor, err2 := strconv.ParseInt(m[2], 10, 64)
	t.told, t.processor = time.Duration(told), time.Duration(processor)
	return t, errors.Join(err1, err2)
}

// scriptClient connects to the product for script calls.
func (b *bench) scriptClient(ctx context.Context) (*client, error) {
	return dial(ctx, b.plain.product, false, tds.DefaultPacketSize)
}

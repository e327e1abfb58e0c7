package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

const decisionTime = 200 * time.Millisecond // of each round

var scanLine = regexp.MustCompile(`(?m)^BenchmarkScanUTF16/(\S+?)-\d+\s+\d+\s+([\d.]+) ns/op.*?(\d+) allocs/op`)

// measureDecision takes the figures of package tsql's own benchmark of the scan
// that decides about every batch.
func measureDecision(ctx context.Context, b *bench) error {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkScanUTF16$", "-benchmem",
		"-benchtime", b.lasting(decisionTime).String(), "-count", strconv.Itoa(b.rounds), "tds-launchpad/tsql")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test: %w\n%s", err, out)
	}
	took, allocations := map[string][]float64{}, map[string]string{}
	for _, m := range scanLine.FindAllStringSubmatch(string(out), -1) {
		ns, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return err
		}
		took[m[1]] = append(took[m[1]], ns/1e9)
		allocations[m[1]] = m[3]
	}
	if len(took) == 0 {
		return errors.New("no figure of BenchmarkScanUTF16 in the output of go test:\n" + string(out))
	}
	p := b.table.part(`"not ours" on a batch of 1,024 characters`, "time", "time", "allocations")
	for _, c := range []struct{ name, what string }{{"none", "no script modules known"}, {"300_modules", "300 script modules known"}} {
		if s := spreadOf(took[c.name]); s.median > 0 {
			p.add(line{c.what, []string{duration(s.median), allocations[c.name]}, s.show(duration),
				&goal{first: 2e-6, aim: 0.5e-6, measured: s.median, show: duration}})
		}
	}
	return nil
}

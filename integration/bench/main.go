package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

type options struct {
	program string
	only    []string
	rounds  int
	scale   float64
}

// sections are the parts of the table in their order.
var sections = []struct {
	name    string
	measure func(context.Context, *bench) error
}{
	{"latency", measureLatency},
	{"throughput", measureThroughput},
	{"decision", measureDecision},
	{"rows", measureRows},
	{"scripts", measureScripts},
	{"plans", measurePlans},
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == sourceRole {
		exit(runSource(os.Args[2:]))
	}
	var o options
	var only string
	flag.StringVar(&o.program, "program", "bin/tds-launchpad", "the product's `binary`")
	flag.StringVar(&only, "only", "", "comma-separated `sections`: latency, throughput, decision, rows, scripts, plans")
	flag.IntVar(&o.rounds, "rounds", 7, "rounds of each measurement")
	flag.Float64Var(&o.scale, "scale", 1, "scales durations and amounts; figures of less than 1 are for trying things")
	flag.Parse()
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(run(ctx, o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, o options) (err error) {
	if o.rounds < 1 || o.scale <= 0 {
		return errors.New("rounds and scale must be positive")
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	for _, s := range sections {
		if len(o.only) > 0 && !slices.Contains(o.only, s.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring %s...\n", s.name)
		if err := s.measure(ctx, b); err != nil {
			// The table goes on without the section, and the exit status says so.
			b.failures = append(b.failures, fmt.Errorf("%s: %w", s.name, err))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	b.table.print(os.Stdout)
	if len(b.failures) > 0 {
		b.failures = append(b.failures, b.lastWords()...)
	}
	return errors.Join(b.failures...)
}

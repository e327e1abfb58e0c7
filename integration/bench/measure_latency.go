package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tds-launchpad/tds"
)

const (
	latencyTime   = 300 * time.Millisecond // of each way in each round
	latencyWarmUp = 200                    // round trips of each connection
	pingQuery     = "SELECT * FROM source.numeric(1)"
)

// measureLatency takes round trips of a small query. What a proxy adds to the
// direct way is held against what HAProxy adds in the same round.
func measureLatency(ctx context.Context, b *bench) error {
	p := b.table.part("forwarded round trip", "added, by what HAProxy adds", slices.Concat(wayNames, processorColumn)...)
	for _, secure := range []bool{false, true} {
		for _, connections := range []int{1, 32} {
			if err := b.latency(ctx, p, secure, connections); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) latency(ctx context.Context, p *part, secure bool, connections int) error {
	ping, err := request(pingQuery, tds.DefaultPacketSize)
	if err != nil {
		return err
	}
	var clients [3][]*client
	effort := efforts{ways: b.ways(secure)}
	for i, w := range effort.ways {
		for range connections {
			c, err := dial(ctx, w.address, secure, tds.DefaultPacketSize)
			if err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			defer c.close()
			if answer, err := c.query(pingQuery); err != nil || answer.rows != 1 {
				return fmt.Errorf("%s: %d rows, %w", w.name, answer.rows, err)
			}
			clients[i] = append(clients[i], c)
		}
		if _, err := roundTrips(clients[i], ping, 0); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	var p50, p99 [3][]float64 // seconds, a figure a round
	for round := range b.rounds {
		for turn := range clients {
			i := (round + turn) % len(clients)
			var took []time.Duration
			err := effort.during(i, func() (done float64, err error) {
				took, err = roundTrips(clients[i], ping, b.lasting(latencyTime))
				return float64(len(took)), err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", wayNames[i], err)
			}
			p50[i] = append(p50[i], percentile(took, 50).Seconds())
			p99[i] = append(p99[i], percentile(took, 99).Seconds())
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	what := "1 connection"
	if connections > 1 {
		what = fmt.Sprintf("%d connections", connections)
	}
	if secure {
		what += ", TLS"
	}
	p.addLatency(what+", p50", p50, p50[0], effort.show(duration))
	p.addLatency(what+", p99", p99, p50[0], "")
	return nil
}

// addLatency adds a line. What a way adds is what it takes beyond the usual round
// trip of the direct way, for p99 too: the direct way has a tail of its own, and the
// difference of two tails is noise.
func (p *part) addLatency(what string, took [3][]float64, usual []float64, effort string) {
	added := spreadOf(ratios(minus(took[2], usual), minus(took[1], usual)))
	var figures []string
	for _, t := range took {
		figures = append(figures, duration(spreadOf(t).median))
	}
	p.add(line{what, append(figures, effort), added.show(times),
		&goal{first: 1.5, aim: 1, measured: added.median, show: times}})
}

// roundTrips keeps all connections busy for a time, or for the warm-up if it is 0,
// and returns how long each round trip took, in order of length.
func roundTrips(clients []*client, ping []byte, lasting time.Duration) ([]time.Duration, error) {
	took := make([][]time.Duration, len(clients))
	errs := make([]error, len(clients))
	end := time.Now().Add(lasting)
	var running sync.WaitGroup
	for i, c := range clients {
		running.Go(func() {
			for n := 0; errs[i] == nil; n++ {
				began := time.Now()
				if lasting == 0 && n == latencyWarmUp || lasting > 0 && began.After(end) {
					return
				}
				_, errs[i] = c.roundTrip(ping)
				took[i] = append(took[i], time.Since(began))
			}
		})
	}
	running.Wait()
	all := slices.Concat(took...)
	slices.Sort(all)
	return all, errors.Join(errs...)
}

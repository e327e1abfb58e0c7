package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tds-launchpad/tds"
)

// throughputRows is the result set that is passed on: some 120 MB, so that a round
// lasts for more than a scheduler's whim.
const throughputRows = 4_000_000

// measureThroughput takes one connection's bytes per second out of a large result.
func measureThroughput(ctx context.Context, b *bench) error {
	p := b.table.part("results forwarded", "by HAProxy's rate", slices.Concat(wayNames, processorColumn)...)
	for _, secure := range []bool{false, true} {
		for _, packetSize := range []int{tds.DefaultPacketSize, 8000, tds.MaxPacketSize} {
			if err := b.throughput(ctx, p, secure, packetSize); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) throughput(ctx context.Context, p *part, secure bool, packetSize int) error {
	rows := b.scaled(throughputRows)
	if secure {
		rows /= 2 // TLS is slower, and a round long enough
	}
	text := fmt.Sprintf("SELECT * FROM source.numeric(%d)", rows)
	query, err := request(text, packetSize)
	if err != nil {
		return err
	}
	var clients [3]*client
	effort := efforts{ways: b.ways(secure)}
	for i, w := range effort.ways {
		c, err := dial(ctx, w.address, secure, packetSize)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		defer c.close()
		// The first time warms up, and shows that the rows arrive.
		if answer, err := c.query(text); err != nil || answer.rows != int64(rows) {
			return fmt.Errorf("%s: %d rows of %d, %w", w.name, answer.rows, rows, err)
		}
		clients[i] = c
	}
	var rates [3][]float64
	for round := range b.rounds {
		for turn := range clients {
			i := (round + turn) % len(clients)
			err := effort.during(i, func() (float64, error) {
				began := time.Now()
				n, err := clients[i].roundTrip(query)
				rates[i] = append(rates[i], float64(n)/time.Since(began).Seconds())
				return float64(n) / 1e9, err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", wayNames[i], err)
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	ratio := spreadOf(ratios(rates[2], rates[1]))
	var figures []string
	for _, r := range rates {
		figures = append(figures, bytesRate(spreadOf(r).median))
	}
	what := fmt.Sprintf("packets of %d bytes", packetSize)
	if secure {
		what += ", TLS"
	}
	p.add(line{what, append(figures, effort.show(duration)), ratio.show(times),
		&goal{first: 0.7, aim: 1, more: true, measured: ratio.median, show: times}})
	return nil
}

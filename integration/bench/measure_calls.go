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
	trivialCalls = 40 // of each round
	coldCalls    = 2  // of each round
	warmUp       = 20 // calls that are not counted
	pause        = 50 * time.Millisecond
	pausedCalls  = 20              // of each round, with a pause in front of each
	trivialTime  = 2 * time.Second // of each round of parallel calls
)

// parallelClients are how many clients call at once; the budget speaks of the goal's.
var parallelClients = []struct {
	n    int
	goal bool
}{{1, false}, {8, true}, {32, false}}

// scripts is a product whose script calls are measured.
type scripts struct {
	*bench
	part    *part
	product *process
	address string
	log     *records
	warm    float64 // the median of a trivial call, in seconds
}

func (s *scripts) client(ctx context.Context) (*client, error) {
	return dial(ctx, s.address, false, tds.DefaultPacketSize)
}

// callsOf times n trivial calls of one client, with a pause in front of each.
func callsOf(c *client, n int, pause time.Duration) ([]time.Duration, error) {
	var took []time.Duration
	for range n {
		time.Sleep(pause)
		began := time.Now()
		if a, err := c.query(trivialCall); err != nil || a.rows != 1 {
			return nil, fmt.Errorf("trivial call: %d rows, %w", a.rows, err)
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// times takes trivial calls round by round. It returns the median of each, in seconds,
// and all in order.
func (s *scripts) times(ctx context.Context, c *client, calls int, pause time.Duration) (p50 []float64, all []time.Duration, err error) {
	for range s.rounds {
		took, err := callsOf(c, calls, pause)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, nil, err
		}
		all = append(all, took...)
		slices.Sort(took)
		p50 = append(p50, percentile(took, 50).Seconds())
	}
	slices.Sort(all)
	return p50, all, nil
}

func (s *scripts) trivialCalls(ctx context.Context) error {
	c, err := s.client(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	if err := s.awaitReady(ctx); err != nil {
		return err
	}
	if _, err := callsOf(c, warmUp, pause); err != nil {
		return err
	}
	s.log.reset()
	p50, all, err := s.times(ctx, c, s.scaled(pausedCalls), pause)
	if err != nil {
		return err
	}
	spread, p99 := spreadOf(p50), percentile(all, 99).Seconds()
	s.warm = spread.median
	s.part.add(line{fmt.Sprintf("trivial call, a row in and out, %v after the last, p50", pause), []string{duration(spread.median)}, spread.show(duration),
		&goal{first: 15e-3, aim: 3e-3, measured: spread.median, show: duration}})
	s.part.add(line{fmt.Sprintf("the same, p99 of %d", len(all)), []string{duration(p99)}, "",
		&goal{first: 15e-3, aim: 10e-3, measured: p99, show: duration}})
	s.phases(len(all))
	if err := s.memory(); err != nil {
		return err
	}
	if p50, _, err = s.times(ctx, c, s.scaled(trivialCalls), 0); err != nil {
		return err
	}
	spread = spreadOf(p50)
	s.part.add(line{"the same, one call behind the other, p50", []string{duration(spread.median)}, spread.show(duration), nil})
	return nil
}

// parallelCalls takes how many calls fit into a second.
func (s *scripts) parallelCalls(ctx context.Context) error {
	for _, parallel := range parallelClients {
		clients := make([]*client, parallel.n)
		for i := range clients {
			c, err := s.client(ctx)
			if err != nil {
				return err
			}
			defer c.close()
			clients[i] = c
		}
		if _, err := s.rate(clients); err != nil { // as many wait ready afterwards as are wanted
			return err
		}
		var rates []float64
		for range s.rounds {
			rate, err := s.rate(clients)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return fmt.Errorf("%d clients: %w", parallel.n, err)
			}
			rates = append(rates, rate)
		}
		spread := spreadOf(rates)
		each := func(x float64) string { return fmt.Sprintf("%.1f /s", x) }
		l := line{fmt.Sprintf("calls per second, %d clients", parallel.n), []string{each(spread.median)}, spread.show(each), nil}
		if parallel.goal {
			l.goal = &goal{first: 60, aim: 150, measured: spread.median, show: each, more: true}
		}
		s.part.add(l)
	}
	return nil
}

// rate has all clients call for a while.
func (s *scripts) rate(clients []*client) (perSecond float64, err error) {
	began := time.Now()
	end := began.Add(s.lasting(trivialTime))
	counts, errs := make([]int, len(clients)), make([]error, len(clients))
	var running sync.WaitGroup
	for i, c := range clients {
		running.Go(func() {
			for errs[i] == nil && time.Now().Before(end) {
				_, errs[i] = c.query(trivialCall)
				counts[i]++
			}
		})
	}
	running.Wait()
	n := 0
	for _, count := range counts {
		n += count
	}
	return float64(n) / time.Since(began).Seconds(), errors.Join(errs...)
}

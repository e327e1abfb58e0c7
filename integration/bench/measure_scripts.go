package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	trivialCalls    = 8               // of each round
	trivialTime     = 2 * time.Second // of each round of parallel calls
	parallelCalls   = 4               // two for each of two processors, so that none waits
	attentionWait   = time.Minute     // for a script to start or to end; healthy ones take less than a second
	attentionPoll   = 200 * time.Microsecond
	sleepersComm    = "bench-sleeper"
	trivialScript   = "OutputDataSet = InputDataSet"
	sleepingScript  = "import ctypes, time\nctypes.CDLL(None).prctl(15, b'" + sleepersComm + "', 0, 0, 0)\ntime.sleep(3600)"
	trivialQuestion = "@input_data_1 = N'SELECT * FROM source.numeric(1)'"
	trivialAnswer   = "WITH RESULT SETS ((a int, b bigint, c float, d int))"
)

// measureScripts takes the life of script calls: how long a trivial one lasts, how
// many fit into a second, and how soon an attention ends one.
func measureScripts(ctx context.Context, b *bench) error {
	p := b.table.part("script calls", "of the rounds", "tds-launchpad")
	return errors.Join(b.trivialCalls(ctx, p), b.parallelCalls(ctx, p), b.attentions(ctx, p))
}

func (b *bench) trivialCalls(ctx context.Context, p *part) error {
	c, err := b.scriptClient(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	text := scriptCall(trivialScript, trivialQuestion, trivialAnswer)
	var p50 []float64
	var all []time.Duration
	for range b.rounds {
		var took []time.Duration
		for range b.scaled(trivialCalls) {
			began := time.Now()
			if a, err := c.query(text); err != nil || a.rows != 1 {
				return fmt.Errorf("trivial call: %d rows, %w", a.rows, err)
			}
			took = append(took, time.Since(began))
		}
		all = append(all, took...)
		slices.Sort(took)
		p50 = append(p50, percentile(took, 50).Seconds())
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	slices.Sort(all)
	s, p99 := spreadOf(p50), percentile(all, 99).Seconds()
	p.add(line{"trivial call, a row in and out, p50", []string{duration(s.median)}, s.show(duration),
		&goal{first: 15e-3, aim: 3e-3, measured: s.median, show: duration}})
	p.add(line{fmt.Sprintf("the same, p99 of %d", len(all)), []string{duration(p99)}, "",
		&goal{first: 15e-3, aim: 10e-3, measured: p99, show: duration}})
	return nil
}

func (b *bench) parallelCalls(ctx context.Context, p *part) error {
	text := scriptCall(trivialScript, trivialQuestion, trivialAnswer)
	clients := make([]*client, parallelCalls)
	for i := range clients {
		c, err := b.scriptClient(ctx)
		if err != nil {
			return err
		}
		defer c.close()
		clients[i] = c
	}
	var rates []float64
	for range b.rounds {
		began := time.Now()
		end := began.Add(b.lasting(trivialTime))
		counts, errs := make([]int, len(clients)), make([]error, len(clients))
		var running sync.WaitGroup
		for i, c := range clients {
			running.Go(func() {
				for errs[i] == nil && time.Now().Before(end) {
					_, errs[i] = c.query(text)
					counts[i]++
				}
			})
		}
		running.Wait()
		if err := errors.Join(errs...); err != nil {
			return fmt.Errorf("parallel calls: %w", err)
		}
		n := 0
		for _, count := range counts {
			n += count
		}
		rates = append(rates, float64(n)/time.Since(began).Seconds())
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	s := spreadOf(rates)
	each := func(x float64) string { return fmt.Sprintf("%.1f /s", x) }
	p.add(line{fmt.Sprintf("calls per second, %d at a time", parallelCalls), []string{each(s.median)}, s.show(each),
		&goal{first: 60, aim: 150, measured: s.median, show: each, more: true}})
	return nil
}

// attentions takes how long after an attention the client has its answer, and how
// long until the script's process is gone.
func (b *bench) attentions(ctx context.Context, p *part) error {
	c, err := b.scriptClient(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	var answered, gone []float64
	for range b.rounds {
		a, g, err := c.attend()
		if err != nil {
			return fmt.Errorf("attention: %w", err)
		}
		answered, gone = append(answered, a.Seconds()), append(gone, g.Seconds())
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	a, g := spreadOf(answered), spreadOf(gone)
	p.add(line{"attention to its acknowledgement", []string{duration(a.median)}, a.show(duration), nil})
	p.add(line{"attention to the script's process gone", []string{duration(g.median)}, g.show(duration), nil})
	return nil
}

// attend starts a script that sleeps, and cancels it.
func (c *client) attend() (answered, gone time.Duration, err error) {
	if err := c.send(scriptCall(sleepingScript)); err != nil {
		return 0, 0, err
	}
	pid, err := waitForSleeper()
	if err != nil {
		return 0, 0, err
	}
	end := make(chan time.Time, 1)
	began := time.Now()
	if err := c.attention(); err != nil {
		return 0, 0, err
	}
	go func() { end <- waitForEnd(pid) }()
	if err := c.readAcknowledgement(); err != nil {
		return 0, 0, err
	}
	answered = time.Since(began)
	ended := <-end
	if ended.IsZero() {
		return 0, 0, fmt.Errorf("process %d is still there", pid)
	}
	if _, err := c.query(pingQuery); err != nil {
		return 0, 0, fmt.Errorf("the session afterwards: %w", err)
	}
	return answered, ended.Sub(began), nil
}

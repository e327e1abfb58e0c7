package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	attentionWait   = time.Minute // for a script to start or to end; healthy ones take less than a second
	attentionPoll   = 200 * time.Microsecond
	sleepersComm    = "bench-sleeper"
	sleepingScript  = "import ctypes, time\nctypes.CDLL(None).prctl(15, b'" + sleepersComm + "', 0, 0, 0)\ntime.sleep(3600)"
	trivialScript   = "OutputDataSet = InputDataSet"
	trivialQuestion = "@input_data_1 = N'SELECT * FROM source.numeric(1)'"
	trivialAnswer   = "WITH RESULT SETS ((a int, b bigint, c float, d int))"
)

var trivialCall = scriptCall(trivialScript, trivialQuestion, trivialAnswer)

// measureScripts takes the life of script calls: how long a trivial one lasts and where that
// goes, how many fit into a second, what a waiting satellite costs, what a start without
// zygote, and how soon an attention ends one.
func measureScripts(ctx context.Context, b *bench) error {
	p := b.table.part("script calls", "of the rounds", "tds-launchpad")
	product, address, log, err := startRecorded(b, "scripts")
	if err != nil {
		return err
	}
	s := &scripts{bench: b, part: p, product: product, address: address, log: log}
	err = errors.Join(s.trivialCalls(ctx), s.coldCalls(ctx), s.parallelCalls(ctx), s.attentions(ctx))
	return errors.Join(err, product.stop())
}

// attentions takes how long after an attention the client has its answer, and how
// long until the script's process is gone.
func (s *scripts) attentions(ctx context.Context) error {
	c, err := s.client(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	var answered, gone []float64
	for range s.rounds {
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
	s.part.add(line{"attention to its acknowledgement", []string{duration(a.median)}, a.show(duration), nil})
	s.part.add(line{"attention to the script's process gone", []string{duration(g.median)}, g.show(duration), nil})
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

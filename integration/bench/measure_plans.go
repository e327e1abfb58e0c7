package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"slices"
	"time"

	"tds-launchpad/tds"
)

const planCalls = 8 // of each shape in each round

// planBare is the call that every shape of a plan has one of.
var planBare = scriptCall("n = n + 1", "@params = N'@n int OUTPUT'", "@n = 1")

// planShapes are what a script call stands in, each held against the bare call.
var planShapes = []struct{ what, text string }{
	{"the call alone", planBare},
	{"DECLARE, call, SELECT", "DECLARE @n int = 1; " + scriptCall("n = n + 1", "@params = N'@n int OUTPUT'", "@n = @n OUTPUT") + "; SELECT @n AS n"},
	{"call in a procedure", "EXEC bench_call"},
	{"procedure with OUTPUT in TRY", "DECLARE @n int = 1; BEGIN TRY EXEC bench_output @n OUTPUT; SELECT @n AS n END TRY BEGIN CATCH THROW END CATCH"},
	{"INSERT ... EXEC of a row", "INSERT INTO bench_rows " + scriptCall("OutputDataSet = pandas.DataFrame({'n': [1]})")},
}

var planSetup = []string{
	"CREATE PROCEDURE bench_call AS " + planBare,
	"CREATE PROCEDURE bench_output @n int OUTPUT AS " + scriptCall("n = n + 1", "@params = N'@n int OUTPUT'", "@n = @n OUTPUT"),
	"CREATE TABLE bench_rows (n int)",
}

// measurePlans takes what it costs that a script call stands among other statements. The source knows no
// T-SQL, so that the engine is the embedded one here.
func measurePlans(ctx context.Context, b *bench) error {
	password := rand.Text() + "-1a"
	if err := os.Setenv("TDS_LAUNCHPAD_SA_PASSWORD", password); err != nil {
		return err
	}
	product, address, err := startProduct(b.dir, "plans", b.program, "embedded", b.certificateFile)
	if err != nil {
		return err
	}
	b.parts = append(b.parts, product)
	c, err := dialAs(ctx, address, "sa", password, false, tds.DefaultPacketSize)
	if err != nil {
		return err
	}
	defer c.close()
	for _, text := range planSetup {
		if _, err := c.query(text); err != nil {
			return err
		}
	}
	p50 := make([][]float64, len(planShapes)) // seconds, a figure a round
	for round := range b.rounds + 1 {
		took := make([][]time.Duration, len(planShapes))
		for call := range b.scaled(planCalls) {
			for turn := range planShapes {
				i := (call + turn) % len(planShapes)
				began := time.Now()
				if _, err := c.query(planShapes[i].text); err != nil {
					return fmt.Errorf("%s: %w", planShapes[i].what, err)
				}
				took[i] = append(took[i], time.Since(began))
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if round == 0 {
			continue // it makes plans, modules and the zygote known
		}
		for i := range took {
			slices.Sort(took[i])
			p50[i] = append(p50[i], percentile(took[i], 50).Seconds())
		}
	}
	p := b.table.part("script call in a plan, p50, embedded engine", "by the call alone", "time")
	for i, shape := range planShapes {
		p.add(line{shape.what, []string{duration(spreadOf(p50[i]).median)}, spreadOf(ratios(p50[i], p50[0])).show(times), nil})
	}
	return nil
}

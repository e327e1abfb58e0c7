package executor

import (
	"context"
	"testing"
	"time"

	"tds-launchpad/sandbox"
)

// signalling tells when a satellite has been released.
type signalling struct {
	Starter
	released chan struct{}
}

func (s signalling) Acquire(ctx context.Context, req sandbox.Request) (Satellite, error) {
	sat, err := s.Starter.Acquire(ctx, req)
	return signallingSatellite{sat, s.released}, err
}

type signallingSatellite struct {
	Satellite
	released chan struct{}
}

func (s signallingSatellite) Release() error {
	err := s.Satellite.Release()
	close(s.released)
	return err
}

// A result that nobody reads, because the client is slow, holds no satellite: neither its account
// nor its place.
func TestResultHoldsNoSatellite(t *testing.T) {
	released := make(chan struct{})
	e := New(Config{Starter: signalling{newUnconfined(t), released}, DataDir: t.TempDir()})
	call := &Call{Language: "Python", Script: "OutputDataSet = pandas.DataFrame({'a': [1, 2]})"}
	res, err := e.Run(context.Background(), call, nil)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-released:
	case <-time.After(time.Minute):
		t.Error("the satellite is kept until the result is closed")
	}
	if res.RowCount != 2 {
		t.Errorf("%d rows", res.RowCount)
	}
	if err := res.Close(); err != nil {
		t.Error(err)
	}
	if err := res.Close(); err != nil {
		t.Error(err)
	}
}

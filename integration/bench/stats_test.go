package main

import (
	"slices"
	"testing"
	"time"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		figures []float64
		want    spread
	}{
		{nil, spread{}},
		{[]float64{3}, spread{3, 3, 3}},
		{[]float64{4, 1, 2}, spread{1, 2, 4}},
		{[]float64{4, 1, 2, 3}, spread{1, 2.5, 4}},
	} {
		if got := spreadOf(c.figures); got != c.want {
			t.Errorf("%v: %v, want %v", c.figures, got, c.want)
		}
	}
}

func TestPercentile(t *testing.T) {
	sorted := make([]time.Duration, 200)
	for i := range sorted {
		sorted[i] = time.Duration(i)
	}
	for percent, want := range map[int]time.Duration{0: 0, 50: 100, 99: 198, 100: 199} {
		if got := percentile(sorted, percent); got != want {
			t.Errorf("p%d: %d, want %d", percent, got, want)
		}
	}
}

func TestRatiosLeaveOutWhatCannotBeDividedBy(t *testing.T) {
	if got := ratios([]float64{1, 2, 3}, []float64{2, 0, -1}); !slices.Equal(got, []float64{0.5}) {
		t.Errorf("%v", got)
	}
}

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		goal       goal
		first, aim string
	}{
		{goal{first: 1.5, aim: 1, measured: 1.2}, "1.50 x holds", "1.00 x MISSED"},
		{goal{first: 0.7, aim: 1, measured: 1, more: true}, "0.70 x holds", "1.00 x holds"},
		{goal{first: 0.7, aim: 1, measured: 0.5, more: true}, "0.70 x MISSED", "1.00 x MISSED"},
		{goal{first: 5, aim: 10, measured: 4, perCore: 11, more: true}, "5.00 x MISSED", "10.00 x per core holds"},
	} {
		c.goal.show = times
		if first, aim := c.goal.marks(); first != c.first || aim != c.aim {
			t.Errorf("%q and %q, want %q and %q", first, aim, c.first, c.aim)
		}
	}
}

func TestGrowth(t *testing.T) {
	g := growth{rows: 100}
	times := []time.Duration{time.Second, 3 * time.Second, time.Second, 2 * time.Second, time.Second, time.Second / 2}
	for range 3 {
		if err := g.round(func(int) (time.Duration, error) { d := times[0]; times = times[1:]; return d, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := g.rates(), []float64{50, 100, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

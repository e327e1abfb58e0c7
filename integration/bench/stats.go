package main

import (
	"slices"
	"time"
)

// spread is what is told of the figures of several rounds.
type spread struct{ min, median, max float64 }

func spreadOf(figures []float64) spread {
	if len(figures) == 0 {
		return spread{}
	}
	s := slices.Clone(figures)
	slices.Sort(s)
	return spread{s[0], (s[(len(s)-1)/2] + s[len(s)/2]) / 2, s[len(s)-1]}
}

// percentile of durations that are in order.
func percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}

// ratios divides figure by figure, leaving out rounds in which there is nothing
// to divide by: a difference of two noisy figures may come out at zero or below.
func ratios(of, by []float64) []float64 {
	var out []float64
	for i := range of {
		if by[i] > 0 {
			out = append(out, of[i]/by[i])
		}
	}
	return out
}

// minus subtracts figure by figure.
func minus(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// records takes the product's log and keeps the records of script calls.
type records struct {
	mu   sync.Mutex
	rest []byte
	all  []record
}

// record is what matters here of a record; durations are milliseconds.
type record struct {
	Message, Satellite string
	Facts              float64 `json:"facts_duration"`
	Query              float64 `json:"query_duration"`
	Start              float64 `json:"start_duration"`
	Hello              float64 `json:"hello_duration"`
	Input              float64 `json:"input_duration"`
	Script             float64 `json:"script_duration"`
	Result             float64 `json:"result_duration"`
}

// phases are the parts of a call's time in their order.
var phases = []struct {
	what string
	of   func(*record) float64
}{
	{"who calls, and may they", func(r *record) float64 { return r.Facts }},
	{"input query compiled", func(r *record) float64 { return r.Query }},
	{"satellite handed over", func(r *record) float64 { return r.Start }},
	{"its hello", func(r *record) float64 { return r.Hello }},
	{"rows sent", func(r *record) float64 { return r.Input }},
	{"script and its answer", func(r *record) float64 { return r.Script }},
	{"result to the client", func(r *record) float64 { return r.Result }},
}

// Write takes a piece of the log.
func (r *records) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rest = append(r.rest, p...)
	for {
		line, rest, whole := bytes.Cut(r.rest, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		var one record
		if json.Unmarshal(line, &one) == nil && one.Message == "script call" {
			r.all = append(r.all, one)
		}
		r.rest = rest
	}
}

// reset forgets what has been.
func (r *records) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = nil
}

// of gives a phase of all calls whose satellite was such a one, in order.
func (r *records) of(satellite string, phase func(*record) float64) []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	var took []time.Duration
	for i := range r.all {
		if r.all[i].Satellite == satellite {
			took = append(took, time.Duration(phase(&r.all[i])*float64(time.Millisecond)))
		}
	}
	slices.Sort(took)
	return took
}

func (r *records) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.all)
}

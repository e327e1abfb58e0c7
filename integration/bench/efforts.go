package main

import "time"

// efforts adds up the processor time that each way takes, and what it does in it.
// Unlike time on the clock it says something on a machine that is not quiet too.
type efforts struct {
	ways [3]way
	used [3]time.Duration
	done [3]float64
}

// during measures what way i takes for a job.
func (e *efforts) during(i int, job func() (done float64, err error)) error {
	if e.ways[i].process == nil {
		_, err := job()
		return err
	}
	before := e.ways[i].process.processorTime()
	done, err := job()
	e.used[i] += e.ways[i].process.processorTime() - before
	e.done[i] += done
	return err
}

// show renders the product's processor time per done, and what part of HAProxy's
// that is.
func (e *efforts) show(form func(float64) string) string {
	const haproxy, product = 1, 2
	if e.used[haproxy] == 0 || e.done[haproxy] == 0 || e.done[product] == 0 {
		return "too short"
	}
	each := e.used[product].Seconds() / e.done[product]
	return form(each) + ", " + times(each/(e.used[haproxy].Seconds()/e.done[haproxy]))
}

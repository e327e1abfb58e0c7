package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// table collects the lines of all sections.
type table struct {
	notes []string
	parts []*part
}

// part is one section: its lines have the same columns.
type part struct {
	title   string
	columns []string // of the absolute figures
	told    string   // what the spread is of
	lines   []line
}

// line is one measurement.
type line struct {
	what    string
	figures []string // as many as the part has columns
	spread  string   // least, middle and greatest of what the budget speaks of
	goal    *goal    // nil: the budget says nothing about it
}

// goal is what the budget (design section 12) says of a line.
type goal struct {
	first, aim float64
	measured   float64
	perCore    float64 // if not 0, what the aim speaks of in place of measured
	show       func(float64) string
	more       bool // more is better
}

// part begins a section. told says what the spread is of, which the budget speaks of.
func (t *table) part(title, told string, columns ...string) *part {
	p := &part{title: title, told: told, columns: columns}
	t.parts = append(t.parts, p)
	return p
}

func (p *part) add(l line) { p.lines = append(p.lines, l) }

// marks says what the budget's two figures are and whether they are reached.
func (g *goal) marks() (first, aim string) {
	mark := func(measured, limit float64) string {
		if g.more && measured >= limit || !g.more && measured <= limit {
			return "holds"
		}
		return "MISSED"
	}
	first = g.show(g.first) + " " + mark(g.measured, g.first)
	if g.perCore != 0 {
		return first, g.show(g.aim) + " per core " + mark(g.perCore, g.aim)
	}
	return first, g.show(g.aim) + " " + mark(g.measured, g.aim)
}

func (t *table) print(w io.Writer) {
	fmt.Fprintf(w, "\ntds-launchpad bench, %s, %d processors, load average %s\n",
		time.Now().UTC().Format("2006-01-02 15:04 UTC"), runtime.NumCPU(), loadAverage())
	for _, note := range t.notes {
		fmt.Fprintln(w, note)
	}
	for _, p := range t.parts {
		fmt.Fprintln(w)
		tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintf(tw, "%s\t%s\t%s: min / median / max\treach at first\taim\n", p.title, strings.Join(p.columns, "\t"), p.told)
		for _, l := range p.lines {
			first, aim := "-", "-"
			if l.goal != nil {
				first, aim = l.goal.marks()
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", l.what, strings.Join(l.figures, "\t"), l.spread, first, aim)
		}
		tw.Flush()
	}
}

// show renders a spread with one figure's form.
func (s spread) show(form func(float64) string) string {
	return form(s.min) + " / " + form(s.median) + " / " + form(s.max)
}

// The forms of figures.
func times(x float64) string     { return fmt.Sprintf("%.2f x", x) }
func perSecond(x float64) string { return fmt.Sprintf("%.2f M/s", x/1e6) }
func bytesRate(x float64) string { return fmt.Sprintf("%.2f GB/s", x/1e9) }

// duration takes seconds.
func duration(x float64) string {
	switch {
	case x < 0:
		return "-" + duration(-x)
	case x < 1e-6:
		return fmt.Sprintf("%.0f ns", x*1e9)
	case x < 1e-3:
		return fmt.Sprintf("%.1f us", x*1e6)
	case x < 1:
		return fmt.Sprintf("%.1f ms", x*1e3)
	}
	return fmt.Sprintf("%.2f s", x)
}

// loadAverage tells whether the machine was quiet.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

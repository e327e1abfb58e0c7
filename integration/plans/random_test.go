package plans

import (
	"math/rand/v2"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	// seedVariable repeats the cases of an earlier run, which printed its seed; seed/case repeats one of them, and with
	// a number of cases, those behind it.
	seedVariable = "TDS_LAUNCHPAD_TEST_SEED"
	// casesVariable is how many cases there shall be.
	casesVariable = "TDS_LAUNCHPAD_TEST_CASES"
)

// sampleCases is how many cases make test tries: the same ones each time. Runs with a number of cases of their own
// begin anywhere; of theirs one in maxDifferent may differ, since engines are not of one mind about what an error
// does to a transaction, and what differs is to be looked at.
const (
	sampleCases  = 300
	sampleSeed   = 1
	maxDifferent = 200
	// sessionCases is how many cases a session sees: Babelfish's get slower with each table that they make.
	sessionCases = 100
)

// TestRandom compares made-up cases.
func TestRandom(t *testing.T) {
	s := openSides(t)
	seed, first, count := uint64(sampleSeed), 0, sampleCases
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if text := os.Getenv(casesVariable); text != "" {
		count, seed = number(text), uint64(time.Now().UnixNano())
	}
	if text := os.Getenv(seedVariable); text != "" {
		whole, one, single := strings.Cut(text, "/")
		seed = uint64(number(whole))
		if single {
			first = number(one)
			if os.Getenv(casesVariable) == "" {
				count = 1
			}
		}
	}
	t.Logf("%s=%d", seedVariable, seed)
	report := t.Errorf
	if count > sampleCases {
		report = t.Logf
	}
	failed, refused := 0, map[string]int{}
	for i := first; i < first+count; i++ {
		if i > first && (i-first)%sessionCases == 0 {
			s.reconnect(t)
		}
		c := generate(rand.New(rand.NewPCG(seed, uint64(i))), i, s.native.babelfish)
		difference, refusal := s.compare(t, c)
		if refusal != "" {
			refused[refusal]++
			continue
		}
		if difference == "" {
			continue
		}
		failed++
		if failed <= 10 {
			small := s.shrink(t, c)
			if again, _ := s.compare(t, small); again != "" {
				difference = again
			}
			report("%s=%d/%d\n%s\n(-engine +proxy)\n%s", seedVariable, seed, i, small, difference)
		}
		if failed == 100 {
			t.Fatalf("100 differences in %d cases are enough", i-first+1)
		}
	}
	reasons, total := make([]string, 0, len(refused)), 0
	for r, n := range refused {
		reasons = append(reasons, strconv.Itoa(n)+" "+r)
		total += n
	}
	sort.Strings(reasons)
	t.Logf("%d cases: %d the same, %d different, %d refused\n%s", count, count-failed-total, failed, total, strings.Join(reasons, "\n"))
	if count > sampleCases && failed > count/maxDifferent {
		t.Error("too many cases differ")
	}
	if total > count/5 {
		t.Error("too many cases are refused")
	}
}

// refusalPattern finds an error of ours, which a plan answers with instead of a wrong result, refusedPattern
// that in the log.
var (
	refusalPattern = regexp.MustCompile(`error 590[1-9]\d, .*`)
	refusedPattern = regexp.MustCompile(`"error":590[1-9]\d\b`)
)

// compare runs a case on both sides. refusal: the proxy has refused it.
func (s *sides) compare(t *testing.T, c *testCase) (difference, refusal string) {
	t.Helper()
	want, err := s.native.run(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.proxied.run(c)
	if err != nil {
		t.Fatal(err)
	}
	hidden := s.log.takeRefusal()
	if r := refusalPattern.FindString(strings.Join(got, "\n")); r != "" {
		return "", regexp.MustCompile(`\d+`).ReplaceAllString(r, "n")
	}
	if hidden != "" {
		return "", hidden + " in a CATCH block"
	}
	return cmp.Diff(want, got), ""
}

// shrinkRuns bounds how often a case is run to make it smaller.
const shrinkRuns = 400

var brokenPattern = regexp.MustCompile(`(?i)must be declared|must declare|already been|already declared|syntax error|Do not support|outside the scope of a WHILE|Incorrect syntax`)

// shrink leaves out of a case what does not matter for its difference.
func (s *sides) shrink(t *testing.T, c *testCase) *testCase {
	runs := 0
	differs := func() bool {
		if runs++; runs > shrinkRuns {
			return false
		}
		difference, _ := s.compare(t, c)
		// A case that is broken by leaving too much out shows nothing.
		return difference != "" && !brokenPattern.MatchString(difference)
	}
	for smaller := true; smaller; {
		smaller = false
		for i := len(c.batches) - 1; i >= 0 && len(c.batches) > 1; i-- {
			all := c.batches
			c.batches = append(append([]*batch{}, all[:i]...), all[i+1:]...)
			if differs() {
				smaller = true
			} else {
				c.batches = all
			}
		}
		for i := len(c.procedures) - 1; i >= 0; i-- {
			all := c.procedures
			if strings.Count(c.String(), all[i].name) > 1 {
				continue
			}
			c.procedures = append(append([]*procedure{}, all[:i]...), all[i+1:]...)
			if differs() {
				smaller = true
			} else {
				c.procedures = all
			}
		}
		for _, b := range c.batches {
			smaller = shrinkList(&b.body, differs) || smaller
		}
		for _, p := range c.procedures {
			smaller = shrinkList(&p.body, differs) || smaller
		}
	}
	return c
}

// shrinkList leaves statements out, or puts what is in them in their place.
func shrinkList(list *[]*node, differs func() bool) bool {
	smaller := false
	for size := len(*list) / 2; size > 1; size /= 2 {
		for i := len(*list) - size; i >= 0; i -= size {
			all := *list
			*list = append([]*node{}, all[:i]...)
			for _, n := range all[i : i+size] {
				if n.keep {
					*list = append(*list, n)
				}
			}
			*list = append(*list, all[i+size:]...)
			if len(*list) < len(all) && differs() {
				smaller = true
			} else {
				*list = all
			}
			i = min(i, len(*list))
		}
	}
	for i := len(*list) - 1; i >= 0; i-- {
		n := (*list)[i]
		if n.keep {
			continue
		}
		all := *list
		*list = append(append([]*node{}, all[:i]...), all[i+1:]...)
		if differs() {
			smaller = true
			continue
		}
		*list = all
		for j := range n.bodies {
			*list = append(append(append([]*node{}, all[:i]...), n.bodies[j]...), all[i+1:]...)
			if differs() {
				smaller = true
				break
			}
			*list = all
		}
		if len(*list) == len(all) && (*list)[i] == n {
			for j := range n.bodies {
				smaller = shrinkList(&n.bodies[j], differs) || smaller
			}
		}
	}
	return smaller
}

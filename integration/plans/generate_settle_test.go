package plans

import (
	"regexp"
	"strings"
)

// What engines agree on in made-up cases.

// settle lets statements that ask for @@ROWCOUNT or @@ERROR follow statements of which all engines agree on what
// they do to these.
func (g *generator) settle(list []*node) []*node {
	var out []*node
	for _, n := range list {
		head := strings.TrimSpace(n.texts[0])
		if !n.settled && (strings.Contains(head, "@@ROWCOUNT") || strings.Contains(head, "@@ERROR")) {
			n.settled = true
			if last := len(out) - 1; last >= 0 && out[last].bodies == nil && g.settled(out[last].texts[0]) {
				n.texts[0] = out[last].texts[0] + "\n" + n.texts[0] // one node, so that shrinking leaves them together
				out = out[:last]
			} else {
				n.texts[0] = "SET @x = 1;\n" + n.texts[0]
			}
		}
		out = append(out, n)
	}
	return out
}

// settled tells whether a statement is one of those: engines differ about IF, SET options, BEGIN TRAN, and Babelfish
// about procedures with parameters and what fails.
func (g *generator) settled(text string) bool {
	if g.babelfish {
		return settledOnBabelfish.MatchString(text) && !strings.Contains(text, "1 / (") && !strings.Contains(text, "CONVERT(")
	}
	return settled.MatchString(text)
}

var (
	settled            = regexp.MustCompile(`^(INSERT|UPDATE|DELETE|SELECT|\{\{|SET @)`)
	settledOnBabelfish = regexp.MustCompile(`^(SELECT|\{\{(rows|query)|SET @)`)
)

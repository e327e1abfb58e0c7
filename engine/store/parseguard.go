package store

import (
	"errors"
	"strings"
	"time"

	"tds-launchpad/tsql"
)

// teesql goes round for ever on some texts, takes memory at that, and cannot be stopped from outside; and its depth, like the binder's, is the
// text's, while a goroutine's stack that outgrows its limit ends the process. So what is dangerous is refused before teesql gets
// it, and what is still unknown is given up after parseTime: the session goes on.

const (
	// maxDepth bounds parentheses, CASE and BEGIN within each other (error 191).
	maxDepth = 1000
	// maxChain bounds what makes a tree deep without a parenthesis: operators in a row without a comma or a statement between, and, in a whole
	// batch, set operations and IF and WHILE (error 191). Both bind in well under a second.
	maxChain = 5000
)

// parseTime is how long teesql gets for a text: a hundred times what it needs (some 10 MB/s).
func parseTime(text string) time.Duration {
	return 5*time.Second + time.Duration(len(text))*10*time.Microsecond
}

var errEndless = errors.New("the parser came to no end")

// within runs a parser and gives up after a time. What was given up goes on in its goroutine.
func within[T any](limit time.Duration, parse func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := parse()
		done <- result{v, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.value, r.err
	case <-timer.C:
		var none T
		return none, errEndless
	}
}

// refuseDeep is error 191 for texts whose tree would be too deep.
func refuseDeep(text string, list []tsql.Token) error {
	depth, operators, nested := 0, 0, 0
	for _, t := range list {
		switch {
		case t.Is(text, "("), t.Is(text, "CASE"), t.Is(text, "BEGIN"):
			depth++
		case t.Is(text, ")"), t.Is(text, "END"):
			depth--
		case t.Is(text, ","), t.Is(text, ";"), t.Is(text, "SELECT"), t.Is(text, "SET"):
			operators = 0
		case t.Is(text, "UNION"), t.Is(text, "EXCEPT"), t.Is(text, "INTERSECT"), t.Is(text, "IF"), t.Is(text, "WHILE"), t.Is(text, "JOIN"), t.Is(text, "APPLY"):
			nested++
		case t.Kind == tsql.TokenOp, t.Is(text, "AND"), t.Is(text, "OR"), t.Is(text, "NOT"):
			operators++
		}
		if depth > maxDepth || operators > maxChain || nested > maxChain {
			return newError(191).At(t.Line)
		}
	}
	return nil
}

// knownDefinitions are the words behind CREATE and ALTER that this engine has a use for; the others lead teesql into most of its endless loops.
var knownDefinitions = map[string]bool{"TABLE": true, "VIEW": true, "PROC": true, "PROCEDURE": true, "INDEX": true, "UNIQUE": true, "CLUSTERED": true,
	"NONCLUSTERED": true, "SCHEMA": true, "DATABASE": true, "TYPE": true, "LOGIN": true, "USER": true, "ROLE": true, "SERVER": true, "OR": true, "COLUMN": true}

// refuseEndless refuses, at list[i], the beginning of what teesql may read for ever.
func refuseEndless(text string, list []tsql.Token, i int) error {
	t := list[i]
	switch {
	case t.Is(text, "WAIT_AT_LOW_PRIORITY"), t.Is(text, "BACKUP") && begins(text, list, i), t.Is(text, "RESTORE") && begins(text, list, i):
		return unsupported("%s", strings.ToUpper(t.Text(text))).At(t.Line)
	case i+1 == len(list) || !t.Is(text, "CREATE") && !t.Is(text, "ALTER") || !begins(text, list, i):
		return nil
	}
	next := i + 1
	if list[next].Is(text, "FUNCTION") || list[next].Is(text, "TRIGGER") {
		if i == 0 || i == 2 && list[0].Is(text, "CREATE") && list[1].Is(text, "OR") {
			return nil // parsed by functionheader.go and triggerheader.go
		}
		return tsql.NewError(111, strings.ToUpper(t.Text(text)+" "+list[next].Text(text))).At(t.Line)
	}
	if word := strings.ToUpper(list[next].Text(text)); list[next].Kind == tsql.TokenIdent && !knownDefinitions[word] {
		return unsupported("%s %s", strings.ToUpper(t.Text(text)), word).At(t.Line)
	}
	if list[next].Is(text, "OR") {
		next += 2
	}
	if next >= len(list) || !list[next].Is(text, "VIEW") {
		return nil
	}
	return checkViewColumns(text, list[next+1:])
}

// begins tells whether the word at list[i] may begin a statement: in GRANT CREATE TABLE it does not.
func begins(text string, list []tsql.Token, i int) bool {
	if i == 0 {
		return true
	}
	p := list[i-1]
	return !(p.Is(text, "GRANT") || p.Is(text, "DENY") || p.Is(text, "REVOKE") || p.Is(text, "FOR") || p.Is(text, ",") || p.Is(text, "."))
}

// checkViewColumns reads a view's name and its list of columns, if there is one: teesql stays for ever at a token that doesn't belong there.
func checkViewColumns(text string, list []tsql.Token) error {
	i := 0
	for i < len(list) && (list[i].IsName() || list[i].Is(text, ".")) {
		i++
		if i < len(list) && !list[i-1].Is(text, ".") && !list[i].Is(text, ".") {
			break
		}
	}
	if i == len(list) || !list[i].Is(text, "(") {
		return nil
	}
	for name := true; ; name = !name {
		if i++; i == len(list) {
			t := list[i-1]
			return syntaxError(text, t, t.Text(text))
		}
		t := list[i]
		switch {
		case name && t.IsName() && (t.Kind != tsql.TokenIdent || !tsql.IsReserved(t.Text(text))), !name && t.Is(text, ","):
		case !name && t.Is(text, ")"):
			return nil
		default:
			return syntaxError(text, t, t.Text(text))
		}
	}
}

package engine_test

import (
	"regexp"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// What every answer of the other engine may differ in. Babelfish computes the precision of decimals and the length of strings from the
// values at hand, names the columns of function calls after the function, and sends its columns only when the first row is there; SQL
// Server's documentation has what this engine does, so only what both can agree in is compared:
//
//   - a column without a name here may have any there;
//   - decimal(p,s) is decimal, and its values are equal to the last digit of the shorter one, give or take one in it;
//   - the length of strings counts where both have one;
//   - of a failed result set only the error counts, and 3621 behind an error, which Babelfish never sends, does not;
//   - Babelfish gives text where SQL Server gives varchar or nvarchar, varchar for names, and every message the number 0.
const (
	headLine = "columns: "
	between  = " | "
)

// agree changes both answers so that what may differ is equal.
func agree(theirs, ours *answer) {
	theirs.lines, ours.lines = plain(theirs.lines), plain(ours.lines)
	if len(theirs.lines) != len(ours.lines) {
		return
	}
	for i, line := range theirs.lines {
		switch {
		case line == ours.lines[i]:
		case strings.HasPrefix(line, headLine) && strings.HasPrefix(ours.lines[i], headLine):
			theirs.lines[i], ours.lines[i] = agreeHeads(line, ours.lines[i])
		case strings.HasPrefix(line, errorLine):
			if line == unmapped && strings.HasPrefix(ours.lines[i], errorLine) {
				ours.lines[i] = unmapped
			}
		default:
			theirs.lines[i] = agreeRow(line, ours.lines[i])
		}
	}
}

func plain(lines []string) []string {
	var kept []string
	for i, l := range lines {
		if strings.HasSuffix(l, terminated) {
			continue
		}
		l = messageNumber.ReplaceAllString(l, "$1")
		if strings.HasPrefix(l, headLine) && i+1 < len(lines) && strings.HasPrefix(lines[i+1], errorLine) {
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

// terminated ends the message "The statement has been terminated."
const terminated = "(3621)"

var (
	messageNumber = regexp.MustCompile(`^(message .*) \(\d+\)$`)
	decimalSize   = regexp.MustCompile(`decimal\(\d+,(\d+)\)`)
	textLength    = regexp.MustCompile(`(char|binary)\((\d+)\)$`)
)

// splitHead separates columns; the comma in decimal(p,s) is none between columns.
func splitHead(line string) []string {
	line = decimalSize.ReplaceAllString(strings.TrimPrefix(line, headLine), "decimal")
	return strings.Split(line, ", ")
}

func agreeHeads(theirs, ours string) (string, string) {
	a, b := splitHead(theirs), splitHead(ours)
	if len(a) != len(b) {
		return theirs, ours
	}
	for i := range a {
		if !strings.Contains(b[i], " ") {
			a[i] = a[i][strings.LastIndex(a[i], " ")+1:]
		}
		if name := strings.TrimSuffix(a[i], "text"); name != a[i] && strings.Contains(b[i], "varchar") || strings.HasSuffix(a[i], " varchar(128)") {
			a[i] = b[i]
		}
		if !textLength.MatchString(a[i]) || !textLength.MatchString(b[i]) {
			a[i], b[i] = textLength.ReplaceAllString(a[i], "$1"), textLength.ReplaceAllString(b[i], "$1")
		}
	}
	return headLine + strings.Join(a, ", "), headLine + strings.Join(b, ", ")
}

// agreeRow gives ours for theirs where the values are equal as numbers.
func agreeRow(theirs, ours string) string {
	a, b := strings.Split(theirs, between), strings.Split(ours, between)
	if len(a) != len(b) {
		return theirs
	}
	for i := range a {
		if a[i] != b[i] && sameNumber(a[i], b[i]) {
			a[i] = b[i]
		}
	}
	return strings.Join(a, between)
}

func sameNumber(a, b string) bool {
	if !strings.ContainsAny(a, "0123456789") || strings.ContainsAny(a+b, "'xXNaT:") {
		return false
	}
	x, _, err1 := apd.NewFromString(a)
	y, _, err2 := apd.NewFromString(b)
	if err1 != nil || err2 != nil {
		return false
	}
	unit := apd.New(1, max(x.Exponent, y.Exponent))
	if !strings.Contains(a, ".") && !strings.Contains(b, ".") {
		unit.SetInt64(0) // integers
	}
	var d apd.Decimal
	if _, err := apd.BaseContext.WithPrecision(100).Sub(&d, x, y); err != nil {
		return false
	}
	return d.Abs(&d).Cmp(unit) <= 0
}

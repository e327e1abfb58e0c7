package store

import (
	"errors"
	"strings"

	"tds-launchpad/tsql"
)

// failingToken finds the token that teesql stumbled over; it does not say. The error for a prefix of the text equals the whole text's
// from that token on.
func failingToken(text string, whole error) (tsql.Token, string) {
	list := tokens(text, true)
	if len(list) == 0 {
		return tsql.Token{Line: 1}, ""
	}
	if said := whole.Error(); strings.HasSuffix(said, ": ") || strings.HasSuffix(said, "got ") {
		return list[len(list)-1], list[len(list)-1].Text(text) // the end of the text came too early
	}
	low, high := 0, len(list)-1
	for low < high {
		mid := (low + high) / 2
		_, err := parseTree(text[:list[mid].End])
		if errors.Is(err, errEndless) {
			return list[mid], list[mid].Text(text)
		}
		if err != nil && err.Error() == whole.Error() {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return list[low], list[low].Text(text)
}

func syntaxError(_ string, at tsql.Token, word string) error {
	number := int32(102)
	if at.Kind == tsql.TokenIdent && tsql.IsReserved(word) {
		number = 156
		word = strings.ToLower(word)
	}
	if at.Kind == tsql.TokenBracketed || at.Kind == tsql.TokenQuoted || at.Kind == tsql.TokenString {
		word = strings.Trim(word, `[]"'`)
	}
	return tsql.NewError(number, word).At(max(at.Line, 1))
}

package tsql

import (
	"bytes"
	"encoding/binary"
)

// Hit is what a scan found, 0 for nothing. A hit only means that the text is worth parsing.
type Hit uint8

const (
	// HitScript: the text contains the name sp_execute_external_script.
	HitScript Hit = 1 << iota
	// HitExternal: the text may contain an external language or external library statement.
	HitExternal
	// HitModule: the text contains the name of a known script module.
	HitModule
)

// Scanner is the cheap answer to "does this request concern us?" (design, section 5). It is immutable and may be used by
// many sessions at once; a new set of module names means a new Scanner.
type Scanner struct {
	modules *nameMatcher
}

// NewScanner makes a scanner that looks for modules too: the bare names (no schema, no brackets) of the script modules known.
func NewScanner(modules ...string) *Scanner { return &Scanner{modules: newNameMatcher(modules)} }

// ScanUTF16 scans the text of a batch as it is on the wire: UTF-16LE from an even offset on. It looks into comments and
// literals as well, ignores case, allocates nothing.
func (s *Scanner) ScanUTF16(text []byte) Hit {
	h := ScanUTF16(text)
	if s.modules != nil && s.modules.match(text) {
		h |= HitModule
	}
	return h
}

// ScanUTF16 is Scanner.ScanUTF16 without module names.
//
// Every spelling that we look for contains the word "external", and the x in it is rare in T-SQL, so two vectorised
// searches for its two cases decide nearly every text.
func ScanUTF16(text []byte) Hit {
	return scanExternal(text, 'x') | scanExternal(text, 'X')
}

// Four UTF-16LE letters in one word, lower case.
const (
	unitsExte = 'e' | 'x'<<16 | 't'<<32 | 'e'<<48
	unitsRnal = 'r' | 'n'<<16 | 'a'<<32 | 'l'<<48
	// lowerUnits turns four ASCII letters to lower case; what is no letter can't become the one compared with.
	lowerUnits = 0x0020_0020_0020_0020
)

// externalUnits is the length of "external" in bytes of UTF-16.
const externalUnits = 16

// scanExternal finds the word with the x in the case given.
func scanExternal(text []byte, x byte) (h Hit) {
	looked := false // for what follows the word in a statement
	for from := 2; from < len(text); {
		i := bytes.IndexByte(text[from:], x)
		if i < 0 {
			return h
		}
		i += from
		from = i + 1
		if i&1 != 0 || i-2+externalUnits > len(text) {
			continue
		}
		word := text[i-2 : i-2+externalUnits]
		if binary.LittleEndian.Uint64(word)|lowerUnits != unitsExte ||
			binary.LittleEndian.Uint64(word[8:])|lowerUnits != unitsRnal {
			continue
		}
		before, after := text[:i-2], text[i-2+externalUnits:]
		switch {
		case inScriptProcedure(before, after):
			h |= HitScript
		case !looked && isWord(before, after):
			// White space and comments of any length may stand between the words. What does not follow the first
			// such word follows none, so looking once is enough.
			looked = true
			if containsFold(after, "language") || containsFold(after, "library") {
				h |= HitExternal
			}
		}
		if h == HitScript|HitExternal {
			return h
		}
	}
	return h
}

// inScriptProcedure tells whether "external" between before and after is part of the script procedure's name.
func inScriptProcedure(before, after []byte) bool {
	return hasPrefixFold(after, "_script") && len(before) >= 2*len("sp_execute_") &&
		hasPrefixFold(before[len(before)-2*len("sp_execute_"):], "sp_execute_")
}

// isWord tells whether "external" between before and after stands by itself.
func isWord(before, after []byte) bool {
	return (len(before) < 2 || !wordUnit(before[len(before)-2:])) && len(after) >= 2 && gapUnit(after)
}

// wordUnit tells whether the UTF-16 unit in front of b may belong to an identifier.
func wordUnit(b []byte) bool { return b[1] != 0 || b[0] >= 0x80 || identByte[b[0]] }

// gapUnit tells whether the UTF-16 unit in front of b may begin white space or a comment.
func gapUnit(b []byte) bool {
	return b[1] != 0 || b[0] >= 0x80 || b[0] <= ' ' || b[0] == '/' || b[0] == '-'
}

// hasPrefixFold tells whether UTF-16 text begins with lower (ASCII, lower case), ignoring case.
func hasPrefixFold(text []byte, lower string) bool {
	if len(text) < 2*len(lower) {
		return false
	}
	for k := range len(lower) {
		c := text[2*k]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[k] || text[2*k+1] != 0 {
			return false
		}
	}
	return true
}

// containsFold tells whether lower stands anywhere in UTF-16 text.
func containsFold(text []byte, lower string) bool {
	for i := 0; i+2*len(lower) <= len(text); i += 2 {
		if text[i]|0x20 == lower[0] && hasPrefixFold(text[i:], lower) {
			return true
		}
	}
	return false
}

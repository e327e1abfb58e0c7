package tsql

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf16"
)

// nameMatcher finds any of a set of names in UTF-16 text: Wu and Manber's algorithm with blocks of two units. It looks at the
// last two units of a window as long as the shortest name; a table says how far the window may move, which is nearly
// its whole length for nearly every text.
type nameMatcher struct {
	shortest int
	shift    [matcherTable]uint8
	// bucket lists the names whose first shortest units end with a block of that hash.
	bucket [matcherTable][]namePattern
}

// matcherTable is the size of the tables: enough for some thousand names before the shifts suffer, small enough for the
// second level cache.
const matcherTable = 1 << 12

// namePattern is a name to look for, folded.
type namePattern struct {
	units []uint16
	// whole demands that no identifier character stands before or behind.
	whole bool
}

func newNameMatcher(names []string) *nameMatcher {
	var patterns []namePattern
	m := &nameMatcher{shortest: 255}
	for _, name := range names {
		p := makePattern(name)
		if len(p.units) == 0 {
			continue
		}
		patterns = append(patterns, p)
		m.shortest = min(m.shortest, len(p.units))
	}
	if len(patterns) == 0 {
		return nil
	}
	block := min(2, m.shortest)
	for i := range m.shift {
		m.shift[i] = uint8(m.shortest - block + 1)
	}
	for _, p := range patterns {
		for end := block; end <= m.shortest; end++ {
			h := m.hash(p.units[end-block : end])
			m.shift[h] = min(m.shift[h], uint8(m.shortest-end))
			if end == m.shortest {
				m.bucket[h] = append(m.bucket[h], p)
			}
		}
	}
	return m
}

// makePattern folds the longest part of the name that is spelt the same in every kind of quotes: ], " and ' may have to be
// doubled.
func makePattern(name string) namePattern {
	longest := ""
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == ']' || r == '"' || r == '\'' }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	whole := longest == name
	if longest == "" && name != "" {
		longest, whole = name[:1], false
	}
	p := namePattern{units: utf16.Encode([]rune(longest)), whole: whole}
	for i, u := range p.units {
		p.units[i] = foldUnit(u)
	}
	return p
}

// foldUnit maps a UTF-16 unit to lower case; halves of surrogate pairs stay as they are.
func foldUnit(u uint16) uint16 {
	if u < 0x80 {
		if 'A' <= u && u <= 'Z' {
			u += 'a' - 'A'
		}
		return u
	}
	if l := unicode.ToLower(rune(u)); l <= 0xFFFF {
		return uint16(l)
	}
	return u
}

// hash mixes a block of one or two folded units.
func (m *nameMatcher) hash(block []uint16) uint32 {
	if len(block) == 1 {
		return hashUnits(0, block[0])
	}
	return hashUnits(block[0], block[1])
}

func hashUnits(a, b uint16) uint32 {
	return (uint32(a)<<16 | uint32(b)) * 0x9E3779B1 >> (32 - uint(bits.Len(matcherTable-1)))
}

// match reports whether any name stands in text.
func (m *nameMatcher) match(text []byte) bool {
	n := len(text) / 2
	for end := m.shortest; end <= n; {
		var h uint32
		last := unitAt(text, end-1)
		if m.shortest == 1 {
			h = hashUnits(0, last)
		} else {
			h = hashUnits(unitAt(text, end-2), last)
		}
		if s := m.shift[h]; s > 0 {
			end += int(s)
			continue
		}
		for _, p := range m.bucket[h] {
			if p.at(text, end-m.shortest, n) {
				return true
			}
		}
		end++
	}
	return false
}

// unitAt is the folded unit number i.
func unitAt(text []byte, i int) uint16 {
	return foldUnit(uint16(text[2*i]) | uint16(text[2*i+1])<<8)
}

// at reports whether the pattern stands at unit i of n.
func (p *namePattern) at(text []byte, i, n int) bool {
	if i+len(p.units) > n {
		return false
	}
	for k, u := range p.units {
		if unitAt(text, i+k) != u {
			return false
		}
	}
	if !p.whole {
		return true
	}
	end := i + len(p.units)
	return (i == 0 || !wordUnit(text[2*i-2:])) && (end == n || !wordUnit(text[2*end:]))
}

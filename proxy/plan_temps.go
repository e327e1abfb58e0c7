package proxy

import (
	"regexp"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// A temporary table of a procedure whose caller has one of the same name bears another on the engine. Dynamic SQL that the engine
// executes is to find it all the same, so that the name is replaced in its text.

// noteTexts notes where literals of dynamic SQL stand in the frame.
func (f *frame) noteTexts(e *tsql.Execute) {
	if e.At != "" {
		return
	}
	for _, part := range e.Text {
		if part.Variable == "" {
			f.texts = append(f.texts, span{f, part.Pos, part.End})
		}
	}
	if len(e.Args) > 0 && e.Args[0].Kind == tsql.ArgLiteral && tsql.IsSystemProcedure(e.Name.String(), "sp_executesql") {
		f.texts = append(f.texts, span{f, e.Args[0].ValuePos, e.Args[0].ValueEnd})
	}
}

// textChanges replace names of temporary tables in literals of dynamic SQL in text[from:to]. What quotes there are stay.
func (f *frame) textChanges(from, to int) []change {
	var out []change
	for _, literal := range f.texts {
		if from <= literal.from && literal.to <= to {
			out = append(out, f.tempsIn(literal.from, f.text[literal.from:literal.to])...)
		}
	}
	return out
}

// tempsIn finds the names of the frame's renamed temporary tables in a text that begins at pos.
func (f *frame) tempsIn(pos int, text string) []change {
	var out []change
	for name, renamed := range f.tempNames {
		quoted := regexp.QuoteMeta(name)
		for _, at := range regexp.MustCompile(`(?i)\[`+quoted+`\]|"`+quoted+`"|`+quoted+`([^\w#@$]|$)`).FindAllStringSubmatchIndex(text, -1) {
			end := at[1]
			if at[2] >= 0 {
				end = at[2]
			}
			if before := strings.TrimRight(text[:at[0]], "#"); len(before) < at[0] || before != "" && nameByte(before[len(before)-1]) {
				continue // the end of a longer name
			}
			out = append(out, change{pos + at[0], pos + end, tsql.QuoteName(renamed)})
		}
	}
	return merge(out)
}

func nameByte(b byte) bool {
	return b == '_' || b == '@' || b == '$' || b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}

// renamed is a text of the frame's that the engine executes elsewhere, with the names that its temporary tables have there.
func (f *frame) renamed(text string) string {
	if len(f.tempNames) == 0 || text == "" {
		return text
	}
	q := &frame{text: text, mode: f.mode, tempNames: f.tempNames}
	out := newLineText()
	out.copyChanged(q, 0, len(text), tokenChanges(q, 0, len(text), func(tokens []tsql.Token) (int, string) {
		if name := q.tempName(tokens[0]) + q.tempObject(tokens[0]); name != "" {
			return 1, name
		}
		return 0, ""
	}))
	return out.text.String()
}

// textAsItIs sends dynamic SQL to the engine that has turned out to be none of ours. A variable with its text holds that with the
// tables' names for as long.
func (p *plan) textAsItIs(f *frame, s *tsql.Statement) (course, error) {
	var refs []string
	for _, part := range s.Execute.Text {
		refs = append(refs, part.Variable)
	}
	if len(s.Execute.Text) == 0 && len(s.Execute.Args) > 0 {
		refs = append(refs, s.Execute.Args[0].Ref)
	}
	for _, ref := range refs {
		v := f.lookup(ref)
		if v == nil {
			continue
		}
		x, err := v.value()
		if err != nil {
			return courseEnd, err
		}
		text, _ := x.v.(string)
		renamed := f.renamed(text)
		if renamed == text {
			continue
		}
		held := *v
		defer func() { *v = held }()
		v.declared, v.info = "nvarchar(max)", tds.NVarChar(tds.SizeMax, p.facts.collation)
		if err := v.assign(value{tsql.TypeNVarCharMax, renamed}); err != nil {
			return courseEnd, err
		}
	}
	return p.asItIs(f, s)
}

// tempObject is the literal 'tempdb..#t' with the name that the table has on the engine, "" if it is none.
func (f *frame) tempObject(t tsql.Token) string {
	if len(f.tempNames) == 0 || t.Kind != tsql.TokenString && t.Kind != tsql.TokenNString {
		return ""
	}
	n, err := tsql.ParseName(t.Value(f.text))
	if err != nil || !strings.EqualFold(n.Database, "tempdb") || f.tempNames[strings.ToLower(n.Object)] == "" {
		return ""
	}
	return tsql.QuoteString("tempdb.." + tsql.QuoteName(f.tempNames[strings.ToLower(n.Object)]))
}

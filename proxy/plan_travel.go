package proxy

import "tds-launchpad/tsql"

// span is a range of a frame's text.
type span struct {
	frame    *frame
	from, to int
}

func spanOf(f *frame, stmts []tsql.Statement) span {
	if len(stmts) == 0 {
		return span{f, 0, 0}
	}
	return span{f, stmts[0].Pos, stmts[len(stmts)-1].End}
}

// ranges are all ranges of text that stand in a step's request.
func (p *plan) ranges(s step) []span {
	out := []span{spanOf(s.frame, s.stmts)}
	if s.cond != nil {
		out = append(out, span{s.frame, s.cond.CondPos, s.cond.CondEnd})
	}
	if s.value != nil {
		out = append(out, span{s.frame, s.value.CondPos, s.value.CondEnd})
	}
	for _, t := range p.tries {
		if t.walked {
			out = append(out, spanOf(t.frame, t.lead))
		} else {
			out = append(out, spanOf(t.frame, t.stmt.Else), spanOf(t.frame, t.rest))
		}
	}
	return out
}

// travellers finds the variables that the request needs.
func (p *plan) travellers(c *composed, s step, ranges []span) error {
	perFrame := map[*frame]map[*variable]bool{}
	var frames []*frame
	for _, r := range ranges {
		if perFrame[r.frame] == nil {
			perFrame[r.frame] = map[*variable]bool{}
			frames = append(frames, r.frame)
		}
		r.frame.mentioned(r.from, r.to, perFrame[r.frame])
	}
	for _, f := range frames {
		for _, v := range f.order {
			if !perFrame[f][v] || !v.shared {
				continue
			}
			if v.columns != "" {
				if err := p.makeTable(v); err != nil {
					return err
				}
				continue
			}
			c.markers.vars = append(c.markers.vars, traveller{v, f.alias(v.name, s.frame)})
			c.rpc = c.rpc || v.long()
			c.markers.whole = c.markers.whole || v.info.Size < 0 && !p.facts.babelfish
		}
	}
	return nil
}

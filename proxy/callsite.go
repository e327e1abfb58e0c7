package proxy

import (
	"tds-launchpad/tsql"
)

// callSite is a script call where it stands: as written, or as an RPC has it, and what its
// variables mean there.
type callSite struct {
	call      *tsql.ScriptCall // nil if arguments is set
	arguments []tsql.Argument
	lookup    func(ref string) (value, bool, error)
	proc      string // the module that it stands in
}

// site is the call that a request consists of.
func (c *scriptCall) site() *callSite {
	s := &callSite{call: c.req.call, arguments: c.req.arguments}
	if c.req.outer != nil {
		s.lookup = c.req.outer.lookup
	}
	return s
}

// line is the line of the call in its text, for messages.
func (s *callSite) line() int32 {
	if s.call != nil {
		return s.call.Line
	}
	return 0
}

// bind gives the arguments their values and holds them against the procedure's signature.
func (s *callSite) bind(f *facts) (*tsql.Bound, error) {
	if s.call == nil {
		return tsql.Bind(s.arguments)
	}
	var failed error
	arguments, err := s.call.Resolve(func(ref string) (tsql.Type, any, bool) {
		if v, ok := f.functions[ref]; ok {
			return v.t, v.v, true
		}
		if s.lookup == nil {
			return tsql.Type{}, nil, false
		}
		v, ok, err := s.lookup(ref)
		if err != nil && failed == nil {
			failed = err
		}
		return v.t, v.v, ok
	})
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, err
	}
	return tsql.Bind(arguments)
}

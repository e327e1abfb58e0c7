package tsql

// maxStatementDepth bounds the nesting of statements, so that neither the splitter nor those who walk over its result can run
// out of stack. What is nested deeper stays one opaque statement to the end of the text, with error 191 in Err.
const maxStatementDepth = 1000

// Split reads a batch, or the text of a module, into its statements. It never fails: what it does not know is opaque, and
// what has no end goes to the end of the text. Batches must have been separated at GO before.
//
// T-SQL needs no semicolons, so most boundaries are found by the keywords that can only begin a statement (split_begins.go).
func Split(text string, mode Mode) []Statement {
	s := splitter{reader: *newReader(text, mode), scratch: make([]Statement, 0, min(len(text)/slabBytes+1, slabSize))}
	return s.list(false)
}

// splitter walks over the text once.
type splitter struct {
	reader
	depth int
	// scratch holds the finished statements of the lists that are being read, the innermost list last.
	scratch []Statement
	// slab is what is left of the memory that finished lists are cut from.
	slab []Statement
	// query is set in a statement that begins with a parenthesis, view in the body of a view.
	query, view bool
	// function is set in the body of an inline function, where RETURN has a query.
	function bool
}

// slabSize is how many statements are allocated at once in a long text; in a short one it is one for slabBytes bytes.
const (
	slabSize  = 64
	slabBytes = 64
)

// take makes a list of the scratch's statements from the given one on.
func (s *splitter) take(from int) []Statement {
	list := s.scratch[from:]
	n := len(list)
	if n == 0 {
		return nil
	}
	var out []Statement
	switch {
	case n <= len(s.slab):
		out, s.slab = s.slab[:n:n], s.slab[n:]
	case n > slabSize/4 || s.depth == 0:
		out = make([]Statement, n)
	default:
		slab := make([]Statement, max(n, min(slabSize, len(s.src)/slabBytes)))
		out, s.slab = slab[:n:n], slab[n:]
	}
	copy(out, list)
	clear(list)
	s.scratch = s.scratch[:from]
	return out
}

// list reads statements to the end of the text, or of the block if it is in one: END stays in front.
func (s *splitter) list(block bool) []Statement {
	from := len(s.scratch)
	for {
		s.semicolons()
		if s.eof() || block && s.word == wordEnd && s.peekWord() != wordConversation {
			return s.take(from)
		}
		s.scratch = append(s.scratch, s.statement())
	}
}

// semicolons goes past semicolons.
func (r *reader) semicolons() {
	for r.op(';') {
		r.next()
	}
}

// single reads the one statement behind a condition or ELSE. There is none at the end of the block or in front of a semicolon.
func (s *splitter) single() []Statement {
	if s.eof() || s.op(';') || s.word == wordElse || s.word == wordEnd && s.peekWord() != wordConversation {
		return nil
	}
	from := len(s.scratch)
	s.scratch = append(s.scratch, s.statement())
	return s.take(from)
}

// finish notes where a statement ends: behind the token before the one in front.
func (s *splitter) finish(st *Statement) {
	st.End, st.EndLine = s.prevEnd, s.prevLine
}

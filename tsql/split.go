package tsql

// maxStatementDepth bounds the nesting of statements, so that neither the splitter nor those who walk over its result can run
// out of stack. What is nested deeper stays one opaque statement to the end of the text, with error 191 in Err.
const maxStatementDepth = 1000

// Split reads a batch, or the text of a module, into its statements. It never fails: what it does not know is opaque, and
// what has no end goes to the end of the text.
func Split(text string, mode Mode) []Statement { return nil }

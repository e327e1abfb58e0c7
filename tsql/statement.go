package tsql

// StatementKind is what a statement is, as far as plans need to know.
type StatementKind uint8

const (
	// StatementOpaque is any statement that only the engine has to understand. Its Keyword tells which.
	StatementOpaque StatementKind = iota
	// StatementBlock is BEGIN ... END, or BEGIN ATOMIC WITH (...) ... END (Keyword "BEGIN ATOMIC").
	StatementBlock
	// StatementIf is IF with its condition, Body and Else.
	StatementIf
	// StatementWhile is WHILE with its condition and Body.
	StatementWhile
	// StatementTry is BEGIN TRY ... END TRY BEGIN CATCH ... END CATCH: Body and Else.
	StatementTry
	// StatementReturn is RETURN with or without a value (the condition); of an inline function the value is the query.
	StatementReturn
	// StatementBreak is BREAK.
	StatementBreak
	// StatementContinue is CONTINUE.
	StatementContinue
	// StatementGoto is GOTO Label.
	StatementGoto
	// StatementLabel is "Label:".
	StatementLabel
	// StatementDeclare is DECLARE of variables. DECLARE c CURSOR is opaque ("DECLARE CURSOR").
	StatementDeclare
	// StatementExecute is EXEC in all its forms; EXECUTE AS is opaque ("EXECUTE AS").
	StatementExecute
	// StatementInsertExec is INSERT ... EXEC.
	StatementInsertExec
	// StatementModule is CREATE, ALTER or CREATE OR ALTER of a procedure, trigger, function or view.
	StatementModule
)

// Statement is one statement of a batch or module: text[Pos:End], without the semicolons behind it. The statements in it
// lie within it, in order; between and around them stand only keywords, conditions, semicolons, white space and comments.
type Statement struct {
	Kind StatementKind
	// Into is set for SELECT ... INTO.
	Into bool
	// Unfinished is set where something is missing at the end of the text: END, a closing parenthesis or quote.
	Unfinished bool
	// Line is the line the statement begins on, EndLine the one it ends on.
	Line, EndLine int32
	Pos, End      int
	// Keyword tells in upper case which statement an opaque one is: its verb, with the word behind it where that decides:
	// "SELECT", "SET" (of a variable), "SET NOCOUNT", "CREATE TABLE", "BEGIN TRAN", "THROW", "DECLARE CURSOR", "". A statement
	// WITH common table expressions has the keyword of its main verb. TRANSACTION is TRAN, PROC is PROCEDURE, EXEC is EXECUTE.
	Keyword string
	// CondPos and CondEnd bound the condition of IF and WHILE and the value of RETURN; they are equal if there is none.
	CondPos, CondEnd int
	// Body is the block, the branch taken if the condition is true, the loop's body (one statement each), or what TRY guards.
	Body []Statement
	// Else is the statement behind ELSE, or what CATCH does.
	Else []Statement
	// Label belongs to GOTO and to labels.
	Label string

	Declare *Declare    // of StatementDeclare
	Execute *Execute    // of StatementExecute; of StatementInsertExec it is in Insert
	Insert  *InsertExec // of StatementInsertExec
	Module  *Module     // of StatementModule

	// Err is the *Error of syntax in a statement of which more should have been understood: an EXEC, DECLARE or header, which is
	// then opaque, or nesting deeper than maxStatementDepth. It may be T-SQL that is newer than this parser.
	Err error
}

// Declare is DECLARE of variables.
type Declare struct{ Vars []DeclaredVar }

// DeclaredVar is one variable of a DECLARE, or of a module's header.
type DeclaredVar struct {
	// Name is spelt as declared, with its @.
	Name string
	// DeclaredType is the type; of a table variable (KindTable) TypePos to TypeEnd is TABLE (...) with the definition.
	DeclaredType
	// ValuePos and ValueEnd bound the initial or default value; they are equal if there is none.
	ValuePos, ValueEnd int
	Line               int32
	Pos, End           int
}

// DeclaredType is a type where a declaration names it.
type DeclaredType struct {
	// Type is the type if it is a system type without errors, else the zero Type.
	Type Type
	// User is the name of a type that is not a system type.
	User Name
	// TypePos and TypeEnd bound the type in the text.
	TypePos, TypeEnd int
	// TypeErr is the *Error in a system type, such as a length too large.
	TypeErr error
}

// InsertExec is INSERT ... EXEC.
type InsertExec struct {
	// Target is the table or view; Variable is the table variable (@t) instead of it.
	Target   Name
	Variable string
	// TargetPos and TargetEnd bound the target in the text.
	TargetPos, TargetEnd int
	// Columns are the columns listed, nil for all; ColumnsPos to ColumnsEnd is the list with its parentheses.
	Columns                []string
	ColumnsPos, ColumnsEnd int
	// HintsPos and HintsEnd bound a WITH (...) behind the target, 0 without.
	HintsPos, HintsEnd int
	// Top and Output tell whether there is a TOP (...), an OUTPUT clause.
	Top, Output bool
	Execute     *Execute
}

// Execute is an EXECUTE statement: of a procedure, of the procedure that a variable names, or of text (Text is not empty).
type Execute struct {
	// Keyword is false for a call at the beginning of a batch without EXEC.
	Keyword bool
	// ReturnCode is the variable that takes the return code, "" without.
	ReturnCode string
	// Name is the procedure, Number what follows a semicolon behind the name, 0 without.
	Name   Name
	Number int
	// NamePos and NameEnd bound the name or the variable in the text, the number excluded.
	NamePos, NameEnd int
	// NameVariable is the variable of EXEC @name.
	NameVariable string
	// Args are the procedure's arguments, or those that EXEC ('...', ...) AT hands to the other server.
	Args []ScriptArg
	// Text are the pieces that EXEC (...) joins and runs.
	Text []ExecText
	// As is USER or LOGIN of EXEC (...) AS USER = '...', else ""; AsPos to AsEnd is the name given, quotes included.
	As           string
	AsPos, AsEnd int
	// At is the server, or with AtDataSource the data source, of EXEC (...) AT.
	At           string
	AtDataSource bool
	// Recompile is WITH RECOMPILE.
	Recompile bool
	// ResultSets is nil without the clause.
	ResultSets *ResultSets
	// Line is the line of the EXECUTE, Pos to End its text (in INSERT ... EXEC without the INSERT).
	Line     int32
	Pos, End int
}

// ExecText is one piece of EXEC ('...' + @x): a literal if Variable is "".
type ExecText struct {
	Variable string
	Literal  string
	Line     int32
	Pos, End int
}

// Module is CREATE, ALTER or CREATE OR ALTER of a module.
type Module struct {
	// Verb is "CREATE", "ALTER" or "CREATE OR ALTER".
	Verb string
	// Kind is "PROCEDURE", "TRIGGER", "FUNCTION" or "VIEW".
	Kind string
	Name Name
	// Number is that of a numbered procedure, 0 without.
	Number int
	Params []ModuleParam
	// Options of WITH and of the header.
	Recompile, Encryption, SchemaBinding, Native, ForReplication bool
	// ExecuteAs is "CALLER", "SELF" or "OWNER", or the user's name with ExecuteAsUser; "" without the clause.
	ExecuteAs     string
	ExecuteAsUser bool
	// External is set for EXTERNAL NAME: there is no body.
	External bool
	// Inline is set for a function that is one RETURN of a query.
	Inline bool
	// Target is the table or view of a DML trigger.
	Target Name
	// BodyPos is where the body begins, behind AS (or at BEGIN or RETURN where a function leaves AS out).
	BodyPos int
	Body    []Statement
}

// ModuleParam is a parameter of a procedure or function. Its default value is Default if HasDefault is set: a constant, NULL, or
// @@ (ArgFunction); ValuePos to ValueEnd is its text.
type ModuleParam struct {
	DeclaredVar
	HasDefault bool
	Default    ScriptArg
	// Output is OUT or OUTPUT, ReadOnly READONLY, Varying VARYING (of a cursor).
	Output, ReadOnly, Varying bool
	// Null is what a natively compiled module says about NULL.
	Null Nullability
}

// WalkStatements visits the statements of list and, where visit returns true, those in them, in the order of the text.
func WalkStatements(list []Statement, visit func(*Statement) bool) {
	for i := range list {
		s := &list[i]
		if !visit(s) {
			continue
		}
		WalkStatements(s.Body, visit)
		WalkStatements(s.Else, visit)
		if s.Module != nil {
			WalkStatements(s.Module.Body, visit)
		}
	}
}

// Package store is the embedded development engine without its network door: T-SQL over SQLite (design, section 10).
//
// A batch is parsed by teesql, each statement is bound and typed against the catalog (package tsql gives the type
// rules) and translated to SQLite SQL, in which everything that T-SQL means differently is a call of a registered
// function. Values are stored so that SQLite's own order and equality are T-SQL's (encode.go).
//
// Where to start: session.go (the API), run.go (how a batch goes), bind.go (a name, an expression), query.go (a SELECT),
// op.go (the functions), encode.go (how values are stored), catalog.go (what exists).
package store

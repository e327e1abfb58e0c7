// Package tsql reads Transact-SQL and knows its types.
//
// It implements sections 5, 6 (reading) and 9 (type rules) of the design: the cheap scan that decides whether a
// request may concern us, the lexer, the splitter that reads a batch or module into a tree of statements, the reader of
// EXEC with its arguments, @params declarations and WITH RESULT SETS clause, the classification of the input query, and
// the type system that proxy and embedded engine share: type names, precedence, conversion, comparison, arithmetic, collations and
// the error catalogue with SQL Server's own texts.
//
// Where to start: scan.go (is it ours?), lexer.go (tokens), statement.go (what Split returns), split.go (the splitter; its
// rules are in split_begins.go), execute.go (EXEC), call.go (a call alone), bind.go (its arguments against the
// procedure's signature), types.go (what a type is), convert.go (CAST and CONVERT), messages.go (the catalogue).
//
// Values are neutral Go values, the same that package tds uses:
// nil is NULL; bool is bit; int64 is tinyint to bigint; float32 is real; float64 is float; *apd.Decimal is decimal,
// numeric, money and smallmoney; string (UTF-8) is every character type and xml; []byte is binary, varbinary, image,
// timestamp and user-defined types; uuid.UUID is uniqueidentifier; time.Time is date, time (on 0001-01-01 UTC),
// smalldatetime, datetime, datetime2 (all UTC) and datetimeoffset (fixed zone); Variant is sql_variant.
//
// The package imports nothing of ours and does no input or output.
package tsql

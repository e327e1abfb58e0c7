// Package store is the embedded development engine without its network door: T-SQL over SQLite (design, section 10).
//
// A batch is parsed by teesql, each statement is bound and typed against the catalog (package tsql gives the type
// rules) and translated to SQLite SQL, in which everything that T-SQL means differently is a call of a registered
// function. Values are stored so that SQLite's own order and equality are T-SQL's (encode.go).
//
// Where to start: session.go (the API), run.go (how a batch goes), parse.go (its text), bind.go (names and expressions),
// query.go (a SELECT), writer.go (how rows are written), op.go (the functions), encode.go (how values are stored),
// catalog.go (what exists).
//
// # What it does
//
// Databases, schemas, tables with all types, PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK, DEFAULT, IDENTITY, computed
// columns and rowversion; indexes (columnstore indexes are only remembered), views, procedures with OUTPUT and return
// status, scalar and table-valued functions, AFTER triggers, table types and table-valued parameters, temporary tables
// and procedures, table variables; ALTER TABLE (add, drop, alter column, constraints on and off); TRUNCATE.
//
// SELECT with joins, APPLY, TABLESAMPLE, grouping, HAVING, set operations, common table expressions (recursive with MAXRECURSION),
// subqueries, IN, EXISTS, ANY, ALL, CASE, TOP with PERCENT and WITH TIES, OFFSET and FETCH, window functions, VALUES, INTO,
// assignment to variables; INSERT, UPDATE and DELETE with FROM, TOP and OUTPUT; INSERT ... EXEC; INSERT BULK.
//
// Variables, PRINT, RAISERROR, THROW, TRY and CATCH, IF, WHILE, WAITFOR, EXEC with RESULT SETS, sp_executesql;
// transactions with savepoints, XACT_ABORT, XACT_STATE and doomed transactions, IMPLICIT_TRANSACTIONS, the isolation
// levels; logins, users, roles, GRANT, DENY and REVOKE on databases and objects, enforced as far as rows, modules and
// definitions go (rights.go), with ownership chains; EXECUTE AS and REVERT, in modules too (context.go).
//
// Functions: the string, mathematical, date, conversion and system functions in the function_*.go files; aggregates
// COUNT, COUNT_BIG, SUM, AVG, MIN, MAX, STDEV, STDEVP, VAR, VARP, STRING_AGG, APPROX_COUNT_DISTINCT; the @@ functions in
// globals.go. DBCC CHECKIDENT and USEROPTIONS. Catalog views: those in sysviews.go. System procedures: those in
// sysproc.go, sp_configure and RECONFIGURE among them; sp_execute_external_script is none of them (2812).
//
// # What it does not
//
// What is missing is refused with error 59040 or 102, never answered wrongly: cursors, INSTEAD OF triggers and triggers
// on DDL, cascades to tables with triggers, EXEC of a function, sequences, synonyms, MERGE, PIVOT, ROLLUP, CUBE and
// GROUPING SETS, APPLY of a query that looks left and reads a common table expression, FOR XML and JSON, OPENJSON, XML
// and CLR methods, AT TIME ZONE, SET DATEFORMAT other than mdy, GOTO, filtered indexes, COLLATE and AS FOR XML in RESULT
// SETS, permissions on columns, schemas and principals, EXECUTE AS WITH COOKIE, triggers and functions WITH EXECUTE AS,
// ANSI_NULLS OFF, linked servers, changing rows through views, global temporary tables, languages other than us_english.
//
// # Where it differs
//
// There is one writer at a time: a transaction that has written holds the right to write until it ends. Readers see the
// last commit. A second writer waits for LOCK_TIMEOUT, then error 1222; LOCK_TIMEOUT -1 ends after maxLockWait. Names
// and types of a batch are looked at before it runs as far as they don't depend on what the batch does itself. Texts
// that nest too deeply are error 191 earlier than elsewhere (parseguard.go). CHECKSUM and BINARY_CHECKSUM are equal
// where SQL Server's are, but have other values.
package store

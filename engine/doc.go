// Package engine is the embedded development engine: T-SQL over SQLite, spoken
// in TDS through package tds, on a socket of its own (design, section 10). The
// proxy reaches it as it reaches any engine; no code of the proxy knows it.
//
// Package store beneath executes T-SQL; this package is its door: PRELOGIN, TLS,
// LOGIN7, and then one request after another, with attention at any moment. Its
// scope is what the acceptance list and common drivers need, not T-SQL as a whole:
//
//   - TDS 7.1 to 7.4 (8.0 strict if a certificate is given), SQL logins only;
//     clients of older versions get newer types as SQL Server sends them (older.go);
//   - SQL batches; RPCs by name and by number: sp_executesql, sp_prepare, sp_execute,
//     sp_prepexec, sp_unprepare, the system procedures of package store, and
//     sp_reset_connection; server cursors are refused with error 16937, which makes
//     drivers fall back to plain results;
//   - INSERT BULK with its rows; transaction manager requests;
//   - RESETCONNECTION and attention.
//
// No MARS, no federated or integrated login, no session recovery, no column
// encryption: what a client offers of these is not acknowledged.
//
// Start reading at server.go, then connection.go.
package engine

// Package plans is the randomised differential test of plans: made-up batches and procedures with script calls
// go through a proxy, and the same texts with native equivalents in place of the calls to the engine alone.
// Everything that a client can see must be the same: result sets, messages, row counts, return codes, output
// parameters, and what the tables hold afterwards.
//
// Proxy and scripts are in the test's own process, and a script is a word that scripts_test.go knows, so that thousands
// of cases take minutes. Where to start: random_test.go, then case_test.go (what a case is), generate_test.go (how it is made up).
package plans

// Package integration holds the end-to-end tests, the matrix of real clients
// and the benchmarks. It reaches the product only through the network and the
// command line, so that what it shows is what a user gets.
//
// Start reading at harness_test.go, which starts the program under test.
// arrows_test.go holds the project's import arrows.
package integration

// Command bench measures the product against its speed budget and prints one
// table (design section 12). `make bench` runs it.
//
// Ratios decide, absolute figures only guide: each figure is taken together with
// the one it is held against, in the same run, the two taking turns (A B C, B C
// A, ...), and a ratio is given as the least, the middle and the greatest of the
// rounds. Nothing is asserted about time; the exit status is that of something
// that does not work.
//
// The parts are processes of their own, as in life: a synthetic TDS source in the
// engine's place (package source: rows are written from memory, so that it is not
// what is measured), the product's real binary, HAProxy in TCP mode, pymssql. The
// load comes from this process, by a client that does nothing but read packets.
//
// Start reading at main.go; each file measure_*.go is a section of the table.
package main

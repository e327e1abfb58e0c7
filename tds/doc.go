// Package tds reads and writes the Tabular Data Stream protocol as [MS-TDS]
// describes it: packets (2.2.3), the messages of the client (2.2.6), the tokens
// of the server (2.2.7), the data types (2.2.5), the TLS handshake inside
// PRELOGIN packets (3.2.5.1) and the SMP header of [MC-SMP]. It speaks TDS 7.1
// to 7.4 and 8.0, in both directions: every message and token can be decoded and
// appended, because a proxy is a server to its client and a client to its engine.
//
// The package is a codec. It opens no sockets, keeps no sessions and decides
// nothing: which TLS configuration, which limits, what to do with a message are
// its callers' matters.
//
// # Where to start
//
//   - header.go, packetreader.go and packetwriter.go: from bytes to packets to
//     messages and back.
//   - token.go: the tokens of a response; one file per token. tokenreader.go reads
//     them as a stream, rows without allocation.
//   - typeinfo.go and value.go: data types, and their values in three forms: on the
//     wire, raw, as Go values. row.go writes rows.
//   - prelogin.go, login7.go, sqlbatch.go, rpc.go, ...: one file per message.
//   - handshake.go: TLS inside PRELOGIN packets, and taking it off again.
//
// # Conventions
//
// Encoders are called Append and append to a slice that the caller owns, so that
// a steady connection allocates nothing. Decoders check every length before they
// use it and allocate nothing that the input has not paid for with its own bytes;
// what they return may point into the input unless its comment says otherwise. All
// their errors are or wrap [DecodeError], which says where in which structure the
// bytes went wrong. Nothing panics on input.
//
// Text is UTF-16LE on the wire and UTF-8 in Go (see utf16.go).
package tds

// Package certs answers two questions of the design (section 4, point 2): with which
// certificate do we stand before clients, and whom do we believe to be the engine.
//
// The server side is a [Server]: a certificate given as PEM files, or a self-made one that is
// created at the first start and kept in the data directory. Start reading at [SelfSigned] and
// [Load]. The client side is a [Verification]: system roots by default, or a CA file, or one
// pinned certificate; switching verification off has to be asked for by name.
//
// The package does no networking and knows nothing of TDS.
package certs

// Package certs answers three questions of the design (section 4, point 2, and section 8): with which
// certificate do we stand before clients, whom do we believe to be the engine, and how does a script
// show on a loopback connection whose it is.
//
// The server side is a [Server]: a certificate given as PEM files, or a self-made one that is
// created at the first start and kept in the data directory. Start reading at [SelfSigned] and
// [Load]. The client side is a [Verification]: system roots by default, or a CA file, or one
// pinned certificate; switching verification off has to be asked for by name. A [Satellite] is the
// certificate of one launchpad, known by its [Fingerprint].
//
// The package does no networking and knows nothing of TDS.
package certs

// Package proxy is the door of tds-launchpad: listeners, TLS on both legs, the login relay,
// sessions, forwarding, and the carrying out of script calls (design sections 4, 5, 8, 11).
//
// A session is one client connection and one engine connection. Its life is one function:
// session.run in session.go. It calls, in this order,
//
//   - openClient (clientleg.go): first byte, PRELOGIN, TLS with the client;
//   - openEngine (engineleg.go): the same with the engine;
//   - login (login.go): LOGIN7 and what follows it, routing included (routing.go);
//   - forward (forward.go): two goroutines, client to engine (requests.go) and engine to client
//     (responses.go), or carryOpaquely for MARS.
//
// Requests that may concern us are recognised in detect.go; what is ours becomes a call
// (call.go), and is carried out on the same engine connection (carryout.go and the files it
// names). Everything else passes byte for byte.
package proxy

// Package proxy is the door of tds-launchpad: listeners, TLS on both legs, the login relay,
// sessions, forwarding, and the carrying out of script calls (design sections 4, 5, 8, 11).
//
// A session is one client connection and one engine connection. Its life is one function:
// session.serve in session.go. It calls, in this order,
//
//   - openClient (clientleg.go): first byte, PRELOGIN, TLS with the client;
//   - connectEngine (engineleg.go): the same with the engine;
//   - login (login.go, loginreply.go): LOGIN7 and what follows it, routing included (routing.go);
//   - forward (forward.go): two goroutines, client to engine (requests.go, spool.go) and engine to
//     client, or carryOpaquely for MARS.
//
// flow.go knows whether the engine owes an answer. detect.go decides whose a request is; rpc.go
// and prepared.go read those that are ours. Such a request takes the engine over (takeover.go,
// reply.go) and is carried out in a goroutine of its own (carryout.go: facts and permission,
// arguments, input query, script, answer), while the client's attention is listened for.
// Everything else passes byte for byte.
//
// # Known limits
//
// A script call reaches the engine as it is on a MARS connection, on one with an unknown feature
// extension, and in an RPC message longer than Limits.Reassembly behind its first statement.
// Batches are read under QUOTED_IDENTIFIER ON, and sp_executesql's parameters in their declared
// order.
//
// After a script call @@ROWCOUNT and @@ERROR are those of the proxy's own last statement on the
// session: 1 and 0, or what the input query left, and not what SQL Server would have: the row count
// of the result and 39019. The same goes for @@ROWCOUNT and @@ERROR as arguments.
//
// A client that sends a request behind a script call, without waiting for the answer, is served in
// order if the call ends within flow's patience; until then nobody listens for its attention.
package proxy

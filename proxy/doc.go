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
// # Loopback
//
// A script reaches the engine through listeners in its box (design section 8; docs/loopback.md). launchpad.go
// is what the parallel calls of a login share; loopback.go serves the listeners of one call, each connection
// by a session like any other, whose login differs: loopback_admit.go decides by certificate or token whether
// it is the caller's, loopback_context.go as whom the caller's scripts log in at all, loopback_login.go logs in
// and makes sure of it. credentials.go is what a session keeps for that.
//
// # Plans
//
// A request in which a call stands among other statements, or that calls a script module, is a plan
// (design section 6; docs/plans.md says what is carried out, what is refused, and why). Start at
// plan.go, then plan_walk.go, which goes from statement to statement. What each of the others does:
//
//   - modules.go, modules_learn.go, concerns.go: the names of script modules, and whether a request concerns us;
//   - plan_analyse.go: which statements the engine executes, which variables are held, what is refused;
//   - plan_frame.go, plan_declare.go, plan_travel.go, plan_long.go, plan_table.go: variables, and how they travel;
//   - plan_compose.go, plan_text.go, plan_changes.go, plan_marker.go: the text of one request;
//   - plan_request.go, plan_emit.go, stitch.go: its answer, and what of it the client gets;
//   - plan_call.go: a script call; plan_module.go, plan_bind.go, plan_schema.go: a script module;
//   - plan_dynamic.go, plan_rpc.go: texts in strings, and requests by RPC;
//   - plan_insert.go, plan_sink.go: INSERT ... EXEC; plan_raise.go: errors that the engine raises for us;
//   - plan_options.go, plan_syntax.go: SET options of a module, and the look for errors of syntax.
//
// # Known limits
//
// A script call reaches the engine as it is on a MARS connection, on one with an unknown feature
// extension, and in an RPC message longer than Limits.Reassembly behind its first statement.
// The parameters of sp_executesql are read in their declared order.
//
// A client that sends a request behind a script call, without waiting for the answer, is served in
// order if the call ends within flow's patience; until then nobody listens for its attention.
package proxy

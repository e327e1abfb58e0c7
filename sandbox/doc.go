// Package sandbox is where scripts run: worker accounts, folders and the
// confinement of satellites (design sections 7 and 8, sandbox.md).
//
// The processes, from the outside in:
//
//	serving process (Go)       no rights inside; talks to the launcher only
//	 '- outer (C)              makes the user namespace U, waits for what is below
//	     '- init of U (C)      PID 1 of U; its death kills everything below in one step
//	         '- launcher (Go)  uid 0 of U = an unprivileged host uid
//	             |- zygote     per language: a warmed interpreter, own root, no network
//	             '- box (C)    one per satellite: PID 1 of the box, reaps
//	                 '- interpreter, PID 2, own host uid, no rights at all
//
// An interpreter is executed by the box's init, or forked from the zygote into
// the box; both ways the same C code applies the same [Spec], and the init is its
// parent. The zygote gets descriptors, never a policy: that goes to its child.
// Whatever fails on the way from a zygote, the call is served by a cold start.
//
// A box is made before it is known whose it will be: with its uid, its root, its
// filters and its loopback listeners, and the interpreter without any right waits
// in it. The hand-over (handover.go) is then all that a call adds: launchpad and
// session folder, certificate, the account's name. Some boxes wait ready (ready.go).
//
// The launcher is this very binary executed again: [Init] must be the first
// thing that main and TestMain do. It and the serving process exchange the few
// fixed messages of protocol.go over an inherited socket pair. The launcher
// derives a box's whole policy, a [Spec], from the configuration it was started
// with; a path, uid, mount or argument vector never crosses that socket.
//
// Everything hangs on one thread: if the serving process ends, the socket pair
// and a pipe close and the init of U ends; if the launcher ends, the init of U
// ends; and with an init the kernel kills its whole namespace.
//
// The ways of starting (root, an ordinary user with or without subordinate uids, a
// container) confine alike; what differs is in [Differences], which doctor prints.
//
// Start reading at [Start] (start.go) for what happens outside, at
// launcher_role.go for what happens inside U, at spec.go for what a satellite
// may do, and at native/box.c for how that is applied; for zygotes at
// zygotes.go, box_join.go and native/zygote.c; for what waits at ready.go and
// serve_box.go.
package sandbox

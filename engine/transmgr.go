package engine

import (
	"context"
	"encoding/binary"
	"fmt"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// transactionManager answers a transaction manager request, MS-TDS 2.2.6.9.
func (c *connection) transactionManager(ctx context.Context, data []byte, out *response) error {
	r, err := tds.ParseTransMgr(data, tds.RequestFormat{Version: c.version})
	if err != nil {
		return err
	}
	s := c.session
	switch r.Type {
	case tds.TMBeginXact:
		err = s.Begin(ctx, r.BeginName, store.Isolation(r.Isolation), out)
	case tds.TMCommitXact:
		err = s.Commit(ctx, r.Name, out)
	case tds.TMRollbackXact:
		err = s.Rollback(ctx, r.Name, out)
	case tds.TMSaveXact:
		err = s.Save(ctx, r.Name, out)
	default:
		return &tsql.Error{Number: 3991, State: 1, Class: 16,
			Message: fmt.Sprintf("Transaction manager request %d is not supported by the embedded engine.", r.Type)}
	}
	if err != nil || !r.Begin || out.failed {
		return err
	}
	// fBeginXact: the next transaction begins in the same request.
	return s.Begin(ctx, r.BeginName, store.Isolation(r.Isolation), out)
}

// checkDescriptor refuses a request that names another transaction than the
// session has: a client, or a proxy, that lost track would otherwise write outside
// of the transaction it believes in.
func (c *connection) checkDescriptor(h *tds.AllHeaders) error {
	if !h.HasTransaction || h.Descriptor == 0 || h.Descriptor == c.session.Transaction() {
		return nil
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], h.Descriptor)
	return &tsql.Error{Number: 3989, State: 1, Class: 16,
		Message: fmt.Sprintf("New request is not allowed to start because it should come with valid transaction descriptor (0x%X).", b)}
}

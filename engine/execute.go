package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// execute answers one request. The error is the connection's end; errors of
// statements are part of the answer.
func (c *connection) execute(ctx context.Context, r request) error {
	if r.header.Type == tds.PacketAttention {
		return (&response{c: c, out: c.out}).acknowledge()
	}
	run := c.begin(ctx)
	out, err := newResponse(run, c)
	if err != nil {
		return err
	}
	err = c.carryOut(run, r, out)
	var failed *tsql.Error
	switch {
	case errors.As(err, &failed):
		if err := out.fail(failed); err != nil {
			return err
		}
	case err != nil && run.Err() == nil:
		return out.sever(err)
	}
	if c.end() {
		return out.acknowledgeAttention()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return out.finish()
}

var errPanic = errors.New("panic")

// carryOut does what a request asks for. A defect that one request brings to light
// ends its connection, not the engine with all others.
func (c *connection) carryOut(ctx context.Context, r request, out *response) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.server.cfg.Logger.Error().Any("panic", p).Bytes("stack", debug.Stack()).Msg("embedded engine failed at a request")
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	if r.header.Type != tds.PacketBulkLoad {
		c.dropBulk()
	}
	if r.ignored {
		return out.ignored()
	}
	if err := c.reset(ctx, r.header.Status, out); err != nil {
		return err
	}
	switch r.header.Type {
	case tds.PacketSQLBatch:
		return c.batch(ctx, r.data, out)
	case tds.PacketRPC:
		return c.rpc(ctx, r.data, out)
	case tds.PacketTransMgr:
		return c.transactionManager(ctx, r.data, out)
	case tds.PacketBulkLoad:
		return c.bulkLoad(r.body, out)
	}
	return fmt.Errorf("%v message after the login", r.header.Type)
}

// reset makes the session as new when the request's header asks for it, and says
// what that has changed.
func (c *connection) reset(ctx context.Context, status tds.Status, out *response) error {
	if status&tds.StatusReset == 0 {
		return nil
	}
	clear(c.prepared)
	transaction, database := c.session.Transaction(), c.session.Database()
	if err := c.session.Reset(ctx, status&tds.StatusResetConnectionSkipTran != 0, out); err != nil {
		return err
	}
	if transaction != 0 && c.session.Transaction() == 0 {
		if err := out.Env(store.EnvChange{Kind: store.EnvRollback, Transaction: transaction}); err != nil {
			return err
		}
	}
	if now := c.session.Database(); now != database {
		if err := out.Env(store.EnvChange{Kind: store.EnvDatabase, New: now, Old: database}); err != nil {
			return err
		}
	}
	if !c.version.AtLeast(tds.V72) {
		return nil // ENVCHANGE type 18 is unknown there
	}
	return out.env(&tds.EnvChange{Type: tds.EnvResetAck})
}

// batch runs the text of an SQL batch.
func (c *connection) batch(ctx context.Context, data []byte, out *response) error {
	b, err := tds.ParseSQLBatch(data, tds.RequestFormat{Version: c.version})
	if err != nil {
		return err
	}
	if err := c.checkDescriptor(&b.Headers); err != nil {
		return err
	}
	text := b.String()
	if isInsertBulk(text) {
		return c.beginBulk(ctx, text, out)
	}
	return c.session.Run(ctx, text, nil, out)
}

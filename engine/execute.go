package engine

import (
	"context"
	"errors"
	"fmt"

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
	out, err := newResponse(c)
	if err != nil {
		return err
	}
	if err := c.reset(run, r.header.Status, out); err != nil {
		return err
	}
	switch r.header.Type {
	case tds.PacketSQLBatch:
		err = c.batch(run, r.data, out)
	case tds.PacketRPC:
		err = c.rpc(run, r.data, out)
	case tds.PacketTransMgr:
		err = c.transactionManager(run, r.data, out)
	case tds.PacketBulkLoad:
		err = c.bulkLoad(r.body, out)
	default:
		return fmt.Errorf("%v message after the login", r.header.Type)
	}
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

// reset makes the session as new when the request's header asks for it.
func (c *connection) reset(ctx context.Context, status tds.Status, out *response) error {
	if status&tds.StatusReset == 0 {
		return nil
	}
	clear(c.prepared)
	c.bulk = nil
	return c.session.Reset(ctx, status&tds.StatusResetConnectionSkipTran != 0, out)
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

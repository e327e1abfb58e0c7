package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
)

// maxBulkValue bounds one value of a bulk load in memory.
const maxBulkValue = maxRequest

// isInsertBulk tells INSERT BULK, which announces rows to come in a message of
// their own, from other batches.
func isInsertBulk(text string) bool {
	words := strings.Fields(text[:min(len(text), 200)])
	return len(words) > 2 && strings.EqualFold(words[0], "insert") && strings.EqualFold(words[1], "bulk")
}

// beginBulk remembers what INSERT BULK announces; the rows follow.
func (c *connection) beginBulk(ctx context.Context, text string, out *response) error {
	// The load outlives the request that announces it, but an attention ends its
	// waiting for other writers.
	loading, release := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, release)
	bulk, err := c.session.Bulk(loading, text)
	if err != nil {
		release()
		return err
	}
	c.bulk, c.release = bulk, release
	if !stop() {
		c.dropBulk()
		return ctx.Err()
	}
	return out.Done(store.Done{Command: store.CommandNone})
}

// bulkLoad takes the rows of the load announced before.
func (c *connection) bulkLoad(body *tds.MessageReader, out *response) error {
	if c.bulk == nil {
		return protocolError(16)
	}
	err := c.bulkRows(body)
	if e := body.Discard(); e != nil {
		err = errors.Join(err, e)
	}
	if body.Ignored() { // what has come may end in the middle of a row
		c.dropBulk()
		return out.ignored()
	}
	if err != nil {
		c.dropBulk()
		return err
	}
	count, err := c.bulk.Commit()
	c.bulk = nil
	c.release()
	if err != nil {
		return err
	}
	return out.Done(store.Done{Command: store.CommandBulkInsert, Count: count, HasCount: true})
}

// dropBulk undoes a load that was announced and not completed: it keeps the session
// and, by its transaction, all other writers waiting.
func (c *connection) dropBulk() {
	if c.bulk == nil {
		return
	}
	if err := c.bulk.Abort(); err != nil {
		c.server.cfg.Logger.Debug().Err(err).Msg("end of a bulk load")
	}
	c.bulk = nil
	c.release()
}

func (c *connection) bulkRows(body *tds.MessageReader) error {
	tokens := tds.NewTokenReader(body, tds.TokenReaderOptions{
		TokenFormat: tds.TokenFormat{Version: c.version, BulkLoad: true}, MaxValue: maxBulkValue})
	var types []tds.TypeInfo
	var from []store.Column
	var values []any
	for {
		token, err := tokens.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case *tds.ColMetadata:
			types, values = make([]tds.TypeInfo, len(token.Columns)), make([]any, len(token.Columns))
			from = make([]store.Column, len(token.Columns))
			for i, column := range token.Columns {
				types[i] = column.Type
				if from[i].Type, err = languageType(column.Type); err != nil {
					return err
				}
				from[i].Name = column.Name
			}
		case *tds.Row:
			for i, raw := range token.Values {
				if values[i], err = fromWire(&types[i], raw); err != nil {
					return err
				}
			}
			if err := c.bulk.Row(from, values); err != nil {
				return err
			}
		case *tds.Done:
		default:
			return fmt.Errorf("%T in a bulk load", token)
		}
	}
}

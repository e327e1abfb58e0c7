package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
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
	bulk, err := c.session.Bulk(ctx, text)
	if err != nil {
		return err
	}
	c.bulk = bulk
	return out.Done(store.Done{Command: store.CommandNone})
}

// bulkLoad takes the rows of the load announced before.
func (c *connection) bulkLoad(body *tds.MessageReader, out *response) error {
	bulk := c.bulk
	c.bulk = nil
	if bulk == nil {
		return &tsql.Error{Number: 4002, State: 1, Class: 16,
			Message: "The incoming tabular data stream (TDS) protocol stream is incorrect. The stream ended unexpectedly."}
	}
	if err := c.bulkRows(bulk, body); err != nil {
		return errors.Join(err, bulk.Abort())
	}
	count, err := bulk.Commit()
	if err != nil {
		return err
	}
	return out.Done(store.Done{Command: store.CommandBulkInsert, Count: count, HasCount: true})
}

func (c *connection) bulkRows(bulk *store.Bulk, body *tds.MessageReader) error {
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
			if err := bulk.Row(from, values); err != nil {
				return err
			}
		case *tds.Done:
		default:
			return fmt.Errorf("%T in a bulk load", token)
		}
	}
}

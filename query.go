package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/golang-sql/sqlexp"
	mssql "github.com/microsoft/go-mssqldb"
)

// queryCommand is a small client with sqlcmd's habits, so that trying the
// proxy needs no other tool.
type queryCommand struct {
	Server            string `short:"S" default:"127.0.0.1:1433" help:"Server as HOST, HOST:PORT, HOST,PORT or HOST\\INSTANCE."`
	User              string `short:"U" placeholder:"LOGIN" help:"Login name."`
	Password          string `short:"P" env:"SQLCMDPASSWORD" placeholder:"PASSWORD" help:"Password, which others can see here; better given in"`
	Database          string `short:"d" placeholder:"NAME" help:"Database to begin in."`
	Query             string `short:"Q" placeholder:"TEXT" help:"Run this text and end."`
	Input             string `short:"i" placeholder:"FILE" help:"Run this file and end; without it and -Q standard input is read ('-' too)."`
	Abort             bool   `short:"b" help:"End with exit status 1 after the first error of severity above 10."`
	Encrypt           string `short:"N" default:"true" enum:"disable,false,true,strict" help:"Encryption: ${enum}; false encrypts the login only."`
	Trust             bool   `short:"C" help:"Trust the server's certificate without verifying it; not with strict."`
	ServerCertificate string `short:"J" placeholder:"FILE" help:"Trust the server's certificate if it is the one in this file, PEM."`
	Timeout           int    `short:"l" default:"8" help:"Seconds to wait for the login."`
	Limit             int    `short:"t" default:"0" help:"Seconds to wait for a batch; 0 waits for ever."`
	Header            int    `default:"0" help:"-1 prints no column headers; -h -1 as in sqlcmd."`
	Trim              bool   `short:"W" help:"Remove trailing blanks from columns."`
	Sep               string `short:"s" default:" " help:"Column separator."`
}

// errQueryFailed ends the program with exit status 1 without another message:
// the server's own has been printed.
var errQueryFailed = errors.New("query failed")

func (c *queryCommand) Run() error {
	in, closeInput, err := c.input()
	if err != nil {
		return err
	}
	defer closeInput()

	if c.Password == "" && c.User != "" && isTerminal(os.Stdin) {
		if c.Password, err = askPassword(os.Stdin); err != nil {
			return err
		}
	}
	address, err := c.connectionString()
	if err != nil {
		return err
	}
	connector, err := mssql.NewConnector(address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	connector.Dialer = &watchingDialer{lost: cancel}
	db := sql.OpenDB(connector)
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return c.report(err)
	}
	defer conn.Close()

	p := &printer{out: os.Stdout, messages: os.Stderr, separator: c.Sep, trim: c.Trim, headers: c.Header >= 0}
	batches := newBatchReader(in)
	for {
		batch, times, err := batches.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for range times {
			failed, err := c.runBatch(ctx, conn, batch, p)
			if err != nil {
				return c.report(err)
			}
			if failed && c.Abort {
				return errQueryFailed
			}
		}
	}
}

func (c *queryCommand) input() (io.Reader, func() error, error) {
	switch {
	case c.Query != "" && c.Input != "":
		return nil, nil, errors.New("give either -Q or -i, not both")
	case c.Query != "":
		return strings.NewReader(c.Query), func() error { return nil }, nil
	case c.Input == "" && isTerminal(os.Stdin):
		return newPrompter(os.Stdin, os.Stdout), func() error { return nil }, nil
	case c.Input == "" || c.Input == "-":
		return os.Stdin, func() error { return nil }, nil
	}
	f, err := os.Open(c.Input)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

// runBatch prints everything a batch returns in the order it arrives; failed
// says that an error above severity 10 was among it.
func (c *queryCommand) runBatch(ctx context.Context, conn *sql.Conn, batch string, p *printer) (failed bool, err error) {
	if c.Limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeoutSeconds(c.Limit))
		defer cancel()
	}
	returned := &sqlexp.ReturnMessage{}
	rows, err := conn.QueryContext(ctx, batch, returned)
	if err != nil {
		return true, err
	}
	defer rows.Close()
	for active := true; active; {
		switch m := returned.Message(ctx).(type) {
		case sqlexp.MsgNotice:
			p.notice(m.Message.String())
		case sqlexp.MsgError:
			var server mssql.Error
			if !errors.As(m.Error, &server) {
				return true, m.Error
			}
			failed = true
			p.serverError(server)
		case sqlexp.MsgRowsAffected:
			p.rowsAffected(m.Count)
		case sqlexp.MsgNext:
			if err := p.resultSet(rows); err != nil {
				return true, err
			}
		case sqlexp.MsgNextResultSet:
			active = rows.NextResultSet()
		}
		switch cause := context.Cause(ctx); {
		case errors.Is(cause, context.DeadlineExceeded):
			return true, fmt.Errorf("timeout expired: the batch was cancelled after %d s (-t)", c.Limit)
		case cause != nil:
			return true, cause
		}
	}
	if err := rows.Err(); err != nil && !failed {
		return true, err
	}
	return failed, nil
}

// report prints a server's error as sqlcmd does and leaves others to main.
func (c *queryCommand) report(err error) error {
	var server mssql.Error
	if errors.As(err, &server) && server.Number != 0 {
		server.Message = strings.TrimPrefix(server.Message, "login error: ") // the driver's addition
		(&printer{messages: os.Stderr}).serverError(server)
		return errQueryFailed
	}
	// The driver does not wrap crypto/tls's error.
	if strings.Contains(err.Error(), "failed to verify certificate") {
		return fmt.Errorf("%w; -J FILE trusts the certificate in FILE, -C any certificate", err)
	}
	return err
}

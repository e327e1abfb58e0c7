package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path"
	"strconv"
	"syscall"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

//go:embed demo/*.sql
var demoScripts embed.FS

type demoCommand struct {
	scriptOptions
	IrisFile string `default:"/usr/lib/python3/dist-packages/sklearn/datasets/data/iris.csv" help:"Fisher's iris data, as scikit-learn ships them."`
}

// demoSteps are the files under demo/, in order. What must fail is marked, so
// that a demo that goes wrong ends with exit status 1.
var demoSteps = []struct {
	title, file string
	fails       bool
}{
	{"Fit a model in Python over a SELECT", "1-fit.sql", false},
	{"Parameters reach the query and the script", "2-parameters.sql", false},
	{"Train a model in a procedure, and keep it in a table", "3-train.sql", false},
	{"Score with the stored model, and keep the predictions", "4-score.sql", false},
	{"Tell its accuracy", "5-accuracy.sql", false},
	{"A script that fails, in TRY", "6-catch.sql", false},
	{"A script that fails", "7-error.sql", true},
	{"What a script sees of this machine", "8-inside.sql", false},
}

// Run starts engine, proxy and launcher in a directory of their own and goes
// through the steps as an ordinary client of the proxy.
func (c *demoCommand) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, removeDir, err := scratchDir("demo")
	if err != nil {
		return err
	}
	defer removeDir() //nolint:errcheck // the next one sweeps
	password := rand.Text()
	if err := os.Setenv(saPasswordVariable, password); err != nil {
		return err
	}
	options := &serveCommand{scriptOptions: c.scriptOptions, DataDir: dir}
	options.LogLevel = "error"
	options.Engine, options.Listen, options.EngineEncryption = "embedded", "127.0.0.1:0", "on"
	options.ClientEncryption, options.ExternalScripts = "optional", "on"
	started := time.Now()
	in, err := start(ctx, options)
	if err != nil {
		return err
	}
	fmt.Printf("Embedded engine, proxy and launcher are up on %s (%s).\n", in.address(), took(started))
	err = c.show(ctx, in.address(), password)
	if shutdownErr := in.shutdown(context.WithoutCancel(ctx)); err == nil {
		err = shutdownErr
	}
	if err != nil {
		return err
	}
	fmt.Print(demoFarewell)
	return nil
}

const demoFarewell = `
To go on with your own client:

    export TDS_LAUNCHPAD_SA_PASSWORD='Choose-one-1'
    bin/tds-launchpad serve --engine embedded --listen 127.0.0.1:1433 &
    sleep 1    # it prints "ready"
    SQLCMDPASSWORD=$TDS_LAUNCHPAD_SA_PASSWORD bin/tds-launchpad query -S 127.0.0.1 -U sa -C -i demo/8-inside.sql

or with any SQL Server client: server 127.0.0.1, port 1433, login sa, trust the server's certificate.
In front of an engine of your own: bin/tds-launchpad serve --engine HOST:1433
`

func (c *demoCommand) show(ctx context.Context, address net.Addr, password string) error {
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword("sa", password), Host: address.String(),
		RawQuery: "TrustServerCertificate=true&app+name=tds-launchpad+demo"}
	connector, err := mssql.NewConnector(u.String())
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	started := time.Now()
	rows, err := c.loadIris(ctx, conn)
	if err != nil {
		return err
	}
	fmt.Printf("Loaded Fisher's iris data by bulk load: %d rows (%s).\n", rows, took(started))
	for i, step := range demoSteps {
		if err := c.step(ctx, conn, i+1, step.title, step.file, step.fails); err != nil {
			return err
		}
	}
	return nil
}

func (c *demoCommand) step(ctx context.Context, conn *sql.Conn, number int, title, file string, fails bool) error {
	text, err := demoScripts.ReadFile(path.Join("demo", file))
	if err != nil {
		return err
	}
	fmt.Printf("\n== %d. %s\n\n%s\n", number, title, text)
	p := &printer{out: os.Stdout, messages: os.Stdout, separator: " ", headers: true}
	started := time.Now()
	failed, err := c.batches(ctx, conn, text, p)
	if err != nil {
		return err
	}
	fmt.Printf("\n[%s]\n", took(started))
	if failed != fails {
		return fmt.Errorf("step %d did not go as it should", number)
	}
	return nil
}

// batches runs the batches of a file, as `query -i` does, and tells whether one has failed.
func (c *demoCommand) batches(ctx context.Context, conn *sql.Conn, text []byte, p *printer) (failed bool, err error) {
	reader := newBatchReader(bytes.NewReader(text))
	for {
		batch, _, err := reader.next()
		if errors.Is(err, io.EOF) {
			return failed, nil
		}
		if err != nil {
			return false, err
		}
		one, err := new(queryCommand).runBatch(ctx, conn, batch, p)
		if err != nil {
			return false, err
		}
		failed = failed || one
	}
}

// loadIris creates the tables and fills the one of flowers. The file's first line is a header
// of counts and class names; a row's class is an index into those.
func (c *demoCommand) loadIris(ctx context.Context, conn *sql.Conn) (int64, error) {
	create, err := demoScripts.ReadFile("demo/0-tables.sql")
	if err != nil {
		return 0, err
	}
	if _, err := conn.ExecContext(ctx, string(create)); err != nil {
		return 0, err
	}
	f, err := os.Open(c.IrisFile)
	if err != nil {
		return 0, fmt.Errorf("%w (Debian's package python3-sklearn has it)", err)
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil {
		return 0, err
	}
	load, err := conn.PrepareContext(ctx, mssql.CopyIn("iris", mssql.BulkOptions{},
		"sepal_length", "sepal_width", "petal_length", "petal_width", "species"))
	if err != nil {
		return 0, err
	}
	defer load.Close()
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		row, err := irisRow(header, record)
		if err != nil {
			return 0, err
		}
		if _, err := load.ExecContext(ctx, row...); err != nil {
			return 0, err
		}
	}
	result, err := load.ExecContext(ctx)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func irisRow(header, record []string) ([]any, error) {
	if len(header) < 3 || len(record) != 5 {
		return nil, fmt.Errorf("not the iris data: a row of %d fields", len(record))
	}
	row := make([]any, 0, 5)
	for _, field := range record[:4] {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return nil, err
		}
		row = append(row, v)
	}
	class, err := strconv.Atoi(record[4])
	if err != nil || class < 0 || class >= len(header)-2 {
		return nil, fmt.Errorf("not the iris data: class %q", record[4])
	}
	return append(row, header[2+class]), nil
}

func took(since time.Time) string { return time.Since(since).Round(100 * time.Microsecond).String() }

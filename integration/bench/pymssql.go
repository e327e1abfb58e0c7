package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"net"
	"os/exec"
	"time"
)

//go:embed pymssql_read.py
var pymssqlProgram string

// debianPython has pymssql and pandas, as the product's scripts have pandas.
const debianPython = "/usr/bin/python3"

// pymssql is a Python process with a connection to the source.
type pymssql struct {
	*process
	in  io.WriteCloser
	out *bufio.Reader
}

func startPymssql(address string) (*pymssql, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(debianPython, "-I", "-c", pymssqlProgram, host, port)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p, err := startProcess("pymssql", cmd)
	if err != nil {
		return nil, err
	}
	return &pymssql{p, in, bufio.NewReader(out)}, nil
}

// read makes a DataFrame of a query's rows and returns how long it took.
func (p *pymssql) read(query string, rows int) (time.Duration, error) {
	if _, err := fmt.Fprintln(p.in, query); err != nil {
		return 0, fmt.Errorf("pymssql: %w\n%s", err, &p.log)
	}
	var got, took int64
	if _, err := fmt.Fscanln(p.out, &got, &took); err != nil {
		return 0, fmt.Errorf("pymssql: %w\n%s", err, &p.log)
	}
	if got != int64(rows) {
		return 0, fmt.Errorf("pymssql read %d rows of %d", got, rows)
	}
	return time.Duration(took), nil
}

// close ends the process by the end of its input.
func (p *pymssql) close() error {
	_ = p.in.Close()
	go p.reap()
	return p.stop()
}

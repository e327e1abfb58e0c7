package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"tds-launchpad/integration/bench/source"
)

// sourceRole is the first argument of the process that is the source. It is one of
// its own, so that the load and the source don't share a Go scheduler.
const sourceRole = "be-the-source"

func startSource(certificate string) (*process, string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	return startServer("source", exec.Command(self, sourceRole, certificate))
}

// runSource is the source process.
func runSource(args []string) error {
	if len(args) != 1 {
		return errors.New("the source takes the file of its certificate")
	}
	pair, err := tls.LoadX509KeyPair(args[0], args[0])
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, os.Interrupt)
	go func() {
		<-end
		_ = l.Close()
	}()
	fmt.Printf("source ready on %s\n", l.Addr())
	s := source.Server{TLS: &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}}
	return s.Serve(l)
}

package main

import (
	"os"
	"os/exec"
	"path/filepath"
)

// startProduct starts the real binary before the engine at address.
func startProduct(dir, name, program, engine, certificate string, args ...string) (*process, string, error) {
	data := filepath.Join(dir, name)
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, "", err
	}
	return startServer("tds-launchpad ("+name+")", productCommand(data, program, engine, certificate, args...))
}

func productCommand(data, program, engine, certificate string, args ...string) *exec.Cmd {
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--engine", engine, "--data-dir", data,
		"--tls-cert", certificate, "--tls-key", certificate, "--log-level", "warn"}, args...)
	return exec.Command(program, args...)
}

// startRecorded starts the product with the log that is the default, of which it keeps the
// records of script calls.
func startRecorded(b *bench, name string, args ...string) (*process, string, *records, error) {
	data := filepath.Join(b.dir, name)
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, "", nil, err
	}
	args = append([]string{"--engine-encryption", "off", "--log-level", "info", "--log-format", "json"}, args...)
	cmd := productCommand(data, b.program, b.source, b.certificateFile, args...)
	r := &records{}
	cmd.Stderr = r
	p, address, err := startServer("tds-launchpad ("+name+")", cmd)
	return p, address, r, err
}

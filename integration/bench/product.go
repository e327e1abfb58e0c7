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
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--engine", engine, "--data-dir", data,
		"--tls-cert", certificate, "--tls-key", certificate, "--log-level", "warn"}, args...)
	return startServer("tds-launchpad ("+name+")", exec.Command(program, args...))
}

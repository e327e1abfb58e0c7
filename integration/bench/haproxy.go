package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
)

// haproxyConfig is HAProxy as Debian has it, all defaults, in TCP mode. The cipher
// is the one that Go's TLS 1.3 prefers on this kind of machine, so that both
// proxies do the same work.
const haproxyConfig = `global
    maxconn 2000
    ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
    ssl-default-server-ciphersuites TLS_AES_128_GCM_SHA256
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
listen plain
    bind fd@3
    server source %[1]s
listen secure
    bind fd@4 ssl crt %[2]s alpn tds/8.0
    server source %[1]s ssl verify none alpn tds/8.0
`

// startHAProxy puts HAProxy before the engine at address: without encryption, and
// with TLS from the first byte on both legs.
func startHAProxy(dir, engine, certificate string) (p *process, plain, secure string, err error) {
	file := filepath.Join(dir, "haproxy.cfg")
	if err := os.WriteFile(file, fmt.Appendf(nil, haproxyConfig, engine, certificate), 0o600); err != nil {
		return nil, "", "", err
	}
	cmd := exec.Command("haproxy", "-db", "-q", "-f", file)
	cmd.Stdout = os.Stderr
	var addresses [2]string
	for i := range addresses {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, "", "", err
		}
		defer l.Close()
		socket, err := l.(*net.TCPListener).File()
		if err != nil {
			return nil, "", "", err
		}
		defer socket.Close()
		addresses[i] = l.Addr().String()
		cmd.ExtraFiles = append(cmd.ExtraFiles, socket)
	}
	if p, err = startProcess("haproxy", cmd); err != nil {
		return nil, "", "", err
	}
	go p.reap()
	return p, addresses[0], addresses[1], nil
}

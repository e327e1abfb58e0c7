package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/rs/zerolog"

	"tds-launchpad/certs"
	"tds-launchpad/engine"
	"tds-launchpad/executor"
	"tds-launchpad/proxy"
)

// instance is a running proxy with what it needs: launcher, executor and
// perhaps the embedded engine.
type instance struct {
	options  *serveCommand
	log      zerolog.Logger
	scripts  *keeper        // nil where scripts can't be confined
	engine   *engine.Server // nil unless embedded
	proxy    *proxy.Server
	listener net.Listener
	failed   chan error // what a serving goroutine ended with
	cleanup  []func() error
}

// start brings up all parts. A launcher that can't be had is no reason to fail:
// forwarding works without, and script calls are refused with the reason.
func start(ctx context.Context, c *serveCommand) (in *instance, err error) {
	in = &instance{options: c, log: c.logger(), failed: make(chan error, 3)}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close())
		}
	}()
	confinement, err := c.sandboxConfig(c.DataDir)
	if err != nil {
		return in, err
	}
	confinement.Logger = in.log
	scripts, unavailable := keepLauncher(ctx, confinement)
	if unavailable != nil {
		in.log.Error().Err(unavailable).Msg("script calls will be refused; see tds-launchpad doctor")
	} else {
		in.scripts = scripts
		in.cleanup = append(in.cleanup, scripts.close)
	}
	if err := keepSecrets(); err != nil {
		return in, err
	}
	certificate, err := c.certificate()
	if err != nil {
		return in, readableBy(err)
	}
	config, err := in.proxyConfig(certificate)
	if err != nil {
		return in, readableBy(err)
	}
	config.Unavailable = unavailable
	if in.scripts != nil {
		config.Scripts = proxy.RunnerOf(executor.New(executor.Config{Starter: in.scripts,
			DataDir: c.DataDir, Logger: in.log}))
	}
	if file, ok := c.embedded(); ok {
		if err := in.startEngine(file, certificate, &config); err != nil {
			return in, err
		}
	}
	if in.proxy, err = proxy.New(config); err != nil {
		return in, err
	}
	if in.listener, err = net.Listen("tcp", c.Listen); err != nil {
		return in, fmt.Errorf("%w (--listen gives another address; as root, serve goes on as an ordinary user, whose ports are above 1023)", err)
	}
	go func() { in.failed <- in.proxy.Serve(context.WithoutCancel(ctx), in.listener) }()
	return in, nil
}

// startEngine opens the embedded engine behind a socket in a directory that only
// this user can enter.
func (in *instance) startEngine(file string, certificate *certs.Server, config *proxy.Config) error {
	password, err := in.options.saPassword()
	if err != nil {
		return err
	}
	dir, removeDir, err := scratchDir("socket")
	if err != nil {
		return err
	}
	in.cleanup = append(in.cleanup, removeDir)
	in.engine, err = engine.Open(engine.Config{
		File: file, SAPassword: password,
		TLS:    &tls.Config{GetCertificate: certificate.GetCertificate, MinVersion: tls.VersionTLS12},
		Logger: in.log,
	})
	if err != nil {
		return fmt.Errorf("embedded engine, as uid %d: %w", os.Geteuid(), err)
	}
	in.cleanup = append(in.cleanup, in.engine.Close)
	socket := filepath.Join(dir, "engine.sock")
	if err := in.serveEngine("unix", socket); err != nil {
		return err
	}
	if address := in.options.EmbeddedListen; address != "" {
		if err := in.serveEngine("tcp", address); err != nil {
			return err
		}
	}
	config.Engine = "embedded:1433" // a name for logs: Dial knows the way
	config.EngineEncryption = proxy.EngineEncryptOff
	config.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	return nil
}

func (in *instance) serveEngine(network, address string) error {
	listener, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	if network == "tcp" {
		in.log.Info().Stringer("address", listener.Addr()).Msg("embedded engine listens")
	}
	go func() { in.failed <- in.engine.Serve(listener) }()
	return nil
}

func (in *instance) proxyConfig(certificate *certs.Server) (proxy.Config, error) {
	c := in.options
	// kong has checked the words, but a new one may be known there and not here.
	engineEncryption, err1 := proxy.ParseEngineEncryption(c.EngineEncryption)
	clientEncryption, err2 := proxy.ParseClientEncryption(c.ClientEncryption)
	external, err3 := proxy.ParseExternalScripts(c.ExternalScripts)
	verification := certs.Verification{ServerName: c.EngineServerName, CAFile: c.EngineCA,
		PinnedFile: c.EnginePinned, Insecure: c.EngineTrust}
	_, err4 := verification.ClientConfig("") // a file that can't be read is told now, not at the first session
	catalogPassword, err5 := c.catalogPassword()
	loopbackPassword, err6 := c.loopbackPassword()
	return proxy.Config{
		Engine:             c.engineAddress(),
		EngineEncryption:   engineEncryption,
		EngineVerification: verification,
		ClientEncryption:   clientEncryption,
		Certificate:        certificate,
		ExternalScripts:    external,
		ScriptRole:         c.ScriptRole,
		PlanDynamicSQL:     c.PlanDynamicSQL,
		CatalogLogin:       c.CatalogLogin,
		CatalogPassword:    catalogPassword,
		LoopbackLogin:      c.LoopbackLogin,
		LoopbackPassword:   loopbackPassword,
		DataDir:            c.DataDir,
		Limits:             proxy.Limits{Sessions: c.MaxSessions},
		Logger:             in.log,
	}, errors.Join(err1, err2, err3, err4, err5, err6)
}

// engineAddress adds SQL Server's port where none is given.
func (o *engineOptions) engineAddress() string {
	if _, _, err := net.SplitHostPort(o.Engine); err == nil || o.Engine == "" {
		return o.Engine
	}
	return net.JoinHostPort(strings.Trim(o.Engine, "[]"), "1433")
}

// readableBy tells who could not read a file.
func readableBy(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: serve runs as uid %d, which must be able to read it", err, os.Geteuid())
	}
	return err
}

// showOn writes into the log which scripts run, whose they are and what the launcher counts,
// whenever something comes.
func (in *instance) showOn(ctx context.Context, asked <-chan os.Signal) {
	for {
		select {
		case <-asked:
			in.proxy.LogRunning()
			if in.scripts != nil {
				in.scripts.logStatus(ctx)
			}
		case <-ctx.Done():
			return
		}
	}
}

func (in *instance) address() net.Addr { return in.listener.Addr() }

func (in *instance) engineName() string {
	if in.engine != nil && in.options.Engine == "embedded" {
		return "embedded (temporary: its data end with it)"
	}
	return in.options.Engine
}

// wait returns when the process is told to end, or when a part has failed.
func (in *instance) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-in.failed:
		return err
	}
}

// shutdown drains the sessions and removes what start made.
func (in *instance) shutdown(ctx context.Context) error {
	err := in.proxy.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		in.log.Warn().Dur("after", drainTimeout).Msg("sessions were cut")
		err = nil
	}
	return errors.Join(err, in.close())
}

func (in *instance) close() error {
	var errs []error
	for i := len(in.cleanup) - 1; i >= 0; i-- {
		errs = append(errs, in.cleanup[i]())
	}
	in.cleanup = nil
	return errors.Join(errs...)
}

// certificate is the one given, or one that is made at first start.
func (c *serveCommand) certificate() (*certs.Server, error) {
	switch {
	case c.TLSCert != "" && c.TLSKey != "":
		return certs.Load(c.TLSCert, c.TLSKey)
	case c.TLSCert != "" || c.TLSKey != "":
		return nil, errors.New("--tls-cert and --tls-key belong together")
	}
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	if name, err := os.Hostname(); err == nil {
		hosts = append(hosts, name)
	}
	return certs.SelfSigned(c.DataDir, hosts...)
}

// saPasswordVariable may hold the embedded engine's password.
const saPasswordVariable = "TDS_LAUNCHPAD_SA_PASSWORD"

// catalogPasswordVariable may hold the catalog login's password.
const catalogPasswordVariable = "TDS_LAUNCHPAD_CATALOG_PASSWORD"

// loopbackPasswordVariable may hold the loopback login's password.
const loopbackPasswordVariable = "TDS_LAUNCHPAD_LOOPBACK_PASSWORD"

// saPassword finds the embedded engine's password, or makes one and prints it. The
// variable goes first: leaveRoot puts there what only root could read.
func (o *engineOptions) saPassword() (string, error) {
	password, err := passwordOf(saPasswordVariable, o.SAPasswordFile)
	if password != "" || err != nil {
		return password, err
	}
	password = rand.Text()
	fmt.Printf("password of login sa: %s\n", password)
	return password, nil
}

// catalogPassword finds the catalog login's password.
func (o *doorOptions) catalogPassword() (string, error) {
	password, err := passwordOf(catalogPasswordVariable, o.CatalogPassword)
	if err == nil && password == "" && o.CatalogLogin != "" {
		err = errors.New("--catalog-login needs a password: --catalog-password-file or " + catalogPasswordVariable)
	}
	return password, err
}

// loopbackPassword finds the loopback login's password.
func (o *doorOptions) loopbackPassword() (string, error) {
	password, err := passwordOf(loopbackPasswordVariable, o.LoopbackPassword)
	if err == nil && password == "" && o.LoopbackLogin != "" {
		err = errors.New("--loopback-login needs a password: --loopback-password-file or " + loopbackPasswordVariable)
	}
	return password, err
}

// passwordOf reads a password out of an environment variable or, if it is not set, a file.
func passwordOf(variable, file string) (string, error) {
	if password := os.Getenv(variable); password != "" || file == "" {
		return password, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if password := strings.TrimRight(string(text), "\r\n"); password != "" {
		return password, nil
	}
	return "", fmt.Errorf("%s is empty", file)
}

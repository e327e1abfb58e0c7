package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"tds-launchpad/sandbox"
)

// drainTimeout is how long sessions may go on after SIGTERM before they are
// cut: what service managers wait before they kill.
const drainTimeout = 20 * time.Second

type serveCommand struct {
	scriptOptions
	logOptions
	doorOptions
	engineOptions
	DataDir string `placeholder:"DIR" env:"TDS_LAUNCHPAD_DATA_DIR" help:"Where the certificate and spools are kept. Default /var/lib/tds-launchpad, for other users than root ~/.local/state/tds-launchpad."`
}

// doorOptions are about the clients' side.
type doorOptions struct {
	Listen           string `default:"127.0.0.1:1433" help:"Address to listen on."`
	TLSCert          string `name:"tls-cert" placeholder:"FILE" help:"Certificate shown to clients, PEM with its chain. Default: one made at first start."`
	TLSKey           string `name:"tls-key" placeholder:"FILE" help:"Its private key."`
	ClientEncryption string `default:"optional" enum:"optional,required,strict,off" help:"Encryption of the clients' side: ${enum}. TDS 8.0 (strict) is understood unless off."`
	ExternalScripts  string `default:"on" enum:"on,off,engine" help:"Whether script calls run: ${enum}; engine asks the engine's own 'external scripts enabled'."`
	ScriptRole       string `placeholder:"ROLE" help:"Database role that may run scripts on engines without the permission EXECUTE ANY EXTERNAL SCRIPT."`
	PlanDynamicSQL   bool   `name:"plan-dynamic-sql" help:"Look into every batch that executes text out of variables: it may contain a script call that the batch itself does not show."`
	CatalogLogin     string `placeholder:"LOGIN" help:"Login with VIEW DEFINITION and nothing else that reads procedures with script calls in them, so that their callers need only EXECUTE."`
	CatalogPassword  string `name:"catalog-password-file" placeholder:"FILE" help:"File with its password. TDS_LAUNCHPAD_CATALOG_PASSWORD goes before."`
	LoopbackLogin    string `placeholder:"LOGIN" help:"Login with IMPERSONATE on the logins of callers with integrated or federated security: their scripts' loopback connections log in as it, and become the caller by EXECUTE AS LOGIN."`
	LoopbackPassword string `name:"loopback-password-file" placeholder:"FILE" help:"File with its password. TDS_LAUNCHPAD_LOOPBACK_PASSWORD goes before."`
	MaxSessions      int    `default:"0" help:"Greatest number of connections; 0 is 32767."`
}

// engineOptions are about the engine's side.
type engineOptions struct {
	Engine           string `required:"" placeholder:"HOST:PORT" help:"The engine: HOST:PORT, embedded (temporary) or embedded:FILE."`
	EngineEncryption string `default:"on" enum:"on,strict,login,off" help:"Encryption of the engine's side: ${enum}."`
	EngineTrust      bool   `help:"Do not verify the engine's certificate. Whoever stands between can then read and change everything."`
	EngineCA         string `name:"engine-ca" placeholder:"FILE" help:"Authorities that may have signed the engine's certificate, PEM. Default: the system's."`
	EnginePinned     string `placeholder:"FILE" help:"The one certificate that is accepted of the engine, PEM."`
	EngineServerName string `placeholder:"NAME" help:"Name that the engine's certificate must have, if not the host's."`
	SAPasswordFile   string `name:"sa-password-file" placeholder:"FILE" help:"File with the password of the embedded engine's login sa. TDS_LAUNCHPAD_SA_PASSWORD goes before; without either one is made and printed."`
	EmbeddedListen   string `placeholder:"ADDR" help:"Address at which the embedded engine itself can be reached too, without the proxy."`
}

func (c *serveCommand) Run() error {
	if c.DataDir == "" {
		dir, err := defaultDataDir()
		if err != nil {
			return err
		}
		c.DataDir = dir
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return fmt.Errorf("data directory (--data-dir): %w", err)
	}
	if err := c.leaveRoot(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	in, err := start(ctx, c)
	if err != nil {
		return err
	}
	if in.scripts != nil {
		renew := make(chan os.Signal, 1)
		signal.Notify(renew, syscall.SIGHUP)
		defer signal.Stop(renew)
		go in.scripts.renewOn(ctx, renew)
	}
	show := make(chan os.Signal, 1)
	signal.Notify(show, syscall.SIGUSR1)
	defer signal.Stop(show)
	go in.showOn(ctx, show)
	fmt.Printf("tds-launchpad %s ready on %s, engine %s\n", version, in.address(), in.engineName())
	serveErr := in.wait(ctx)
	in.log.Info().Int("sessions", in.proxy.Sessions()).Msg("shutting down: no new sessions, open ones are drained")
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	return errors.Join(serveErr, in.shutdown(drain))
}

// keepSecrets keeps passwords of sessions out of core dumps, and this process's memory
// from others of its user.
func keepSecrets() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("make this process undumpable: %w", err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}

// leaveRoot goes on as an unprivileged user if we are root: what reads clients'
// bytes needs no rights. The program begins anew as that user, so what only root
// may read or what depends on the user is settled here.
func (c *serveCommand) leaveRoot() error {
	if os.Geteuid() != 0 {
		return nil
	}
	if err := os.Setenv("TDS_LAUNCHPAD_DATA_DIR", c.DataDir); err != nil {
		return err
	}
	if _, ok := c.embedded(); ok && c.SAPasswordFile != "" {
		password, err := c.saPassword()
		if err != nil {
			return err
		}
		if err := os.Setenv(saPasswordVariable, password); err != nil {
			return err
		}
	}
	if c.CatalogPassword != "" {
		password, err := c.catalogPassword()
		if err != nil {
			return err
		}
		if err := os.Setenv(catalogPasswordVariable, password); err != nil {
			return err
		}
	}
	if c.LoopbackPassword != "" {
		password, err := c.loopbackPassword()
		if err != nil {
			return err
		}
		if err := os.Setenv(loopbackPasswordVariable, password); err != nil {
			return err
		}
	}
	if err := c.Config.inherit(); err != nil {
		return err
	}
	config, err := c.sandboxConfig(c.DataDir)
	if err != nil {
		return err
	}
	config.Logger = c.logger()
	return sandbox.Supervise(config, sandbox.Serving{DataDir: c.DataDir})
}

// embedded tells whether the engine is the embedded one, and its file.
func (o *engineOptions) embedded() (file string, ok bool) {
	if o.Engine == "embedded" {
		return "", true
	}
	return strings.CutPrefix(o.Engine, "embedded:")
}

package proxy

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/certs"
)

// Config says where the engine is and how to speak with both sides. Zero values mean the default
// named at each field.
type Config struct {
	// Engine is the engine's address, host:port. Required.
	Engine string
	// Dial replaces net.Dialer, for engines that are not reached by TCP.
	Dial Dialer
	// EngineEncryption is what we ask of the engine. Default: EngineEncryptOn.
	EngineEncryption EngineEncryption
	// EngineVerification says whom we believe to be the engine. Default: the system's roots, for
	// the host name in Engine.
	EngineVerification certs.Verification

	// ClientEncryption is what we ask of clients. Default: ClientEncryptOptional.
	ClientEncryption ClientEncryption
	// Certificate is shown to clients. Required unless ClientEncryption is ClientEncryptOff.
	Certificate *certs.Server

	// Scripts runs script calls. With nil they are refused, with Unavailable as the reason.
	Scripts ScriptRunner
	// Unavailable says why there is no Scripts.
	Unavailable error
	// ExternalScripts switches script calls on and off. Default: ScriptsOn.
	ExternalScripts ExternalScripts
	// ScriptRole is a database role whose members may run scripts on engines that don't know the
	// permission EXECUTE ANY EXTERNAL SCRIPT. Default: none, so that only sysadmin may.
	ScriptRole string

	// PlanDynamicSQL plans batches, too, whose text names neither the script procedure nor a script module, but executes
	// text out of variables: they cost a plan, whatever they execute.
	PlanDynamicSQL bool

	// CatalogLogin and CatalogPassword are a login with VIEW DEFINITION and nothing else, which reads the texts of
	// procedures. Default: none, so that callers of script modules need VIEW DEFINITION themselves.
	CatalogLogin, CatalogPassword string

	// LoopbackLogin and LoopbackPassword are a login with IMPERSONATE on the callers' logins, as which the loopback
	// connections of scripts log in whose callers used integrated or federated security; they become the caller by EXECUTE
	// AS LOGIN. Default: none, so that these scripts have no loopback connections.
	LoopbackLogin, LoopbackPassword string

	// DataDir is where batches too long for memory are spooled, as unlinked files. Default: the
	// system's directory for temporary files.
	DataDir string
	// Limits bound what clients can use.
	Limits Limits
	// Logger gets sessions and script calls. It never gets passwords, tokens, script texts or
	// parameters. Default: none.
	Logger zerolog.Logger
}

// EngineEncryption is what we ask of the engine.
type EngineEncryption uint8

// The values of EngineEncryption.
const (
	// EngineEncryptOn encrypts everything, TDS 7.x.
	EngineEncryptOn EngineEncryption = iota
	// EngineEncryptStrict is TDS 8.0: TLS before everything else.
	EngineEncryptStrict
	// EngineEncryptLogin encrypts the login only, unless the engine insists on more.
	EngineEncryptLogin
	// EngineEncryptOff encrypts nothing. An engine that insists is not connected to.
	EngineEncryptOff
)

// ParseEngineEncryption reads the configuration's word for it: on, strict, login or off.
func ParseEngineEncryption(word string) (EngineEncryption, error) {
	for e, w := range engineEncryptionWords {
		if w == word {
			return EngineEncryption(e), nil
		}
	}
	return 0, fmt.Errorf("engine encryption %q: expected on, strict, login or off", word)
}

// String returns the configuration's word.
func (e EngineEncryption) String() string { return engineEncryptionWords[e] }

var engineEncryptionWords = [...]string{"on", "strict", "login", "off"}

// ClientEncryption is what we ask of clients. Unless it is strict, TDS 7.x and 8.0 are told apart
// by a connection's first byte, on one port.
type ClientEncryption uint8

// The values of ClientEncryption.
const (
	// ClientEncryptOptional does as the client asks: nothing, the login, or everything.
	ClientEncryptOptional ClientEncryption = iota
	// ClientEncryptRequired insists on encrypting everything.
	ClientEncryptRequired
	// ClientEncryptStrict accepts TDS 8.0 only.
	ClientEncryptStrict
	// ClientEncryptOff offers no encryption to TDS 7.x and no TDS 8.0.
	ClientEncryptOff
)

// ParseClientEncryption reads the configuration's word for it: optional, required, strict or off.
func ParseClientEncryption(word string) (ClientEncryption, error) {
	for e, w := range clientEncryptionWords {
		if w == word {
			return ClientEncryption(e), nil
		}
	}
	return 0, fmt.Errorf("client encryption %q: expected optional, required, strict or off", word)
}

// String returns the configuration's word.
func (e ClientEncryption) String() string { return clientEncryptionWords[e] }

var clientEncryptionWords = [...]string{"optional", "required", "strict", "off"}

// ExternalScripts switches script calls on and off, as sp_configure 'external scripts enabled'
// does on SQL Server.
type ExternalScripts uint8

// The values of ExternalScripts.
const (
	// ScriptsOn: the proxy runs them.
	ScriptsOn ExternalScripts = iota
	// ScriptsOff: every call gets error 39023.
	ScriptsOff
	// ScriptsByEngine: the engine's own setting decides; an engine without it means off.
	ScriptsByEngine
)

// ParseExternalScripts reads the configuration's word for it: on, off or engine.
func ParseExternalScripts(word string) (ExternalScripts, error) {
	for e, w := range externalScriptsWords {
		if w == word {
			return ExternalScripts(e), nil
		}
	}
	return 0, fmt.Errorf("external scripts %q: expected on, off or engine", word)
}

// String returns the configuration's word.
func (e ExternalScripts) String() string { return externalScriptsWords[e] }

var externalScriptsWords = [...]string{"on", "off", "engine"}

// Limits bound what clients can use. Zero values mean the defaults.
type Limits struct {
	// Sessions is the greatest number of connections at a time, logged in or not. Default 32,767,
	// which is SQL Server's own.
	Sessions int
	// HalfOpen is the greatest number of connections that have not logged in yet. Default 512:
	// each takes some 10 KB and, once its PRELOGIN is there, a connection to the engine. When there
	// are as many, the oldest that has said nothing gives way to the next.
	HalfOpen int
	// Login is how long a client may take from being accepted to being logged in, the engine's
	// share included. Default 60 s; drivers themselves give up after 15 to 30 s.
	Login time.Duration
	// Prelogin is how long a client may take for its first message, on which nothing depends that
	// it would have to wait for. Default 10 s.
	Prelogin time.Duration
	// Dial is how long connecting to the engine may take. Default 15 s.
	Dial time.Duration
	// Stall is how long a client may take, after login, without any progress in the middle of a
	// message that it sends, or with a piece of an answer that it does not read. Default 1 h: an
	// application may hold a result open while it works on it, but whoever does nothing for so long
	// is stuck. A session between requests may stay idle for ever.
	Stall time.Duration
	// Reassembly is how many bytes of one request are held in memory until it is decided whose it
	// is. Default 4 MiB: nearly all requests with text are below, and a thousand sessions that
	// send longer ones at once take less than what a small server has. Longer batches are spooled
	// to DataDir; longer RPCs are decided from their beginning.
	Reassembly int
	// ScriptCall is the greatest size of a request that is a script call, arguments included.
	// Default 64 MiB. A longer one is refused with an error that says so.
	ScriptCall int

	batch int64 // maxBatch, but for tests
}

func (l *Limits) setDefaults() {
	setDefault(&l.Sessions, 32767)
	setDefault(&l.HalfOpen, 512)
	setDefault(&l.Login, 60*time.Second)
	setDefault(&l.Prelogin, 10*time.Second)
	setDefault(&l.Dial, 15*time.Second)
	setDefault(&l.Stall, time.Hour)
	setDefault(&l.Reassembly, 4<<20)
	setDefault(&l.ScriptCall, 64<<20)
	if l.batch == 0 {
		l.batch = maxBatch
	}
	l.ScriptCall = max(l.ScriptCall, l.Reassembly)
}

func setDefault[T int | time.Duration](value *T, preset T) {
	if *value <= 0 {
		*value = preset
	}
}

// check fills in the defaults and refuses what can't work.
func (c *Config) check() error {
	if c.Engine == "" {
		return errors.New("no engine address")
	}
	if _, _, err := net.SplitHostPort(c.Engine); err != nil {
		return fmt.Errorf("engine address: %w", err)
	}
	if c.Certificate == nil && c.ClientEncryption != ClientEncryptOff {
		return errors.New("no server certificate, though encryption is offered to clients")
	}
	if c.Unavailable == nil {
		c.Unavailable = errors.New("no executor is configured")
	}
	c.Limits.setDefaults()
	return nil
}

package proxy

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"tds-launchpad/tds"
)

// connectEngine connects to the engine at address, speaks PRELOGIN with it on the client's behalf
// and brings up the encryption that the configuration asks for. The deadline stays set. Errors
// are *productError, fit for the client.
func (s *session) connectEngine(ctx context.Context, address string, client tds.Prelogin) (*leg, tds.Prelogin, error) {
	dialCtx, cancel := context.WithTimeout(ctx, s.cfg.Limits.Dial)
	defer cancel()
	conn, err := s.cfg.Dial(dialCtx, "tcp", address)
	if err != nil {
		return nil, tds.Prelogin{}, newError(errEngineUnreachable,
			"the engine at %s can't be reached: %v. Check that it runs and that the address is right.", address, err)
	}
	tuneTCP(conn)
	engine := newLeg(direct(conn))
	engine.deadline(s.loginDeadline)
	if !s.setEngine(engine) { // the session was closed in the meantime
		_ = conn.Close()
		return nil, tds.Prelogin{}, newError(errEngineUnreachable, "the session is closing.")
	}
	answer, err := s.openEngine(ctx, engine, address, client)
	if err != nil {
		_ = conn.Close()
		return nil, tds.Prelogin{}, err
	}
	return engine, answer, nil
}

// openEngine does what connectEngine says on a connection that is there.
func (s *session) openEngine(ctx context.Context, engine *leg, address string, client tds.Prelogin) (tds.Prelogin, error) {
	host, _, _ := net.SplitHostPort(address)
	engine.strict = s.cfg.EngineEncryption == EngineEncryptStrict
	if engine.strict {
		config, err := s.server.engineTLSFor(host, true)
		if err != nil {
			return tds.Prelogin{}, newError(errEngineTLS, "%v", err)
		}
		secure := tls.Client(engine.raw, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return tds.Prelogin{}, tlsError(address, err)
		}
		engine.use(recordPerPacket{secure})
		engine.encryption = "strict"
	}
	answer, err := exchangePrelogin(engine, s.cfg.EngineEncryption, client)
	if err != nil {
		return tds.Prelogin{}, newError(errEngineProtocol, "the engine at %s did not answer PRELOGIN as expected: %v.", address, err)
	}
	if engine.strict {
		return answer, nil
	}
	agreed, err := s.agreeWithEngine(answer, address)
	if err != nil || agreed == tds.EncryptNotSup {
		return answer, err
	}
	return answer, s.encryptEngine(ctx, engine, host, agreed)
}

// exchangePrelogin sends the client's PRELOGIN with the options that concern one leg only changed.
func exchangePrelogin(engine *leg, wanted EngineEncryption, client tds.Prelogin) (tds.Prelogin, error) {
	own := tds.Prelogin{Options: append([]tds.PreloginOption(nil), client.Options...)}
	own.SetEncryption(map[EngineEncryption]tds.Encryption{
		EngineEncryptOn:     tds.EncryptOn,
		EngineEncryptLogin:  tds.EncryptOff,
		EngineEncryptOff:    tds.EncryptNotSup,
		EngineEncryptStrict: tds.EncryptNotSup, // nothing more than there is already
	}[wanted])
	if _, ok := own.Get(tds.PreloginInstOpt); ok {
		// The client asks for an instance by name to make sure that it has reached it; here it
		// has reached us, and which instance that means is our configuration's matter.
		own.Set(tds.PreloginInstOpt, []byte{0})
	}
	payload, err := own.Append(nil)
	if err == nil {
		err = engine.out.WriteMessage(tds.PacketPrelogin, 0, payload)
	}
	if err != nil {
		return tds.Prelogin{}, err
	}
	message, err := engine.in.ReadMessage(tds.MaxPreloginSize, nil)
	switch {
	case err != nil:
		return tds.Prelogin{}, err
	case message.Type != tds.PacketReply:
		return tds.Prelogin{}, fmt.Errorf("it sent a %v", message.Type)
	case len(engine.in.Buffered()) > 0:
		return tds.Prelogin{}, fmt.Errorf("it sent more than its answer")
	}
	answer, err := tds.ParsePrelogin(message.Data)
	if err != nil {
		return tds.Prelogin{}, err
	}
	if _, ok := own.Get(tds.PreloginInstOpt); ok {
		answer.Set(tds.PreloginInstOpt, []byte{0})
	}
	return answer, nil
}

// agreeWithEngine holds the engine's answer against what was asked for. Nothing weaker is ever
// accepted.
func (s *session) agreeWithEngine(answer tds.Prelogin, address string) (tds.Encryption, error) {
	offered, _ := answer.Encryption()
	full := offered.Setting() == tds.EncryptOn || offered.Setting() == tds.EncryptReq
	switch s.cfg.EngineEncryption {
	case EngineEncryptOn:
		if full {
			return tds.EncryptOn, nil
		}
		return 0, newError(errEngineTLS, "the engine at %s does not encrypt (%v), but engine encryption is %q. "+
			"Give it a certificate, or configure less.", address, offered, EngineEncryptOn)
	case EngineEncryptLogin:
		switch {
		case full:
			return tds.EncryptOn, nil
		case offered.Setting() == tds.EncryptOff:
			return tds.EncryptOff, nil
		}
		return 0, newError(errEngineTLS, "the engine at %s can't even encrypt logins (%v). "+
			"Give it a certificate, or set engine encryption to %q.", address, offered, EngineEncryptOff)
	default:
		if !full {
			return tds.EncryptNotSup, nil
		}
		return 0, newError(errEngineTLS, "the engine at %s insists on encryption (%v), but engine encryption is %q.",
			address, offered, EngineEncryptOff)
	}
}

// encryptEngine makes the TLS handshake inside PRELOGIN packets.
func (s *session) encryptEngine(ctx context.Context, engine *leg, host string, agreed tds.Encryption) error {
	config, err := s.server.engineTLSFor(host, false)
	if err != nil {
		return newError(errEngineTLS, "%v", err)
	}
	framed := tds.NewHandshakeConn(engine.raw)
	secure := tls.Client(framed, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return tlsError(engine.raw.RemoteAddr().String(), err)
	}
	if agreed == tds.EncryptOff {
		engine.use(tds.LoginOnlyClient(framed, secure))
		engine.encryption = "login"
		return nil
	}
	framed.FinishHandshake()
	framed.Stream()
	engine.use(recordPerPacket{secure})
	engine.encryption = "all"
	return nil
}

func tlsError(address string, err error) error {
	return newError(errEngineTLS, "TLS with the engine at %s failed: %v. If its certificate is not from a known authority, "+
		"configure the authority's certificate, or the engine's own to be pinned.", address, err)
}

// deadlineFrom is when a login that begins now has to be complete.
func (l *Limits) deadlineFrom(now time.Time) time.Time { return now.Add(l.Login) }

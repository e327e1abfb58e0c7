package proxy

import (
	"errors"
	"net"

	"tds-launchpad/tds"
)

// maxLoginReply bounds one answer of the engine during login. Environment changes, messages and
// acknowledgements take a few KB; session recovery data some more.
const maxLoginReply = 1 << 20

// errLoginRefused ends a session whose login the engine has refused, in its own words.
var errLoginRefused = errors.New("login refused by the engine")

// login reads LOGIN7, relays it and what follows until the engine has accepted, follows routing,
// and sets what was agreed on. With unreachable not nil there is no engine, and the client is
// told so.
func (s *session) login(prelogin, answer tds.Prelogin, unreachable error) error {
	message, err := s.client.in.ReadMessage(tds.MaxLogin7Size, nil)
	if err != nil {
		return &clientError{"LOGIN7", err}
	}
	if message.Type != tds.PacketLogin7 {
		return &clientError{message.Type.String() + " in place of LOGIN7", nil}
	}
	login, err := tds.ParseLogin7(message.Data)
	if err != nil {
		s.refuse(invalidLogin())
		return &clientError{"LOGIN7", err}
	}
	s.who = identity{login: login.UserName, host: login.HostName, app: login.AppName,
		database: login.Database, integrated: login.IntegratedSecurity()}
	s.setVersion(login.TDSVersion)
	defer clear(message.Data) // it holds a password
	relay := loginRelay{session: s, prelogin: prelogin, answer: answer, login: login}
	if s.loop == nil {
		err = admitPublic(login)
	} else {
		relay.caller, err = s.admitLoopback(login)
	}
	if err == nil {
		err = unreachable
	}
	if err == nil {
		err = relay.run()
	}
	if err != nil {
		return s.refuseLogin(err)
	}
	s.mars = prelogin.MARS() && answer.MARS()
	s.remember(relay.login, relay.caller)
	return nil
}

// remember keeps what the caller has logged in with, if he may need it again.
func (s *session) remember(login *tds.Login7, caller *callerLogin) {
	switch {
	case s.cfg.Scripts == nil || s.cfg.ExternalScripts == ScriptsOff:
	case caller != nil:
		s.credentials = caller.credentials.clone()
	default:
		s.credentials = credentialsOf(login)
	}
}

// invalidLogin is SQL Server's answer to a LOGIN7 that can't be read.
func invalidLogin() tds.ServerMessage {
	return tds.ServerMessage{IsError: true, Number: 17832, State: 1, Class: classConnection, Text: "The login packet used to " +
		"open the connection is structurally invalid; the connection has been closed. Please contact the vendor of the client library."}
}

// setVersion settles the version of which client and engine have the token formats in common.
func (s *session) setVersion(v tds.Version) {
	s.format.Version = v.Classic()
	s.requests.Version = v.Classic()
}

// refuseLogin tells the client why it can't log in, unless it has been told or is gone. It
// returns err.
func (s *session) refuseLogin(err error) error {
	var own *productError
	var refusal interface{ message() tds.ServerMessage } // in SQL Server's words
	switch {
	case errors.As(err, &own):
		s.loop.failed()
		s.refuse(own.message(classConnection, 0))
	case errors.As(err, &refusal):
		s.loop.failed()
		s.refuse(refusal.message())
	case errors.Is(err, errLoginRefused):
		s.client.closeGently()
	}
	return err
}

// refuse sends an error as the answer to a login and closes the client leg.
func (s *session) refuse(m tds.ServerMessage) {
	out := s.appendMessage(nil, m)
	done := tds.Done{Token: tds.TokenDone, Status: tds.DoneError}
	out = done.Append(out, s.format.Version)
	if s.client.out.WriteMessage(tds.PacketReply, 0, out) == nil {
		s.client.closeGently()
	}
}

// loginRelay is the conversation between LOGIN7 and its final answer.
type loginRelay struct {
	*session
	prelogin, answer tds.Prelogin // as exchanged with the client
	login            *tds.Login7
	caller           *callerLogin // of a loopback connection as the caller
	usedSSPI         bool
	fedAuthToken     []byte // the client's message, for an engine we are routed to
}

// run logs in, over as many engines as routing needs.
func (r *loginRelay) run() error {
	host, _, err := net.SplitHostPort(r.cfg.Engine)
	if err != nil {
		return err
	}
	for hop := 0; ; hop++ {
		if err := r.sendLogin(host); err != nil {
			return err
		}
		target, err := r.converse(hop > 0)
		if err != nil || target == nil {
			return err
		}
		if hop == maxHops {
			return newError(errRouting, "the engine redirects the login again and again (to %s after %d times).", target.Server, hop)
		}
		if host, err = r.follow(target); err != nil {
			return err
		}
	}
}

// sendLogin sends LOGIN7 with what differs between the legs changed.
func (r *loginRelay) sendLogin(host string) error {
	login := *r.login
	switch {
	case r.engine.strict && !r.client.strict && !login.TDSVersion.AtLeast(tds.V73A):
		return newError(errVersion, "the client speaks TDS %v, but the engine leg is strict (TDS 8.0), which needs a client "+
			"of TDS 7.3 or newer.", login.TDSVersion)
	case r.engine.strict:
		login.TDSVersion = tds.V80
	case r.client.strict:
		login.TDSVersion = login.TDSVersion.Classic()
	}
	// Some engines choose the database server by this name (Azure).
	login.ServerName = host
	if r.engine.encryption == "all" || r.engine.strict {
		login.PacketSize = min(login.PacketSize, maxEncryptedPacket)
	}
	payload, err := login.Append(nil)
	if err != nil {
		return newError(errInternal, "LOGIN7 can't be written again: %v.", err)
	}
	err = r.engine.out.WriteMessage(tds.PacketLogin7, 0, payload)
	clear(payload)
	if err != nil {
		return newError(errEngineClosed, "the engine closed the connection during login: %v.", err)
	}
	return nil
}

// converse relays answers and what they ask the client for, until the engine accepts, refuses or
// redirects the login. again: the client has seen the first part of the conversation already,
// from the engine that redirected us.
func (r *loginRelay) converse(again bool) (*tds.Routing, error) {
	for {
		reply, err := r.readReply()
		if err != nil {
			return nil, err
		}
		if reply.routing != nil {
			return reply.routing, nil
		}
		if again && reply.fedAuth && r.fedAuthToken != nil {
			if err := r.engine.out.WriteMessage(tds.PacketFedAuthToken, 0, r.fedAuthToken); err != nil {
				return nil, newError(errEngineClosed, "the engine closed the connection during login: %v.", err)
			}
			continue
		}
		if reply.ack != nil && r.caller != nil {
			if err := r.becomeCaller(reply); err != nil {
				return nil, err
			}
		}
		if reply.ack == nil && !reply.sspi && !reply.fedAuth {
			r.loop.failed() // before the script knows
		}
		if err := r.relayReply(reply); err != nil {
			return nil, &clientError{"relaying the login's answer", err}
		}
		switch {
		case reply.ack != nil:
			r.accept(reply)
			return nil, nil
		case reply.sspi || reply.fedAuth:
			if err := r.relayCredentials(reply); err != nil {
				return nil, err
			}
		default:
			return nil, errLoginRefused
		}
	}
}

// relayCredentials passes the client's next SSPI or token message on.
func (r *loginRelay) relayCredentials(reply *loginReply) error {
	message, err := r.client.in.ReadMessage(tds.MaxLogin7Size, nil)
	if err != nil {
		return &clientError{"credentials", err}
	}
	switch {
	case message.Type == tds.PacketSSPI && reply.sspi:
		r.usedSSPI = true
	case message.Type == tds.PacketFedAuthToken && reply.fedAuth:
		r.fedAuthToken = message.Data
	default:
		return &clientError{message.Type.String() + " in place of the credentials asked for", nil}
	}
	if err := r.engine.out.WriteMessage(message.Type, message.Status, message.Data); err != nil {
		return newError(errEngineClosed, "the engine closed the connection during login: %v.", err)
	}
	return nil
}

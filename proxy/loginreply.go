package proxy

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// loginReply is one answer of the engine during login.
type loginReply struct {
	raw     tds.RawMessage // as it came
	payload []byte
	tokens  []loginToken // nil if the payload could not be read
	changed bool         // tokens are not what came

	ack           *tds.LoginAck
	features      *tds.FeatureExtAck
	routing       *tds.Routing
	packetSize    int    // 0: not mentioned
	serverName    string // "": not mentioned
	sspi, fedAuth bool
}

// loginToken is a token with its bytes.
type loginToken struct {
	token tds.Token
	raw   []byte
}

// readReply reads an answer of the engine.
func (r *loginRelay) readReply() (*loginReply, error) {
	raw, err := r.engine.in.ReadRawMessage(maxLoginReply, nil)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, newError(errEngineClosed, "the engine closed the connection during login, without giving a reason.")
	case err != nil:
		return nil, newError(errEngineProtocol, "the engine's answer to the login could not be read: %v.", err)
	case raw.First.Type != tds.PacketReply:
		return nil, newError(errEngineProtocol, "the engine answered the login by a %v.", raw.First.Type)
	}
	return parseLoginReply(raw, r.format), nil
}

// parseLoginReply looks into an answer. The version asked for decides about the form of some
// tokens until LOGINACK names another; a payload that can't be read has no tokens and is relayed
// as it is.
func parseLoginReply(raw tds.RawMessage, format tds.TokenFormat) *loginReply {
	reply := &loginReply{raw: raw, payload: raw.Payload(nil)}
	err := reply.read(format)
	if ack := reply.ack; ack != nil && ack.TDSVersion.Classic() != format.Version {
		format.Version = ack.TDSVersion.Classic()
		*reply = loginReply{raw: raw, payload: reply.payload}
		err = reply.read(format)
	}
	if err != nil {
		reply.tokens = nil
	}
	return reply
}

func (l *loginReply) read(format tds.TokenFormat) error {
	reader := tds.NewTokenReader(bytes.NewReader(l.payload), tds.TokenReaderOptions{
		TokenFormat: format, MaxValue: maxLoginReply, BufferSize: 4096})
	for {
		token, err := reader.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		l.tokens = append(l.tokens, loginToken{token, bytes.Clone(reader.Raw())})
		switch t := token.(type) {
		case *tds.LoginAck:
			l.ack = t
		case *tds.FeatureExtAck:
			l.features = t
		case *tds.ServerMessage:
			if l.serverName == "" {
				l.serverName = t.Server
			}
		case *tds.SSPI:
			l.sspi = true
		case *tds.FedAuthInfo:
			l.fedAuth = true
		case *tds.EnvChange:
			switch {
			case t.Type == tds.EnvPacketSize:
				l.packetSize, _ = strconv.Atoi(t.New)
			case t.Routing != nil:
				l.routing = t.Routing
			}
		}
	}
}

// relayReply passes an answer on: byte for byte, or, between a strict and a 7.x leg, with the TDS
// version in LOGINACK that belongs to the client's.
func (r *loginRelay) relayReply(reply *loginReply) error {
	r.client.out.SetSPID(reply.raw.First.SPID)
	r.spid = reply.raw.First.SPID
	translate := reply.ack != nil && r.client.strict != r.engine.strict
	if reply.tokens == nil || !translate && !reply.changed {
		return r.client.out.WriteRaw(reply.raw.Raw)
	}
	var out []byte
	for _, t := range reply.tokens {
		ack, ok := t.token.(*tds.LoginAck)
		if !ok || !translate {
			out = append(out, t.raw...)
			continue
		}
		changed := *ack
		if r.client.strict {
			changed.TDSVersion = ack.TDSVersion.Strict()
		} else {
			changed.TDSVersion = min(ack.TDSVersion.Classic(), r.login.TDSVersion)
		}
		out = changed.Append(out)
	}
	return r.client.out.WriteMessage(tds.PacketReply, 0, out)
}

// accept sets what the engine's acceptance settled.
func (r *loginRelay) accept(reply *loginReply) {
	r.setVersion(reply.ack.TDSVersion)
	r.serverName = reply.serverName
	if reply.ack.Version.Major >= 17 {
		r.wording = tsql.Wording2025
	}
	if reply.packetSize > 0 {
		r.engine.out.SetPacketSize(reply.packetSize)
		r.client.out.SetPacketSize(reply.packetSize)
	}
	if reply.features == nil {
		return
	}
	version, _ := reply.features.ColumnEncryption()
	r.format.ColumnEncryption = version > 0
	r.requests.Enclave = version > 1
	r.format.DataClassification = reply.features.DataClassification()
	for _, f := range reply.features.Features {
		if !f.ID.Documented() && f.ID != tds.FeatureUserAgent {
			// It may change how requests or responses look.
			r.noPlans = "the connection uses the feature extension " + f.ID.String() + ", which the proxy does not know"
		}
	}
}

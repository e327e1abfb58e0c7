package engine

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// maxLogin bounds LOGIN7, as SQL Server does (128 KB less one byte).
const maxLogin = 128<<10 - 1

const programName = "Microsoft SQL Server"

var errRefused = errors.New("login refused")

// login reads LOGIN7 and answers it.
func (c *connection) login() error {
	m, err := c.packets.ReadMessage(maxLogin, nil)
	if err != nil {
		return err
	}
	if m.Type != tds.PacketLogin7 {
		return fmt.Errorf("%v instead of LOGIN7", m.Type)
	}
	l, err := tds.ParseLogin7(m.Data)
	if err != nil {
		return err
	}
	c.version = l.TDSVersion
	switch {
	case !c.version.Known():
		c.version = tds.V74
	case l.IntegratedSecurity():
		return c.refuse(&tsql.Error{Number: 18452, State: 1, Class: 14,
			Message: "Login failed. The embedded engine has SQL logins only."})
	}
	if err := c.authenticate(l); err != nil {
		var failed *tsql.Error
		if errors.As(err, &failed) {
			return c.refuse(failed)
		}
		return err
	}
	return c.acceptLogin(l)
}

func (c *connection) authenticate(l *tds.Login7) error {
	password := l.Password
	if l.OptionFlags3&tds.FlagChangePassword != 0 {
		if err := c.server.store.ChangePassword(c.server.ctx, l.UserName, l.Password, l.ChangePassword); err != nil {
			return err
		}
		password = l.ChangePassword
	}
	if err := c.server.store.Login(l.UserName, password); err != nil {
		return err
	}
	opt := store.SessionOptions{Login: l.UserName, Database: l.Database, Host: l.HostName,
		Program: l.AppName, Library: l.CltIntName, SPID: int(c.spid)}
	opt.ClientAddress, _, _ = net.SplitHostPort(c.conn.RemoteAddr().String())
	address, port, _ := net.SplitHostPort(c.conn.LocalAddr().String())
	opt.LocalAddress = address
	opt.LocalPort, _ = strconv.Atoi(port)
	var err error
	c.session, err = c.server.store.NewSession(opt)
	return err
}

// refuse tells why and ends the connection.
func (c *connection) refuse(e *tsql.Error) error {
	out, err := newResponse(c.server.ctx, c)
	if err != nil {
		return err
	}
	if err := out.Message(e); err != nil {
		return err
	}
	if err := out.finish(); err != nil {
		return err
	}
	return fmt.Errorf("%w: %w", errRefused, e)
}

// acceptLogin sends what SQL Server sends after a login, in its order.
func (c *connection) acceptLogin(l *tds.Login7) error {
	size := int(l.PacketSize)
	if size < tds.MinPacketSize {
		size = tds.DefaultPacketSize
	}
	size = min(size, tds.MaxPacketSize)
	out, err := newResponse(c.server.ctx, c)
	if err != nil {
		return err
	}
	database := c.session.Database()
	collation := tds.DefaultCollation.Append(nil)
	tokens := []interface {
		Append([]byte) ([]byte, error)
	}{
		&tds.EnvChange{Type: tds.EnvDatabase, New: database, Old: "master"},
		c.information(5701, "Changed database context to '"+database+"'."),
		&tds.EnvChange{Type: tds.EnvCollation, NewData: collation},
		&tds.EnvChange{Type: tds.EnvLanguage, New: "us_english"},
		c.information(5703, "Changed language setting to us_english."),
		always(func(dst []byte) []byte {
			return (&tds.LoginAck{Interface: tds.InterfaceTSQL, TDSVersion: c.version,
				ProgName: programName, Version: productVersion}).Append(dst)
		}),
		&tds.EnvChange{Type: tds.EnvPacketSize, New: strconv.Itoa(size), Old: strconv.Itoa(tds.DefaultPacketSize)},
	}
	for _, t := range tokens {
		if out.buf, err = t.Append(out.buf); err != nil {
			return err
		}
	}
	if err := out.finish(); err != nil {
		return err
	}
	c.out.SetPacketSize(size)
	return nil
}

// always makes an appender that can't fail look like those that can.
type always func(dst []byte) []byte

func (f always) Append(dst []byte) ([]byte, error) { return f(dst), nil }

func (c *connection) information(number int32, text string) always {
	m := tds.ServerMessage{Number: number, State: 2, Text: text, Server: c.server.name, Line: 1}
	return func(dst []byte) []byte { return m.Append(dst, c.version) }
}

package proxy

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"

	"tds-launchpad/tsql"
)

// catalog reads the texts of procedures with a login of its own, which has VIEW DEFINITION and
// nothing else: callers need no more than EXECUTE. It is never used in a caller's session, and what a
// script call does it does as the caller.
type catalog struct {
	db  *sql.DB
	log func(err error)
}

const (
	// catalogTimeout bounds how long a session waits for the catalog.
	catalogTimeout = 10 * time.Second
	// catalogConnections are enough for reading now and then.
	catalogConnections = 4
)

// openCatalog makes the catalog, nil without a login for it. It connects when it is first needed.
func (s *Server) openCatalog() (*catalog, error) {
	if s.cfg.CatalogLogin == "" {
		return nil, nil
	}
	host, port, err := net.SplitHostPort(s.cfg.Engine)
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	cfg := msdsn.Config{Host: host, Port: number, User: s.cfg.CatalogLogin, Password: s.cfg.CatalogPassword, Database: "master",
		AppName: "tds-launchpad catalog", DialTimeout: catalogTimeout, ConnTimeout: catalogTimeout, Encryption: msdsn.EncryptionRequired,
		Protocols: []string{"tcp"}}
	switch s.cfg.EngineEncryption {
	case EngineEncryptOff:
		cfg.Encryption = msdsn.EncryptionDisabled
	case EngineEncryptLogin:
		cfg.Encryption = msdsn.EncryptionOff
	case EngineEncryptStrict:
		cfg.Encryption = msdsn.EncryptionStrict
	}
	if s.cfg.EngineEncryption != EngineEncryptOff {
		if cfg.TLSConfig, err = s.engineTLSFor(host, s.cfg.EngineEncryption == EngineEncryptStrict); err != nil {
			return nil, err
		}
	}
	connector := mssql.NewConnectorConfig(cfg)
	connector.SessionInitSQL = "SET LOCK_TIMEOUT 0" // a session's own DDL may hold what is read
	connector.Dialer = catalogDialer{s.cfg.Dial}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(catalogConnections)
	return &catalog{db: db, log: func(err error) { s.log.Warn().Err(err).Msg("the catalog login can't read the engine's catalog") }}, nil
}

type catalogDialer struct{ dial Dialer }

func (d catalogDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.dial(ctx, network, address)
}

// definition is the text of a procedure and whether it was made under QUOTED_IDENTIFIER ON and ANSI_NULLS ON; "" if the
// catalog can't tell.
func (c *catalog) definition(ctx context.Context, database, schema, name string) (text string, quoted, nulls bool) {
	ctx, cancel := context.WithTimeout(ctx, catalogTimeout)
	defer cancel()
	db := tsql.QuoteName(database)
	var definition sql.NullString
	err := c.db.QueryRowContext(ctx, "SELECT m.definition, m.uses_quoted_identifier, m.uses_ansi_nulls FROM "+db+".sys.sql_modules AS m JOIN "+db+
		".sys.objects AS o ON o.object_id = m.object_id JOIN "+db+".sys.schemas AS s ON s.schema_id = o.schema_id WHERE s.name = @p1 AND o.name = @p2",
		schema, name).Scan(&definition, &quoted, &nulls)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		c.log(err)
	}
	return definition.String, quoted, nulls
}

// names are the procedures of a database whose text has one of words in it.
func (c *catalog) names(ctx context.Context, database string, words []string) ([]string, error) {
	db := tsql.QuoteName(database) + "."
	if database == "" {
		db = ""
	}
	rows, err := c.db.QueryContext(ctx, strings.NewReplacer("FROM sys.", "FROM "+db+"sys.", "JOIN sys.", "JOIN "+db+"sys.").Replace(moduleSelect)+mentioning(words)+")")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func (c *catalog) close() {
	if c != nil {
		_ = c.db.Close()
	}
}

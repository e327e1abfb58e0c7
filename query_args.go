package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// sqlcmdArgs rewrites what sqlcmd takes and our parser of flags doesn't: "-h -1"
// and "-h-1", a value that begins with a hyphen.
func sqlcmdArgs(args []string) []string {
	if len(args) == 0 || args[0] != "query" {
		return args
	}
	args = slices.Clone(args)
	for i := 1; i < len(args); i++ {
		value, ok := strings.CutPrefix(args[i], "-h")
		if !ok {
			continue
		}
		separate := value == "" && i+1 < len(args)
		if separate {
			value = args[i+1]
		}
		if _, err := strconv.Atoi(value); err != nil {
			continue // -h alone asks for help
		}
		args[i] = "--header=" + value
		if separate {
			args = slices.Delete(args, i+1, i+2)
		}
	}
	return args
}

// connectionString speaks go-mssqldb's URL form, which quotes everything.
func (c *queryCommand) connectionString() (string, error) {
	host, port, instance := splitServer(c.Server)
	if n, err := strconv.ParseUint(port, 10, 16); instance == "" && (err != nil || n == 0) {
		return "", fmt.Errorf("-S %s: %q is not a port; give HOST, HOST:PORT or HOST,PORT", c.Server, port)
	}
	if c.User == "" {
		return "", errors.New("give a login name with -U, and its password in SQLCMDPASSWORD")
	}
	values := url.Values{}
	values.Set("app name", "tds-launchpad query")
	values.Set("dial timeout", strconv.Itoa(c.Timeout))
	values.Set("encrypt", c.Encrypt)
	if c.Trust {
		values.Set("TrustServerCertificate", "true")
	}
	if c.ServerCertificate != "" {
		values.Set("servercertificate", c.ServerCertificate)
	}
	if c.Database != "" {
		values.Set("database", c.Database)
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(c.User, c.Password), Host: net.JoinHostPort(host, port), RawQuery: values.Encode()}
	if instance != "" {
		u.Host, u.Path = host, instance // its port is asked from the host's SQL Server Browser
	}
	return u.String(), nil
}

// splitServer reads sqlcmd's HOST,PORT and HOST\INSTANCE as well as HOST:PORT; the default port is 1433.
func splitServer(server string) (host, port, instance string) {
	server = strings.TrimPrefix(server, "tcp:")
	if host, port, ok := strings.Cut(server, ","); ok {
		return strings.TrimSpace(host), strings.TrimSpace(port), ""
	}
	if host, instance, ok := strings.Cut(server, `\`); ok {
		return host, "", instance
	}
	if host, port, err := net.SplitHostPort(server); err == nil {
		return host, port, ""
	}
	return strings.Trim(server, "[]"), "1433", ""
}

package store

import (
	"slices"
	"time"
)

// login is a server principal: a SQL login or, with Role set, a fixed server role's member list lives in its Roles.
type login struct {
	ID              int
	Name            string
	Salt, Hash      []byte
	DefaultDatabase string
	DefaultLanguage string
	Disabled        bool
	Roles           []string // fixed server roles, folded
	Created         time.Time
	Modified        time.Time
}

// principal is a database user or role.
type principal struct {
	ID            int
	Name          string
	Role          bool
	Fixed         bool
	Login         string // of a user; empty for one without login
	DefaultSchema string
	Members       []string // of a role: folded names of users and roles
	Created       time.Time
}

// grant is one permission of one principal. Object is 0 for the database.
type grant struct {
	Principal  string // folded
	Permission string // upper case, e.g. EXECUTE ANY EXTERNAL SCRIPT
	Object     int
	Deny       bool
	WithGrant  bool
}

// fixedServerRoles are the roles a login may be a member of.
var fixedServerRoles = []string{"public", "sysadmin", "securityadmin", "serveradmin", "setupadmin", "processadmin",
	"diskadmin", "dbcreator", "bulkadmin"}

// fixedRoles are the roles every database has.
var fixedRoles = map[int]string{0: "public", 16384: "db_owner", 16385: "db_accessadmin", 16386: "db_securityadmin", 16387: "db_ddladmin",
	16389: "db_backupoperator", 16390: "db_datareader", 16391: "db_datawriter", 16392: "db_denydatareader", 16393: "db_denydatawriter"}

func (l *login) inRole(role string) bool {
	if fold(role) == "public" {
		return true
	}
	return slices.Contains(l.Roles, fold(role))
}

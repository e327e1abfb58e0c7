package store

import (
	"slices"
	"strings"

	"tds-launchpad/tsql"
)

var securityFunctions = map[string]scalarFunc{
	"SUSER_SNAME":    lookupFunc("suser_sname", 0, 1, typeSysname, []tsql.Type{tsql.VarBinary(85)}, func(s *Session, v []any) any { return loginName(s, v) }),
	"SUSER_NAME":     lookupFunc("suser_name", 0, 1, typeSysname, []tsql.Type{typeInt}, func(s *Session, v []any) any { return loginName(s, v) }),
	"ORIGINAL_LOGIN": lookupFunc("original_login", 0, 0, typeSysname, nil, func(s *Session, _ []any) any { return s.login.Name }),
	"SUSER_ID": lookupFunc("suser_id", 0, 1, typeInt, nil, func(s *Session, v []any) any {
		name, ok := str(v, 0)
		if !ok {
			name = s.as.login.Name
		}
		if l := s.catalog().logins[fold(name)]; l != nil {
			return int64(l.ID)
		}
		return nil
	}),
	"SUSER_SID": lookupFunc("suser_sid", 0, 2, tsql.VarBinary(85), nil, func(s *Session, v []any) any {
		name, ok := str(v, 0)
		if !ok {
			name = s.as.login.Name
		}
		if l := s.catalog().logins[fold(name)]; l != nil {
			return loginSID(l)
		}
		return nil
	}),
	"USER_NAME": lookupFunc("user_name", 0, 1, typeSysname, []tsql.Type{typeInt}, func(s *Session, v []any) any {
		if id, ok := num(v, 0); ok {
			return principalName(s.database(), int(id))
		}
		return s.userName()
	}),
	"USER_ID":               lookupFunc("user_id", 0, 1, typeInt, nil, principalID),
	"DATABASE_PRINCIPAL_ID": lookupFunc("database_principal_id", 0, 1, typeInt, nil, principalID),
	"IS_SRVROLEMEMBER": lookupFunc("is_srvrolemember", 1, 2, typeInt, nil, func(s *Session, v []any) any {
		role, _ := str(v, 0)
		l := s.as.login
		if name, ok := str(v, 1); ok {
			if l = s.catalog().logins[fold(name)]; l == nil {
				return nil
			}
		}
		if !slices.Contains(fixedServerRoles, fold(role)) {
			return nil
		}
		return yesNo(l.inRole(role))
	}),
	"IS_ROLEMEMBER": lookupFunc("is_rolemember", 1, 2, typeInt, nil, isRoleMember),
	"IS_MEMBER":     lookupFunc("is_member", 1, 1, typeInt, nil, isRoleMember),
	"HAS_DBACCESS": lookupFunc("has_dbaccess", 1, 1, typeInt, nil, func(s *Session, v []any) any {
		name, _ := str(v, 0)
		d := s.catalog().database(name)
		if d == nil {
			return nil
		}
		return yesNo(s.mayEnter(d) == nil)
	}),
	"HAS_PERMS_BY_NAME": lookupFunc("has_perms_by_name", 3, 5, typeInt, []tsql.Type{tsql.NVarChar(4000), typeSysname, typeSysname}, hasPerms),
}

func loginName(s *Session, v []any) any {
	if len(v) == 0 {
		return s.as.login.Name
	}
	for _, l := range s.catalog().logins {
		if id, ok := num(v, 0); ok && int64(l.ID) == id {
			return l.Name
		}
		if sid, ok := v[0].([]byte); ok && string(sid) == string(loginSID(l)) {
			return l.Name
		}
	}
	return nil
}

// loginSID is 0x01 for sa, else 16 bytes that hold the login's id.
func loginSID(l *login) []byte {
	if l.ID == 1 {
		return []byte{1}
	}
	sid := make([]byte, 16)
	sid[0], sid[1], sid[2], sid[3] = byte(l.ID), byte(l.ID>>8), byte(l.ID>>16), 0xED
	return sid
}

// userName is the current user of the current database: dbo for its owner and sysadmins.
func (s *Session) userName() string {
	d := s.database()
	name := s.userIn(d)
	if p := d.principals[name]; p != nil {
		return p.Name
	}
	return name
}

func principalName(d *database, id int) any {
	for _, p := range d.principals {
		if p.ID == id {
			return p.Name
		}
	}
	return nil
}

func principalID(s *Session, v []any) any {
	name, ok := str(v, 0)
	if !ok {
		name = s.userName()
	}
	if p := s.database().principals[fold(name)]; p != nil {
		return int64(p.ID)
	}
	return nil
}

func isRoleMember(s *Session, v []any) any {
	role, _ := str(v, 0)
	name, ok := str(v, 1)
	if !ok {
		name = s.userName()
	}
	d := s.database()
	r := d.principals[fold(role)]
	if r == nil || !r.Role {
		return nil
	}
	if d.principals[fold(name)] == nil {
		return nil
	}
	return yesNo(d.member(fold(name), fold(role)))
}

// member tells whether a principal is in a role, directly or through other roles. dbo is a db_owner.
func (d *database) member(name, role string) bool {
	if role == "public" || name == "dbo" && role == "db_owner" {
		return true
	}
	r := d.principals[role]
	if r == nil {
		return false
	}
	for _, m := range r.Members {
		if m == name || d.principals[m] != nil && d.principals[m].Role && m != role && d.member(name, m) {
			return true
		}
	}
	return false
}

func hasPerms(s *Session, v []any) any {
	securable, given := str(v, 0)
	class, classGiven := str(v, 1)
	permission, ok := str(v, 2)
	if !ok {
		return nil
	}
	permission = strings.ToUpper(permission)
	switch strings.ToUpper(class) {
	case "DATABASE":
		d := s.database()
		if given {
			n, err := tsql.ParseName(securable)
			if err != nil {
				return nil
			}
			if d = s.catalog().database(n.Object); d == nil {
				return nil
			}
		}
		if permission == "ANY" {
			return int64(1)
		}
		return yesNo(s.allowed(d, permission, 0))
	case "OBJECT":
		n, err := tsql.ParseName(securable)
		if err != nil {
			return nil
		}
		o, db, err := s.lookup(n)
		if err != nil {
			return nil
		}
		return yesNo(s.allowed(s.catalog().database(db), permission, o.info().ID))
	}
	if !given && !classGiven {
		return yesNo(s.as.login.inRole("sysadmin"))
	}
	if strings.EqualFold(class, "SERVER") {
		return yesNo(s.as.login.inRole("sysadmin"))
	}
	return nil
}

package store

import (
	"slices"
	"strings"
	"time"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// security runs the statements on logins, users, roles and permissions; false if the statement is none of them.
func (s *Session) security(f *frame, st ast.Statement) (bool, error) {
	var run func() error
	server := false
	switch st := st.(type) {
	case *ast.CreateLoginStatement:
		server, run = true, func() error { return s.createLogin(f, st) }
	case *ast.AlterLoginOptionsStatement:
		server, run = true, func() error { return s.alterLogin(f, st) }
	case *ast.AlterLoginEnableDisableStatement:
		server, run = true, func() error {
			return s.editLogin(st.Name.Value, func(l *login) error {
				l.Disabled = !st.IsEnable
				return nil
			})
		}
	case *ast.DropLoginStatement:
		server, run = true, func() error { return s.dropLogin(st) }
	case *ast.AlterServerRoleStatement:
		server, run = true, func() error { return s.alterServerRole(st) }
	case *ast.CreateUserStatement:
		run = func() error { return s.createUser(st) }
	case *ast.AlterUserStatement:
		run = func() error { return s.alterUser(st) }
	case *ast.DropUserStatement:
		run = func() error { return s.dropPrincipal(st.Name.Value, false, st.IsIfExists) }
	case *ast.CreateRoleStatement:
		run = func() error {
			if owner := identValue(st.Owner); owner != "" && fold(owner) != "dbo" {
				return unsupported("CREATE ROLE AUTHORIZATION")
			}
			return s.addPrincipal(&principal{Name: st.Name.Value, Role: true})
		}
	case *ast.DropRoleStatement:
		run = func() error { return s.dropPrincipal(st.Name.Value, true, st.IsIfExists) }
	case *ast.AlterRoleStatement:
		run = func() error { return s.alterRole(st) }
	case *ast.GrantStatement:
		run = func() error {
			return s.grant(st.Permissions, st.Principals, st.SecurityTargetObject, "GRANT", st.WithGrantOption)
		}
	case *ast.DenyStatement:
		run = func() error { return s.grant(st.Permissions, st.Principals, st.SecurityTargetObject, "DENY", false) }
	case *ast.RevokeStatement:
		run = func() error {
			if st.GrantOptionFor {
				return unsupported("REVOKE GRANT OPTION FOR")
			}
			return s.grant(st.Permissions, st.Principals, st.SecurityTargetObject, "REVOKE", false)
		}
	default:
		return false, nil
	}
	if may := s.owns(s.database()); server && !s.as.login.inRole("sysadmin") || !server && !may {
		if err := s.mayWithout(st); err != nil {
			return true, err
		}
	}
	if err := s.change(s.ctx, true, run); err != nil {
		return true, err
	}
	return true, s.out.done(Done{Command: CommandDefinitional})
}

// mayWithout is what one may do without rights: change one's own login, its password if one knows the old one. A user of
// a database may not, even if his login's name is known. Errors 15151, 15247.
func (s *Session) mayWithout(st ast.Statement) error {
	verb, kind, name := "alter", "", ""
	switch st := st.(type) {
	case *ast.AlterLoginOptionsStatement:
		kind, name = "login", st.Name.Value
		if s.as.user == nil && strings.EqualFold(name, s.as.login.Name) && s.knowsPassword(name, st.Options) {
			return nil
		}
	case *ast.AlterLoginEnableDisableStatement:
		kind, name = "login", st.Name.Value
	case *ast.DropLoginStatement:
		verb, kind, name = "drop", "login", st.Name.Value
	case *ast.AlterServerRoleStatement:
		kind, name = "server role", st.Name.Value
	case *ast.AlterUserStatement:
		kind, name = "user", st.Name.Value
	case *ast.DropUserStatement:
		verb, kind, name = "drop", "user", st.Name.Value
	case *ast.AlterRoleStatement:
		kind, name = "role", st.Name.Value
	case *ast.DropRoleStatement:
		verb, kind, name = "drop", "role", st.Name.Value
	default:
		return tsql.NewError(15247)
	}
	return tsql.NewError(15151, verb, kind, name)
}

// knowsPassword tells whether a change of a password names the old one.
func (s *Session) knowsPassword(login string, list []ast.PrincipalOption) bool {
	for _, o := range list {
		if p, ok := o.(*ast.PasswordAlterPrincipalOption); ok && (p.OldPassword == nil || s.inst.Login(login, p.OldPassword.Value) != nil) {
			return false
		}
	}
	return true
}

func (s *Session) saveLogin(l *login) error {
	s.edit().logins[fold(l.Name)] = l
	return s.lite.save(kindLogin, 0, fold(l.Name), l)
}

func (s *Session) createLogin(f *frame, st *ast.CreateLoginStatement) error {
	src, ok := st.Source.(*ast.PasswordCreateLoginSource)
	if !ok || src.Hashed {
		return unsupported("a login without a password")
	}
	cat := s.catalog()
	if cat.logins[fold(st.Name.Value)] != nil {
		return tsql.NewError(15025, st.Name.Value)
	}
	id := 256
	for _, l := range cat.logins {
		id = max(id, l.ID+1)
	}
	l := &login{ID: id, Name: st.Name.Value, DefaultDatabase: "master", DefaultLanguage: "us_english", Created: time.Now()}
	if err := l.options(src.Options); err != nil {
		return err
	}
	l, err := s.passworded(f, l, src.Password)
	if err != nil {
		return err
	}
	return s.saveLogin(l)
}

func (s *Session) passworded(f *frame, l *login, e ast.ScalarExpression) (*login, error) {
	v, _, err := s.value(f, e)
	if err != nil {
		return nil, err
	}
	text, _ := v.(string)
	return l.withPassword(text)
}

func (l *login) options(list []ast.PrincipalOption) error {
	for _, o := range list {
		switch o := o.(type) {
		case *ast.IdentifierPrincipalOption:
			switch strings.ToLower(o.OptionKind) {
			case "defaultdatabase":
				l.DefaultDatabase = o.Identifier.Value
			case "defaultlanguage":
				l.DefaultLanguage = o.Identifier.Value
			case "name":
				return unsupported("renaming a login")
			}
		case *ast.OnOffPrincipalOption: // CHECK_POLICY, CHECK_EXPIRATION: there is no policy
		}
	}
	return nil
}

// editLogin changes a copy of a login. Error 15151.
func (s *Session) editLogin(name string, fn func(*login) error) error {
	old := s.catalog().logins[fold(name)]
	if old == nil {
		return tsql.NewError(15151, "alter", "login", name)
	}
	l := *old
	l.Roles = slices.Clone(old.Roles)
	if err := fn(&l); err != nil {
		return err
	}
	l.Modified = time.Now()
	return s.saveLogin(&l)
}

func (s *Session) alterLogin(f *frame, st *ast.AlterLoginOptionsStatement) error {
	return s.editLogin(st.Name.Value, func(l *login) error {
		for _, o := range st.Options {
			if p, ok := o.(*ast.PasswordAlterPrincipalOption); ok {
				n, err := s.passworded(f, l, p.Password)
				if err != nil {
					return err
				}
				*l = *n
			}
		}
		return l.options(st.Options)
	})
}

func (s *Session) dropLogin(st *ast.DropLoginStatement) error {
	name := st.Name.Value
	l := s.catalog().logins[fold(name)]
	switch {
	case l == nil && st.IsIfExists:
		return nil
	case l == nil || l.ID == 1:
		return tsql.NewError(15151, "drop", "login", name)
	}
	s.inst.mu.Lock()
	busy := false
	for o := range s.inst.sessions {
		busy = busy || fold(o.opt.Login) == fold(name)
	}
	s.inst.mu.Unlock()
	if busy {
		return &tsql.Error{Number: 15434, Class: 16, State: 1, Message: "Could not drop login '" + name + "' as the user is currently logged in."}
	}
	delete(s.edit().logins, fold(name))
	return s.lite.discard(kindLogin, 0, fold(name))
}

func (s *Session) alterServerRole(st *ast.AlterServerRoleStatement) error {
	role := fold(st.Name.Value)
	if !slices.Contains(fixedServerRoles, role) {
		return tsql.NewError(15151, "alter", "server role", st.Name.Value)
	}
	switch a := st.Action.(type) {
	case *ast.AddMemberAlterRoleAction:
		return s.editLogin(a.Member.Value, func(l *login) error {
			if !slices.Contains(l.Roles, role) {
				l.Roles = append(l.Roles, role)
			}
			return nil
		})
	case *ast.DropMemberAlterRoleAction:
		return s.editLogin(a.Member.Value, func(l *login) error {
			l.Roles = slices.DeleteFunc(l.Roles, func(r string) bool { return r == role })
			return nil
		})
	}
	return unsupported("ALTER SERVER ROLE of this kind")
}

func (s *Session) addPrincipal(p *principal) error {
	d := s.editDatabase(s.db)
	if d.principals[fold(p.Name)] != nil {
		return tsql.NewError(15023, p.Name)
	}
	p.ID, p.Created = 5, time.Now()
	for _, o := range d.principals {
		if o.ID < 16384 {
			p.ID = max(p.ID, o.ID+1)
		}
	}
	d.principals[fold(p.Name)] = p
	return s.lite.save(kindPrincipal, d.ID, fold(p.Name), p)
}

func (s *Session) createUser(st *ast.CreateUserStatement) error {
	p := &principal{Name: st.Name.Value, Login: st.Name.Value, DefaultSchema: "dbo"}
	if o := st.UserLoginOption; o != nil {
		switch o.UserLoginOptionType {
		case "Login", "FromLogin", "ForLogin":
			p.Login = o.Identifier.Value
		case "WithoutLogin":
			p.Login = ""
		default:
			return unsupported("a user of this kind")
		}
	}
	if p.Login != "" && s.catalog().logins[fold(p.Login)] == nil {
		return tsql.NewError(15007, p.Login)
	}
	if l := s.catalog().logins[fold(p.Login)]; l != nil && l.ID == 1 {
		return newError(15405, l.Name)
	}
	p.schemaOption(st.UserOptions)
	return s.addPrincipal(p)
}

func (p *principal) schemaOption(list []ast.UserOption) {
	for _, o := range list {
		switch o := o.(type) {
		case *ast.IdentifierPrincipalOption:
			if strings.EqualFold(o.OptionKind, "DefaultSchema") {
				p.DefaultSchema = o.Identifier.Value
			}
		case *ast.DefaultSchemaPrincipalOption:
			if o.Identifier != nil {
				p.DefaultSchema = o.Identifier.Value
			}
		}
	}
}

func (s *Session) alterUser(st *ast.AlterUserStatement) error {
	return s.editPrincipal(st.Name.Value, "user", func(p *principal) error {
		for _, o := range st.UserOptions {
			switch o := o.(type) {
			case *ast.DefaultSchemaPrincipalOption:
			case *ast.IdentifierPrincipalOption:
				if !strings.EqualFold(o.OptionKind, "DefaultSchema") {
					return unsupported("ALTER USER WITH %s", strings.ToUpper(o.OptionKind))
				}
			default:
				return unsupported("ALTER USER of this kind")
			}
		}
		p.schemaOption(st.UserOptions)
		return nil
	})
}

func (s *Session) editPrincipal(name, word string, fn func(*principal) error) error {
	d := s.editDatabase(s.db)
	old := d.principals[fold(name)]
	if old == nil || old.Role != (word == "role") {
		return tsql.NewError(15151, "alter", word, name)
	}
	p := *old
	p.Members = slices.Clone(old.Members)
	if err := fn(&p); err != nil {
		return err
	}
	d.principals[fold(name)] = &p
	return s.lite.save(kindPrincipal, d.ID, fold(name), &p)
}

func (s *Session) dropPrincipal(name string, role, ifExists bool) error {
	word := "user"
	if role {
		word = "role"
	}
	d := s.editDatabase(s.db)
	p := d.principals[fold(name)]
	switch {
	case p == nil && ifExists:
		return nil
	case p == nil || p.Role != role || p.ID <= 4 || p.Fixed:
		return tsql.NewError(15151, "drop", word, name)
	case len(p.Members) > 0:
		return newError(15144)
	}
	for _, sc := range d.schemas {
		if fold(sc.Owner) == fold(name) {
			return newError(15138)
		}
	}
	delete(d.principals, fold(name))
	for key, g := range d.grants {
		if g.Principal == fold(name) {
			delete(d.grants, key)
			if err := s.lite.discard(kindGrant, d.ID, key); err != nil {
				return err
			}
		}
	}
	for _, r := range d.principals {
		if slices.Contains(r.Members, fold(name)) {
			if err := s.editPrincipal(r.Name, "role", func(p *principal) error {
				p.Members = slices.DeleteFunc(p.Members, func(m string) bool { return m == fold(name) })
				return nil
			}); err != nil {
				return err
			}
		}
	}
	return s.lite.discard(kindPrincipal, d.ID, fold(name))
}

func (s *Session) alterRole(st *ast.AlterRoleStatement) error {
	name := st.Name.Value
	return s.editPrincipal(name, "role", func(p *principal) error {
		switch a := st.Action.(type) {
		case *ast.AddMemberAlterRoleAction:
			m := fold(a.Member.Value)
			d := s.database()
			switch {
			case d.principals[m] == nil:
				return tsql.NewError(15151, "add", "principal", a.Member.Value)
			case fold(name) == "public":
				return newError(15081)
			case m == fold(name) || d.principals[m].Role && d.member(fold(name), m):
				return newError(15413)
			}
			if !slices.Contains(p.Members, m) {
				p.Members = append(p.Members, m)
			}
			return nil
		case *ast.DropMemberAlterRoleAction:
			p.Members = slices.DeleteFunc(p.Members, func(m string) bool { return m == fold(a.Member.Value) })
			return nil
		}
		return unsupported("ALTER ROLE of this kind")
	})
}

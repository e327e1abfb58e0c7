package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// runsAs is on whose behalf statements run: a login, or with user set a user of one database and nobody elsewhere. It
// never changes in place.
type runsAs struct {
	login *login
	user  *principal
	db    string // the user's database
}

// contexts are the session's EXECUTE AS: the present one and those that REVERT goes back to.
type contexts struct {
	runsAs
	stack []outerContext
	base  int // what the scope that runs may not revert
}

type outerContext struct {
	runsAs
	db string // where EXECUTE AS was
}

// owns tells whether the session has all rights in a database: as a sysadmin, its owner or a db_owner.
func (s *Session) owns(d *database) bool {
	user := s.userIn(d)
	return user == "dbo" || d.member(user, "db_owner")
}

// userIn is the session's user in a database, folded: dbo for its owner and sysadmins, guest where it has none.
func (s *Session) userIn(d *database) string {
	switch {
	case s.as.user != nil && fold(s.as.db) == fold(d.Name):
		return fold(s.as.user.Name)
	case s.as.user != nil:
		return "guest"
	case s.as.login.inRole("sysadmin") || fold(d.Owner) == fold(s.as.login.Name):
		return "dbo"
	}
	if u := d.userOf(s.as.login); u != nil {
		return fold(u.Name)
	}
	return "guest"
}

// mayEnter tells whether the session may use a database. Error 916.
func (s *Session) mayEnter(d *database) error {
	if s.as.user == nil && mayUse(d, s.as.login) || s.as.user != nil && (fold(s.as.db) == fold(d.Name) || d.ID <= 4) {
		return nil
	}
	return tsql.NewError(916, s.as.login.Name, d.Name)
}

// executeAs is the statement EXECUTE AS, and the clause of EXEC('...'). Errors 15406, 15517.
func (s *Session) executeAs(f *frame, c *ast.ExecuteContext) error {
	if strings.EqualFold(c.Kind, "Caller") {
		return s.enterContext(s.as.runsAs)
	}
	v, t, err := s.value(f, c.Principal)
	if err != nil {
		return err
	}
	if v, err = tsql.Convert(v, t, typeSysname, 0); err != nil {
		return err
	}
	name, _ := v.(string)
	switch strings.ToLower(c.Kind) {
	case "login":
		l := s.catalog().logins[fold(name)]
		if l == nil || s.as.user != nil || !s.as.login.inRole("sysadmin") && l != s.catalog().logins[fold(s.as.login.Name)] {
			return tsql.NewError(15406, name)
		}
		if d := s.database(); !mayUse(d, l) {
			return tsql.NewError(916, l.Name, d.Name)
		}
		return s.enterContext(runsAs{login: l})
	case "user":
		d := s.database()
		if !s.owns(d) && fold(name) != s.userIn(d) {
			return tsql.NewError(15517, name)
		}
		return s.enterUser(d, name)
	}
	return unsupported("EXECUTE AS %s", c.Kind)
}

// mayBecome tells whether the session may write a module that runs as its EXECUTE AS clause says: it must be able to be
// that user itself. Error 15517.
func (s *Session) mayBecome(m *module, d *database) error {
	name := ""
	switch o := m.Options.ExecuteAs; o {
	case "", "SELF":
		return nil
	case "OWNER":
		name = d.ownerOf(m)
	default:
		name = strings.Trim(o, "'")
	}
	if s.owns(d) || fold(name) == s.userIn(d) {
		return nil
	}
	return tsql.NewError(15517, name)
}

// enterUser makes the session a user of a database. Error 15517.
func (s *Session) enterUser(d *database, name string) error {
	u := d.principals[fold(name)]
	if u == nil || u.Role || u.ID >= 2 && u.ID <= 4 { // guest, INFORMATION_SCHEMA and sys
		return tsql.NewError(15517, name)
	}
	// a user brings none of his login's rights to the server
	l := &login{Name: u.Login, DefaultDatabase: d.Name, DefaultLanguage: "us_english"}
	if fold(name) == "dbo" {
		l.Name = d.Owner
	}
	if known := s.catalog().logins[fold(l.Name)]; known != nil {
		l.ID, l.Name = known.ID, known.Name
	}
	return s.enterContext(runsAs{login: l, user: u, db: d.Name})
}

func (s *Session) enterContext(r runsAs) error {
	if len(s.as.stack) >= maxContexts {
		return unsupported("EXECUTE AS within EXECUTE AS so deep")
	}
	s.as.stack = append(s.as.stack[:len(s.as.stack):len(s.as.stack)], outerContext{s.as.runsAs, s.db})
	s.as.runsAs = r
	return nil
}

// maxContexts bounds EXECUTE AS within EXECUTE AS.
const maxContexts = 100

// executeAsStatement is EXECUTE AS as a statement of its own.
func (s *Session) executeAsStatement(f *frame, st *ast.ExecuteAsStatement) error {
	if st.Cookie != nil {
		return unsupported("EXECUTE AS WITH COOKIE")
	}
	if err := s.executeAs(f, st.ExecuteContext); err != nil {
		return err
	}
	if st.WithNoRevert {
		if s.nest > 0 {
			return unsupported("EXECUTE AS WITH NO REVERT in a procedure")
		}
		s.as.base = len(s.as.stack)
	}
	return nil
}

// revert is REVERT. What an outer scope began stays. Error 15199.
func (s *Session) revert(st *ast.RevertStatement) error {
	if st.Cookie != nil {
		return unsupported("REVERT WITH COOKIE")
	}
	n := len(s.as.stack)
	if n <= s.as.base {
		return nil
	}
	if fold(s.as.stack[n-1].db) != fold(s.db) {
		return newError(15199)
	}
	s.as.runsAs, s.as.stack = s.as.stack[n-1].runsAs, s.as.stack[:n-1]
	return nil
}

// becomes makes a module's scope run as its EXECUTE AS clause says.
func (s *Session) becomes(m *module, d *database) error {
	switch o := m.Options.ExecuteAs; o {
	case "":
		return nil
	case "OWNER":
		return s.enterUser(d, d.ownerOf(m))
	case "SELF":
		return s.enterUser(d, m.Options.Self)
	default:
		return s.enterUser(d, strings.Trim(o, "'"))
	}
}

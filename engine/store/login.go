package store

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"tds-launchpad/tsql"
)

// passwordRounds is low: the engine is for development, and every connection of a test costs one check.
const passwordRounds = 4096

func hashPassword(password string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, salt, passwordRounds, 32)
}

// withPassword is a copy of l with another password.
func (l *login) withPassword(password string) (*login, error) {
	n := *l
	n.Salt = make([]byte, 16)
	if _, err := rand.Read(n.Salt); err != nil {
		return nil, err
	}
	hash, err := hashPassword(password, n.Salt)
	n.Hash, n.Modified = hash, time.Now()
	return &n, err
}

// Login checks a name and a password. The error is *tsql.Error 18456.
func (i *Instance) Login(name, password string) error {
	failed := tsql.NewError(18456, name)
	l := i.current.Load().logins[fold(name)]
	if l == nil || l.Disabled {
		return failed
	}
	hash, err := hashPassword(password, l.Salt)
	if err != nil || subtle.ConstantTimeCompare(hash, l.Hash) != 1 {
		return failed
	}
	return nil
}

// ChangePassword sets a login's password, as LOGIN7 with a new password asks for. old must be right: error 18456.
func (i *Instance) ChangePassword(ctx context.Context, name, old, password string) error {
	if err := i.Login(name, old); err != nil {
		return err
	}
	if err := i.lockWrite(ctx, maxLockWait); err != nil {
		return err
	}
	defer i.unlockWrite()
	cat := i.current.Load().clone()
	l := cat.logins[fold(name)]
	if l == nil {
		return tsql.NewError(18456, name)
	}
	l, err := l.withPassword(password)
	if err != nil {
		return err
	}
	// the catalog is one row, so the statement is a transaction of its own
	if err := i.lite.save(kindLogin, 0, fold(l.Name), l); err != nil {
		return err
	}
	cat.logins[fold(name)] = l
	i.current.Store(cat)
	return nil
}

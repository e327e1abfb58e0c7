package sandbox

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// loginKey is the digest by which the launcher knows a login.
type loginKey [32]byte

// accounts hands out worker accounts and uids. An account is one login's at a
// time: its first call takes it, its parallel calls share it, its last call gives
// it back. A uid is one satellite's, and comes back only when that satellite is
// proven dead.
type accounts struct {
	maxCalls int
	// satellites of calls that there may be at once, and are.
	maxBusy, busy int

	mu      sync.Mutex
	list    []*account
	byLogin map[loginKey]*account
	// uids free, the one longest unused first.
	uids        []uint32
	allUIDs     int
	quarantined int
	// waiting calls, first come first served as far as each can be.
	waiting []*waiter
}

type account struct {
	name  string
	login loginKey
	calls int
}

// grant is what a call got: an account, and the right to one satellite.
type grant struct {
	account *account
	Account string
}

type waiter struct {
	login loginKey
	got   chan grant // buffered
}

// newAccounts makes n accounts and the uids 1 to uids, which are at least as many
// as the satellites.
func newAccounts(n, maxCalls, satellites, uids int) *accounts {
	a := &accounts{maxCalls: maxCalls, maxBusy: satellites, byLogin: map[loginKey]*account{}, allUIDs: uids}
	for i := range n {
		a.list = append(a.list, &account{name: fmt.Sprintf("INSTANCE%02d", i+1)})
	}
	for i := range uids {
		a.uids = append(a.uids, uint32(i+1))
	}
	return a
}

// acquire waits at most timeout for an account. Its error is an
// *ExhaustedError that tells what was lacking at the end, or ctx's.
func (a *accounts) acquire(ctx context.Context, login loginKey, timeout time.Duration) (grant, error) {
	a.mu.Lock()
	// Nobody overtakes a waiting call that lacks the same.
	g, err := a.try(login)
	if err == nil || timeout <= 0 {
		a.mu.Unlock()
		return g, err
	}
	w := &waiter{login: login, got: make(chan grant, 1)}
	a.waiting = append(a.waiting, w)
	a.mu.Unlock()

	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case g := <-w.got:
		return g, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	select {
	case g := <-w.got: // in the last moment
		if err == nil {
			return g, nil
		}
		a.giveBack(g)
		return grant{}, err
	default:
	}
	a.forget(w)
	if err == nil {
		if _, err = a.lacking(login); err == nil {
			err = &ExhaustedError{ErrSatellitesExhausted, a.limit()}
		}
	}
	return grant{}, err
}

// release gives a call's account back, when its satellite has ended.
func (a *accounts) release(g grant) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.giveBack(g)
}

func (a *accounts) giveBack(g grant) {
	a.busy--
	g.account.calls--
	if g.account.calls == 0 {
		delete(a.byLogin, g.account.login)
		g.account.login = loginKey{}
	}
	kept := a.waiting[:0]
	for _, w := range a.waiting {
		if g, err := a.try(w.login); err == nil {
			w.got <- g
		} else {
			kept = append(kept, w)
		}
	}
	clear(a.waiting[len(kept):])
	a.waiting = kept
}

// takeUID takes a uid for a satellite. One that is made to be ready must leave
// one for every call that may still come: spare asks for such a one.
func (a *accounts) takeUID(spare bool) (uid uint32, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.uids) == 0 || spare && len(a.uids) <= a.limit()-a.busy {
		return 0, false
	}
	uid = a.uids[0]
	a.uids = a.uids[1:]
	return uid, true
}

// returnUID gives a uid back. One whose satellite could not be proven dead is
// never used again.
func (a *accounts) returnUID(uid uint32, proven bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if proven {
		a.uids = append(a.uids, uid)
	} else {
		a.quarantined++
	}
}

// limit is how many satellites calls may have at once.
func (a *accounts) limit() int { return min(a.maxBusy, a.allUIDs-a.quarantined) }

// try takes an account if there is one.
func (a *accounts) try(login loginKey) (grant, error) {
	acc, err := a.lacking(login)
	if err != nil {
		return grant{}, err
	}
	if acc.calls == 0 {
		acc.login = login
		a.byLogin[login] = acc
	}
	acc.calls++
	a.busy++
	return grant{account: acc, Account: acc.name}, nil
}

// lacking tells which account a login would get, or what it lacks.
func (a *accounts) lacking(login loginKey) (*account, error) {
	acc := a.byLogin[login]
	if acc != nil && acc.calls >= a.maxCalls {
		return nil, &ExhaustedError{ErrCallsExhausted, a.maxCalls}
	}
	for i := 0; acc == nil; i++ {
		if i == len(a.list) {
			return nil, &ExhaustedError{ErrUsersExhausted, len(a.list)}
		}
		if a.list[i].calls == 0 {
			acc = a.list[i]
		}
	}
	if a.busy >= a.limit() {
		return nil, &ExhaustedError{ErrSatellitesExhausted, a.limit()}
	}
	return acc, nil
}

func (a *accounts) forget(w *waiter) {
	for i, v := range a.waiting {
		if v == w {
			a.waiting = append(a.waiting[:i], a.waiting[i+1:]...)
			return
		}
	}
}

// status fills in the counts that the accounts know.
func (a *accounts) status(s *Status) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s.Accounts, s.AccountsUsed = len(a.list), len(a.byLogin)
	s.UIDsFree, s.UIDsQuarantined, s.Waiting = len(a.uids), a.quarantined, len(a.waiting)
}

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func login(i int) (k loginKey) {
	k[0] = byte(i + 1)
	return k
}

// TestAccountsModel does what calls do, in any order, and holds the pool
// against its rules after each step.
func TestAccountsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nAccounts, nCalls, nSatellites := rapid.IntRange(1, 4).Draw(t, "accounts"),
			rapid.IntRange(1, 3).Draw(t, "calls"), rapid.IntRange(1, 8).Draw(t, "satellites")
		nUIDs := nSatellites + rapid.IntRange(0, 3).Draw(t, "more uids")
		a := newAccounts(nAccounts, nCalls, nSatellites, nUIDs)
		type held struct {
			grant
			login int
			uid   uint32
		}
		var all []held
		var ready []uint32
		lost := 0
		t.Repeat(map[string]func(*rapid.T){
			"acquire": func(t *rapid.T) {
				who := rapid.IntRange(0, 5).Draw(t, "login")
				g, err := a.acquire(context.Background(), login(who), 0)
				mine, logins := 0, map[int]bool{}
				for _, h := range all {
					logins[h.login] = true
					if h.login == who {
						mine++
					}
				}
				var want error
				switch {
				case mine >= nCalls:
					want = ErrCallsExhausted
				case mine == 0 && len(logins) == nAccounts:
					want = ErrUsersExhausted
				case len(all) == min(nSatellites, nUIDs-lost):
					want = ErrSatellitesExhausted
				}
				if !errors.Is(err, want) {
					t.Fatalf("got %v, want %v", err, want)
				}
				if err != nil {
					return
				}
				uid, ok := a.takeUID(false)
				if !ok { // those that are ready have them all: one gives way
					if lost == 0 || len(ready) == 0 {
						t.Fatalf("an account, but no uid; %d lost, %d ready", lost, len(ready))
					}
					uid, ready = ready[0], ready[1:]
				}
				all = append(all, held{g, who, uid})
			},
			"make ready": func(*rapid.T) {
				if uid, ok := a.takeUID(true); ok {
					ready = append(ready, uid)
				}
			},
			"end a ready one": func(*rapid.T) {
				if len(ready) > 0 {
					a.returnUID(ready[0], true)
					ready = ready[1:]
				}
			},
			"release": func(t *rapid.T) {
				if len(all) == 0 {
					return
				}
				i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
				proven := rapid.Bool().Draw(t, "proven")
				if !proven {
					lost++
				}
				a.returnUID(all[i].uid, proven)
				a.release(all[i].grant)
				all = append(all[:i], all[i+1:]...)
			},
			"": func(t *rapid.T) {
				uids := map[uint32]bool{}
				for _, uid := range ready {
					uids[uid] = true
				}
				byLogin, byName := map[int]string{}, map[string]int{}
				for _, h := range all {
					if uids[h.uid] {
						t.Fatalf("uid %d is used twice", h.uid)
					}
					uids[h.uid] = true
					if other, ok := byName[h.Account]; ok && other != h.login {
						t.Fatalf("%s is of logins %d and %d", h.Account, other, h.login)
					}
					if name, ok := byLogin[h.login]; ok && name != h.Account {
						t.Fatalf("login %d has %s and %s", h.login, name, h.Account)
					}
					byName[h.Account], byLogin[h.login] = h.login, h.Account
				}
				var st Status
				a.status(&st)
				if st.UIDsFree+len(all)+len(ready)+lost != nUIDs || st.UIDsQuarantined != lost || st.AccountsUsed != len(byLogin) {
					t.Fatalf("%d held, %d lost: %+v", len(all), lost, st)
				}
			},
		})
	})
}

func TestAccountsAreShared(t *testing.T) {
	a := newAccounts(2, 5, 5, 5)
	ctx := context.Background()
	g1, _ := a.acquire(ctx, login(1), 0)
	g2, _ := a.acquire(ctx, login(1), 0)
	g3, _ := a.acquire(ctx, login(2), 0)
	if g1.Account != "INSTANCE01" || g2.Account != g1.Account || g3.Account != "INSTANCE02" {
		t.Errorf("parallel calls: %+v, %+v, %+v", g1, g2, g3)
	}
	a.release(g1)
	if g, _ := a.acquire(ctx, login(2), 0); g.Account != "INSTANCE02" {
		t.Error("the account changed while in use")
	}
	a.release(g2)
	if g, _ := a.acquire(ctx, login(3), 0); g.Account != "INSTANCE01" {
		t.Errorf("the account did not come back: %+v", g)
	}
}

func TestWaitingForAccounts(t *testing.T) {
	a := newAccounts(1, 2, 2, 2)
	ctx := context.Background()
	first, err := a.acquire(ctx, login(1), 0)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 2)
	var wg sync.WaitGroup
	for _, who := range []int{2, 1} { // login 1 need not wait for login 2
		wg.Add(1)
		go func() {
			defer wg.Done()
			g, err := a.acquire(ctx, login(who), time.Minute)
			got <- fmt.Sprint(who, err)
			a.release(g)
		}()
		if who == 2 {
			awaitWaiting(a, 1)
		}
	}
	if g := <-got; g != "1 <nil>" {
		t.Errorf("first served: %s", g)
	}
	a.release(first)
	if g := <-got; g != "2 <nil>" {
		t.Errorf("second served: %s", g)
	}
	wg.Wait()

	// Out of time, and out of patience.
	first, _ = a.acquire(ctx, login(1), 0)
	_, err = a.acquire(ctx, login(2), time.Millisecond)
	var e *ExhaustedError
	if !errors.As(err, &e) || e.Reason != ErrUsersExhausted || e.Limit != 1 {
		t.Errorf("timeout: %v", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() { awaitWaiting(a, 1); cancel() }()
	if _, err = a.acquire(ctx, login(2), time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	a.release(first)
	var st Status
	if a.status(&st); st.Waiting != 0 || a.busy != 0 {
		t.Errorf("%+v", st)
	}
}

func awaitWaiting(a *accounts, n int) {
	for {
		var st Status
		if a.status(&st); st.Waiting == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

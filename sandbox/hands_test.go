package sandbox

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

// handsVariable is how many times TestHands has accounts and uids change hands;
// without it a sample.
const handsVariable = "TDS_LAUNCHPAD_TEST_HANDS"

// TestHands: calls of many logins, of which few fit at a time, some killed, some
// given up. No account is ever two logins' at once, no uid two satellites', and
// in the end nothing is left.
func TestHands(t *testing.T) {
	hands := 200
	if text := os.Getenv(handsVariable); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("%s: %v", handsVariable, err)
		}
		hands = n
	}
	const logins, workers, accounts = 12, 8, 3
	lang := readyLanguage("hands", `
import os, socket
print(os.getuid(), os.environ["USER"], os.listdir("/tmp"), os.listdir("/dev/shm"), os.listdir("."), flush=True)
for d in "/tmp", "/dev/shm", ".":
    open(d + "/mine", "w").write(os.environ["USER"])
socket.socket(fileno=3).recv(1)
`, 4)
	l := launch(t, Config{Languages: []Language{lang}, Accounts: accounts, MaxSatellites: 6, AcquireTimeout: time.Minute})
	before := openDescriptors(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("%d calls, seed %d", hands, seed)

	var mu sync.Mutex
	owner, calls, uids := map[string]string{}, map[string]int{}, map[uint32]bool{}
	enter := func(s *Satellite, login string) {
		mu.Lock()
		defer mu.Unlock()
		if calls[s.Account()] > 0 && owner[s.Account()] != login {
			t.Errorf("%s is %s's and %s's", s.Account(), owner[s.Account()], login)
		}
		if uids[s.HostUID()] {
			t.Errorf("uid %d is two satellites'", s.HostUID())
		}
		owner[s.Account()], uids[s.HostUID()] = login, true
		calls[s.Account()]++
	}
	leave := func(s *Satellite) {
		mu.Lock()
		defer mu.Unlock()
		calls[s.Account()]--
		delete(uids, s.HostUID())
	}
	var running sync.WaitGroup
	for w := range workers {
		running.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(w)))
			for range hands / workers {
				login := fmt.Sprint("login", random.IntN(logins))
				s, err := l.Acquire(t.Context(), Request{Language: "hands", Login: login, Launchpad: uuid.New(), Certificate: []byte("c"), Key: []byte("k")})
				if err != nil {
					t.Errorf("acquire: %v", err)
					return
				}
				enter(s, login)
				if random.IntN(4) > 0 {
					line := make([]byte, 200)
					n, err := s.Stdout.Read(line)
					want := fmt.Sprintf("%d %s [] [] []\n", s.HostUID()-l.settings.HostFirst, s.Account())
					if string(line[:n]) != want {
						stderr, _ := io.ReadAll(s.Stderr)
						t.Errorf("got %q, %v, want %q; %s", line[:n], err, want, stderr)
					}
				}
				if random.IntN(3) == 0 {
					s.Kill()
				}
				leave(s) // the launcher may give both away as soon as it knows of the end
				if err := s.Release(); err != nil {
					t.Errorf("release: %v", err)
				}
			}
		})
	}
	running.Wait()
	noProcesses(t, l)
	if n := openDescriptors(t); n > before {
		t.Errorf("%d descriptors, were %d", n, before)
	}
}

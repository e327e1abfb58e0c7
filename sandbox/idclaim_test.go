package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// TestClaims: no two instances on a host have a uid in common.
func TestClaims(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root names its range")
	}
	first := testUIDs.First + 50
	claims := func(first uint32, n int) (*claim, error) { return claimIDs(Config{UIDs: Range{First: first}}, n) }
	a, err := claims(first, 10)
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	for _, other := range []uint32{first, first - 5, first + 10, first + 11} { // 11 is its last, and the server's of the next
		if c, err := claims(other, 10); !errors.Is(err, ErrUIDsTaken) {
			t.Errorf("%d beside %d: %v", other, first, err)
			c.close()
		}
	}
	b, err := claims(first+12, 10)
	if err != nil {
		t.Errorf("behind it: %v", err)
	}
	b.close()
	a.close()
	if a, err = claims(first+5, 10); err != nil {
		t.Errorf("after its end: %v", err)
	}
	a.close()
}

// TestClaimsFindRoom: without configuration another range is found, within what the
// user has.
func TestClaimsFindRoom(t *testing.T) {
	x, err := claimIDs(Config{}, 10)
	if errors.Is(err, errNoSubIDs) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer x.close()
	y, err := claimIDs(Config{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	defer y.close()
	if covers(x.ids.uids, y.ids.uids.First) || covers(y.ids.uids, x.ids.uids.First) {
		t.Errorf("%+v and %+v", x.ids.uids, y.ids.uids)
	}
}

// TestClaimAwaitsTheDead: uids that a process still has are not used.
func TestClaimAwaitsTheDead(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can start a process with another uid")
	}
	uid := testUIDs.First + 60
	cmd := exec.Command("/bin/sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	go func() {
		c, err := claimIDs(Config{UIDs: Range{First: uid - 3}}, 10)
		c.close()
		got <- err
	}()
	select {
	case err := <-got:
		t.Errorf("claimed before its end: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	cmd.Process.Kill()
	cmd.Wait()
	if err := <-got; err != nil {
		t.Error(err)
	}
}

// TestStartClaims: a launcher holds its claim as long as it lives.
func TestStartClaims(t *testing.T) {
	l := launch(t, Config{})
	ids := Range{l.settings.HostFirst, uint32(l.settings.UIDs) + 1}
	if os.Geteuid() == 0 {
		if _, err := Start(t.Context(), Config{UIDs: ids}); !errors.Is(err, ErrUIDsTaken) {
			t.Errorf("a second one: %v", err)
		}
	}
	other, err := Start(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if covers(ids, other.settings.HostFirst) {
		t.Errorf("%d is in %s", other.settings.HostFirst, fmt.Sprint(ids))
	}
	l.Close()
	if os.Geteuid() == 0 {
		again, err := Start(t.Context(), Config{UIDs: ids})
		if err != nil {
			t.Fatal(err)
		}
		again.Close()
	}
}

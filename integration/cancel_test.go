package integration

import (
	"context"
	"testing"
	"time"
)

// Acceptance list, number 67: an attention ends the call at once, the process is
// gone and the session stays usable.
func TestAcceptance67CancelDuringAScript(t *testing.T) {
	s := sharedServer(t)
	conn := s.connect(t)
	marker := "cancel-marker-67"
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() {
		_, err := collect(ctx, conn, py("import time\nname = '"+marker+"'\ntime.sleep(100)"))
		result <- err
	}()
	waitFor(t, "the satellite to start", func() bool { return len(s.satellites()) > 0 })
	cancel()
	select {
	case <-result:
	case <-time.After(20 * time.Second):
		t.Fatal("the call did not end after the cancel")
	}
	waitFor(t, "the satellite to end", func() bool { return len(s.satellites()) == 0 })
	usable(t, s.connect(t))
}

// waitFor polls until done; it fails after a time no healthy run comes near.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

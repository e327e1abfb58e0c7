package sandbox

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// victimVariable makes a test process one that starts satellites, says so and
// waits to be killed.
const victimVariable = "TDS_LAUNCHPAD_TEST_VICTIM"

func victim() {
	n, _ := strconv.Atoi(os.Getenv(victimVariable))
	mode = startMode(n)
	l, err := Start(context.Background(), Config{UIDs: testUIDs, Languages: []Language{withZygote(python("daemons", daemons))}})
	if err == nil && mode != cold {
		_, err = l.Zygotes(context.Background())
	}
	if err == nil {
		var s *Satellite
		if s, err = l.Acquire(context.Background(), Request{Language: "daemons"}); err == nil {
			b := make([]byte, 1)
			s.Stdout.Read(b)
			fmt.Println("ready", s.HostUID(), l.settings.HostFirst, l.settings.UIDs)
			select {}
		}
	}
	fmt.Println("failed", err)
	os.Exit(1)
}

// daemons leaves processes behind that nobody waits for, then works on.
const daemons = `
import os, time
for i in range(20):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.close(0)
            while True: pass
        os._exit(0)
print("x", flush=True)
time.sleep(1000)
`

// careless clears close-on-exec of a copy of f for the test's duration.
func careless(t *testing.T, f *os.File) {
	t.Helper()
	fd, err := unix.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
}

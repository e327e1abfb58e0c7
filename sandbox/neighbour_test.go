package sandbox

import (
	"testing"
)

// TestNeighbours: two live satellites of one login, which share account and
// launchpad, share nothing else.
func TestNeighbours(t *testing.T) { inEachMode(t, testNeighbours) }

func testNeighbours(t *testing.T) {
	l := launch(t, Config{Languages: []Language{attack("host"), attack("neighbour")}})
	host := acquire(t, l, "host", "tester")
	folder := firstLine(t, host)
	if len(folder) != 1 || folder[0] != host.Folder() {
		t.Fatalf("the host is in %v", folder)
	}
	want := map[string]string{"its folder": "1", "processes": "['2']", "signal it": "ESRCH", "its socket": "ENOENT"}
	same(want, "ECONNREFUSED", "its port", "its abstract socket")
	same(want, "False", "its shared memory", "its semaphore", "its queue")
	same(want, "ENOENT", "its file in .", "its file in /tmp", "its file in /dev/shm")
	got := outcomes(t, l, "neighbour")
	if got["its abstract socket"] == "EPERM" { // Landlock was asked first
		want["its abstract socket"] = "EPERM"
	}
	expect(t, got, want)
	if _, err := host.Conn.Write([]byte("x")); err != nil {
		t.Error(err)
	}
	if e := ended(t, host); e.Failed() {
		t.Errorf("%+v", e)
	}
}

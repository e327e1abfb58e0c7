package sandbox

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// probeInside has the native helper try what boxes are made of, in the
// launcher's place and with its rights.
func probeInside() ([]probeResult, error) {
	own, peer, err := socketPair(unix.SOCK_STREAM, "probe")
	if err != nil {
		return nil, err
	}
	defer own.Close()
	defer peer.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	p, err := startHelper("probe", []*os.File{null, os.Stderr, os.Stderr, null, peer}, nil)
	if err != nil {
		return nil, &StepError{"start the probe", err}
	}
	peer.Close()
	defer p.Wait() //nolint:errcheck // its reports tell
	conn, err := net.FileConn(own)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var results []probeResult
	for len(results) < maxProbes {
		rec, err := readRecord(conn)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		results = append(results, probeResult{Name: rec.Text, Errno: rec.A, Number: rec.B})
	}
	return results, nil
}

// probeCgroups makes, limits and removes a group as for a box.
func probeCgroups(refs []cgroupRef) []probeResult {
	lim := defaultLimits
	lim.CPUs = 1
	var results []probeResult
	for i := range refs {
		var errno syscall.Errno
		g, err := makeBoxGroups(refs[i:i+1], "probe", lim)
		if err == nil {
			err = g.remove()
		}
		if err != nil && !errors.As(err, &errno) {
			errno = unix.EIO
		}
		for _, c := range refs[i].Controllers {
			results = append(results, probeResult{Name: cgroupItem(c), Errno: uint32(errno), Number: uint32(refs[i].Version)})
		}
	}
	return results
}

// probed tells whether an attempt succeeded.
func probed(results []probeResult, name string) bool {
	for _, r := range results {
		if r.Name == name {
			return r.Errno == 0
		}
	}
	return false
}

func landlockFound(results []probeResult) int {
	for _, r := range results {
		if r.Name == "landlock" && r.Errno == 0 {
			return int(r.Number)
		}
	}
	return 0
}

func cgroupItem(controller string) string { return "cgroup-" + strings.ToLower(controller) }

// failed makes the message for an error.
func failed(call uint64, err error) *message {
	m := &message{Kind: msgFailed, Call: call, Code: failStep, Text: err.Error()}
	var exhausted *ExhaustedError
	var step *StepError
	var errno syscall.Errno
	switch {
	case errors.As(err, &exhausted):
		m.Limit = uint32(exhausted.Limit)
		switch exhausted.Reason {
		case ErrUsersExhausted:
			m.Code = failUsers
		case ErrCallsExhausted:
			m.Code = failCalls
		default:
			m.Code = failSatellites
		}
	case errors.Is(err, ErrUnknownLanguage):
		m.Code = failLanguage
	case errors.As(err, &step):
		m.Text = step.Step
		if errors.As(step.Err, &errno) {
			m.Errno = uint32(errno)
			// What stands before the errno, such as a file's name.
			if more := strings.TrimSuffix(step.Err.Error(), errno.Error()); more != "" {
				m.Text += ": " + strings.TrimRight(more, ": ")
			}
		} else {
			m.Text += ": " + step.Err.Error()
		}
	case isCancelled(err):
		m.Code = failCancelled
	}
	return m
}

package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// join has a zygote fork the interpreter into the box, while the box's init makes
// its root, and returns when the interpreter waits there, having rehearsed if it is
// to. pidfd is the init's, inside the interpreter's 0 to 3, entrances the box's
// cgroups. Any failure but those of the box itself matches errNoZygote.
func (b *box) join(z *zygote, spec *Spec, policy []byte, pidfd int, inside, entrances []*os.File, rehearse bool) error {
	child, err := spec.encodeChild(nil)
	if err != nil {
		return &StepError{"encode the policy", err}
	}
	init := os.NewFile(uintptr(pidfd), "pidfd")
	defer init.Close()
	pids, err := os.Open(fmt.Sprintf("/proc/%d/ns/pid", b.process.Pid))
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = errSilent
		}
		return &StepError{"open the box's PID namespace", err}
	}
	defer pids.Close()
	own, peer, err := socketPair(unix.SOCK_STREAM, "child")
	if err != nil {
		return err
	}
	defer peer.Close()
	conn, err := net.FileConn(own)
	own.Close()
	if err != nil {
		return err
	}
	b.child = conn
	// Until then numbers are not as the child needs them.
	if _, err := expectRecord(b.reports, recBorn, "start the box"); err != nil {
		return err
	}
	if err := z.fork(append(append(inside[:4:4], peer, init, pids), entrances...)); err != nil {
		return err
	}
	peer.Close()
	conn.SetDeadline(time.Now().Add(forkTimeout)) //nolint:errcheck // a socket has deadlines
	_, werr := conn.Write(child)
	if err := b.make(policy); err != nil {
		return err
	}
	order := []byte{0}
	if rehearse {
		order[0] = 1
	}
	if _, err := conn.Write(order); err != nil {
		werr = err
	}
	if _, err := expectRecord(conn, recRunning, "fork from the zygote"); err != nil {
		// As in order.
		if errors.Is(err, os.ErrDeadlineExceeded) {
			z.kill()
		}
		return fmt.Errorf("%w: %w", errNoZygote, errors.Join(err, werr))
	}
	conn.SetDeadline(time.Time{}) //nolint:errcheck // as above
	_, err = b.reports.Write([]byte{0})
	return err
}

// make sends the init its policy, and takes what it passes out.
func (b *box) make(policy []byte) error {
	var files []*os.File
	err := b.order(policy, func() (err error) {
		files, err = recordFiles(b.reports, recMade, "make the box")
		return err
	})
	if err != nil {
		return err
	}
	if len(files) < 3 {
		closeAll(files)
		return &StepError{"make the box", fmt.Errorf("it passed out %d descriptors", len(files))}
	}
	b.root, b.home = files[0], files[1]
	b.outside = append(b.outside, files[2:]...)
	return nil
}

// order sends the init something and reads its answer.
func (b *box) order(m []byte, answer func() error) error {
	// Its answer says more than a broken pipe if it gave up half-way.
	_, werr := b.reports.Write(m)
	err := answer()
	if err != nil && werr != nil && !errors.Is(werr, io.EOF) {
		err = fmt.Errorf("%w (policy: %w)", err, werr)
	}
	return err
}

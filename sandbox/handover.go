package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path"

	"github.com/google/uuid"
	"golang.org/x/sys/unix"
)

// handover makes a waiting box somebody's. It is all that a box's Spec does not
// know: whose it is.
type handover struct {
	Account            string // INSTANCE01
	Launchpad, Session uuid.UUID
	Certificate, Key   []byte
}

// The files of a launchpad folder, as SQL Server on Linux names them.
const (
	certificateFile = "sqlsatellitecert.pem"
	keyFile         = "sqlsatellitekey.pem"
)

// begin hands the box over: its folders and files first, then the word to the
// interpreter that waits for it, or that is executed now.
func (b *box) begin(h *handover) error {
	defer b.closeWays()
	if err := h.place(b); err != nil {
		return &StepError{"hand the box over", err}
	}
	m, err := h.encode(b)
	if err != nil {
		return err
	}
	if b.child == nil {
		return b.order(m, func() error {
			_, err := expectRecord(b.reports, recRunning, "start the interpreter")
			return err
		})
	}
	// It tells nothing more; if it can't go on, it ends.
	if _, err := b.child.Write(m); err != nil {
		if errors.Is(err, unix.EPIPE) {
			err = errSilent
		}
		return &StepError{"hand the box over", err}
	}
	return nil
}

// place writes what the box's files say of who it is. Nothing hostile has been
// in there yet.
func (h *handover) place(b *box) error {
	root, home := int(b.root.Fd()), int(b.home.Fd())
	uid := int(b.uid)
	launchpad := guidText(h.Launchpad)
	err := errors.Join(
		rewrite(root, "etc/passwd", passwd(h.Account, b.uid, sessionFolder(h.Launchpad, h.Session))),
		rewrite(root, "etc/group", group(h.Account, b.uid)),
		makeDir(home, launchpad, 0, 0o755),
		makeDir(home, path.Join(launchpad, guidText(h.Session)), uid, 0o700),
	)
	// The folder is the launcher's: the script may read there, not write.
	for name, data := range map[string][]byte{certificateFile: h.Certificate, keyFile: h.Key} {
		if err == nil && len(data) > 0 {
			err = makeFile(home, path.Join(launchpad, name), uid, data)
		}
	}
	return err
}

// encode is the hand-over as await_handover of native/child.c reads it.
func (h *handover) encode(b *box) ([]byte, error) {
	folder := sessionFolder(h.Launchpad, h.Session)
	m := appendString(make([]byte, 4, 512), folder)
	return finish(appendStrings(m, b.env.identity(h.Account, folder)), 0)
}

func rewrite(dir int, name, text string) error {
	fd, err := unix.Openat(dir, name, unix.O_WRONLY|unix.O_TRUNC|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	return fill(fd, err, name, []byte(text))
}

func makeDir(dir int, name string, owner int, mode uint32) error {
	if err := unix.Mkdirat(dir, name, mode); err != nil {
		return &os.PathError{Op: "mkdir", Path: name, Err: err}
	}
	if err := errors.Join(unix.Fchmodat(dir, name, mode, 0), unix.Fchownat(dir, name, owner, owner, unix.AT_SYMLINK_NOFOLLOW)); err != nil {
		return &os.PathError{Op: "give away", Path: name, Err: err}
	}
	return nil
}

// makeFile makes a file that group may read and nobody write.
func makeFile(dir int, name string, group int, data []byte) error {
	fd, err := unix.Openat(dir, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err == nil {
		if err = errors.Join(unix.Fchown(fd, 0, group), unix.Fchmod(fd, 0o440)); err != nil {
			unix.Close(fd)
		}
	}
	return fill(fd, err, name, data)
}

// fill writes and closes a file that has been opened, or not.
func fill(fd int, err error, name string, data []byte) error {
	if err == nil {
		var n int
		if n, err = unix.Write(fd, data); err == nil && n < len(data) {
			err = unix.ENOSPC
		}
		err = errors.Join(err, unix.Close(fd))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// supervising: this process was executed to be the supervisor.
var supervising bool

// supervised is the serving process' side of its supervisor, nil without one.
var supervised *supervisor

// stateVariable carries what becomeSupervisor prepared.
const stateVariable = "TDS_LAUNCHPAD_SUPERVISOR"

const (
	// fdSupervisor is where the serving process finds its supervisor.
	fdSupervisor = 3
	// maxNews bounds a datagram of the supervisor: findings, as JSON.
	maxNews = 64 << 10
)

// supervisor tells of launchers as they come and go.
type supervisor struct {
	mu    sync.Mutex
	fresh *suppliedLauncher // not taken yet
	alive *outerProcess     // taken
	// changed is closed and made anew whenever something above changes.
	changed chan struct{}
	gone    bool
}

type suppliedLauncher struct {
	o *outerProcess // nil if the start failed
	f *findings
}

// news is a datagram of the supervisor; a launcher's link comes with it.
type news struct {
	Ended   bool
	Reached stage
	Probes  []probeResult
	Cgroups map[string]string
	UIDs    Range
	Err     string
	Errno   syscall.Errno
}

// adoptSupervisor begins to listen to the supervisor. Its descriptor and the
// program's, by which this process was executed, are closed on exec.
func adoptSupervisor() error {
	unix.CloseOnExec(fdSupervisor)
	unix.Close(fdSupervisor + 1)
	f := os.NewFile(fdSupervisor, "supervisor")
	c, err := net.FileConn(f)
	f.Close()
	if err != nil {
		return err
	}
	conn, ok := c.(*net.UnixConn)
	if !ok {
		return fmt.Errorf("supervisor: is a %T", c)
	}
	supervised = &supervisor{changed: make(chan struct{})}
	go supervised.listen(conn)
	return nil
}

func (s *supervisor) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

// listen takes in news until the supervisor is gone; then this process is asked
// to end as well.
func (s *supervisor) listen(conn *net.UnixConn) {
	defer conn.Close()
	b, oob := make([]byte, maxNews), make([]byte, 256)
	for {
		n, oobn, _, _, err := conn.ReadMsgUnix(b, oob)
		if err != nil || n == 0 {
			break
		}
		files, err := descriptors(oob[:oobn])
		var m news
		if err == nil {
			err = json.Unmarshal(b[:n], &m)
		}
		if err != nil {
			closeAll(files)
			break
		}
		s.change(func() {
			s.drop()
			if !m.Ended {
				s.fresh = m.launcher(files)
			}
		})
	}
	s.change(func() {
		s.drop()
		s.gone = true
	})
	// Whoever is to stop this process would stop the supervisor.
	unix.Kill(os.Getpid(), unix.SIGTERM) //nolint:errcheck // one may signal oneself
}

// drop: whatever launcher there was has ended.
func (s *supervisor) drop() {
	if s.fresh != nil && s.fresh.o != nil {
		s.fresh.o.link.close()
	}
	if s.alive != nil {
		close(s.alive.done)
	}
	s.fresh, s.alive = nil, nil
}

// take waits for a launcher that nobody has taken.
func (s *supervisor) take(ctx context.Context, st *settings) (*outerProcess, *findings) {
	for {
		s.mu.Lock()
		l, changed, gone := s.fresh, s.changed, s.gone
		if l != nil {
			s.fresh, s.alive = nil, l.o
		}
		s.mu.Unlock()
		if l != nil {
			l.f.settings = st
			st.have(l.f.ids)
			return l.o, l.f
		}
		if gone {
			return nil, &findings{settings: st, err: errNotSupervised}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, &findings{settings: st, err: ctx.Err()}
		}
	}
}

func (m *news) launcher(files []*os.File) *suppliedLauncher {
	f := &findings{reached: m.Reached, probes: m.Probes, ids: idMap{uids: m.UIDs, gids: m.UIDs}, cgroups: cgroupTrouble{}}
	for c, why := range m.Cgroups {
		f.cgroups[c] = errors.New(why)
	}
	if m.Err != "" {
		f.err = errors.New(m.Err)
		if m.Errno != 0 {
			f.err = &StepError{Step: m.Err, Err: m.Errno}
		}
	}
	if f.err != nil || len(files) != 1 {
		closeAll(files)
		if f.err == nil {
			f.err = fmt.Errorf("%w: %d descriptors from the supervisor", errMessage, len(files))
		}
		return &suppliedLauncher{nil, f}
	}
	l, err := newLink(files[0])
	if err != nil {
		f.err = err
		return &suppliedLauncher{nil, f}
	}
	return &suppliedLauncher{&outerProcess{link: l, done: make(chan struct{})}, f}
}

// send tells the serving process of a start, with the launcher's link if there
// is one.
func (f *findings) send(control net.Conn, o *outerProcess) error {
	m := news{Reached: f.reached, Probes: f.probes, UIDs: f.ids.uids, Cgroups: map[string]string{}}
	for c, err := range f.cgroups {
		m.Cgroups[c] = err.Error()
	}
	var step *StepError
	if errors.As(f.err, &step) && errors.As(step.Err, &m.Errno) {
		m.Err = step.Step
	} else if f.err != nil {
		m.Err = f.err.Error()
	}
	var rights []byte
	if o != nil {
		file, err := o.link.conn.File()
		if err != nil {
			return err
		}
		defer file.Close()
		rights = unix.UnixRights(int(file.Fd()))
	}
	return m.send(control, rights)
}

func sendEnded(control net.Conn) error { return (&news{Ended: true}).send(control, nil) }

func (m *news) send(control net.Conn, rights []byte) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, _, err = control.(*net.UnixConn).WriteMsgUnix(b, rights, nil)
	return err
}

// startSupervised starts a launcher with groups made before. Satellites of the one
// before have its uids: the outer process, if it was that which was killed, did not
// wait for their end.
func startSupervised(cfg Config, s *settings, c *claim, groups []madeGroup, trouble cgroupTrouble) (*outerProcess, *findings) {
	if err := c.awaitEmpty(claimTimeout); err != nil {
		return nil, &findings{settings: s, cgroups: trouble, err: err}
	}
	own := *s // startOuter fills in more
	return startWith(context.Background(), cfg, &own, c, groups, trouble)
}

// preparedGroup is a madeGroup on its way through an exec.
type preparedGroup struct {
	Hierarchy hierarchy
	Dir, Leaf string
}

type preparedGroups struct {
	Groups  []preparedGroup
	Trouble map[string]string
}

func encodeGroups(groups []madeGroup, trouble cgroupTrouble) (string, error) {
	p := preparedGroups{Trouble: map[string]string{}}
	for _, g := range groups {
		p.Groups = append(p.Groups, preparedGroup{g.hierarchy, g.dir, g.leaf})
		g.file.Close()
	}
	for c, err := range trouble {
		p.Trouble[c] = err.Error()
	}
	b, err := json.Marshal(p)
	return string(b), err
}

func decodeGroups(text string) ([]madeGroup, cgroupTrouble, error) {
	var p preparedGroups
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&p); err != nil {
		return nil, nil, fmt.Errorf("supervisor's state: %w", err)
	}
	trouble := cgroupTrouble{}
	for c, why := range p.Trouble {
		trouble[c] = errors.New(why)
	}
	var groups []madeGroup
	for _, g := range p.Groups {
		dir, err := holdGroup(g.Dir)
		if err != nil {
			return nil, nil, err
		}
		groups = append(groups, madeGroup{hierarchy: g.Hierarchy, dir: g.Dir, leaf: g.Leaf, file: dir})
	}
	return groups, trouble, nil
}

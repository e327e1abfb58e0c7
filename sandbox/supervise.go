package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Serving says as whom the serving process goes on when started as root.
type Serving struct {
	// UID and GID; default: the id before Config.UIDs, so that it is in no map.
	UID, GID uint32
	// DataDir is handed to that user if it is root's. Files in it are not: what
	// is there from an earlier start is that user's already.
	DataDir string
}

// Supervise makes a process that was started as root three: this one goes on
// as the supervisor and never returns, the same program is executed again as
// an unprivileged user, where Supervise returns nil and Start takes over the
// launcher that the supervisor started. Started by an ordinary user, it
// returns nil at once.
//
// Call it before anything is opened or bound: the program begins anew, so what
// it reads (configuration, certificates, passwords) must be readable for that
// user, and its ports must be above 1023.
//
// The supervisor keeps CAP_SETUID, CAP_SETGID and CAP_KILL and reads nothing but
// its children's ends. It hands on signals, starts a new launcher when one has
// died (the next Start takes it), and ends as the serving process does; if it is
// killed, the serving process gets SIGTERM. Where our cgroups are directly below
// a hierarchy's root it lacks the right to remove them: they stay, empty, until
// the next start.
func Supervise(cfg Config, sv Serving) error {
	if supervised != nil || os.Geteuid() != 0 {
		return nil
	}
	s, err := newSettings(cfg)
	if err != nil {
		return err
	}
	var c *claim
	if supervising {
		c, err = inheritedClaim()
	} else {
		if cfg.UIDs.First == 0 {
			cfg.UIDs.First = firstUIDOf(sv.DataDir)
		}
		c, err = claimIDs(cfg, s.UIDs)
	}
	if err != nil {
		return err
	}
	ids := c.ids
	sv.UID, sv.GID = or(sv.UID, ids.uids.First-1), or(sv.GID, ids.gids.First-1)
	if covers(ids.uids, sv.UID) || covers(ids.gids, sv.GID) {
		return fmt.Errorf("serving process: uid %d, gid %d: must be outside the satellites' range", sv.UID, sv.GID)
	}
	if !supervising {
		return becomeSupervisor(cfg, sv, c)
	}
	code, err := supervise(cfg, s, sv, c)
	if err != nil {
		return err
	}
	os.Exit(code)
	return nil
}

func covers(r Range, id uint32) bool { return id >= r.First && id-r.First < r.Count }

// firstUIDOf tells which range the instance had to which a data directory was
// handed over, or 0: whoever has its files must be their owner again.
func firstUIDOf(dir string) uint32 {
	var st unix.Stat_t
	if unix.Lstat(dir, &st) == nil && st.Uid >= defaultFirstUID-1 && st.Uid < defaultFirstUID+defaultRoom {
		return st.Uid + 1
	}
	return 0
}

// supervisorCaps are what a supervisor needs: to map uids, to start the serving
// process as its user, and to signal both.
const supervisorCaps = 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID | 1<<unix.CAP_KILL

// becomeSupervisor does what needs the rest of root's rights, and executes this
// program again without them. They leave this way because Go can change the
// rights of one thread only, and a program executed by it has that one's.
func becomeSupervisor(cfg Config, sv Serving, c *claim) error {
	if sv.DataDir != "" {
		if err := handOver(sv.DataDir, sv.UID, sv.GID); err != nil {
			return fmt.Errorf("data directory: %w", err)
		}
	}
	groups, trouble := makeGroups(cfg.CgroupParent, int(c.ids.uids.First))
	state, err := encodeGroups(groups, trouble)
	if err != nil {
		return err
	}
	claimed, err := c.inherit()
	if err != nil {
		return err
	}
	program, err := ownProgram()
	if err != nil {
		return err
	}
	defer program.Close()
	runtime.LockOSThread() // for good: this thread is spoiled if exec fails
	for c := uintptr(0); ; c++ {
		if supervisorCaps&(1<<c) != 0 {
			continue
		}
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err == unix.EINVAL {
			break
		} else if err != nil {
			return fmt.Errorf("drop capabilities: %w", err)
		}
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	data := [2]unix.CapUserData{{Effective: supervisorCaps, Permitted: supervisorCaps}}
	if err := unix.Capset(&head, &data[0]); err != nil {
		return fmt.Errorf("drop capabilities: %w", err)
	}
	err = syscall.Exec(fmt.Sprintf("/proc/self/fd/%d", program.Fd()), os.Args,
		append(os.Environ(), roleVariable+"="+roleSupervisor, stateVariable+"="+state, claimed))
	return fmt.Errorf("execute the supervisor: %w", err)
}

// handOver gives a directory of root's to the serving process' user. A link
// is not followed, and what is in it stays whose it is.
func handOver(dir string, uid, gid uint32) error {
	fd, err := unix.Open(dir, unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Uid != 0 {
		return err
	}
	return unix.Fchown(fd, int(uid), int(gid))
}

// The pause in front of a restart grows while launchers die young, so that a machine
// on which none can live is not kept busy. One that was ready calls have been waiting for.
const (
	minRestartPause = 100 * time.Millisecond
	maxReadyPause   = 2 * time.Second
	maxRestartPause = 30 * time.Second
	// oldAge is how many times its pause a launcher must have lived not to have died young.
	oldAge = 10
)

// restartPause is the pause behind pause, when a launcher has lived so long: 0 if it was
// never ready.
func restartPause(pause, lived time.Duration) time.Duration {
	switch {
	case lived == 0:
		return min(2*pause, maxRestartPause)
	case lived > oldAge*pause:
		return minRestartPause
	}
	return min(2*pause, maxReadyPause)
}

// supervise runs the serving process and its launchers; it returns the serving
// process' exit status.
func supervise(cfg Config, s *settings, sv Serving, c *claim) (int, error) {
	groups, trouble, err := decodeGroups(os.Getenv(stateVariable))
	if err != nil {
		return 0, err
	}
	os.Unsetenv(stateVariable)
	defer func() {
		for i := range groups {
			groups[i].remove() //nolint:errcheck // the next start sweeps
		}
	}()
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2)
	control, process, err := startServing(sv)
	if err != nil {
		return 0, err
	}
	defer control.Close()
	ended := make(chan *os.ProcessState, 1)
	go func() {
		st, _ := process.Wait()
		ended <- st
	}()

	pause := minRestartPause
	started := false // whatever stops a start after one that went well will pass
	for {
		o, f := startSupervised(cfg, s, c, groups, trouble)
		born := time.Now()
		f.send(control, o) //nolint:errcheck // fails if the serving process ends, which is waited for
		var gone <-chan struct{}
		var again <-chan time.Time
		if o != nil {
			o.link.close() // the serving process has it now
			gone = o.done
			started = true
		} else if started {
			again = time.After(pause)
			pause = restartPause(pause, 0)
		}
	wait:
		for {
			select {
			case sig := <-signals:
				process.Signal(sig) //nolint:errcheck // it may just have ended
			case st := <-ended:
				if o != nil {
					o.end()
				}
				return exitStatus(st), nil
			case <-gone:
				gone = nil
				o.end()
				sendEnded(control) //nolint:errcheck // as above
				again = time.After(pause)
				pause = restartPause(pause, time.Since(born))
			case <-again:
				break wait
			}
		}
	}
}

// exitStatus is what this process ends with: a shell's number for a signal.
func exitStatus(st *os.ProcessState) int {
	if st == nil {
		return 1
	}
	if ws, ok := st.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return st.ExitCode()
}

// startServing executes this program as the serving process.
func startServing(sv Serving) (net.Conn, *os.Process, error) {
	own, peer, err := socketPair(unix.SOCK_SEQPACKET, "supervisor")
	if err != nil {
		return nil, nil, err
	}
	defer peer.Close()
	control, err := net.FileConn(own)
	own.Close()
	if err != nil {
		return nil, nil, err
	}
	program, err := ownProgram()
	if err == nil {
		defer program.Close()
		files := []*os.File{os.Stdin, os.Stdout, os.Stderr, peer, program}
		var p *os.Process
		p, err = os.StartProcess("/proc/self/fd/"+strconv.Itoa(len(files)-1), os.Args, &os.ProcAttr{
			Env: append(os.Environ(), roleVariable+"="+roleServing), Files: files,
			Sys: &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: sv.UID, Gid: sv.GID, Groups: []uint32{}}},
		})
		if err == nil {
			return control, p, nil
		}
	}
	control.Close()
	return nil, nil, fmt.Errorf("start the serving process: %w", err)
}

// errNotSupervised: the supervisor is gone.
var errNotSupervised = errors.New("the supervisor is gone")

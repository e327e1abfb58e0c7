package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"
)

// The descriptors that the outer process and the launcher are born with.
const (
	fdHelper   = 3 // the native helper
	fdReports  = 4 // the outer process's and the init of U's, not the launcher's
	fdProgram  = 5 // this very program, to become the launcher
	fdLink     = 6 // the launcher's end of the link
	fdSettings = 7 // the launcher's settings, JSON
	fdCgroups  = 8 // and up: the groups made for it
)

// startTimeout bounds a start; on an idle machine it takes 20 ms.
const startTimeout = 30 * time.Second

// outerProcess is the launcher's process tree as seen from outside.
type outerProcess struct {
	process *os.Process
	reports net.Conn
	link    *link
	groups  []madeGroup
	// claim on the uids. lent: claim and groups belong to the supervisor, and
	// outlive this process tree.
	claim *claim
	lent  bool
	// done is closed when everything in U is dead and cleaned up.
	done chan struct{}
}

// findings is what a start found out, for the items of doctor.
type findings struct {
	settings *settings
	ids      idMap
	idsErr   error
	cgroups  cgroupTrouble
	probes   []probeResult
	// err is what stopped the start.
	err error
	// reached is how far it came.
	reached stage
}

type stage int

const (
	stageNothing stage = iota
	stageHelper        // the native helper is there and runs
	stageUserns        // the user namespace is made
	stageMapped        // its map is written
	stageStarted       // the launcher is executed
	stageReady         // and has probed
)

// startOuter starts everything up to a launcher that is ready.
func startOuter(ctx context.Context, cfg Config, s *settings) (*outerProcess, *findings) {
	if supervised != nil {
		return supervised.take(ctx, s)
	}
	return startWith(ctx, cfg, s, nil, nil, nil)
}

// startWith starts with the supervisor's claim and groups, or with its own if
// there is no supervisor (c is nil).
func startWith(ctx context.Context, cfg Config, s *settings, c *claim, groups []madeGroup, trouble cgroupTrouble) (*outerProcess, *findings) {
	f := &findings{settings: s, cgroups: trouble}
	o := &outerProcess{done: make(chan struct{}), claim: c, groups: groups, lent: c != nil}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	f.err = o.start(ctx, cfg, f)
	if f.err == nil {
		f.err = ctx.Err() // it may have spoiled the sockets already
	}
	if f.err != nil {
		if err := ctx.Err(); err != nil && !errors.Is(f.err, err) {
			f.err = errors.Join(err, f.err)
		}
		o.abort()
		return nil, f
	}
	return o, f
}

func (o *outerProcess) start(ctx context.Context, cfg Config, f *findings) error {
	s := f.settings
	helper, err := nativeHelper()
	if err != nil {
		return err
	}
	defer helper.Close()
	if !o.lent {
		o.claim, f.idsErr = claimIDs(cfg, s.UIDs)
	}
	if o.claim == nil {
		return f.idsErr
	}
	f.ids = o.claim.ids // with a single uid everything else can still be tried
	s.have(f.ids)
	if !o.lent {
		o.groups, f.cgroups = makeGroups(cfg.CgroupParent, int(f.ids.uids.First))
	}
	s.Cgroups = nil
	for i, g := range o.groups {
		s.Cgroups = append(s.Cgroups, cgroupRef{Version: g.Version, Controllers: g.Controllers, FD: fdCgroups + i})
	}

	if err := o.spawn(helper, s, cfg.Logger); err != nil {
		return &StepError{"start the native helper", err}
	}
	stop := context.AfterFunc(ctx, func() {
		past := time.Unix(1, 0)
		o.reports.SetDeadline(past)   //nolint:errcheck // a socket has deadlines
		o.link.conn.SetDeadline(past) //nolint:errcheck // as above
	})
	defer stop()

	f.reached = stageHelper
	if _, err := expectRecord(o.reports, recUserns, "make the user namespace"); err != nil {
		return err
	}
	f.reached = stageUserns
	pid := o.process.Pid
	if err := f.ids.write(pid); err != nil {
		return &StepError{"write the uid map", err}
	}
	for i := range o.groups {
		if err := o.groups[i].adopt(pid); err != nil {
			return &StepError{"move the launcher into its cgroup", err}
		}
	}
	f.reached = stageMapped
	order := "M"
	if f.ids.single {
		order = "m"
	}
	if _, err := o.reports.Write([]byte(order)); err != nil {
		return &StepError{"start the launcher", err}
	}
	if _, err := expectRecord(o.reports, recStarted, "start the launcher"); err != nil {
		return err
	}
	f.reached = stageStarted
	m, files, err := o.link.receive()
	closeAll(files)
	switch {
	case err != nil:
		return &StepError{"hear from the launcher", err}
	case m.Kind == msgFailed:
		return m.failure()
	case m.Kind != msgReady:
		return &StepError{"hear from the launcher", errMessage}
	}
	f.probes = m.Probes
	f.reached = stageReady
	return nil
}

// spawn starts the outer process with everything it inherits.
func (o *outerProcess) spawn(helper *os.File, s *settings, log zerolog.Logger) error {
	var files []*os.File // for the child only
	defer func() { closeAll(files) }()
	add := func(f *os.File, err error) error {
		if err == nil {
			files = append(files, f)
		}
		return err
	}

	if err := add(os.Open(os.DevNull)); err != nil {
		return err
	}
	logs, logEnd, err := os.Pipe()
	if err != nil {
		return err
	}
	files = append(files, logEnd)
	logged := make(chan struct{})
	go func() {
		relayLog(logs, log)
		close(logged)
	}()

	own, reportsEnd, err := socketPair(unix.SOCK_STREAM, "reports")
	if err != nil {
		return err
	}
	files = append(files, reportsEnd)
	o.reports, err = net.FileConn(own)
	own.Close()
	if err != nil {
		return err
	}
	if err := add(ownProgram()); err != nil {
		return err
	}
	var linkEnd *os.File
	if o.link, linkEnd, err = linkPair(); err != nil {
		return err
	}
	files = append(files, linkEnd)
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := add(sealedFile("settings", text, false)); err != nil {
		return err
	}
	devnull, program, config := files[0], files[3], files[5]
	inherit := []*os.File{devnull, logEnd, logEnd, helper, reportsEnd, program, linkEnd, config}
	for i := range o.groups {
		inherit = append(inherit, o.groups[i].file)
	}
	o.process, err = os.StartProcess(fmt.Sprintf("/proc/self/fd/%d", fdHelper),
		[]string{"tds-launchpad: outer", "outer", fmt.Sprint(fdProgram)},
		&os.ProcAttr{
			Dir:   "/",
			Env:   []string{roleVariable + "=" + roleLauncher},
			Files: inherit,
			// A terminal's interrupt is the serving process's business.
			Sys: &syscall.SysProcAttr{Setsid: true},
		})
	if err != nil {
		return err
	}
	go func() {
		o.process.Wait() //nolint:errcheck // that it ended is all there is to know
		<-logged
		if err := o.removeGroups(); err != nil {
			log.Warn().Err(err).Msg("cgroup is left behind")
		}
		o.giveUpClaim()
		close(o.done)
	}()
	return nil
}

// end closes what the tree hangs on and waits until it is gone.
func (o *outerProcess) end() {
	o.link.close()
	if o.process == nil {
		<-o.done // the supervisor sees to it
		return
	}
	o.reports.Close()
	select {
	case <-o.done:
	case <-time.After(startTimeout):
		o.process.Kill() //nolint:errcheck // it may just have ended
		<-o.done
	}
}

// abort undoes a start that failed anywhere.
func (o *outerProcess) abort() {
	if o.process != nil {
		o.end()
		return
	}
	if o.link != nil {
		o.link.close()
	}
	if o.reports != nil {
		o.reports.Close()
	}
	o.removeGroups() //nolint:errcheck // nothing ran in them
	o.giveUpClaim()
}

func (o *outerProcess) giveUpClaim() {
	if !o.lent {
		o.claim.close()
	}
}

func (o *outerProcess) removeGroups() error {
	if o.lent {
		return nil
	}
	var errs []error
	for i := range o.groups {
		errs = append(errs, o.groups[i].remove())
	}
	return errors.Join(errs...)
}

// ownProgram opens this program for the launcher, which is another user: if
// only the owner may execute the file, it is copied to memory.
func ownProgram() (*os.File, error) {
	f, err := os.Open("/proc/self/exe")
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil && st.Mode().Perm()&0o005 == 0o005 {
		return f, nil
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return sealedFile("tds-launchpad", b, true)
}

// maxLogLine bounds a line of the launcher's log.
const maxLogLine = 64 << 10

// relayLog passes on what the launcher says (a crash, above all) line by line.
func relayLog(r *os.File, log zerolog.Logger) {
	defer r.Close()
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 4096), maxLogLine)
	for sc.Scan() {
		log.Warn().Str("from", "launcher").Msg(sc.Text())
	}
	io.Copy(io.Discard, r) //nolint:errcheck // the writer must not block
}

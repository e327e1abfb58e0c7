package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// launcherServer is the launcher: uid 0 of U, in a process of its own. It
// reads the link's messages and nothing else of what clients or scripts send.
type launcherServer struct {
	link     *link
	settings *settings
	facts    facts
	filter   []bpf.RawInstruction
	accounts *accounts

	// zygotes and what is ready of them, by language
	zygotes map[string]*zygoteKeeper
	ready   map[string]*readyPool
	boxes   atomic.Uint64 // made so far: their names
	over    atomic.Bool   // nobody is there any more

	mu                      sync.Mutex
	calls                   map[uint64]*serverCall
	started, forked, handed uint64
}

// serverCall is a call from Acquire to Released.
type serverCall struct {
	// release ends the waiting for an account, or the satellite.
	release context.CancelFunc
	box     *box
}

// launcherMain runs the launcher until the link closes. Its end ends U.
func launcherMain() error {
	for fd := fdHelper; fd < fdCgroups+len(cgroupControllers); fd++ {
		unix.CloseOnExec(fd)
	}
	helperFile = os.NewFile(fdHelper, "confine")
	numbers.usual()
	l, err := newLink(os.NewFile(fdLink, "link"))
	if err != nil {
		return err
	}
	s, err := newServer(l)
	if err != nil {
		return errors.Join(err, l.send(failed(0, err)))
	}
	probes, err := probeInside()
	if err != nil {
		return errors.Join(err, l.send(failed(0, err)))
	}
	s.facts.LandlockABI = landlockFound(probes)
	if s.settings.Waived["seccomp"] && !probed(probes, "seccomp") {
		s.filter = nil
	}
	sweepBoxes(s.settings.Cgroups)
	probes = append(probes, probeCgroups(s.settings.Cgroups)...)
	if err := l.send(&message{Kind: msgReady, Probes: probes}); err != nil {
		return err
	}
	for i := range s.settings.Languages {
		if lang := &s.settings.Languages[i]; lang.Zygote != nil {
			k := newZygoteKeeper(lang)
			s.zygotes[lang.Name] = k
			if lang.Zygote.Ready > 0 {
				s.ready[lang.Name] = newReadyPool(s, lang, k)
				go s.ready[lang.Name].run()
			}
			go k.run(s.facts)
		}
	}
	err = s.serve()
	s.tidy()
	return err
}

func newServer(l *link) (*launcherServer, error) {
	f := os.NewFile(fdSettings, "settings")
	defer f.Close()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	s := &launcherServer{link: l, settings: &settings{}, calls: map[uint64]*serverCall{},
		zygotes: map[string]*zygoteKeeper{}, ready: map[string]*readyPool{}}
	if err := json.NewDecoder(f).Decode(s.settings); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	s.facts = gatherFacts("/")
	for _, g := range s.settings.Cgroups {
		for _, c := range g.Controllers {
			s.facts.MemoryCgroup = s.facts.MemoryCgroup || c == cgroupMemory
		}
	}
	var err error
	if s.filter, err = seccompFilter(); err != nil {
		return nil, err
	}
	s.accounts = newAccounts(s.settings.Accounts, s.settings.CallsPerLogin, s.settings.MaxSatellites, s.settings.UIDs)
	return s, nil
}

// serve reads messages until the serving process is gone.
func (s *launcherServer) serve() error {
	for {
		m, files, err := s.link.receive()
		closeAll(files) // none is ever expected here
		if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
			return nil
		}
		if err != nil {
			return err
		}
		switch m.Kind {
		case msgAcquire:
			s.mu.Lock()
			if s.calls[m.Call] != nil {
				s.mu.Unlock()
				return fmt.Errorf("%w: call %d twice", errMessage, m.Call)
			}
			ctx, cancel := context.WithCancel(context.Background())
			c := &serverCall{release: cancel}
			s.calls[m.Call] = c
			s.mu.Unlock()
			go s.call(ctx, c, m)
		case msgRelease:
			if c := s.find(m.Call); c != nil {
				c.release()
			}
		case msgKill:
			s.mu.Lock()
			if c := s.calls[m.Call]; c != nil && c.box != nil {
				c.box.kill()
			}
			s.mu.Unlock()
		case msgStatus:
			s.tell(&message{Kind: msgStatusReply, Call: m.Call, Status: s.status()})
		case msgRenew:
			for _, k := range s.zygotes {
				k.ask()
			}
		case msgZygotes:
			go s.tellZygotes(m.Call)
		default:
			return fmt.Errorf("%w: kind %d is not for a launcher", errMessage, m.Kind)
		}
	}
}

func (s *launcherServer) find(call uint64) *serverCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[call]
}

// tell sends, and ends the launcher if that fails: nobody is there any more.
func (s *launcherServer) tell(m *message, files ...*os.File) {
	if err := s.link.send(m, files...); err != nil && !s.over.Load() {
		os.Exit(0)
	}
}

// call carries one call from Acquire to its end.
func (s *launcherServer) call(ctx context.Context, c *serverCall, m *message) {
	defer c.release()
	last := s.runCall(ctx, c, m)
	s.mu.Lock()
	delete(s.calls, m.Call)
	s.mu.Unlock()
	s.tell(last)
}

// runCall returns the message that ends the call.
func (s *launcherServer) runCall(ctx context.Context, c *serverCall, m *message) *message {
	var lang *language
	for i := range s.settings.Languages {
		if s.settings.Languages[i].Name == m.Language {
			lang = &s.settings.Languages[i]
		}
	}
	if lang == nil {
		return failed(m.Call, ErrUnknownLanguage)
	}
	g, err := s.accounts.acquire(ctx, m.Login, s.settings.AcquireTimeout)
	if err != nil {
		return failed(m.Call, err)
	}
	b, err := s.satellite(ctx, lang, &handover{g.Account, m.Launchpad, m.Session, m.Certificate, m.Key})
	if err != nil {
		s.ready[lang.Name].stir()
		s.accounts.release(g)
		return failed(m.Call, err)
	}
	s.mu.Lock()
	c.box = b
	s.mu.Unlock()
	s.tell(&message{Kind: msgAcquired, Call: m.Call, Account: g.Account, UID: b.uid, Origin: b.origin}, b.outside...)
	closeAll(b.outside)
	s.ready[lang.Name].stir()
	stop := context.AfterFunc(ctx, b.kill)
	exit, proven := s.end(b)
	stop()
	s.accounts.release(g)
	s.tell(&message{Kind: msgExited, Call: m.Call, Exit: exit, Quarantined: !proven})
	<-ctx.Done()
	return &message{Kind: msgReleased, Call: m.Call, Quarantined: !proven}
}

func (s *launcherServer) status() Status {
	var st Status
	s.accounts.status(&st)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if c.box != nil && !c.box.gone() {
			st.Satellites++
		}
	}
	st.Started, st.Forked, st.Handed = s.started, s.forked, s.handed
	for _, p := range s.ready {
		st.Ready += p.count()
	}
	return st
}

// tellZygotes waits until each zygote has been tried.
func (s *launcherServer) tellZygotes(call uint64) {
	m := &message{Kind: msgZygotesReply, Call: call}
	for i := range s.settings.Languages {
		if k := s.zygotes[s.settings.Languages[i].Name]; k != nil && len(m.Zygotes) < maxZygotes {
			<-k.settled
			m.Zygotes = append(m.Zygotes, k.state())
		}
	}
	s.tell(m)
}

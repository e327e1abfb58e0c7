package sandbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"

	"github.com/google/uuid"
)

// Launcher is the serving process's view of its launcher process.
type Launcher struct {
	outer    *outerProcess
	link     *link
	settings *settings
	items    []Item

	mu    sync.Mutex
	last  uint64
	calls map[uint64]*call
	// gone is closed when the link has ended.
	gone chan struct{}
	done chan struct{}
}

// call is one conversation with the launcher, known by its number.
type call struct {
	// first is the answer to Acquire or Status, with descriptors.
	first chan answer
	// exited and released are closed when those messages came.
	exited, released chan struct{}
	exit             Exit
	quarantined      bool
	// abandoned: nobody waits for first any more.
	abandoned bool
}

type answer struct {
	m     *message
	files []*os.File
}

// Start starts the launcher in a user namespace of its own and waits until it
// is ready. It fails with a MissingError if a required confinement item is
// neither there nor waived, with ErrNotBuilt without the native helper, and with
// ErrUIDsTaken if another instance has claimed the configured uids.
//
// Start opens /proc/self/exe and descriptors through /proc, so it comes before
// the serving process makes itself undumpable. ctx bounds the start only.
func Start(ctx context.Context, cfg Config) (*Launcher, error) {
	s, err := newSettings(cfg)
	if err != nil {
		return nil, err
	}
	o, f := startOuter(ctx, cfg, s)
	if errors.Is(f.err, ErrNotBuilt) || errors.Is(f.err, ErrUIDsTaken) {
		return nil, f.err
	}
	items := f.items()
	if f.err != nil && ctx.Err() != nil {
		return nil, f.err
	}
	if missing := missingItems(items); len(missing) > 0 {
		if o != nil {
			o.end()
		}
		return nil, &MissingError{missing}
	}
	if f.err != nil {
		return nil, f.err
	}
	return newLauncher(o, s, items), nil
}

func newLauncher(o *outerProcess, s *settings, items []Item) *Launcher {
	l := &Launcher{outer: o, link: o.link, settings: s, items: items,
		calls: map[uint64]*call{}, gone: make(chan struct{}), done: make(chan struct{})}
	go l.read()
	go func() {
		<-o.done
		<-l.gone
		o.end() // closes what was held of it
		close(l.done)
	}()
	return l
}

// Items are the confinement items as found at the start.
func (l *Launcher) Items() []Item { return l.items }

// Languages are the names of the configured languages.
func (l *Launcher) Languages() []string {
	var names []string
	for i := range l.settings.Languages {
		if name := l.settings.Languages[i].Name; !strings.HasSuffix(name, probeSuffix) {
			names = append(names, name)
		}
	}
	return names
}

// Acquire starts a satellite. It waits up to Config.AcquireTimeout for a free
// worker account and uid. When ctx ends, it gives up at once.
func (l *Launcher) Acquire(ctx context.Context, req Request) (*Satellite, error) {
	if len(req.Language) > maxLanguageName || strings.Contains(req.Language, probeSuffix) {
		return nil, ErrUnknownLanguage
	}
	return l.acquire(ctx, req)
}

func (l *Launcher) acquire(ctx context.Context, req Request) (*Satellite, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(req.Certificate) > MaxCertificate || len(req.Key) > MaxCertificate {
		return nil, fmt.Errorf("certificate or key is longer than %d bytes", MaxCertificate)
	}
	id, c := l.open()
	m := &message{Kind: msgAcquire, Call: id, Language: req.Language, Login: sha256.Sum256([]byte(req.Login)),
		Launchpad: orNew(req.Launchpad), Session: orNew(req.CallID), Certificate: req.Certificate, Key: req.Key}
	a, err := l.ask(ctx, id, c, m)
	if err != nil {
		return nil, err
	}
	switch {
	case a.m.Kind == msgFailed:
		return nil, a.m.failure()
	case a.m.Kind != msgAcquired || len(a.files) < minDescriptors:
		closeAll(a.files)
		return nil, fmt.Errorf("%w: kind %d with %d descriptors", errMessage, a.m.Kind, len(a.files))
	}
	return newSatellite(l, c, m, a)
}

func orNew(id uuid.UUID) uuid.UUID {
	if id == uuid.Nil {
		return uuid.New()
	}
	return id
}

// Status asks the launcher for its counts.
func (l *Launcher) Status(ctx context.Context) (Status, error) {
	id, c := l.open()
	a, err := l.ask(ctx, id, c, &message{Kind: msgStatus, Call: id})
	l.forget(id)
	if err != nil {
		return Status{}, err
	}
	return a.m.Status, nil
}

// Zygotes waits until the languages' zygotes are warm, or could not be made, and
// says so of each language: what is imported, what is not and why.
func (l *Launcher) Zygotes(ctx context.Context) ([]Item, error) {
	id, c := l.open()
	a, err := l.ask(ctx, id, c, &message{Kind: msgZygotes, Call: id})
	l.forget(id)
	if err != nil {
		return nil, err
	}
	told := map[string]zygoteState{}
	for _, z := range a.m.Zygotes {
		told[z.Language] = z
	}
	var items []Item
	for _, name := range l.Languages() {
		it := zygoteState{Language: name}.item()
		if z, ok := told[name]; ok {
			it = z.item()
		} else {
			it.State, it.Remedy, it.Why = Off, "", "each call starts an interpreter, as configured"
		}
		items = append(items, it)
	}
	return items, nil
}

// Renew has new zygotes take the place of those that are there: packages, or what
// they read at their import, have changed. Calls go on meanwhile.
func (l *Launcher) Renew() error {
	if err := l.link.send(&message{Kind: msgRenew}); err != nil {
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return nil
}

// Close kills all satellites and the launcher and waits for their end.
func (l *Launcher) Close() error {
	l.outer.end()
	<-l.done
	return nil
}

// Done is closed when the launcher has ended, whatever the reason.
func (l *Launcher) Done() <-chan struct{} { return l.done }

func (l *Launcher) open() (uint64, *call) {
	c := &call{first: make(chan answer, 1), exited: make(chan struct{}), released: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	l.calls[l.last] = c
	return l.last, c
}

func (l *Launcher) forget(id uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.calls, id)
}

// ask sends the first message of a call and waits for the answer. If ctx ends
// first, the launcher is told to let go, and its answer is thrown away later.
func (l *Launcher) ask(ctx context.Context, id uint64, c *call, m *message) (answer, error) {
	if err := l.link.send(m); err != nil {
		l.forget(id)
		return answer{}, fmt.Errorf("%w: %w", ErrClosed, err)
	}
	select {
	case a := <-c.first:
		return a, nil
	case <-l.gone:
		c.throwAway()
		return answer{}, ErrClosed
	case <-ctx.Done():
	}
	l.mu.Lock()
	c.abandoned = true
	l.mu.Unlock()
	c.throwAway()
	l.link.send(&message{Kind: msgRelease, Call: id}) //nolint:errcheck // if the launcher is gone, so is the call
	return answer{}, ctx.Err()
}

// throwAway takes an answer that came in the last moment.
func (c *call) throwAway() {
	select {
	case a := <-c.first:
		closeAll(a.files)
	default:
	}
}

// read takes in messages until the link ends.
func (l *Launcher) read() {
	defer close(l.gone)
	for {
		m, files, err := l.link.receive()
		if err != nil {
			return
		}
		l.mu.Lock()
		c := l.calls[m.Call]
		switch {
		case c == nil:
			closeAll(files)
		case m.Kind == msgExited:
			if !closed(c.exited) {
				c.exit, c.quarantined = m.Exit, m.Quarantined
				close(c.exited)
			}
		case m.Kind == msgReleased:
			delete(l.calls, m.Call)
			close(c.released)
		default:
			if m.Kind == msgFailed {
				delete(l.calls, m.Call)
			}
			if c.abandoned {
				closeAll(files)
				break
			}
			c.first <- answer{m, files}
		}
		l.mu.Unlock()
	}
}

func closed(ch chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

// reason says in words how an interpreter ended.
func (e Exit) reason() string {
	switch {
	case e.Killed:
		return "killed by tds-launchpad"
	case e.OOM && e.Signal != 0:
		return "out of memory: killed at its memory limit"
	case e.Signal != 0 && e.Signal == int(syscall.SIGSYS):
		return "killed for a forbidden system call"
	case e.Signal != 0:
		return fmt.Sprintf("killed by signal %d (%v)", e.Signal, syscall.Signal(e.Signal))
	case e.OOM && e.Code != 0:
		return fmt.Sprintf("exit status %d; processes were killed at the memory limit", e.Code)
	case e.ProcessLimit && e.Code != 0:
		return fmt.Sprintf("exit status %d; the limit on processes was reached", e.Code)
	}
	return fmt.Sprintf("exit status %d", e.Code)
}

// Status is what a launcher is doing.
type Status struct {
	// Satellites of calls alive now, and those that wait for one.
	Satellites, Ready int
	// Accounts in use now, and their number.
	AccountsUsed, Accounts int
	// UIDs free, and those taken out of use because their satellite did not die.
	UIDsFree, UIDsQuarantined int
	// Waiting calls.
	Waiting int
	// Started calls' satellites since the launcher's start, how many of them a
	// zygote has forked, and how many of these were ready when they were wanted.
	Started, Forked, Handed uint64
}

package sandbox

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// zygoteKeeper keeps a language's zygote: starts it, starts another when it has
// died, and lets another take its place from time to time.
type zygoteKeeper struct {
	lang *language
	// settled is closed when the first one is warm or has failed.
	settled chan struct{}
	once    sync.Once
	// changed tells the ready pool that there is another one, or none.
	changed chan struct{}
	// used up: the current one has forked as often as it may.
	usedUp chan *zygote
	// renew asks for another one.
	renew chan struct{}

	mu      sync.Mutex
	current *zygote // nil: cold starts
	why     string
}

// zygoteState is what is told of a zygote.
type zygoteState struct {
	Language      string
	Warm          bool
	Imported, Why string
}

const (
	// minZygotePause is for one that has died, unfitZygotePause for one that
	// never was: with the same packages it won't be soon.
	minZygotePause   = 100 * time.Millisecond
	unfitZygotePause = 10 * time.Second
	// maxZygotePause is longer than a launcher's: calls work without.
	maxZygotePause = 5 * time.Minute
	// placesPeriod is between looks at the packages' directories.
	placesPeriod = 5 * time.Second
)

func newZygoteKeeper(lang *language) *zygoteKeeper {
	return &zygoteKeeper{lang: lang, settled: make(chan struct{}), changed: make(chan struct{}, 1), usedUp: make(chan *zygote, 1), renew: make(chan struct{}, 1)}
}

// run never returns: a launcher's end ends everything.
func (k *zygoteKeeper) run(f facts) {
	pause := minZygotePause
	for {
		born := time.Now()
		z, err := startZygote(f, k.lang)
		if old := k.replace(z, err); old != nil {
			old.retire()
		}
		if z != nil {
			k.wait(z)
		}
		if old := k.get(); z != nil && old == z && !closed(z.done) {
			continue // the next one takes its place
		}
		if time.Since(born) > maxZygotePause && err == nil {
			pause = minZygotePause
		}
		if err != nil {
			pause = max(pause, unfitZygotePause)
		}
		time.Sleep(pause)
		pause = min(2*pause, maxZygotePause)
	}
}

// replace has calls use z from now on, or none if there is an error. It returns
// the one that was used.
func (k *zygoteKeeper) replace(z *zygote, err error) (old *zygote) {
	k.mu.Lock()
	old = k.current
	if err != nil {
		k.why = err.Error()
		fmt.Fprintf(os.Stderr, "zygote of %s: %v\n", k.lang.Name, err)
		if old != nil && !closed(old.done) {
			old = nil // better an old one than none
		} else {
			k.current = nil
		}
	} else {
		k.current, k.why = z, z.complaint()
		if k.why != "" {
			fmt.Fprintf(os.Stderr, "zygote of %s: %s\n", k.lang.Name, k.why)
		}
	}
	k.mu.Unlock()
	k.once.Do(func() { close(k.settled) })
	k.tellChange()
	return old
}

func (k *zygoteKeeper) tellChange() {
	select {
	case k.changed <- struct{}{}:
	default: // told already, or nobody is there
	}
}

// wait returns when z has died or its time is over.
func (k *zygoteKeeper) wait(z *zygote) {
	age := time.NewTimer(k.lang.Zygote.MaxAge)
	defer age.Stop()
	look := time.NewTicker(placesPeriod)
	defer look.Stop()
	for {
		select {
		case <-k.renew:
			return
		case <-look.C:
			if z.outdated() {
				fmt.Fprintf(os.Stderr, "zygote of %s: its packages have changed; another takes its place\n", k.lang.Name)
				return
			}
		case <-z.done:
			k.mu.Lock()
			k.current, k.why = nil, "it has died and is started again"
			k.mu.Unlock()
			fmt.Fprintf(os.Stderr, "zygote of %s: has died: %v\n", k.lang.Name, z.end)
			k.tellChange()
			z.retire()
			return
		case <-age.C:
			return
		case which := <-k.usedUp:
			if which == z {
				return
			}
		}
	}
}

// ask has another zygote take the current one's place.
func (k *zygoteKeeper) ask() {
	select {
	case k.renew <- struct{}{}:
	default: // asked already
	}
}

func (k *zygoteKeeper) get() *zygote {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current
}

// take returns the zygote for a call, held, or nil.
func (k *zygoteKeeper) take() *zygote {
	k.mu.Lock()
	defer k.mu.Unlock()
	z := k.current
	if z == nil {
		return nil
	}
	z.hold()
	if z.forks++; z.forks == k.lang.Zygote.MaxForks {
		select {
		case k.usedUp <- z:
		default: // told already
		}
	}
	return z
}

func (k *zygoteKeeper) state() zygoteState {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := zygoteState{Language: k.lang.Name, Why: k.why}
	if k.current != nil {
		s.Warm, s.Imported = true, k.current.imported
	}
	return s
}

// item is what doctor prints of it.
func (s zygoteState) item() Item {
	it := Item{Name: "zygote", State: Unavailable, Why: s.Why,
		Title: "warmed interpreter that satellites of " + s.Language + " are forked from"}
	if s.Warm {
		it.State, it.Detail = Active, s.Imported
	}
	switch {
	case strings.Contains(s.Why, "could not import"):
		it.Remedy = "install the package for " + s.Language + "'s interpreter, or take it off the list of those to preload"
	case !s.Warm:
		it.Remedy = "see the reason; until then each call starts an interpreter"
	}
	return it
}

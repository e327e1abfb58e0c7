package sandbox

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

// readyPool keeps some of a language's satellites ready: forked from its zygote,
// confined, nobody's yet. How many follows from the demand: twice as many as
// before when a call has found none, one fewer when some were never wanted.
type readyPool struct {
	server *launcherServer
	lang   *language
	zygote *zygoteKeeper
	// wake is for the one goroutine that makes and drops them.
	wake chan struct{}

	mu     sync.Mutex
	boxes  []*box // the oldest first
	target int
	least  int // there were at any time of this period
	// missed is when a call has last found none.
	missed time.Time
	closed bool
}

const (
	// readyPeriod is how long a satellite must have been too many to be dropped.
	readyPeriod = 30 * time.Second
	// readyCalm is how long no call must have found the pool empty for satellites to
	// rehearse, which takes longer than to make them: as long as calls outrun the
	// pool, they are better served by a satellite that comes sooner.
	readyCalm = time.Second
	// readyPause is between attempts that fail.
	readyPause = time.Second
)

func newReadyPool(s *launcherServer, lang *language, k *zygoteKeeper) *readyPool {
	return &readyPool{server: s, lang: lang, zygote: k, wake: make(chan struct{}, 1), target: 1}
}

// run never returns: a launcher's end ends everything.
func (p *readyPool) run() {
	<-p.zygote.settled
	period := time.NewTicker(readyPeriod)
	for {
		p.drop()
		made := p.lacks() && p.make()
		if made {
			continue
		}
		var again <-chan time.Time
		if p.lacks() {
			again = time.After(readyPause)
		}
		select {
		case <-p.wake:
		case <-again:
		case <-p.zygote.changed:
		case <-period.C:
			p.shrink()
		}
	}
}

// take returns a satellite that waits, or nil. The caller stirs when the call has
// got one: making the next takes a processor away from handing this one over.
func (p *readyPool) take() *box {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.boxes) == 0 {
		p.target = min(max(2*p.target, 1), p.lang.Zygote.Ready)
		p.least, p.missed = 0, time.Now()
		return nil
	}
	b := p.boxes[0]
	p.boxes = p.boxes[1:]
	p.least = min(p.least, len(p.boxes))
	return b
}

// stir has run look what there is to do; there may be no pool.
func (p *readyPool) stir() {
	if p == nil {
		return
	}
	select {
	case p.wake <- struct{}{}:
	default: // it is about to wake
	}
}

func (p *readyPool) lacks() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.closed && len(p.boxes) < p.target
}

func (p *readyPool) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.boxes)
}

// make makes one more, if a uid can be spared.
func (p *readyPool) make() bool {
	z := p.zygote.take()
	if z == nil {
		return false
	}
	uid, ok := p.server.accounts.takeUID(true)
	if !ok {
		z.asked()
		z.release()
		return false
	}
	b, err := p.server.makeBox(context.Background(), p.lang, uid, z, p.calm())
	if err != nil {
		fmt.Fprintf(os.Stderr, "a ready satellite of %s: %v\n", p.lang.Name, err)
		return false
	}
	p.mu.Lock()
	closed := p.closed
	if !closed {
		p.boxes = append(p.boxes, b)
	}
	p.mu.Unlock()
	if closed {
		p.server.discard(b)
		return false
	}
	go func() { // if it dies while it waits
		<-b.dead
		p.stir()
	}()
	return true
}

func (p *readyPool) calm() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Since(p.missed) > readyCalm
}

// drop ends those that are too many, that have died, or whose zygote is no
// longer the language's.
func (p *readyPool) drop() {
	current := p.zygote.get()
	p.mu.Lock()
	var unfit []*box
	kept := make([]*box, 0, len(p.boxes))
	for _, b := range p.boxes {
		if b.gone() || b.zygote != current || len(kept) >= p.target {
			unfit = append(unfit, b)
		} else {
			kept = append(kept, b)
		}
	}
	p.boxes = kept
	p.mu.Unlock()
	for _, b := range unfit {
		p.server.discard(b)
	}
}

// shrink ends a period.
func (p *readyPool) shrink() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.least > 0 && p.target > 1 {
		p.target--
	}
	p.least = len(p.boxes)
}

// evict gives up one that waits, for its uid.
func (p *readyPool) evict() bool {
	p.mu.Lock()
	n := len(p.boxes)
	if n == 0 {
		p.mu.Unlock()
		return false
	}
	b := p.boxes[n-1]
	p.boxes = p.boxes[:n-1]
	p.mu.Unlock()
	p.server.discard(b)
	return true
}

// close gives up all that wait, for good.
func (p *readyPool) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	for p.evict() {
	}
}

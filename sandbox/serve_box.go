package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// satellite returns a box of the language that is h's: one that was ready, or
// else one made now.
func (s *launcherServer) satellite(ctx context.Context, lang *language, h *handover) (*box, error) {
	if p := s.ready[lang.Name]; p != nil {
		for b := p.take(); b != nil; b = p.take() {
			err := b.begin(h)
			if err == nil {
				b.origin = Ready
				s.count(b)
				return b, nil
			}
			fmt.Fprintf(os.Stderr, "a ready satellite of %s: %v\n", lang.Name, err)
			s.discard(b)
		}
	}
	for try := 1; ; try++ {
		b, err := s.startBox(ctx, lang)
		if err == nil {
			if err = b.begin(h); err == nil {
				if b.zygote != nil {
					b.origin = Forked
				}
				s.count(b)
				return b, nil
			}
			s.discard(b)
		}
		if !errors.Is(err, errSilent) || try == maxTries {
			return nil, err
		}
		fmt.Fprintf(os.Stderr, "a satellite of %s: %v; making another\n", lang.Name, err)
	}
}

// maxTries is how often a box is made for a call if it is killed in the making:
// nothing of the call has run in it.
const maxTries = 3

func (s *launcherServer) count(b *box) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started++
	if b.origin != Cold {
		s.forked++
	}
	if b.origin == Ready {
		s.handed++
	}
}

// startBox makes a box by the language's zygote, or without if there is none or
// it fails: the same confinement, only later.
func (s *launcherServer) startBox(ctx context.Context, lang *language) (*box, error) {
	if k := s.zygotes[lang.Name]; k != nil {
		if z := k.take(); z != nil {
			uid, err := s.uid()
			if err != nil {
				z.asked()
				z.release()
				return nil, err
			}
			b, err := s.makeBox(ctx, lang, uid, z, false)
			if err == nil || !errors.Is(err, errNoZygote) {
				return b, err
			}
			fmt.Fprintf(os.Stderr, "a satellite of %s is started without zygote: %v\n", lang.Name, err)
		}
	}
	uid, err := s.uid()
	if err != nil {
		return nil, err
	}
	return s.makeBox(ctx, lang, uid, nil, false)
}

// uid takes a uid for a call that has an account. If all wait in ready
// satellites, one of those has to go.
func (s *launcherServer) uid() (uint32, error) {
	for {
		if uid, ok := s.accounts.takeUID(false); ok {
			return uid, nil
		}
		evicted := false
		for _, p := range s.ready {
			evicted = evicted || p.evict()
		}
		if !evicted {
			return 0, &ExhaustedError{ErrSatellitesExhausted, s.settings.MaxSatellites}
		}
	}
}

// makeBox makes a box that waits, with a uid that it takes over, as it does a
// hold on z.
func (s *launcherServer) makeBox(ctx context.Context, lang *language, uid uint32, z *zygote, rehearse bool) (*box, error) {
	own := uid
	if s.settings.SingleUID {
		own = 0
	}
	name := fmt.Sprint(s.boxes.Add(1))
	b, err := startBox(ctx, s.settings, newSpec(s.facts, lang, s.filter, own), lang.Limits, name, z, rehearse)
	if z != nil {
		z.asked()
	}
	if err != nil {
		var stuck *stuckError
		s.accounts.returnUID(uid, !errors.As(err, &stuck))
		if z != nil {
			z.release()
		}
		return nil, err
	}
	b.zygote, b.taken = z, uid
	return b, nil
}

// end waits for a box's end and gives its uid back.
func (s *launcherServer) end(b *box) (Exit, bool) {
	exit, proven := b.wait()
	s.accounts.returnUID(b.taken, proven)
	return exit, proven
}

// discard ends a box that nobody has.
func (s *launcherServer) discard(b *box) {
	b.closeWays()
	closeAll(b.outside)
	b.kill()
	s.end(b)
}

package sandbox

import "time"

// tidyTimeout is how long a launcher that ends takes for its boxes' groups.
const tidyTimeout = 5 * time.Second

// tidy ends all boxes and removes their groups: a supervisor lacks the right to.
func (s *launcherServer) tidy() {
	s.over.Store(true)
	for _, p := range s.ready {
		p.close()
	}
	s.mu.Lock()
	for _, c := range s.calls {
		c.release()
	}
	s.mu.Unlock()
	for end := time.Now().Add(tidyTimeout); time.Now().Before(end); time.Sleep(time.Millisecond) {
		s.mu.Lock()
		left := len(s.calls)
		s.mu.Unlock()
		if left == 0 {
			return
		}
	}
}

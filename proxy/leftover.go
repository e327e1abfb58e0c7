package proxy

// letGo frees what a script call has left while its answer is sent already: that a
// satellite is dead takes milliseconds to prove, for which no client need wait.
func (c *scriptCall) letGo(result ScriptResult) {
	gone := make(chan struct{})
	c.leftover = gone
	c.calls.Add(1) // the session ends after it
	go func() {
		defer c.calls.Done()
		defer close(gone)
		_ = result.Close()
	}()
}

// awaitLeftover waits until nothing is left of the session's script call before: so
// one session never has more than one satellite, and never lacks the place that its
// own last one holds.
func (s *session) awaitLeftover() {
	if s.leftover != nil {
		<-s.leftover
		s.leftover = nil
	}
}

package store

import (
	"os"
	"sync"
	"sync/atomic"
)

var processID = os.Getpid()

// Functions that ask the session (OBJECT_ID of a column's value) get its number as an argument, because SQLite's functions belong to no
// connection.
var (
	liveSessions sync.Map // int64 -> *Session
	liveNumber   atomic.Int64
)

// live is the session's number.
func (s *Session) live() int64 {
	if s.number == 0 {
		s.number = liveNumber.Add(1)
		liveSessions.Store(s.number, s)
	}
	return s.number
}

func liveSession(n int64) *Session {
	s, ok := liveSessions.Load(n)
	if !ok {
		return nil
	}
	return s.(*Session)
}

package sandbox

import (
	"errors"
	"fmt"
	"strings"
)

// The reasons why there is no satellite. Test with errors.Is.
var (
	// ErrUsersExhausted: all worker accounts are taken by other logins
	// (message 39108).
	ErrUsersExhausted = errors.New("all worker accounts are in use")
	// ErrCallsExhausted: this login has as many calls as it may have
	// (message 39110).
	ErrCallsExhausted = errors.New("too many parallel calls of this login")
	// ErrSatellitesExhausted: as many satellites as configured are alive.
	ErrSatellitesExhausted = errors.New("too many satellites")
	// ErrUIDsTaken: another instance on this host uses some of the configured uids.
	ErrUIDsTaken = errors.New("uids are taken")
	// ErrUnknownLanguage: no such language was configured.
	ErrUnknownLanguage = errors.New("language is not configured")
	// ErrClosed: the launcher was closed or has died.
	ErrClosed = errors.New("launcher is gone")
	// ErrNotBuilt: the program lacks the native helper.
	ErrNotBuilt = errors.New("built without the native helper (run make native, then build again)")
	// ErrConfinement: a box could not be made as its policy says.
	ErrConfinement = errors.New("cannot confine")
	// ErrQuarantined: a killed satellite did not die; its uid is not used again.
	ErrQuarantined = errors.New("satellite did not die")
)

// ExhaustedError says which limit a call ran into. It matches one of
// ErrUsersExhausted, ErrCallsExhausted, ErrSatellitesExhausted.
type ExhaustedError struct {
	Reason error
	Limit  int
}

func (e *ExhaustedError) Error() string { return fmt.Sprintf("%v (limit %d)", e.Reason, e.Limit) }

// Unwrap gives the reason.
func (e *ExhaustedError) Unwrap() error { return e.Reason }

// StepError is a failed step of making a namespace or box. It matches
// ErrConfinement and, when Errno is set, that errno.
type StepError struct {
	// Step names what was tried, in the words of the C helper.
	Step string
	// Err is usually a syscall.Errno.
	Err error
}

func (e *StepError) Error() string { return fmt.Sprintf("%v: %s: %v", ErrConfinement, e.Step, e.Err) }

// Unwrap gives both ErrConfinement and the cause.
func (e *StepError) Unwrap() []error { return []error{ErrConfinement, e.Err} }

// MissingError says which required confinement items are not to be had.
type MissingError struct {
	Items []Item
}

func (e *MissingError) Error() string {
	s := "scripts cannot be confined as required:"
	for i, it := range e.Items {
		if i > 0 && strings.HasPrefix(it.Why, notReached) {
			continue // for the reason already told
		}
		s += fmt.Sprintf(" %s: %s (%s);", it.Name, it.Why, it.Remedy)
	}
	return s[:len(s)-1]
}

// Unwrap gives ErrConfinement.
func (e *MissingError) Unwrap() error { return ErrConfinement }

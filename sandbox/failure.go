package sandbox

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// failure is the error that a Failed message stands for.
func (m *message) failure() error {
	limit := int(m.Limit)
	switch m.Code {
	case failUsers:
		return &ExhaustedError{ErrUsersExhausted, limit}
	case failCalls:
		return &ExhaustedError{ErrCallsExhausted, limit}
	case failSatellites:
		return &ExhaustedError{ErrSatellitesExhausted, limit}
	case failLanguage:
		return ErrUnknownLanguage
	case failCancelled:
		return context.Canceled
	}
	if m.Errno != 0 {
		return &StepError{Step: m.Text, Err: syscall.Errno(m.Errno)}
	}
	return fmt.Errorf("%w: %s", ErrConfinement, m.Text)
}

func isCancelled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
